# METADATA
# title: No jobs for later
# description: >-
#   A job of at or batch runs when the session that made it may be over. Listing and removing jobs
#   is fine.
# custom:
#   severity: high
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   solution: run the work now, within the session
#   references:
#     - "MITRE ATT&CK T1053.002 Scheduled Task/Job: At"
#     - "OWASP Agentic ASI10 Rogue Agents"
#   asked_when:
#     operations: [file.write]
#     path_names: [names]
#     programs: [programs]
package guard.rules.persistence.at_job

import data.guard.lib.arguments
import data.guard.lib.places
import data.guard.settings.persistence.at_job as settings

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "run the work now, within the session",
	"obligations": [],
}

findings contains _finding(settings.effect, reason) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	harmless := settings.programs[operation.program]
	not arguments.has(operation.argv, harmless)
	reason := sprintf("queues a job with %s, which runs it later", [operation.program])
}

findings contains _finding(settings.effect, sprintf("writes %s, from which at starts jobs", [operation.path])) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	places.within(operation.path, {}, settings.folders)
	not _own_program(operation)
	not _keeps_content(operation)
}

# A write whose program is not named may change anything.
_keeps_content(operation) if settings.keeps_content[operation.program]

# A write whose program is not named is nobody's: a function, for `not` needs a defined name.
_own_program(operation) if settings.programs[operation.program]
