# METADATA
# title: Weights stay where they are
# description: >-
#   Weights of models and checkpoints are not sent to other machines. Reading, training and
#   copying them here is ordinary work.
# custom:
#   severity: critical
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   solution: leave weights on this machine; ask the operator to publish what is to be published
#   references:
#     - "MITRE ATT&CK T1567.002 Exfiltration Over Web Service: Exfiltration to Cloud Storage"
#     - "MITRE ATLAS AML.T0025 Exfiltration via Cyber Means"
#     - "OWASP Agentic ASI10 Rogue Agents"
#   asked_when:
#     operations: [network.connect]
#     programs: [uploaders]
package guard.rules.oversight.own_weights

import data.guard.lib.words
import data.guard.settings.oversight.own_weights as settings

findings contains _finding(path, operation.host) if {
	some operation in input.context.operations
	operation.kind == "network.connect"
	some path in operation.sends
	_weights(path)
}

# Some programs read the files that they send; others send what comes through a pipe.
findings contains _finding(path, operation.host) if {
	path := min(_read_by_senders)
	some operation in input.context.operations
	operation.kind == "network.connect"
	_takes_files(operation)
}

findings contains _finding(argument, operation.program) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	some phrase, wanted in settings.uploaders[lower(operation.program)]
	wanted
	words.says(operation.argv, phrase)
	some argument in operation.argv
	_weights(argument)
}

_finding(path, host) := {
	"effect": settings.effect,
	"reason": sprintf("sends %s, which holds weights of a model, by way of %s", [path, host]),
	"solution": "leave weights on this machine; ask the operator to publish what is to be published",
	"obligations": [],
}

# A rule of its own: it is evaluated once, however many connections there are.
_read_by_senders contains operation.path if {
	some operation in input.context.operations
	operation.kind == "file.read"
	settings.senders[operation.program]
	_weights(operation.path)
}

_takes_files(operation) if settings.carriers[operation.program]

_takes_files(operation) if "-" in operation.sends

_weights(path) if strings.any_suffix_match(lower(path), settings.suffixes)

_weights(path) if {
	some part in split(lower(path), "/")
	settings.folders[part]
}

_weights(path) if {
	some part in split(lower(path), "/")
	strings.any_prefix_match(part, settings.prefixes)
}
