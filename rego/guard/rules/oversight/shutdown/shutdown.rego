# METADATA
# title: What stops the agent keeps working
# description: >-
#   Scripts and commands that shut the agent or its machine down are not rewritten, moved,
#   masked, redefined or disabled, and a shutdown that was ordered is not called off.
# custom:
#   severity: critical
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   solution: leave shutdown to the operator, and finish in the time that is left
#   references:
#     - "MITRE ATT&CK T1562.001 Impair Defenses: Disable or Modify Tools"
#     - "OWASP Agentic ASI10 Rogue Agents"
#   asked_when:
#     operations: [file.write, file.delete, process.signal]
#     programs: [commands]
package guard.rules.oversight.shutdown

import data.guard.lib.words
import data.guard.settings.oversight.shutdown as settings

findings contains _finding(
	settings.script_effect,
	sprintf("changes %s, which stops things by its name", [operation.path]),
) if {
	some operation in input.context.operations
	operation.kind in {"file.delete", "file.write"}
	_script(operation.path)
	not _allows_running(operation)
}

findings contains _finding(
	settings.effect,
	sprintf("changes %s, which shuts the machine down", [operation.path]),
) if {
	some operation in input.context.operations
	operation.kind in {"file.delete", "file.write"}
	settings.binaries[operation.path]
}

findings contains _finding(settings.effect, sprintf("masks or stops %s", [operation.target])) if {
	some operation in input.context.operations
	operation.kind == "process.signal"
	operation.by == "unit"
	settings.units[operation.target]
}

findings contains _finding(
	settings.script_effect,
	sprintf("calls off a shutdown with %s %s", [operation.program, phrase]),
) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	some phrase, wanted in settings.commands[lower(operation.program)]
	wanted
	words.says(operation.argv, phrase)
}

findings contains _finding(settings.effect, sprintf("redefines %s in %s", [name, operation.path])) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	parts := split(operation.path, "/")
	settings.startup_names[parts[count(parts) - 1]]
	some name, wanted in settings.redefined
	wanted
	contains(operation.content, name)
	forms := `(^|[\n;&])\s*(alias\s+(--\s+)?NAME=|(function\s+)?NAME\s*\(\)|function\s+NAME\s)`
	regex.match(replace(forms, "NAME", name), operation.content)
}

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "leave shutdown to the operator, and finish in the time that is left",
	"obligations": [],
}

_script(path) if {
	parts := split(path, "/")
	name := lower(parts[count(parts) - 1])
	settings.script_names[name]
}

_script(path) if {
	parts := split(path, "/")
	name := lower(parts[count(parts) - 1])
	strings.any_prefix_match(name, settings.script_prefixes)
	strings.any_suffix_match(name, settings.script_suffixes)
}

# `chmod +x` makes a script one that runs.
_allows_running(operation) if {
	operation.program == "chmod"
	some run in input.context.operations
	run.kind == "process.exec"
	run.program == "chmod"
	some mode in run.argv
	regex.match(`^([ugoa]*\+[rwx]*x|0?[75][0-7]{2})$`, mode)
}
