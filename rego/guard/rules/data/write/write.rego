# METADATA
# title: Databases are only read
# description: >-
#   Statements that change rows, tables or rights, and those whose verb is not understood.
#   Off unless the profile or the settings say otherwise, for most tasks write to their own
#   database.
# custom:
#   severity: medium
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   solution: read with a statement that changes nothing, or let a person run this one
#   asked_when:
#     operations: [data.query]
#     verbs: [verbs]
#   references:
#     - "MITRE ATT&CK T1565.001 Data Manipulation: Stored Data Manipulation"
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
package guard.rules.data.write

import data.guard.profiles
import data.guard.settings.data.write as settings

findings contains {
	"effect": settings.effect,
	"reason": sprintf("changes a database: %s", [_what(operation)]),
	"solution": "read with a statement that changes nothing, or let a person run this one",
	"obligations": [],
} if {
	# Not every profile has this rule.
	lists := settings
	object.get(profiles[input.context.profile].effects, "data.write", lists.effect) != "off"
	some operation in input.context.operations
	operation.kind == "data.query"
	lists.verbs[operation.verb]
}

_what(operation) := operation.verb if operation.verb != ""

_what(operation) := "its statement is not understood" if operation.verb == ""
