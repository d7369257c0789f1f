package guard.rules.persistence.cron_test

import data.guard.lib.requests_test as requests
import data.guard.rules.persistence.cron

_finding(reason) := {
	"effect": "deny",
	"reason": reason,
	"solution": "run the work now, within the session",
	"obligations": [],
}

_write(path) := {"kind": "file.write", "path": path}

test_writing_what_cron_reads_is_denied if {
	every path in ["/etc/crontab", "/etc/cron.d/job", "/etc/cron.daily/⟨?⟩", "/etc/anacrontab", "/var/spool/cron/crontabs/root"] {
		found := cron.findings with input as requests.of([_write(path)])
		found == {_finding(sprintf("writes %s, from which cron starts jobs", [path]))}
	}
}

test_installing_jobs_is_denied if {
	every argv in [["crontab", "jobs.txt"], ["crontab", "-"], ["crontab"], ["crontab", "-e"], ["crontab", "-u", "root", "⟨?⟩"]] {
		found := cron.findings with input as requests.of([requests.run(argv)])
		found == {_finding("changes scheduled jobs with crontab")}
	}
}

test_listing_and_removing_jobs_is_silent if {
	found := cron.findings with input as requests.of([
		requests.run(["crontab", "-l"]),
		requests.run(["crontab", "-u", "root", "-l"]),
		requests.run(["crontab", "-r"]),
	])
	found == set()
}

test_access_rights_are_silent_only_for_programs_that_change_nothing_else if {
	chmod := object.union(_write("/etc/cron.d/job"), {"program": "chmod"})
	found := cron.findings with input as requests.of([chmod])
	found == set()
	copied := cron.findings with input as requests.of([object.union(chmod, {"program": "cp"})])
	copied == {_finding("writes /etc/cron.d/job, from which cron starts jobs")}
}

test_reading_and_files_elsewhere_are_silent if {
	found := cron.findings with input as requests.of([
		{"kind": "file.read", "path": "/etc/crontab"},
		_write("etc/crontab"),
		_write("/work/etc/cron.d/job"),
		requests.run(["cat", "/etc/crontab"]),
	])
	found == set()
}
