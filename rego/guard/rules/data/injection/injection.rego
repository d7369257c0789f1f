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
	some match in regex.find_all_string_submatch_n(_equal, _texts, -1)
	match[1] == match[2]
}

findings contains _finding(sprintf("joins the catalogue %s to its rows", [name])) if {
	contains(statements.together, " union ")
	table := settings.catalogues
	some statement in statements.described
	regex.match(` union (all |distinct )?select `, statement.words)
	some name in split(statement.words, " ")
	table[name]
}

findings contains _finding(sprintf("waits, by which values are guessed: %s", [phrase])) if {
	phrases := settings.delays
	some phrase, _ in statements.said(phrases)
}

findings contains _finding("cuts off the rest of its condition by a comment") if {
	pattern := settings.comment
	some statement in statements.described
	text := lower(statement.operation.text)
	contains(text, "where")
	regex.match(pattern, text)
}

_finding(reason) := {
	"effect": settings.effect,
	"reason": reason,
	"solution": "bind values as parameters of the statement instead of writing them into it",
	"obligations": [],
}

# No condition reaches over a semicolon.
_texts := concat("\n;\n", [statement.operation.text | some statement in statements.described])

# The same value on both sides, quoted or not, behind `or`.
_equal := `(?i)\bor\s+\(*\s*(['"]?[a-z0-9_]*['"]?)\s*=\s*(['"]?[a-z0-9_]*['"]?)(?:[^.a-z0-9_(]|$)`
