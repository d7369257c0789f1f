# METADATA
# title: Installing runs no hidden steps
# description: >-
#   Hooks that run when a package is installed, built or imported, and that reach the
#   network or unpack code; and another shell for the scripts of a package manager.
# custom:
#   severity: high
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: leave the hooks of packages as they are, and put the step into a script that people run
#   asked_when:
#     operations: [file.write]
#     programs: [programs]
#     path_names: [hooks]
#   references:
#     - "MITRE ATT&CK T1195.001 Supply Chain Compromise: Compromise Software Dependencies and Development Tools"
#     - "MITRE ATT&CK T1546 Event Triggered Execution"
#     - "OWASP Agentic ASI04 Agentic Supply Chain Vulnerabilities"
package guard.rules.supply_chain.install_script

import data.guard.settings.supply_chain.install_script as settings

findings contains _finding(sprintf("writes %s with a step that runs on its own: %s", [operation.path, text])) if {
	lists := settings
	some operation in input.context.operations
	operation.kind == "file.write"
	parts := split(operation.path, "/")
	name := parts[count(parts) - 1]
	lists.hooks[name]
	_hooks(operation.content, object.get(lists.hook_texts, name, []))
	some text in lists.network_texts
	contains(operation.content, text)
}

findings contains _finding(sprintf("sets %s, with which %s runs scripts of packages", [word, operation.program])) if {
	table := settings.programs
	some operation in input.context.operations
	operation.kind == "process.exec"
	program := lower(operation.program)
	words := table[program]
	some argument in operation.argv
	some word, wanted in words
	wanted
	_names(argument, word)
}

_finding(reason) := {
	"effect": settings.effect,
	"reason": reason,
	"solution": "leave the hooks of packages as they are, and put the step into a script that people run",
	"obligations": [],
}

# Files without texts of their own run as a whole.
_hooks(_, []) := true

_hooks(content, texts) if {
	some text in texts
	contains(content, text)
}

_names(argument, word) if argument == word

_names(argument, word) if startswith(argument, sprintf("%s=", [word]))

_names(argument, word) if startswith(argument, sprintf("--%s", [word]))
