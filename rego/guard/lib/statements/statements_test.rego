package guard.lib.statements_test

import data.guard.lib.requests_test as requests
import data.guard.lib.statements

_query(code) := {"kind": "data.query", "verb": "", "text": code, "code": code}

test_words_stand_between_spaces if {
	statements.words(_query("DROP  TABLE\n\"\" , t2;")) == " drop table t2 "
	statements.words({"kind": "data.query", "verb": "", "text": "Drop table t"}) == " drop table t "
}

test_tables_are_those_of_the_reader_or_all_words if {
	statements.tables(object.union(_query("select 1 from T"), {"tables": ["T"]})) == {"t"}
	statements.tables(_query("select a from mysql.User")) == {"select", "a", "from", "mysql.user"}
}

test_conditions_narrow_unless_they_hold_for_every_row if {
	not statements.narrowed({"kind": "data.query", "verb": "delete", "text": "delete from t where a = 1"}, {"where": true})
	every code in ["delete from t where a = 1", "DELETE FROM t WHERE 1 = 1 and b = 2"] {
		statements.narrowed(_query(code), {"where": true})
	}
	every code in ["delete from t", "delete from t where 1=1", "delete from t where true", "delete from t where ''=''"] {
		not statements.narrowed(_query(code), {"where": true})
	}
}

test_tables_of_the_call_and_of_a_prefix_are_temporary if {
	dropped := object.union(_query("drop table s"), {"verb": "drop", "writes": ["s"]})
	not statements.temporary(dropped, ["tmp_"]) with input as requests.of([dropped])
	made := object.union(_query("create table s"), {"verb": "create", "writes": ["s"]})
	statements.temporary(dropped, ["tmp_"]) with input as requests.of([made, dropped])
	statements.temporary(object.union(dropped, {"writes": ["TMP_1"]}), ["tmp_"]) with input as requests.of([dropped])
	not statements.temporary(_query("drop table s"), ["tmp_"]) with input as requests.of([dropped])
}
