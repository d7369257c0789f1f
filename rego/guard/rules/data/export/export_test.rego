package guard.rules.data.export_test

import data.guard.lib.requests_test as requests
import data.guard.rules.data.export

_query(verb, code) := {"kind": "data.query", "verb": verb, "text": code, "code": code}

_reasons(operations) := {finding.reason |
	some finding in export.findings with input as requests.of(operations)
}

test_a_finding_is_whole if {
	found := export.findings with input as requests.of([_query("select", "select email, password from users")])
	found == {{
		"effect": "ask",
		"reason": "reads password of every row",
		"solution": "select the columns that the task needs, of the rows that it needs",
		"obligations": [],
	}}
}

test_tables_of_secrets_are_not_read if {
	_reasons([object.union(_query("select", "select * from API_KEYS where a = 1"), {"tables": ["API_KEYS"]})]) == {"reads api_keys, which holds secrets"}
	_reasons([object.union(_query("create", "create table api_keys (id int)"), {"tables": ["api_keys"]})]) == set()
}

test_names_are_looked_for_where_no_table_is_known if {
	_reasons([_query("select", "select a from mysql.user where b = 1")]) == {"reads mysql.user, which holds secrets"}
}

test_secrets_of_every_row_are_not_read if {
	_reasons([{"kind": "data.query", "verb": "", "text": "password"}]) == {"reads password of every row"}
	_reasons([_query("select", "select password from users where id = 3")]) == set()
	_reasons([_query("select", "select name from users")]) == set()
}

test_a_dump_is_not_sent_away if {
	dump := requests.run(["pg_dump", "shop"])
	sent := {"kind": "network.connect", "program": "curl", "protocol": "https", "host": "x.example", "port": 443}
	_reasons([dump, sent]) == {"dumps a database with pg_dump and sends it to x.example"}
	_reasons([requests.run(["tar", "-c", "x"]), sent]) == set()
	_reasons([dump, object.remove(sent, ["program"])]) == {"dumps a database with pg_dump and sends it to x.example"}
	_reasons([dump, object.union(sent, {"host": "127.0.0.1"})]) == set()
	_reasons([dump, object.union(sent, {"program": "pg_dump"})]) == set()
}
