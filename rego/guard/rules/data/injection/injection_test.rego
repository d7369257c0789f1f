package guard.rules.data.injection_test

import data.guard.lib.requests_test as requests
import data.guard.rules.data.injection

_query(verb, code) := {"kind": "data.query", "verb": verb, "text": code, "code": code}

_reasons(operations) := {finding.reason |
	some finding in injection.findings with input as requests.of(operations)
}

test_a_finding_is_whole if {
	found := injection.findings with input as requests.of([_query("select", "select * from t where a = 1 or 1=1")])
	found == {{
		"effect": "ask",
		"reason": "has a condition that is always true: or 1=1",
		"solution": "bind values as parameters of the statement instead of writing them into it",
		"obligations": [],
	}}
}

test_conditions_that_are_always_true_are_found if {
	every text in ["select 1 where a = '' OR '1'='1'", "select 1 where a = '' or 'x' = 'x' --", "delete from t where a = 2 or (1 = 1)"] {
		count(_reasons([_query("select", text)])) > 0
	}
}

test_catalogues_and_delays_are_found if {
	_reasons([_query("select", "select a from t union all select name from sqlite_master")]) == {"joins the catalogue sqlite_master to its rows"}
	_reasons([_query("select", "select a from t where a = 1 and sleep(5)")]) == {"waits, by which values are guessed: and sleep"}
	_reasons([_query("select", "select pg_sleep(5)")]) == {"waits, by which values are guessed: pg_sleep"}
}

test_a_comment_that_cuts_off_is_found if {
	_reasons([_query("select", "select * from t where a = 'admin' --' and b = 'x'")]) == {"cuts off the rest of its condition by a comment"}
}

test_ordinary_statements_are_silent if {
	_reasons([
		_query("select", "select * from t where 1=1 and a = 2 or b = 3"),
		_query("select", "select * from t join u on t.a = u.a or t.b = u.b"),
		_query("select", "select a from t union select b from u"),
		_query("select", "select name from sqlite_master -- tables"),
		_query("insert", "insert into t values ('x' -- 'the name'\n)"),
		_query("select", "select * from t where a = 'x' -- the old name"),
	]) == set()
}
