# METADATA
# title: Resources of the cloud are not deleted
# description: >-
#   Buckets, machines, databases, stacks, clusters, repositories: deleting them takes what
#   others keep there, and most come back from no undo. Which command does what is a table;
#   entries that are daily work are switched off in it.
# custom:
#   severity: high
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   solution: name what shall go and let a person delete it; work on a resource that the task made
#   asked_when:
#     programs: [programs]
#   references:
#     - "MITRE ATT&CK T1485 Data Destruction"
#     - "MITRE ATT&CK T1578.003 Modify Cloud Compute Infrastructure: Delete Cloud Instance"
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
package guard.rules.destructive.cloud_resources

import data.guard.lib.commands
import data.guard.settings.destructive.cloud_resources as settings

findings contains {
	"effect": settings.effect,
	"reason": sprintf("%s with %s", [what, operation.program]),
	"solution": "name what shall go and let a person delete it; work on a resource that the task made",
	"obligations": [],
} if {
	table := settings.programs
	some operation in input.context.operations
	operation.kind == "process.exec"
	some what in commands.done(operation, table)
}
