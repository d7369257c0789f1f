package guard.rules.persistence.launch_agent_test

import data.guard.lib.requests_test as requests
import data.guard.rules.persistence.launch_agent

_found(operations) := found if {
	found := launch_agent.findings with input as requests.of(operations)
}

_effects(operations) := {finding.effect | some finding in _found(operations)}

_write(program, path) := {"kind": "file.write", "program": program, "path": path}

test_the_finding_says_what_was_seen if {
	_found([_write("cp", "~/Library/LaunchAgents/x.plist")]) == {{
		"effect": "ask",
		"reason": "writes ~/Library/LaunchAgents/x.plist, from which macOS starts programs",
		"solution": "run the program now, within the session",
		"obligations": [],
	}}
}

test_what_is_asked_about if {
	every operations in [
		[_write("tee", "/Library/LaunchDaemons/x.plist")],
		[_write("touch", "/Library/StartupItems/x")],
		[{"kind": "file.write", "path": "/etc/rc.common"}],
		[_write("ln", "/Users/ann/Library/LaunchAgents")],
		[requests.run(["launchctl", "load", "-w", "x.plist"])],
		[requests.run(["launchctl", "bootstrap", "gui/501", "x.plist"])],
		[requests.run(["defaults", "write", "com.apple.loginwindow", "LoginHook", "/x"])],
	] {
		"ask" in _effects(operations)
	}
}

test_what_is_silent if {
	every operations in [
		[_write("mkdir", "~/Library/LaunchAgents")],
		[requests.run(["launchctl", "list"])],
		[requests.run(["defaults", "read", "com.apple.dock"])],
		[_write("cp", "deploy/LaunchAgents/x.plist")],
	] {
		_found(operations) == set()
	}
}
