# METADATA
# title: No services that start by themselves
# description: >-
#   Units of systemd, scripts of init and services of other supervisors start again with the
#   machine. Their files are not written and no timers set; switching on a service that is there is
#   asked about, where the settings name the verb.
# custom:
#   severity: high
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   solution: start the program in this session, and stop it with the session
#   references:
#     - "MITRE ATT&CK T1543.002 Create or Modify System Process: Systemd Service"
#     - "MITRE ATT&CK T1053.006 Scheduled Task/Job: Systemd Timers"
#     - "MITRE ATT&CK T1037.004 Boot or Logon Initialization Scripts: RC Scripts"
#     - "OWASP Agentic ASI10 Rogue Agents"
#   asked_when:
#     operations: [file.write]
#     path_names: [names]
#     programs: [programs]
package guard.rules.persistence.service_unit

import data.guard.lib.arguments
import data.guard.lib.places
import data.guard.lib.programs
import data.guard.settings.persistence.service_unit as settings

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "start the program in this session, and stop it with the session",
	"obligations": [],
}

findings contains _finding(settings.effect, reason) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	places.within(operation.path, settings.paths, settings.folders)
	not _keeps_content(operation)

	# What systemctl writes is judged by its arguments.
	not _own_program(operation)
	reason := sprintf("writes %s, from which services are started", [operation.path])
}

findings contains _finding(_effect(operation), _reason(operation)) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	words := settings.programs[operation.program]
	_switches_on(operation, words)
	not programs.prints_help(operation.argv)
}

_switches_on(operation, words) if {
	some word in operation.argv
	words[word]
	word != "edit"
}

_switches_on(operation, words) if {
	words["*"]
	not arguments.has(operation.argv, settings.foreground)
}

# An editor in a terminal is a person's; one that the call names, or --stdin, is not.
_switches_on(operation, words) if {
	words.edit
	"edit" in operation.argv
	_edits(operation)
}

_edits(operation) if "--stdin" in operation.argv

_edits(operation) if {
	some name, _ in operation.environment
	settings.editors[name]
}

_effect(operation) := settings.effect if {
	_own(operation)
} else := settings.effect_enable

_reason(operation) := sprintf("gives the service manager a unit of its own with %s", [operation.program]) if {
	_own(operation)
} else := sprintf("has the service manager start a program with %s", [operation.program])

# A unit by its path, a linked one, an edited one, or a timer.
_own(operation) if {
	operation.program == "systemctl"
	some word in operation.argv
	word in {"edit", "link"}
}

_own(operation) if {
	operation.program == "systemctl"
	some word in arguments.operands(operation.argv)
	contains(word, "/")
}

_own(operation) if {
	operation.program == "systemd-run"
	some word in operation.argv
	strings.any_prefix_match(word, settings.timers)
}

# A write whose program is not named may change anything.
_keeps_content(operation) if settings.keeps_content[operation.program]

# A write whose program is not named is nobody's: a function, for `not` needs a defined name.
_own_program(operation) if settings.programs[operation.program]
