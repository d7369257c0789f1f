package guard.rules.privilege.setuid_test

import data.guard.lib.requests_test as requests
import data.guard.rules.privilege.setuid

_found(operations) := found if {
	found := setuid.findings with input as requests.of(operations)
}

_effects(operations) := {finding.effect | some finding in _found(operations)}

_write(program, path) := {"kind": "file.write", "program": program, "path": path}

test_the_finding_says_what_was_seen if {
	_found([{"kind": "file.write", "program": "chmod", "path": "/tmp/x", "mode": "u+s"}]) == {{
		"effect": "deny",
		"reason": "lets /tmp/x run with its owner's rights (mode u+s)",
		"solution": "run the program with the rights that this session has",
		"obligations": [],
	}}
}

test_what_is_refused if {
	every operations in [
		[{"kind": "file.write", "program": "chmod", "path": "x", "mode": "4755"}],
		[{"kind": "file.write", "program": "install", "path": "/usr/local/bin/x", "mode": "6755"}],
		[{"kind": "file.write", "program": "python", "path": "x", "mode": "4755"}],
		[_write("chmod", "x")],
		[requests.run(["setcap", "cap_setuid+ep", "x"])],
		[requests.run(["setcap", "=ep", "x"])],
	] {
		"deny" in _effects(operations)
	}
}

test_what_is_asked_about if {
	every operations in [
		[{"kind": "file.write", "program": "chmod", "path": "/usr/local/bin/x", "mode": "g+s"}],
		[_write("cp", "x"), {"kind": "file.write", "program": "chmod", "path": "x", "mode": "2755"}],
		[{"kind": "process.exec", "program": "x", "path": "./x", "argv": ["./x"]}, {"kind": "file.write", "program": "chmod", "path": "./x", "mode": "g+s"}],
	] {
		"ask" in _effects(operations)
	}
}

test_what_is_silent if {
	every operations in [
		[{"kind": "file.write", "program": "chmod", "path": "x", "mode": "755"}],
		[{"kind": "file.write", "program": "chmod", "path": "x", "mode": "u-s"}],
		[{"kind": "file.write", "program": "chmod", "path": "/srv/share", "mode": "2775"}],
		[_write("mkdir", "d"), {"kind": "file.write", "program": "chmod", "path": "d", "mode": "g+s"}],
		[_write("cp", "x")],
		[requests.run(["setcap", "cap_net_bind_service=+ep", "x"])],
		[requests.run(["setcap", "-r", "x"])],
		[requests.run(["chmod", "755", "x"])],
	] {
		_found(operations) == set()
	}
}
