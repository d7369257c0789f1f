package guard.rules.persistence.service_unit_test

import data.guard.lib.requests_test as requests
import data.guard.rules.persistence.service_unit

_found(operations) := found if {
	found := service_unit.findings with input as requests.of(operations)
}

_effects(operations) := {finding.effect | some finding in _found(operations)}

_write(program, path) := {"kind": "file.write", "program": program, "path": path}

test_the_finding_says_what_was_seen if {
	_found([_write("cp", "/etc/systemd/system/x.service")]) == {{
		"effect": "deny",
		"reason": "writes /etc/systemd/system/x.service, from which services are started",
		"solution": "start the program in this session, and stop it with the session",
		"obligations": [],
	}}
}

test_what_is_refused if {
	every operations in [
		[{"kind": "file.write", "path": "/etc/init.d/x"}],
		[_write("tee", "~/.config/systemd/user/x.timer")],
		[_write("bash", "/etc/rc.local")],
		[_write("cp", "/etc/systemd/system")],
		[_write("ln", "/etc/rc3.d/S99x")],
		[requests.run(["systemctl", "link", "/work/x.service"])],
		[requests.run(["systemctl", "enable", "./x.service"])],
		[requests.run(["systemd-run", "--on-calendar=hourly", "x"])],
		[{"kind": "process.exec", "program": "systemctl", "path": "systemctl", "argv": ["systemctl", "edit", "x"], "environment": {"EDITOR": "tee"}}],
		[requests.run(["systemctl", "edit", "--stdin", "x"])],
	] {
		"deny" in _effects(operations)
	}
}

test_what_is_asked_about if {
	every operations in [
		[requests.run(["systemctl", "enable", "--now", "x"])],
		[requests.run(["systemd-run", "-p", "CPUQuota=5%", "x"])],
		[requests.run(["loginctl", "enable-linger", "ann"])],
	] {
		"ask" in _effects(operations)
	}
}

test_what_is_silent if {
	every operations in [
		[_write("chmod", "/etc/init.d/x")],
		[_write("systemctl", "/etc/systemd/system/x.service")],
		[requests.run(["systemctl", "status", "x"])],
		[requests.run(["systemctl", "edit", "x"])],
		[{"kind": "process.exec", "program": "systemctl", "path": "systemctl", "argv": ["systemctl", "edit", "x"], "environment": {"LANG": "C"}}],
		[requests.run(["systemd-run", "--scope", "make"])],
		[requests.run(["systemctl", "enable", "--help"])],
		[requests.run(["update-rc.d", "x", "defaults"])],
		[_write("cp", "deploy/x.service")],
	] {
		_found(operations) == set()
	}
}

test_a_setting_switches_sysv_tools_on if {
	found := service_unit.findings with input as requests.of([requests.run(["update-rc.d", "x", "defaults"])])
		with data.guard.settings.persistence.service_unit.programs as {"update-rc.d": {"defaults": true}}
	{finding.effect | some finding in found} == {"ask"}
}
