# METADATA
# title: Rights in databases are not widened
# description: >-
#   New accounts and roles, all rights at once, rights to pass on rights, and writing the
#   tables in which a system keeps its accounts.
# custom:
#   severity: high
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: work with the rights that the account has, or let a person change them
#   asked_when:
#     operations: [data.query]
#   references:
#     - "MITRE ATT&CK T1098 Account Manipulation"
#     - "MITRE ATT&CK T1136 Create Account"
#     - "OWASP Agentic ASI03 Identity and Privilege Abuse"
package guard.rules.data.privilege

import data.guard.lib.statements
import data.guard.settings.data.privilege as settings

findings contains _finding(sprintf("changes rights: %s", [phrase])) if {
	phrases := settings.phrases
	some operation in input.context.operations
	operation.kind == "data.query"
	words := statements.words(operation)
	some phrase in phrases
	contains(words, sprintf(" %s ", [phrase]))
	operation.verb != "select"
}

findings contains _finding(sprintf("writes %s, in which the database keeps accounts and rights", [table])) if {
	lists := settings
	some operation in input.context.operations
	operation.kind == "data.query"
	operation.verb != "select"
	some table in _written(operation)
	_system(lower(table), lists)
}

_finding(reason) := {
	"effect": settings.effect,
	"reason": reason,
	"solution": "work with the rights that the account has, or let a person change them",
	"obligations": [],
}

_written(operation) := operation.writes if {
	is_array(operation.writes)
} else := statements.tables(operation)

_system(table, lists) if lists.system_tables[table]

_system(table, lists) if strings.any_prefix_match(table, lists.system_prefixes)
