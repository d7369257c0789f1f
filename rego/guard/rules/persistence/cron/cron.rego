# METADATA
# title: No scheduled jobs
# description: >-
#   A job of cron outlives the session that made it. Files that cron reads are not written,
#   and crontab installs nothing; listing jobs is fine.
# custom:
#   severity: high
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   solution: run the work now, within the session
#   references:
#     - "MITRE ATT&CK T1053.003 Scheduled Task/Job: Cron"
#     - "OWASP Agentic ASI10 Rogue Agents"
#   asked_when:
#     operations: [file.write]
#     programs: [programs]
package guard.rules.persistence.cron

import data.guard.settings.persistence.cron as settings

findings contains {
	"effect": settings.effect,
	"reason": sprintf("writes %s, from which cron starts jobs", [operation.path]),
	"solution": "run the work now, within the session",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "file.write"
	strings.any_prefix_match(operation.path, settings.paths)
	not strings.any_prefix_match(operation.path, settings.other_paths)
	not _keeps_content(operation)
}

findings contains {
	"effect": settings.effect,
	"reason": sprintf("changes scheduled jobs with %s", [operation.program]),
	"solution": "run the work now, within the session",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	harmless := settings.programs[operation.program]
	not _only_shows(operation.argv, harmless)
}

# A write whose program is not named may change anything.
_keeps_content(operation) if settings.keeps_content[operation.program]

# A function, for regorus fails on `not` inside `every`.
_only_shows(argv, harmless) if {
	some argument in argv
	harmless[argument]
}
