# METADATA
# title: No agents that macOS starts
# description: >-
#   Launch agents, launch daemons, start-up items and login hooks of macOS outlive the session.
#   Their files are not written, and launchctl loads none.
# custom:
#   severity: high
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   solution: run the program now, within the session
#   references:
#     - "MITRE ATT&CK T1543.001 Create or Modify System Process: Launch Agent"
#     - "MITRE ATT&CK T1543.004 Create or Modify System Process: Launch Daemon"
#     - "MITRE ATT&CK T1037.005 Boot or Logon Initialization Scripts: Startup Items"
#     - "OWASP Agentic ASI10 Rogue Agents"
#   asked_when:
#     operations: [file.write]
#     path_names: [names]
#     programs: [programs]
package guard.rules.persistence.launch_agent

import data.guard.lib.arguments
import data.guard.lib.places
import data.guard.settings.persistence.launch_agent as settings

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "run the program now, within the session",
	"obligations": [],
}

findings contains _finding(settings.effect, reason) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	places.within(operation.path, settings.paths, settings.folders)
	not _keeps_content(operation)
	reason := sprintf("writes %s, from which macOS starts programs", [operation.path])
}

findings contains _finding(settings.effect, sprintf("makes macOS start programs with %s", [operation.program])) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	words := settings.programs[operation.program]
	arguments.has(operation.argv, words)
}

# A write whose program is not named may change anything.
_keeps_content(operation) if settings.keeps_content[operation.program]
