package guard.rules.destructive.exhaustion_test

import data.guard.lib.requests_test as requests
import data.guard.rules.destructive.exhaustion

test_a_fork_bomb_is_denied if {
	found := exhaustion.findings with input as requests.request("baseline", [], [{"kind": "fork_bomb", "severity": "high", "detail": "`b` starts itself again and again"}])
	found == {{
		"effect": "deny",
		"reason": "uses up the machine: `b` starts itself again and again",
		"solution": "start a fixed number of processes",
		"obligations": [],
	}}
}

test_a_fork_bomb_without_detail_is_denied if {
	found := exhaustion.findings with input as requests.request("baseline", [], [{"kind": "fork_bomb"}])
	count(found) == 1
}

test_recursion_is_silent if {
	found := exhaustion.findings with input as requests.request("baseline", [], [{"kind": "endless_recursion", "severity": "medium", "detail": "x"}])
	found == set()
}
