# METADATA
# title: Arguments
# description: Questions about the words of an argv whose grammar nobody needs to know.
package guard.lib.arguments

# METADATA
# description: >-
#   Every word, and every word joined to the next by `=`, so that `--pid host` and `--pid=host`
#   are asked for alike.
spelled(argv) := {argv[0] | argv[0]} | {word |
	some index, next in argv
	index > 0
	some word in [next, concat("=", [argv[index - 1], next])]
}

# METADATA
# description: >-
#   The words that are no options, the program's name not counted: subcommands and operands,
#   together with what stands apart behind an option.
operands(argv) := [word |
	some word in array.slice(argv, 1, count(argv))
	not startswith(word, "-")
]

# METADATA
# scope: document
# description: True if one of the words is a key of the table.
has(argv, table) if {
	some word in argv
	table[word]
}
