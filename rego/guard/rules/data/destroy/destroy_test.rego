package guard.rules.data.destroy_test

import data.guard.lib.requests_test as requests
import data.guard.rules.data.destroy

_query(verb, code) := {"kind": "data.query", "verb": verb, "text": code, "code": code}

_reasons(operations) := {finding.reason |
	some finding in destroy.findings with input as requests.of(operations)
}

test_a_finding_is_whole if {
	found := destroy.findings with input as requests.of([_query("drop", "drop table shop")])
	found == {{
		"effect": "ask",
		"reason": "drops a table: drop table shop",
		"solution": "name the rows or work on a table that the task made, or let a person run this statement",
		"obligations": [],
	}}
}

test_dropping_and_truncating_is_asked_about if {
	_reasons([_query("drop", "DROP DATABASE IF EXISTS shop")]) == {"drops a database: DROP DATABASE IF EXISTS shop"}
	_reasons([_query("alter", "alter table t drop column c")]) == {"drops a column: alter table t drop column c"}
	_reasons([_query("truncate", "truncate t")]) == {"empties a table: truncate t"}
	_reasons([{"kind": "data.query", "verb": "", "text": "x; drop table t"}]) == {"drops a table: x; drop table t"}
}

test_changing_every_row_is_asked_about if {
	_reasons([_query("delete", "delete from t")]) == {"deletes every row: delete from t"}
	_reasons([_query("update", "update t set a = 1 where 1=1")]) == {"updates every row: update t set a = 1 where 1=1"}
	count(_reasons([{"kind": "data.query", "verb": "delete", "text": "delete from t where a = 1"}])) == 1
}

test_temporary_tables_may_go if {
	_reasons([object.union(_query("drop", "drop table tmp_a"), {"writes": ["tmp_a"]})]) == set()
	_reasons([object.union(_query("delete", "delete from temp.a"), {"writes": ["temp.a"]})]) == set()
	_reasons([object.union(_query("truncate", "truncate tmp_a"), {"writes": ["tmp_a"]})]) == set()
}

test_settings_switch_each_part_off if {
	statements := [_query("drop", "drop table t"), _query("truncate", "truncate t"), _query("delete", "delete from t")]
	rows := {finding.reason | some finding in destroy.findings} with input as requests.of(statements)
		with data.guard.settings.data.destroy.drops as false
		with data.guard.settings.data.destroy.truncates as false
	rows == {"deletes every row: delete from t"}
	drops := {finding.reason | some finding in destroy.findings} with input as requests.of(statements)
		with data.guard.settings.data.destroy.all_rows as false
		with data.guard.settings.data.destroy.truncates as false
	drops == {"drops a table: drop table t"}
	none := destroy.findings with input as requests.of(statements)
		with data.guard.settings.data.destroy.objects as {"table": false}
		with data.guard.settings.data.destroy.all_rows as false
		with data.guard.settings.data.destroy.truncates as false
	none == set()
}

test_ordinary_statements_are_silent if {
	_reasons([
		_query("select", "select * from t"),
		_query("delete", "delete from t where id = 3"),
		_query("update", "update t set a = 1 where id = 3"),
		_query("drop", "drop index i"),
		_query("drop", "drop view v"),
		_query("alter", "alter table t drop constraint c"),
	]) == set()
}
