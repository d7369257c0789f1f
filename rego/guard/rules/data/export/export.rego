# METADATA
# title: Secrets are not read out of databases
# description: >-
#   Tables that hold nothing but secrets, columns of secrets for every row at once, and
#   dumps of a whole database that the same call sends to another host.
# custom:
#   severity: high
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: select the columns that the task needs, of the rows that it needs
#   asked_when:
#     operations: [data.query]
#     programs: [dumps]
#   references:
#     - "MITRE ATT&CK T1213.006 Data from Information Repositories: Databases"
#     - "MITRE ATT&CK T1048 Exfiltration Over Alternative Protocol"
#     - "OWASP Agentic ASI03 Identity and Privilege Abuse"
package guard.rules.data.export

import data.guard.lib.statements
import data.guard.settings.data.export as settings

findings contains _finding(sprintf("reads %s, which holds secrets", [name])) if {
	lists := settings
	some statement in statements.described
	some name in statement.tables
	lists.tables[name]
	not _changes(statement.operation)
}

findings contains _finding(sprintf("reads %s of every row", [word])) if {
	lists := settings
	some statement in statements.described
	statement.operation.verb in {"select", "copy", ""}
	some word in split(statement.words, " ")
	lists.columns[word]
	not statements.narrowed(statement.operation, lists.narrowing)
}

findings contains _finding(sprintf("dumps a database with %s and sends it to %s", [dump.program, sent.host])) if {
	lists := settings
	some dump in input.context.operations
	dump.kind == "process.exec"
	program := lower(dump.program)
	lists.dumps[program]
	some sent in input.context.operations
	sent.kind == "network.connect"
	_sends(sent, lists)
	not lists.local_hosts[sent.host]
}

_finding(reason) := {
	"effect": settings.effect,
	"reason": reason,
	"solution": "select the columns that the task needs, of the rows that it needs",
	"obligations": [],
}

# Tables may be created or granted under such names; that reads nothing.
_changes(operation) if operation.verb in {"create", "drop", "alter", "insert", "grant", "revoke", "truncate"}

_sends(operation, lists) if lists.senders[operation.program]

_sends(operation, _) if not operation.program
