# METADATA
# title: The shell's history is kept
# description: >-
#   The history of a shell or a database client tells afterwards what was typed. It is not
#   cleared, deleted, emptied or replaced; switching it off for what follows needs a person.
# custom:
#   severity: high
#   risk_category: trustworthiness
#   profiles: [baseline, strict, locked]
#   solution: leave the history on and as it is; pass secrets in files or variables, not in commands
#   references:
#     - "MITRE ATT&CK T1070.003 Indicator Removal: Clear Command History"
#     - "MITRE ATT&CK T1562.003 Impair Defenses: Impair Command History Logging"
#     - "OWASP Agentic ASI10 Rogue Agents"
#   asked_when:
#     operations: [file.write, file.delete, environment.set]
#     path_names: [names]
#     keys: [environment]
package guard.rules.oversight.history

import data.guard.lib.paths
import data.guard.lib.patterns
import data.guard.settings.oversight.history as settings

findings contains _finding(settings.effect, "clears the shell's history") if {
	some operation in input.context.operations
	operation.kind == "file.delete"
	operation.program == "history"
}

findings contains _finding(settings.effect, sprintf("deletes or moves %s", [operation.path])) if {
	some operation in input.context.operations
	operation.kind == "file.delete"
	not _by_history(operation)
	_history(operation.path)
}

findings contains _finding(_write_effect(operation), sprintf("changes %s", [operation.path])) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	_history(operation.path)
	not _keeps_content(operation)
}

findings contains _finding(settings.off_effect, sprintf("sets %s so that no history is kept", [name])) if {
	some operation in input.context.operations
	some name, value in operation.environment
	settings.variables[name][value]
}

findings contains _finding(settings.off_effect, sprintf("sets %s so that no history is kept", [operation.name])) if {
	some operation in input.context.operations
	operation.kind == "environment.set"
	settings.variables[operation.name][operation.value]
}

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "leave the history on and as it is; pass secrets in files or variables, not in commands",
	"obligations": [],
}

_by_history(operation) if operation.program == "history"

# `history -d` takes out one entry.
_write_effect(operation) := settings.entry_effect if {
	operation.program == "history"
} else := settings.effect

_keeps_content(operation) if settings.keeps_content[operation.program]

_history(path) if {
	parts := split(path, "/")
	name := parts[count(parts) - 1]
	settings.names[name]
	_anywhere(name, path)
}

# A pattern that one of the names fits; a name with a leading dot fits none without.
_history(path) if {
	regex.match(`/\.[^/]*[*?\[][^/]*$`, path)
	parts := split(path, "/")
	pattern := parts[count(parts) - 1]
	regex.match(`[a-zA-Z]{2}`, pattern)
	some name, wanted in settings.names
	wanted
	patterns.fits(pattern, [], name)
}

# `.history` is also what editors call their own folder in a project.
_anywhere(name, _) if not settings.home_names[name]

_anywhere(name, path) if {
	settings.home_names[name]
	paths.placed(path) == concat("/", ["~", name])
}
