# METADATA
# title: Nothing that events start
# description: >-
#   Files that something else starts at a login, a new device, a network that comes up, a rotated
#   log: autostart entries, udev rules, messages of the day, dispatchers.
# custom:
#   severity: high
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   solution: run the program now, within the session
#   references:
#     - "MITRE ATT&CK T1546 Event Triggered Execution"
#     - "MITRE ATT&CK T1546.017 Event Triggered Execution: Udev Rules"
#     - "MITRE ATT&CK T1547.013 Boot or Logon Autostart Execution: XDG Autostart Entries"
#     - "OWASP Agentic ASI10 Rogue Agents"
#   asked_when:
#     operations: [file.write]
#     path_names: [names]
package guard.rules.persistence.event_trigger

import data.guard.lib.places
import data.guard.settings.persistence.event_trigger as settings

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
	reason := sprintf("writes %s, which is run when something happens", [operation.path])
}

findings contains _finding(_effect(operation), reason) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	some place, pattern in settings.conditional
	places.within(operation.path, {place: true}, [concat("", [place, "/"])])
	_may_match(operation, pattern)
	not _keeps_content(operation)
	reason := sprintf("may have a command run when something happens, by %s", [operation.path])
}

_effect(operation) := settings.effect if {
	_read(operation)
} else := settings.effect_unread

_may_match(operation, pattern) if regex.match(pattern, operation.content)

_may_match(operation, _) if not _read(operation)

# Bound first: `not` holds of what is missing.
_read(operation) if {
	text := operation.content
	not contains(text, "⟨?⟩")
}

# A write whose program is not named may change anything.
_keeps_content(operation) if settings.keeps_content[operation.program]
