# METADATA
# title: No access to cloud metadata
# description: >-
#   The metadata services of clouds hand out the credentials of the machine to whatever
#   runs on it. Link-local addresses are refused as a whole, and a URL that carries such
#   an address as a parameter counts as well; so does a forward to it, or to an end that
#   nobody names.
# custom:
#   severity: high
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   asked_when:
#     operations: [network.connect, network.listen, network.send, network.shell, network.tunnel]
#     programs: [programs]
#   solution: ask the operator for credentials made for the task
#   references:
#     - "MITRE ATT&CK T1552.005 Cloud Instance Metadata API"
#     - "OWASP Agentic ASI03 Identity and Privilege Abuse"
package guard.rules.network.metadata_service

import data.guard.lib.programs
import data.guard.settings.network.metadata_service as settings

findings contains _finding(sprintf("reaches the cloud's metadata service at %s", [host])) if {
	some operation in input.context.operations
	startswith(operation.kind, "network.")
	host := _reached(operation, settings)
}

# INVARIANT: a forward that does not say where it ends may end there.
findings contains _finding(sprintf("opens a forward through %s whose end is not named", [operation.host])) if {
	some operation in input.context.operations
	operation.kind == "network.tunnel"
	operation.direction == "local"
	object.get(operation, "target", "") == ""
}

findings contains _finding(sprintf("asks the cloud's metadata service with %s", [operation.program])) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	settings.programs[lower(operation.program)]
	not programs.prints_help(operation.argv)
}

_finding(reason) := {
	"effect": settings.effect,
	"reason": reason,
	"solution": "ask the operator for credentials made for the task, and leave the machine's own alone",
	"obligations": [],
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
	[lower(operation[key]) | some key in ["path", "target", "url"]],
	[lower(name) | some name in operation.sends],
)
