# METADATA
# title: No data in names
# description: >-
#   A question to the name service reaches whoever runs the domain, past every web filter.
#   Long or encoded labels, and labels made of what a file or an encoder printed, carry data
#   out; a question whose first label is not known is asked about.
# custom:
#   severity: high
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   asked_when:
#     operations: [network.connect]
#     programs: [programs]
#   solution: ask for names that the task knows, and hand results over as files in the workspace
#   references:
#     - "MITRE ATT&CK T1048.003 Exfiltration Over Unencrypted Non-C2 Protocol"
#     - "MITRE ATT&CK T1071.004 Application Layer Protocol: DNS"
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
package guard.rules.exfiltration.dns

import data.guard.settings.exfiltration.dns as settings

findings contains _finding(settings.effect, sprintf("asks for %s, whose labels look like data", [name])) if {
	lists := settings
	some name in _asked(lists)
	_encoded(name, lists)
}

findings contains _finding(effect, sprintf("asks for %s, of which a part is not known", [name])) if {
	lists := settings
	effect := _effect(lists)
	some name in _asked(lists)
	_unknown(name, lists)
}

# A connection by whatever protocol asks for the name first.
findings contains _finding(settings.effect, sprintf("reaches %s, partly made by an encoder", [operation.host])) if {
	lists := settings
	_encodes(lists)
	some operation in input.context.operations
	operation.kind == "network.connect"
	not lists.protocols[operation.protocol]
	_unknown(operation.host, lists)
}

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "ask for names that the task knows, and hand results over as files in the workspace",
	"obligations": [],
}

# Names that are asked for: by programs made for it, and by code.
_asked(lists) := {lower(word) |
	some operation in input.context.operations
	operation.kind == "process.exec"
	lists.programs[lower(operation.program)]
	some index, word in operation.argv
	index > 0
	contains(word, ".")
	not startswith(word, "@")
} | {operation.host |
	some operation in input.context.operations
	operation.kind == "network.connect"
	lists.protocols[operation.protocol]
	contains(operation.host, ".")
}

_encoded(name, lists) if {
	regex.match(lists.label, name)
	not strings.any_suffix_match(trim_right(name, "."), lists.inside_domains)
}

_encoded(name, lists) if {
	regex.match(lists.labels, name)
	not strings.any_suffix_match(trim_right(name, "."), lists.inside_domains)
}

# Short ones too, where the call runs an encoder.
_encoded(name, lists) if {
	regex.match(lists.encoded_label, name)
	not strings.any_suffix_match(trim_right(name, "."), lists.inside_domains)
	_encodes(lists)
}

_unknown(name, lists) if {
	regex.match(lists.unknown, name)
	not strings.any_suffix_match(trim_right(name, "."), lists.inside_domains)
}

_effect(lists) := lists.effect if {
	_encodes(lists)
} else := lists.unknown_effect

_encodes(lists) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	lists.encoders[lower(operation.program)]
}
