# METADATA
# title: Nobody marks their own work
# description: >-
#   What scores the agent - graders, hidden tests, rewards - is not changed, and answers that are
#   kept from it are not read. Tests of the project itself are ordinary files; code that makes
#   every test pass is not.
# custom:
#   severity: high
#   risk_category: trustworthiness
#   profiles: [baseline, strict, locked]
#   solution: solve the task itself; tell the operator if its tests are wrong
#   references:
#     - "MITRE ATT&CK T1565.001 Data Manipulation: Stored Data Manipulation"
#     - "OWASP Agentic ASI10 Rogue Agents"
#   asked_when:
#     operations: [file.read, file.write, file.delete]
#     path_names: [segments, names, test_settings]
package guard.rules.oversight.evaluation

import data.guard.settings.oversight.evaluation as settings

findings contains _finding(sprintf("changes %s, which scores the work", [operation.path])) if {
	some operation in input.context.operations
	operation.kind in {"file.delete", "file.write"}
	_scores(operation.path)
	not _keeps_content(operation)
}

findings contains _finding(sprintf("reads %s, which holds answers", [operation.path])) if {
	some operation in input.context.operations
	operation.kind == "file.read"
	strings.any_prefix_match(concat("", [operation.path, "/"]), settings.answers)
}

findings contains _finding(sprintf("makes tests pass in %s whatever they find", [operation.path])) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	parts := split(operation.path, "/")
	settings.test_settings[parts[count(parts) - 1]]
	some pattern in settings.forced
	regex.match(pattern, operation.content)
}

_finding(reason) := {
	"effect": settings.effect,
	"reason": reason,
	"solution": "solve the task itself; tell the operator if its tests are wrong",
	"obligations": [],
}

_keeps_content(operation) if settings.keeps_content[operation.program]

_scores(path) if strings.any_prefix_match(concat("", [path, "/"]), settings.graders)

_scores(path) if {
	parts := split(path, "/")
	settings.names[parts[count(parts) - 1]]
}
