package guard.rules.persistence.package_hook_test

import data.guard.lib.requests_test as requests
import data.guard.rules.persistence.package_hook

_found(operations) := found if {
	found := package_hook.findings with input as requests.of(operations)
}

_effects(operations) := {finding.effect | some finding in _found(operations)}

_write(program, path) := {"kind": "file.write", "program": program, "path": path}

test_the_finding_says_what_was_seen if {
	_found([{"kind": "file.write", "program": "bash", "path": "/etc/apt/apt.conf.d/9x", "content": "APT::Update::Pre-Invoke {\"x\";};"}]) == {{
		"effect": "deny",
		"reason": "may make a package manager run commands by /etc/apt/apt.conf.d/9x",
		"solution": "leave the package manager's settings as they are",
		"obligations": [],
	}}
}

test_what_is_refused if {
	every operations in [
		[_write("cp", "/etc/pacman.d/hooks/x.hook")],
		[_write("cp", "/var/lib/dpkg/info/x.postinst")],
		[{"kind": "file.write", "program": "bash", "path": "/etc/apt/apt.conf", "content": "DPkg::Post-Invoke {\"x\";};"}],
	] {
		"deny" in _effects(operations)
	}
}

test_what_is_asked_about if {
	every operations in [
		[_write("cp", "/etc/apt/apt.conf.d/9x")],
		[{"kind": "file.write", "path": "/etc/apt/apt.conf.d/9x"}],
		[{"kind": "file.write", "program": "bash", "path": "/etc/dpkg/dpkg.cfg.d/x", "content": "⟨?⟩"}],
	] {
		"ask" in _effects(operations)
	}
}

test_what_is_silent if {
	every operations in [
		[{"kind": "file.write", "program": "bash", "path": "/etc/apt/apt.conf.d/9x", "content": "APT::Install-Recommends \"false\";"}],
		[_write("chmod", "/etc/apt/apt.conf.d/9x")],
		[_write("mkdir", "/etc/pacman.d/hooks")],
		[{"kind": "file.write", "program": "bash", "path": "/etc/apt/sources.list", "content": "deb x"}],
	] {
		_found(operations) == set()
	}
}
