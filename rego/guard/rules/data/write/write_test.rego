package guard.rules.data.write_test

import data.guard.lib.requests_test as requests
import data.guard.rules.data.write

_query(verb) := {"kind": "data.query", "verb": verb, "text": verb}

test_writing_is_silent_where_nobody_switched_it_on if {
	found := write.findings with input as requests.of([_query("insert")])
	found == set()
}

test_writing_is_found_where_the_settings_say_so if {
	found := write.findings with input as requests.of([_query("insert"), _query("select")])
		with data.guard.settings.data.write.effect as "ask"
	found == {{
		"effect": "ask",
		"reason": "changes a database: insert",
		"solution": "read with a statement that changes nothing, or let a person run this one",
		"obligations": [],
	}}
}

test_a_statement_that_is_not_understood_counts_as_writing if {
	found := write.findings with input as requests.of([_query("")])
		with data.guard.settings.data.write.effect as "deny"
	{finding.reason | some finding in found} == {"changes a database: its statement is not understood"}
}

test_a_profile_may_switch_it_on if {
	found := write.findings with input as requests.of([_query("update")])
		with data.guard.profiles.baseline.effects as {"data.write": "ask"}
	count(found) == 1
}
