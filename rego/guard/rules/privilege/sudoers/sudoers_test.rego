package guard.rules.privilege.sudoers_test

import data.guard.lib.requests_test as requests
import data.guard.rules.privilege.sudoers

_found(operations) := found if {
	found := sudoers.findings with input as requests.of(operations)
}

_effects(operations) := {finding.effect | some finding in _found(operations)}

_write(program, path) := {"kind": "file.write", "program": program, "path": path}

test_the_finding_says_what_was_seen if {
	_found([_write("bash", "/etc/sudoers.d/x")]) == {{
		"effect": "deny",
		"reason": "changes /etc/sudoers.d/x, which says who may act as root",
		"solution": "work with the rights that this session has, or ask the operator",
		"obligations": [],
	}}
}

test_what_is_refused if {
	every operations in [
		[{"kind": "file.write", "path": "/etc/sudoers"}],
		[_write("cp", "/etc/doas.conf")],
		[_write("tee", "/etc/polkit-1/rules.d/x.rules")],
		[{"kind": "file.write", "program": "chmod", "path": "/etc/sudoers", "mode": "666"}],
		[_write("chmod", "/etc/sudoers")],
		[{"kind": "file.write", "program": "chmod", "path": "/etc/sudoers", "mode": "⟨?⟩"}],
		[{"kind": "process.exec", "program": "visudo", "path": "visudo", "argv": ["visudo"], "environment": {"EDITOR": "tee -a"}}],
		[{"kind": "environment.set", "name": "VISUAL", "value": "/x"}, requests.run(["visudo"])],
	] {
		"deny" in _effects(operations)
	}
}

test_what_is_silent if {
	every operations in [
		[_write("visudo", "/etc/sudoers")],
		[requests.run(["visudo"])],
		[{"kind": "process.exec", "program": "visudo", "path": "visudo", "argv": ["visudo"], "environment": {"EDITOR": "vim"}}],
		[{"kind": "process.exec", "program": "visudo", "path": "visudo", "argv": ["visudo"], "environment": {"LANG": "C"}}],
		[{"kind": "file.write", "program": "chmod", "path": "/etc/sudoers.d/x", "mode": "440"}],
		[_write("mkdir", "/etc/sudoers.d")],
		[_write("cp", "sudoers")],
	] {
		_found(operations) == set()
	}
}
