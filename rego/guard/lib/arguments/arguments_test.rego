package guard.lib.arguments_test

import data.guard.lib.arguments

test_options_are_spelled_alike if {
	"--pid=host" in arguments.spelled(["docker", "run", "--pid", "host"])
	"--pid=host" in arguments.spelled(["docker", "run", "--pid=host"])
	arguments.spelled(["x"]) == {"x"}
	arguments.spelled([]) == set()
}

test_operands_are_words_without_a_dash if {
	arguments.operands(["x", "-a", "b", "--c=d", "e"]) == ["b", "e"]
	arguments.operands(["x"]) == []
}

test_a_word_of_the_table_is_found if {
	arguments.has(["x", "-l"], {"-l": true})
	not arguments.has(["x", "-l"], {"-l": false})
	not arguments.has([], {"-l": true})
}
