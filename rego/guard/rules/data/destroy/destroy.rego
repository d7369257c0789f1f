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
import data.guard.lib.words
import data.guard.settings.data.destroy as settings

findings contains _finding(sprintf("drops a %s: %s", [thing, words.listed(texts)])) if {
	lists := settings
	lists.drops
	phrases := {concat(" ", ["drop", thing]): thing | some thing, wanted in lists.objects; wanted}
	some phrase, padded in statements.said(object.keys(phrases))
	thing := phrases[phrase]
	texts := {_head(statement.operation) |
		some statement in statements.described
		contains(statement.words, padded)
		not statements.temporary(statement.operation, lists.temporary_prefixes)
	}
	count(texts) > 0
}

findings contains _finding(sprintf("empties a table: %s", [words.listed(texts)])) if {
	lists := settings
	lists.truncates
	texts := {_head(operation) |
		some operation in input.context.operations
		operation.kind == "data.query"
		operation.verb == "truncate"
		not statements.temporary(operation, lists.temporary_prefixes)
	}
	count(texts) > 0
}

findings contains _finding(sprintf("%ss every row: %s", [verb, words.listed(texts)])) if {
	lists := settings
	lists.all_rows
	some verb, wanted in lists.row_verbs
	wanted
	texts := {_head(operation) |
		some operation in input.context.operations
		operation.kind == "data.query"
		operation.verb == verb
		not statements.narrowed(operation, lists.narrowing)
		not statements.temporary(operation, lists.temporary_prefixes)
	}
	count(texts) > 0
}

_head(operation) := substring(operation.text, 0, 120)

_finding(reason) := {
	"effect": settings.effect,
	"reason": reason,
	"solution": "name the rows or work on a table that the task made, or let a person run this statement",
	"obligations": [],
}
