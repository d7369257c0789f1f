package guard.lib.commands_test

import data.guard.lib.commands
import data.guard.lib.requests_test as requests

_table := {"tool": {
	"all words": {"words": ["box", "drop"]},
	"one of": {"any": ["--a", "--b"], "starts": ["--c="]},
	"unless": {"words": ["wipe"], "unless": ["--dry-run"], "unless_starts": ["--only="]},
	"phrase": {"phrases": [" empty box "]},
	"off": {"on": false, "words": ["box"]},
}}

_done(argv) := commands.done(requests.run(argv), _table)

test_all_words_must_be_there_in_any_order if {
	_done(["tool", "box", "-x", "drop"]) == {"all words"}
	_done(["tool", "drop", "box"]) == {"all words"}
	_done(["tool", "box"]) == set()
	_done(["other", "box", "drop"]) == set()
}

test_one_of_words_or_starts_is_enough if {
	_done(["tool", "--a"]) == {"one of"}
	_done(["tool", "--c=1"]) == {"one of"}
	_done(["tool", "--c"]) == set()
}

test_a_phrase_stands_together if {
	_done(["tool", "empty", "box"]) == {"phrase"}
	_done(["tool", "empty", "-n", "box"]) == set()
}

test_exceptions_silence_an_entry if {
	_done(["tool", "wipe"]) == {"unless"}
	_done(["tool", "wipe", "--dry-run"]) == set()
	_done(["tool", "wipe", "--only=x"]) == set()
}

test_help_does_nothing if _done(["tool", "box", "drop", "--help"]) == set()

test_names_of_programs_are_compared_in_lower_case if {
	commands.done(requests.run(["TOOL", "box", "drop"]), _table) == {"all words"}
}

test_flags_are_found_alone_joined_and_long if {
	commands.flagged(["git", "push", "-f"], "f", {})
	commands.flagged(["git", "push", "-uf"], "f", {})
	commands.flagged(["git", "push", "--force"], "f", {"--force": true})
	not commands.flagged(["git", "push", "--follow", "f"], "f", {"--force": true})
}
