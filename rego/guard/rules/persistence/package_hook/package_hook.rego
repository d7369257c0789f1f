# METADATA
# title: No hooks of package managers
# description: >-
#   apt, dpkg, pacman, dnf and apk run the commands and plugins in their settings with every later
#   installation, as root. Settings that name no command are fine.
# custom:
#   severity: high
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   solution: leave the package manager's settings as they are
#   references:
#     - "MITRE ATT&CK T1546.016 Event Triggered Execution: Installer Packages"
#     - "OWASP Agentic ASI10 Rogue Agents"
#   asked_when:
#     operations: [file.write]
#     path_names: [names]
package guard.rules.persistence.package_hook

import data.guard.lib.places
import data.guard.settings.persistence.package_hook as settings

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "leave the package manager's settings as they are",
	"obligations": [],
}

findings contains _finding(settings.effect, sprintf("writes %s, which a package manager runs", [operation.path])) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	places.within(operation.path, {}, settings.folders)
	not _keeps_content(operation)
}

findings contains _finding(_effect(operation), reason) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	some place, pattern in settings.conditional
	places.within(operation.path, {place: true}, [concat("", [place, "/"])])
	_may_match(operation, pattern)
	not _keeps_content(operation)
	reason := sprintf("may make a package manager run commands by %s", [operation.path])
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
