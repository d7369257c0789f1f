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
	some phrase, padded in statements.said(phrases)
	some statement in statements.described
	statement.operation.verb != "select"
	contains(statement.words, padded)
}

findings contains _finding(sprintf("writes %s, in which the database keeps accounts and rights", [table])) if {
	lists := settings
	some table in _written
	_system(lower(table), lists)
}

_finding(reason) := {
	"effect": settings.effect,
	"reason": reason,
	"solution": "work with the rights that the account has, or let a person change them",
	"obligations": [],
}

_written contains table if {
	some statement in statements.described
	statement.operation.verb != "select"
	some table in statement.operation.writes
}

_written contains table if {
	some statement in statements.described
	statement.operation.verb != "select"
	not _tells_writes(statement.operation)
	some table in statement.tables
}

_tells_writes(operation) if is_array(operation.writes)

_system(table, lists) if lists.system_tables[table]

_system(table, lists) if strings.any_prefix_match(table, lists.system_prefixes)
