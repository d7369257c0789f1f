# METADATA
# title: No hooks of git
# description: >-
#   git runs the files in .git/hooks, and commands in its settings, at later commits, merges and
#   pushes, whoever makes them.
# custom:
#   severity: medium
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   solution: keep hooks in the project's own folder and let its maintainers install them
#   references:
#     - "MITRE ATT&CK T1546 Event Triggered Execution"
#     - "OWASP Agentic ASI10 Rogue Agents"
#   asked_when:
#     operations: [file.write]
#     path_names: [names]
#     programs: [programs]
package guard.rules.persistence.git_hook

import data.guard.lib.arguments
import data.guard.settings.persistence.git_hook as settings

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "keep hooks in the project's own folder and let its maintainers install them",
	"obligations": [],
}

findings contains _finding(settings.effect, reason) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	_is_hook(split(operation.path, "/"))
	not _keeps_content(operation)
	reason := sprintf("writes the hook %s, which git runs later", [operation.path])
}

findings contains _finding(settings.effect, sprintf("sets %s of git, which runs files or commands later", [key])) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	settings.programs[operation.program]
	"config" in operation.argv
	arguments.has(operation.argv, settings.everywhere)
	some index, key in operation.argv
	value := operation.argv[index + 1]
	_runs(lower(key), value)
}

# `.git/hooks/NAME`, `hooks/NAME` of a bare repository or of a folder that nobody knows.
_is_hook(names) if {
	last := count(names) - 1
	settings.hooks[names[last]]
	names[last - 1] == "hooks"
	_is_repository(array.slice(names, 0, last - 1))
}

_is_repository(names) if names == []

_is_repository(names) if endswith(names[count(names) - 1], ".git")

_is_repository(names) if contains(names[count(names) - 1], "⟨?⟩")

_is_repository(names) if {
	"modules" in names
	".git" in names
}

_runs(key, _) if settings.keys[key]

_runs(key, value) if {
	startswith(key, "alias.")
	startswith(value, "!")
}

# A write whose program is not named may change anything.
_keeps_content(operation) if settings.keeps_content[operation.program]
