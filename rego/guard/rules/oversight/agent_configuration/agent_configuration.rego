# METADATA
# title: Agents do not set up agents
# description: >-
#   Settings of coding agents say which tools, hooks and servers an agent has, and no agent is
#   started that asks nobody. The settings that hold the guard's own hooks are kept by
#   `oversight.guard_tampering`.
# custom:
#   severity: high
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   solution: ask the operator to change settings of agents, and start helpers with their permissions on
#   references:
#     - "MITRE ATT&CK T1562.001 Impair Defenses: Disable or Modify Tools"
#     - "OWASP Agentic ASI10 Rogue Agents"
#   asked_when:
#     operations: [file.write, file.delete]
#     path_names: [segments, editor_settings]
#     programs: [agents, commands]
package guard.rules.oversight.agent_configuration

import data.guard.lib.paths
import data.guard.lib.words
import data.guard.settings.oversight.agent_configuration as settings

findings contains _finding(settings.effect, sprintf("changes %s, which sets up an agent", [operation.path])) if {
	some operation in input.context.operations
	operation.kind in {"file.delete", "file.write"}
	delimited := paths.delimited(operation.path)
	some fragment, wanted in settings.fragments
	wanted
	contains(delimited, fragment)
	not _keeps_content(operation)
}

findings contains _finding(
	settings.unguarded_effect,
	sprintf("starts %s with %s, so that it asks nobody", [operation.program, option]),
) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	some option, wanted in settings.agents[lower(operation.program)]
	wanted
	words.says(operation.argv, option)
}

findings contains _finding(settings.effect, sprintf("sets up an agent with %s %s", [operation.program, phrase])) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	some phrase, wanted in settings.commands[lower(operation.program)]
	wanted
	words.says(operation.argv, phrase)
}

findings contains _finding(
	settings.unguarded_effect,
	sprintf("lets an agent run tools unasked in %s", [operation.path]),
) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	parts := split(operation.path, "/")
	settings.editor_settings[parts[count(parts) - 1]]
	some text in settings.auto_approval
	contains(operation.content, text)
}

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "ask the operator to change settings of agents, and start helpers with their permissions on",
	"obligations": [],
}

_keeps_content(operation) if settings.keeps_content[operation.program]
