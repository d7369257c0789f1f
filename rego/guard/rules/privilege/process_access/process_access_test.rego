package guard.rules.privilege.process_access_test

import data.guard.lib.requests_test as requests
import data.guard.rules.privilege.process_access

_found(operations) := found if {
	found := process_access.findings with input as requests.of(operations)
}

_effects(operations) := {finding.effect | some finding in _found(operations)}

_write(program, path) := {"kind": "file.write", "program": program, "path": path}

test_the_finding_says_what_was_seen if {
	_found([_write("bash", "/etc/ld.so.preload")]) == {{
		"effect": "deny",
		"reason": "writes /etc/ld.so.preload, which loads code into every program",
		"solution": "debug a program that this session starts itself",
		"obligations": [],
	}}
}

test_what_is_refused if {
	every operations in [
		[{"kind": "file.write", "path": "/proc/12/mem"}],
		[_write("dd", "/proc/⟨?⟩/mem")],
		[requests.run(["gdb", "-p", "12", "-ex", "call (int)system(\"x\")"])],
		[requests.run(["gdb", "--pid=12", "-ex", "set var x=1"])],
		[requests.run(["gdb", "-ex", "attach 12", "-ex", "call exit(1)"])],
	] {
		"deny" in _effects(operations)
	}
}

test_what_is_silent if {
	every operations in [
		[requests.run(["gdb", "-p", "12", "-ex", "bt"])],
		[requests.run(["gdb", "./x", "-ex", "call f()"])],
		[_write("chmod", "/etc/ld.so.preload")],
		[_write("cp", "/proc/12/oom_score_adj")],
	] {
		_found(operations) == set()
	}
}
