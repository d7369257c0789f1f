package guard.rules.data.code_test

import data.guard.lib.requests_test as requests
import data.guard.rules.data.code

_query(verb, code) := {"kind": "data.query", "verb": verb, "text": code, "code": code}

_reasons(operations) := {finding.reason |
	some finding in code.findings with input as requests.of(operations)
}

test_a_finding_is_whole if {
	found := code.findings with input as requests.of([_query("", "exec xp_cmdshell ''")])
	found == {{
		"effect": "ask",
		"reason": "reaches out of the database by xp_cmdshell",
		"solution": "ask the database for rows only, and read files or call programs by their own tools",
		"obligations": [],
	}}
}

test_functions_and_clauses_that_reach_out_are_found if {
	_reasons([_query("select", "select Load_File('')")]) == {"reaches out of the database by load_file"}
	_reasons([_query("copy", "COPY t TO  PROGRAM ''")]) == {"reaches out of the database by to program"}
	_reasons([_query("select", "select 1 into outfile ''")]) == {"reaches out of the database by into outfile"}
	_reasons([{"kind": "data.query", "verb": "", "text": "select lo_export(1, 'x')"}]) == {"reaches out of the database by lo_export"}
}

test_a_mention_is_silent if {
	_reasons([object.union(_query("select", "select ''"), {"text": "select 'xp_cmdshell'"}), _query("select", "select program from t"), _query("create", "create table t (a int)")]) == set()
}
