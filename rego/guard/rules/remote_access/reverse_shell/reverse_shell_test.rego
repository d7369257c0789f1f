package guard.rules.remote_access.reverse_shell_test

import data.guard.lib.requests_test as requests
import data.guard.rules.remote_access.reverse_shell

_shell(direction) := {"kind": "network.shell", "direction": direction, "host": "203.0.113.5", "port": 4444, "how": "nc -e"}

_finding := {
	"effect": "deny",
	"reason": "wires a program to a connection to 203.0.113.5 port 4444 (nc -e)",
	"solution": "run commands through the tools that the host of the agent gives",
	"obligations": [],
}

test_a_reverse_shell_is_denied if {
	found := reverse_shell.findings with input as requests.of([_shell("reverse")])
	found == {_finding}
}

test_a_direction_yet_unknown_is_denied if {
	found := reverse_shell.findings with input as requests.of([_shell("sideways")])
	found == {_finding}
}

test_a_bind_shell_and_a_connection_are_silent if {
	found := reverse_shell.findings with input as requests.of([
		_shell("bind"),
		{"kind": "network.connect", "protocol": "tcp", "host": "203.0.113.5", "port": 4444},
	])
	found == set()
}
