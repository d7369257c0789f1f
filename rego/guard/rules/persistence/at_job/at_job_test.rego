package guard.rules.persistence.at_job_test

import data.guard.lib.requests_test as requests
import data.guard.rules.persistence.at_job

_found(operations) := found if {
	found := at_job.findings with input as requests.of(operations)
}

_effects(operations) := {finding.effect | some finding in _found(operations)}

_write(program, path) := {"kind": "file.write", "program": program, "path": path}

test_the_finding_says_what_was_seen if {
	_found([requests.run(["at", "now"])]) == {{
		"effect": "deny",
		"reason": "queues a job with at, which runs it later",
		"solution": "run the work now, within the session",
		"obligations": [],
	}}
}

test_what_is_refused if {
	every operations in [
		[requests.run(["at", "-f", "job", "9:30"])],
		[requests.run(["batch"])],
		[_write("cp", "/var/spool/cron/atjobs/a1")],
		[{"kind": "file.write", "path": "/var/spool/at/x"}],
	] {
		"deny" in _effects(operations)
	}
}

test_what_is_silent if {
	every operations in [
		[requests.run(["at", "-l"])],
		[requests.run(["at", "-V"])],
		[_write("chmod", "/var/spool/at/x")],
		[_write("at", "/var/spool/cron/atjobs")],
		[requests.run(["cat", "x"])],
		[_write("cp", "/var/spool/x")],
	] {
		_found(operations) == set()
	}
}
