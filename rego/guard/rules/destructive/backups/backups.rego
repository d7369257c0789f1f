# METADATA
# title: Backups and snapshots are kept
# description: >-
#   Deleting backups, snapshots and shadow copies, or switching recovery off: what makes any
#   other mistake final.
# custom:
#   severity: high
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   solution: leave backups and snapshots to their own schedule, or let a person delete them
#   asked_when:
#     programs: [programs]
#   references:
#     - "MITRE ATT&CK T1490 Inhibit System Recovery"
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
package guard.rules.destructive.backups

import data.guard.lib.commands
import data.guard.settings.destructive.backups as settings

findings contains {
	"effect": settings.effect,
	"reason": sprintf("%s with %s", [what, operation.program]),
	"solution": "leave backups and snapshots to their own schedule, or let a person delete them",
	"obligations": [],
} if {
	table := settings.programs
	some operation in input.context.operations
	operation.kind == "process.exec"
	some what in commands.done(operation, table)
}
