# METADATA
# title: Nothing in the start-up files of interpreters
# description: >-
#   Python imports sitecustomize.py and lines of .pth files each time it starts; editors, debuggers
#   and database shells read start-up files that can run commands. Settings that run nothing are
#   fine.
# custom:
#   severity: medium
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   solution: set what you need on the command line, for this run alone
#   references:
#     - "MITRE ATT&CK T1546.018 Event Triggered Execution: Python Startup Hooks"
#     - "OWASP Agentic ASI10 Rogue Agents"
#   asked_when:
#     operations: [file.write]
#     path_names: [files, names]
package guard.rules.persistence.interpreter_startup

import data.guard.settings.persistence.interpreter_startup as settings

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "set what you need on the command line, for this run alone",
	"obligations": [],
}

findings contains _finding(settings.effect, reason) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	names := split(operation.path, "/")
	name := names[count(names) - 1]
	_runs(operation, name, names)
	not _keeps_content(operation)
	reason := sprintf("writes %s, which runs code whenever its reader starts", [operation.path])
}

_runs(operation, name, _) if {
	pattern := settings.files[name]
	_may_match(operation, name, pattern)
}

_runs(operation, name, names) if {
	endswith(name, ".pth")
	_may_match(operation, name, settings.path_lines)
	some folder in names
	settings.names[folder]
}

_may_match(operation, _, pattern) if regex.match(pattern, operation.content)

# Programs that carry files over never show what is in them.
_may_match(operation, name, _) if {
	not _read(operation)
	not _carried(operation, name)
}

_carried(operation, name) if {
	settings.carriers[operation.program]
	not settings.always_code[name]
}

# Bound first: `not` holds of what is missing.
_read(operation) if {
	text := operation.content
	not contains(text, "⟨?⟩")
}

# A write whose program is not named may change anything.
_keeps_content(operation) if settings.keeps_content[operation.program]
