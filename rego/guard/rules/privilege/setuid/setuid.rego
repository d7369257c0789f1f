# METADATA
# title: No programs that run as somebody else
# description: >-
#   A set-user-ID program, or one with capabilities that amount to root, gives its owner's rights
#   to whoever starts it. Set-group-ID is asked about where the file is known to be a program; on
#   folders it only hands on the group.
# custom:
#   severity: critical
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: run the program with the rights that this session has
#   references:
#     - "MITRE ATT&CK T1548.001 Abuse Elevation Control Mechanism: Setuid and Setgid"
#     - "OWASP Agentic ASI03 Identity and Privilege Abuse"
#   asked_when:
#     operations: [file.write]
#     programs: [programs]
package guard.rules.privilege.setuid

import data.guard.lib.arguments
import data.guard.lib.modes
import data.guard.settings.privilege.setuid as settings

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "run the program with the rights that this session has",
	"obligations": [],
}

findings contains _finding(settings.effect, reason) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	mode := _mode(operation)
	modes.sets_user(mode)
	reason := sprintf("lets %s run with its owner's rights (mode %s)", [operation.path, mode])
}

findings contains _finding(settings.effect_group, reason) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	mode := _mode(operation)
	modes.sets_group(mode)
	not modes.sets_user(mode)
	_is_program(operation.path)
	reason := sprintf("lets %s run with its group's rights (mode %s)", [operation.path, mode])
}

findings contains _finding(settings.effect, reason) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	settings.programs[operation.program]
	not arguments.has(operation.argv, settings.silent_options)
	some word in array.slice(operation.argv, 1, count(operation.argv))
	some capability in _given(lower(word))
	reason := sprintf("gives %s to a program with %s", [capability, operation.program])
}

# chmod always tells its mode: where it is missing, it may be any.
_mode(operation) := operation.mode

_mode(operation) := "u+s" if {
	settings.changers[operation.program]
	not operation.mode
}

# Folders get their group by the same letter: a program is what the call makes or runs, or
# what lies where programs do.
_is_program(path) if strings.any_prefix_match(path, settings.program_folders)

_is_program(path) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	operation.path == path
	not _makes_folders(operation)
}

_is_program(path) if {
	some operation in input.context.operations
	operation.kind in {"code.run", "process.exec"}
	operation.path == path
}

_makes_folders(operation) if settings.folder_makers[operation.program]

_given(word) := {name |
	some name in regex.find_n(`cap_[a-z_]+`, word, -1)
	settings.capabilities[name]
} | {"all capabilities" | regex.match(`^(?:all|)[=+][a-z]*[ep]`, word)}
