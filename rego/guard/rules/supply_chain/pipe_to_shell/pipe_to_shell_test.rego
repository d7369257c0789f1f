package guard.rules.supply_chain.pipe_to_shell_test

import data.guard.lib.requests_test as requests
import data.guard.rules.supply_chain.pipe_to_shell

_found(url, kind) := {finding |
	some finding in pipe_to_shell.findings with input as requests.request(
		"baseline",
		[{"kind": "network.connect", "program": "curl", "protocol": "https", "host": "x.example", "port": 443, "url": url}],
		[{"kind": kind, "severity": "high", "detail": "what curl gives is run by sh"}],
	)
}

test_a_finding_asks if {
	_found("https://x.example/i.sh", "unknown_code") == {{
		"effect": "ask",
		"reason": "runs what curl downloads from x.example: what curl gives is run by sh",
		"solution": "read the script first, and run it in a second call",
		"obligations": [],
	}}
}

test_listed_installers_and_other_parts_are_left_to_other_rules if {
	_found("https://sh.rustup.rs", "unknown_code") == set()
	_found("https://x.example/i.sh", "unknown_argument") == set()
}

test_connections_of_other_programs_are_silent if {
	found := pipe_to_shell.findings with input as requests.request(
		"baseline",
		[{"kind": "network.connect", "program": "psql", "protocol": "postgresql", "host": "x.example", "port": 5432}],
		[{"kind": "unknown_code", "severity": "high", "detail": "x"}],
	)
	found == set()
}
