package guard.rules.persistence.event_trigger_test

import data.guard.lib.requests_test as requests
import data.guard.rules.persistence.event_trigger

_found(operations) := found if {
	found := event_trigger.findings with input as requests.of(operations)
}

_effects(operations) := {finding.effect | some finding in _found(operations)}

_write(program, path) := {"kind": "file.write", "program": program, "path": path}

test_the_finding_says_what_was_seen if {
	_found([_write("cp", "~/.config/autostart/x.desktop")]) == {{
		"effect": "deny",
		"reason": "writes ~/.config/autostart/x.desktop, which is run when something happens",
		"solution": "run the program now, within the session",
		"obligations": [],
	}}
}

test_what_is_refused if {
	every operations in [
		[_write("tee", "/etc/update-motd.d/99-x")],
		[{"kind": "file.write", "path": "~/.ssh/rc"}],
		[{"kind": "file.write", "program": "bash", "path": "/etc/udev/rules.d/9.rules", "content": "RUN+=\"/x\""}],
		[{"kind": "file.write", "program": "bash", "path": "/etc/logrotate.d/x", "content": "/x {\n  postrotate\n    /y\n  endscript\n}"}],
	] {
		"deny" in _effects(operations)
	}
}

test_what_is_asked_about if {
	every operations in [
		[_write("cp", "/etc/udev/rules.d/9.rules")],
		[{"kind": "file.write", "program": "bash", "path": "/etc/logrotate.d/x", "content": "⟨?⟩"}],
	] {
		"ask" in _effects(operations)
	}
}

test_what_is_silent if {
	every operations in [
		[_write("mkdir", "~/.config/autostart")],
		[{"kind": "file.write", "program": "bash", "path": "/etc/udev/rules.d/9.rules", "content": "SUBSYSTEM==\"usb\", MODE=\"0660\""}],
		[{"kind": "file.write", "program": "bash", "path": "/etc/logrotate.d/x", "content": "/x {\n  weekly\n}"}],
		[_write("chmod", "/etc/udev/rules.d/9.rules")],
		[_write("cp", "/etc/motd")],
	] {
		_found(operations) == set()
	}
}
