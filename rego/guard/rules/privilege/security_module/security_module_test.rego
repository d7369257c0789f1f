package guard.rules.privilege.security_module_test

import data.guard.lib.requests_test as requests
import data.guard.rules.privilege.security_module

_found(operations) := found if {
	found := security_module.findings with input as requests.of(operations)
}

_effects(operations) := {finding.effect | some finding in _found(operations)}

_write(program, path) := {"kind": "file.write", "program": program, "path": path}

test_the_finding_says_what_was_seen if {
	_found([requests.run(["setenforce", "0"])]) == {{
		"effect": "deny",
		"reason": "switches confinement off with setenforce",
		"solution": "ask the operator for a rule that lets the one thing through",
		"obligations": [],
	}}
}

test_what_is_refused if {
	every operations in [
		[requests.run(["aa-teardown"])],
		[requests.run(["apparmor_parser", "-R", "x"])],
		[{"kind": "process.signal", "signal": "TERM", "target": "apparmor.service", "by": "unit"}],
		[{"kind": "file.write", "program": "bash", "path": "/etc/selinux/config", "content": "SELINUX=disabled"}],
		[_write("ln", "/etc/apparmor.d/disable/x")],
		[_write("sed", "/etc/selinux/config"), requests.run(["sed", "-i", "s/SELINUX=.*/SELINUX=permissive/", "/etc/selinux/config"])],
	] {
		"deny" in _effects(operations)
	}
}

test_what_is_asked_about if {
	every operations in [
		[_write("cp", "/etc/selinux/config")],
		[{"kind": "file.write", "path": "/sys/fs/selinux/enforce"}],
		[_write("sed", "/etc/selinux/config")],
		[_write("sed", "/etc/selinux/config"), requests.run(["sed", "-i", "⟨?⟩", "/x"])],
	] {
		"ask" in _effects(operations)
	}
}

test_what_is_silent if {
	every operations in [
		[requests.run(["setenforce", "1"])],
		[requests.run(["aa-teardown", "--help"])],
		[requests.run(["apparmor_parser", "-r", "x"])],
		[{"kind": "file.write", "program": "bash", "path": "/etc/selinux/config", "content": "SELINUX=enforcing"}],
		[_write("chmod", "/etc/selinux/config")],
		[_write("mkdir", "/etc/apparmor.d/disable")],
		[{"kind": "process.signal", "signal": "TERM", "target": "nginx.service", "by": "unit"}],
		[_write("cp", "/etc/apparmor.d/x")],
	] {
		_found(operations) == set()
	}
}
