# METADATA
# title: Databases are not dropped or emptied
# description: >-
#   Clients that drop or empty a database without SQL: administration programs, key-value
#   stores, document stores, and search engines that delete an index by HTTP. Statements of SQL
#   are judged by `data.destroy`.
# custom:
#   severity: high
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   solution: work on a database that the task made, or let a person drop this one
#   asked_when:
#     operations: [network.connect]
#     programs: [programs, script_programs]
#   references:
#     - "MITRE ATT&CK T1485 Data Destruction"
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
package guard.rules.destructive.database

import data.guard.lib.commands
import data.guard.lib.hosts
import data.guard.settings.destructive.database as settings

findings contains _finding(sprintf("%s with %s", [what, operation.program])) if {
	table := settings.programs
	some operation in input.context.operations
	operation.kind == "process.exec"
	some what in commands.done(operation, table)
}

findings contains _finding(sprintf("tells %s to drop or empty a database by %s", [operation.program, call])) if {
	lists := settings
	some operation in input.context.operations
	operation.kind == "process.exec"
	program := lower(operation.program)
	lists.script_programs[program]
	some call in lists.script_calls
	some argument in operation.argv
	contains(argument, call)
}

findings contains _finding(sprintf("deletes an index or database on %s", [hosts.endpoint(operation)])) if {
	lists := settings
	some operation in input.context.operations
	operation.kind == "network.connect"
	is_number(operation.port)
	port := format_int(operation.port, 10)
	lists.ports[port]
	_deletes(operation, lists)
	_whole(operation)
}

_finding(reason) := {
	"effect": settings.effect,
	"reason": reason,
	"solution": "work on a database that the task made, or let a person drop this one",
	"obligations": [],
}

_deletes(operation, lists) if lists.methods[operation.method]

# A request of which only one half is known may be one that deletes, if its program is one of
# those of which the reader tells the method.
_deletes(operation, lists) if {
	not operation.method
	operation.url
	program := object.get(operation, "program", "curl")
	lists.method_tellers[program]
}

# One name below the host is an index; what lies deeper is one document of it.
_whole(operation) if regex.match(`^[a-z]+://[^/]+/[^/?]+/?([?].*)?$`, operation.url)

_whole(operation) if {
	not operation.url
	operation.method
}
