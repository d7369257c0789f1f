package guard.rules.remote_access.bind_shell_test

import data.guard.lib.requests_test as requests
import data.guard.rules.remote_access.bind_shell

_shell(direction, port) := {"kind": "network.shell", "direction": direction, "host": "", "port": port, "how": "socat exec"}

_finding(reason) := {
	"effect": "deny",
	"reason": reason,
	"solution": "run commands through the tools that the host of the agent gives",
	"obligations": [],
}

test_a_bind_shell_is_denied if {
	found := bind_shell.findings with input as requests.of([_shell("bind", 4444)])
	found == {_finding("offers a program to whoever connects to port 4444 (socat exec)")}
}

test_a_bind_shell_on_an_unknown_port_is_denied if {
	found := bind_shell.findings with input as requests.of([_shell("bind", null)])
	found == {_finding("offers a program to whoever connects to an unnamed port (socat exec)")}
}

test_a_reverse_shell_and_a_server_are_silent if {
	found := bind_shell.findings with input as requests.of([
		_shell("reverse", 4444),
		{"kind": "network.listen", "protocol": "http", "host": "", "port": 8000},
	])
	found == set()
}
