# METADATA
# title: Who may become root stays as it is
# description: >-
#   The settings of sudo, doas and polkit say who may run what as root. They are not changed;
#   visudo without an editor of the call's choice is a person's, and its check is fine.
# custom:
#   severity: critical
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: work with the rights that this session has, or ask the operator
#   references:
#     - "MITRE ATT&CK T1548.003 Abuse Elevation Control Mechanism: Sudo and Sudo Caching"
#     - "OWASP Agentic ASI03 Identity and Privilege Abuse"
#   asked_when:
#     operations: [file.write]
#     path_names: [names]
#     programs: [programs]
package guard.rules.privilege.sudoers

import data.guard.lib.modes
import data.guard.lib.places
import data.guard.settings.privilege.sudoers as settings

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "work with the rights that this session has, or ask the operator",
	"obligations": [],
}

findings contains _finding(settings.effect, reason) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	places.within(operation.path, settings.paths, settings.folders)
	not _own_program(operation)
	not _keeps_content(operation)
	reason := sprintf("changes %s, which says who may act as root", [operation.path])
}

findings contains _finding(settings.effect, reason) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	settings.programs[operation.program]
	some [name, value] in _variables(operation)
	settings.editors[name]
	not settings.interactive[value]
	reason := sprintf("edits who may act as root with %s and an editor of its own", [operation.program])
}

_variables(operation) := {[name, value] |
	some name, value in operation.environment
} | {[other.name, other.value] |
	some other in input.context.operations
	other.kind == "environment.set"
}

# A mode that lets others write the file does not keep it as it is.
_keeps_content(operation) if {
	settings.mode_changers[operation.program]
	not modes.opens_writing(operation.mode)
	operation.mode != "⟨?⟩"
}

# A write whose program is not named may change anything.
_keeps_content(operation) if settings.keeps_content[operation.program]

# A write whose program is not named is nobody's: a function, for `not` needs a defined name.
_own_program(operation) if settings.programs[operation.program]
