package guard.rules.data.privilege_test

import data.guard.lib.requests_test as requests
import data.guard.rules.data.privilege

_query(verb, code) := {"kind": "data.query", "verb": verb, "text": code, "code": code}

_reasons(operations) := {finding.reason |
	some finding in privilege.findings with input as requests.of(operations)
}

test_a_finding_is_whole if {
	found := privilege.findings with input as requests.of([_query("grant", "grant all on *.* to ann")])
	found == {{
		"effect": "ask",
		"reason": "changes rights: grant all",
		"solution": "work with the rights that the account has, or let a person change them",
		"obligations": [],
	}}
}

test_rights_are_not_widened if {
	_reasons([_query("create", "CREATE USER ann")]) == {"changes rights: create user"}
	_reasons([_query("alter", "alter role ann superuser")]) == {"changes rights: alter role", "changes rights: superuser"}
	_reasons([object.union(_query("update", "update mysql.user set x = 1 where a = 2"), {"writes": ["mysql.User"]})]) == {"writes mysql.User, in which the database keeps accounts and rights"}
	count(_reasons([object.union(_query("insert", "insert into pg_catalog.t values (1)"), {"writes": ["pg_catalog.t"]})])) == 1
}

test_names_are_looked_for_where_no_table_is_known if {
	_reasons([_query("delete", "delete from mysql.user where a = 1")]) == {"writes mysql.user, in which the database keeps accounts and rights"}
}

test_ordinary_statements_are_silent if {
	_reasons([_query("grant", "grant select on t to ann"), _query("select", "select superuser from t"), object.union(_query("update", "update users set a = 1 where b = 2"), {"writes": ["users"]})]) == set()
}
