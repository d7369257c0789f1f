package guard.rules.remote_access.remote_service_test

import data.guard.lib.requests_test as requests
import data.guard.rules.remote_access.remote_service

_findings(argv) := found if {
	found := remote_service.findings with input as requests.of([requests.run(argv)])
}

test_remote_desktops_and_terminals_are_asked_about if {
	every argv in [["x11vnc", "-forever"], ["VNCserver"], ["kickstart", "-activate", "-allowAccessFor"], ["systemsetup", "-setremotelogin", "on"]] {
		count(_findings(argv)) == 1
	}
	some finding in _findings(["x11vnc"])
	finding.effect == "ask"
	finding.reason == "opens this machine to remote control with x11vnc"
}

test_other_uses_are_silent if {
	every argv in [["x11vnc", "--help"], ["kickstart", "-deactivate"], ["systemsetup", "-getremotelogin"], ["sshd", "-D"], ["vncviewer", "h"]] {
		count(_findings(argv)) == 0
	}
}

test_other_operations_are_silent if {
	found := remote_service.findings with input as requests.of([{"kind": "file.read", "path": "/usr/bin/x11vnc"}])
	count(found) == 0
}
