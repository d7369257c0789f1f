# METADATA
# title: The kernel stays as it is
# description: >-
#   Code for the kernel, its memory and the settings that harden it are above every other control.
#   Modules are not loaded from files, another kernel is not started, hardening is not switched
#   off; files from which modules are loaded later are asked about.
# custom:
#   severity: critical
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: do the work without the kernel's help, or ask the operator
#   references:
#     - "MITRE ATT&CK T1547.006 Boot or Logon Autostart Execution: Kernel Modules and Extensions"
#     - "MITRE ATT&CK T1014 Rootkit"
#     - "MITRE ATT&CK T1601 Modify System Image"
#     - "OWASP Agentic ASI03 Identity and Privilege Abuse"
#   asked_when:
#     operations: [file.write]
#     path_names: [names]
#     programs: [programs]
package guard.rules.privilege.kernel

import data.guard.lib.arguments
import data.guard.lib.places
import data.guard.lib.programs
import data.guard.settings.privilege.kernel as settings

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "do the work without the kernel's help, or ask the operator",
	"obligations": [],
}

findings contains _finding(settings.effect, sprintf("loads code into the kernel with %s", [operation.program])) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	words := settings.programs[operation.program]
	_loads(operation.argv, words)
	not programs.prints_help(operation.argv)
}

findings contains _finding(settings.effect, reason) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	settings.memory[operation.path]
	not _keeps_content(operation)
	reason := sprintf("writes %s, which reaches into the kernel", [operation.path])
}

findings contains _finding(settings.effect, reason) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	pattern := settings.hardening[operation.path]
	not _harmless(operation, pattern)
	not _keeps_content(operation)
	reason := sprintf("switches off a protection of the kernel by %s", [operation.path])
}

findings contains _finding(settings.effect_stored, reason) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	places.within(operation.path, settings.stored_paths, settings.stored)
	not _keeps_content(operation)
	reason := sprintf("writes %s, from which the kernel loads code", [operation.path])
}

_loads(_, words) if words["*"]

_loads(argv, words) if arguments.has(argv, words)

# modprobe takes names of modules; a path is a module of the caller's own.
_loads(argv, _) if {
	some word in array.slice(argv, 1, count(argv))
	regex.match(`^[^-].*(?:/|\.ko)|^(?:-d|--dirname)`, word)
}

# INVARIANT: only a value that is known can be harmless.
_harmless(operation, pattern) if {
	text := operation.content
	not contains(text, "⟨?⟩")
	not regex.match(pattern, text)
}

# A write whose program is not named may change anything.
_keeps_content(operation) if settings.keeps_content[operation.program]
