# METADATA
# title: No access to cloud metadata
# description: >-
#   The metadata services of clouds hand out the credentials of the machine to whatever
#   runs on it. Link-local addresses are refused as a whole, and a URL that carries such
#   an address as a parameter counts as well.
# custom:
#   severity: high
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: ask the operator for credentials made for the task
#   references:
#     - "MITRE ATT&CK T1552.005 Cloud Instance Metadata API"
#     - "OWASP Agentic ASI03 Identity and Privilege Abuse"
package guard.rules.network.metadata_service

import data.guard.settings.network.metadata_service as settings

findings contains {
	"effect": settings.effect,
	"reason": sprintf("reaches the cloud's metadata service at %s", [host]),
	"solution": "ask the operator for credentials made for the task, and leave the machine's own alone",
	"obligations": [],
} if {
	some operation in input.context.operations
	startswith(operation.kind, "network.")
	host := _reached(operation, settings)
}

# The address itself, even with a piece of it unresolved; or a request for it that another
# machine is asked to make, or a forward to it.
_reached(operation, lists) := operation.host if {
	lists.hosts[operation.host]
} else := operation.host if {
	strings.any_prefix_match(operation.host, lists.prefixes)
} else := min({host |
	some text in _carried(operation)
	some host in lists.carried
	contains(text, host)
})

_carried(operation) := array.concat(
	[lower(operation[key]) | some key in ["target", "url"]],
	[lower(name) | some name in operation.sends],
)
