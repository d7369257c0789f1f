# METADATA
# title: Command lines
# description: >-
#   Looks up what a command line does in a table of settings. The table has an object for each
#   program (lower case), and in it one for each thing that the program can be told to do, under
#   the words that a reason says of it: `{"aws": {"deletes a bucket": {"words": ["s3", "rb"]}}}`.
#
#   Keys of such an entry, all optional: `words`, which must all be arguments; `any`, of which
#   one must be; `starts`, with which one argument must start; `phrases`, one of which the
#   arguments with spaces around them must hold; `unless` and `unless_starts`, of which none
#   may be; `on`, false where the entry is switched off. `any`, `starts` and `phrases` together
#   ask for one of them.
package guard.lib.commands

import data.guard.lib.programs

# METADATA
# scope: document
# description: >-
#   The set of what the start of a program would do, by a table as described above. Printing
#   help does nothing.
done(operation, table) := {what |
	program := lower(operation.program)
	some what, entry in table[program]
	object.get(entry, "on", true) != false
	_fits(operation.argv, entry)
	not programs.prints_help(operation.argv)
}

# METADATA
# scope: document
# description: >-
#   True if one of the short flags is among the arguments, alone or joined with others (`-fu`),
#   or one of the long ones. `short` is a pattern of letters, `long` an object.
flagged(argv, short, _) if {
	pattern := sprintf("^-[A-Za-z0-9]*[%s]", [short])
	some argument in argv
	regex.match(pattern, argument)
}

flagged(argv, _, long) if {
	some argument in argv
	long[argument]
}

_fits(argv, entry) if {
	arguments := {argument | some argument in argv}
	{word | some word in object.get(entry, "words", [])} - arguments == set()
	_one(arguments, argv, entry)
	{word | some word in object.get(entry, "unless", [])} & arguments == set()
	not strings.any_prefix_match(argv, object.get(entry, "unless_starts", []))
}

_one(_, _, entry) if {
	object.get(entry, "any", []) == []
	object.get(entry, "starts", []) == []
	object.get(entry, "phrases", []) == []
}

_one(arguments, _, entry) if {
	some word in object.get(entry, "any", [])
	arguments[word]
}

_one(_, argv, entry) if strings.any_prefix_match(argv, object.get(entry, "starts", []))

_one(_, argv, entry) if {
	some phrase in object.get(entry, "phrases", [])
	contains(sprintf(" %s ", [concat(" ", argv)]), phrase)
}
