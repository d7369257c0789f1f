# METADATA
# title: Tables are not dropped or emptied
# description: >-
#   Dropping a database, schema, table or column, truncating, and deleting or updating every
#   row. Temporary tables, and those that the same call creates, may go.
# custom:
#   severity: high
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   solution: name the rows or work on a table that the task made, or let a person run this statement
#   asked_when:
#     operations: [data.query]
#   references:
#     - "MITRE ATT&CK T1485 Data Destruction"
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
package guard.rules.data.destroy

import data.guard.lib.statements
import data.guard.settings.data.destroy as settings

findings contains _finding(sprintf("drops a %s: %s", [thing, substring(operation.text, 0, 120)])) if {
	lists := settings
	lists.drops
	some operation in input.context.operations
	operation.kind == "data.query"
	words := statements.words(operation)
	some thing, wanted in lists.objects
	wanted
	contains(words, sprintf(" drop %s ", [thing]))
	not statements.temporary(operation, lists.temporary_prefixes)
}

findings contains _finding(sprintf("empties a table: %s", [substring(operation.text, 0, 120)])) if {
	lists := settings
	lists.truncates
	some operation in input.context.operations
	operation.kind == "data.query"
	operation.verb == "truncate"
	not statements.temporary(operation, lists.temporary_prefixes)
}

findings contains _finding(sprintf("%ss every row: %s", [operation.verb, substring(operation.text, 0, 120)])) if {
	lists := settings
	lists.all_rows
	some operation in input.context.operations
	operation.kind == "data.query"
	lists.row_verbs[operation.verb]
	not statements.narrowed(operation, lists.narrowing)
	not statements.temporary(operation, lists.temporary_prefixes)
}

_finding(reason) := {
	"effect": settings.effect,
	"reason": reason,
	"solution": "name the rows or work on a table that the task made, or let a person run this statement",
	"obligations": [],
}
