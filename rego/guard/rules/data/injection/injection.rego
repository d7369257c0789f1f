# METADATA
# title: Statements are not put together from foreign text
# description: >-
#   Traces of a value that became code: conditions that are always true behind `or`, a union
#   with the catalogue of the database, delays, and a comment that cuts off the rest.
# custom:
#   severity: medium
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: bind values as parameters of the statement instead of writing them into it
#   asked_when:
#     operations: [data.query]
#   references:
#     - "MITRE ATT&CK T1190 Exploit Public-Facing Application"
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
package guard.rules.data.injection

import data.guard.lib.statements
import data.guard.settings.data.injection as settings

findings contains _finding(sprintf("has a condition that is always true: %s", [match[0]])) if {
	settings.tautologies
	some operation in input.context.operations
	operation.kind == "data.query"
	some match in regex.find_all_string_submatch_n(_equal, operation.text, -1)
	match[1] == match[2]
}

findings contains _finding(sprintf("joins the catalogue %s to its rows", [name])) if {
	table := settings.catalogues
	some operation in input.context.operations
	operation.kind == "data.query"
	words := statements.words(operation)
	regex.match(` union (all |distinct )?select `, words)
	some name in split(words, " ")
	table[name]
}

findings contains _finding(sprintf("waits, by which values are guessed: %s", [phrase])) if {
	phrases := settings.delays
	some operation in input.context.operations
	operation.kind == "data.query"
	words := statements.words(operation)
	some phrase in phrases
	contains(words, sprintf(" %s ", [phrase]))
}

findings contains _finding("cuts off the rest of its condition by a comment") if {
	pattern := settings.comment
	some operation in input.context.operations
	operation.kind == "data.query"
	regex.match(pattern, lower(operation.text))
	contains(lower(operation.text), "where")
}

_finding(reason) := {
	"effect": settings.effect,
	"reason": reason,
	"solution": "bind values as parameters of the statement instead of writing them into it",
	"obligations": [],
}

# The same value on both sides, quoted or not, behind `or`.
_equal := `(?i)\bor\s+\(*\s*(['"]?[a-z0-9_]*['"]?)\s*=\s*(['"]?[a-z0-9_]*['"]?)(?:[^.a-z0-9_(]|$)`
