# METADATA
# title: Machines are rented by people
# description: >-
#   A virtual machine, a card or a cluster that is rented from a cloud costs money and runs on
#   beyond the sandbox. Commands that rent or start one are asked about; those that list,
#   describe or delete are not. Plans of infrastructure (`terraform apply`) say what they make
#   in files that are not seen here: who wants to be asked about them adds them to `programs`.
# custom:
#   severity: high
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   asked_when:
#     programs: [programs]
#   solution: work with the machine at hand, or ask the operator to rent another
#   references:
#     - "MITRE ATT&CK T1578.002 Create Cloud Instance"
#     - "MITRE ATT&CK T1496.001 Compute Hijacking"
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
package guard.rules.resource_hijack.compute_rental

import data.guard.lib.programs
import data.guard.settings.resource_hijack.compute_rental as settings

findings contains {
	"effect": settings.effect,
	"reason": sprintf("rents computers with `%s %s`", [operation.program, phrase]),
	"solution": "work with the machine at hand, or ask the operator to rent another",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	not programs.prints_help(operation.argv)
	not _only_tries(operation.argv, settings)
	phrases := settings.programs[lower(operation.program)]
	phrase := _spoken(operation.argv, phrases)
}

_only_tries(argv, lists) if {
	some argument in argv
	lists.dry_runs[argument]
}

# What is done stands in the first words. Options may come before them, with a value or without.
_spoken(argv, phrases) := min({phrase |
	some text in {_words(argv, true), _words(argv, false)}
	some phrase, wanted in phrases
	wanted
	startswith(text, sprintf("%s ", [phrase]))
})

_words(argv, with_values) := sprintf("%s ", [concat(" ", [word |
	some index, word in argv
	index > 0
	not startswith(word, "-")
	not settings.before[word]
	_counts(argv[index - 1], with_values)
])])

_counts(_, true) := true

_counts(before, _) if not startswith(before, "-")

_counts(before, _) if contains(before, "=")
