# METADATA
# title: The machine and its processes keep running
# description: >-
#   Killing every process, all of a user, or the first one; switching the machine off or
#   restarting it. Killing a program by its name or number is ordinary work.
# custom:
#   severity: high
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   solution: stop the one process that is in the way, by its number
#   asked_when:
#     operations: [process.signal, file.write]
#     programs: [programs]
#     path_names: [names]
#   references:
#     - "MITRE ATT&CK T1529 System Shutdown/Reboot"
#     - "MITRE ATT&CK T1489 Service Stop"
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
package guard.rules.destructive.processes

import data.guard.lib.commands
import data.guard.settings.destructive.processes as settings

findings contains _finding(sprintf("%s with %s", [what, operation.program])) if {
	table := settings.programs
	some operation in input.context.operations
	operation.kind == "process.exec"
	some what in commands.done(operation, table)
}

findings contains _finding(sprintf("sends %s to %s", [operation.signal, whom])) if {
	lists := settings
	some operation in input.context.operations
	operation.kind == "process.signal"
	operation.signal != "0"
	whom := _all(operation, lists)
}

findings contains _finding(sprintf("writes %s, which stops the machine", [operation.path])) if {
	lists := settings
	some operation in input.context.operations
	operation.kind == "file.write"
	lists.sysrq[operation.path]
}

_finding(reason) := {
	"effect": settings.effect,
	"reason": reason,
	"solution": "stop the one process that is in the way, by its number",
	"obligations": [],
}

_all(operation, lists) := "every process" if {
	operation.by == "pid"
	lists.pids[operation.target]
}

_all(operation, lists) := sprintf("every process of %s", [operation.target]) if {
	operation.by == "user"
	lists.users
}

_all(operation, lists) := "every process" if {
	operation.by in {"name", "pattern"}
	lists.patterns[operation.target]
}
