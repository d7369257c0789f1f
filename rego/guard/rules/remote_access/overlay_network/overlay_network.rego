# METADATA
# title: Overlay networks are joined only when a person agrees
# description: >-
#   Who joins an overlay (a mesh or virtual private network) is reachable from all of its
#   members, and reaches them, whatever the sandbox's own network allows. No port is forwarded
#   by that alone, so it is asked about and no tunnel; a network of one's own that the overlay
#   may route into, and services shown through it, are left to tunnel_tool. States, lists and
#   leaving are silent.
# custom:
#   severity: high
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   asked_when:
#     operations: [network.tunnel]
#     programs: [programs]
#   solution: >-
#     use the network that the sandbox gives, or let a person decide about the overlay
#   references:
#     - "MITRE ATT&CK T1133 External Remote Services"
#     - "MITRE ATT&CK T1572 Protocol Tunneling"
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
package guard.rules.remote_access.overlay_network

import data.guard.lib.hosts
import data.guard.lib.programs
import data.guard.settings.remote_access.overlay_network as settings

findings contains {
	"effect": settings.effect,
	"reason": sprintf("joins an overlay network with %s through %s", [
		operation.protocol,
		hosts.endpoint(operation),
	]),
	"solution": _solution,
	"obligations": [],
} if {
	some operation in input.context.operations
	_joins(operation)
}

# Programs of which the table knows the subcommands, where no operation told the same.
findings contains {
	"effect": settings.effect,
	"reason": sprintf("joins an overlay network with `%s %s`", [operation.program, operation.argv[1]]),
	"solution": _solution,
	"obligations": [],
} if {
	not _told
	some operation in input.context.operations
	operation.kind == "process.exec"
	words := settings.programs[lower(operation.program)]
	words[operation.argv[1]] == true
	not programs.prints_help(operation.argv)
}

_told if {
	some operation in input.context.operations
	_joins(operation)
}

_joins(operation) if {
	operation.kind == "network.tunnel"
	operation.direction == "device"
	settings.protocols[operation.protocol] == true
}

_solution := "use the network that the sandbox gives, or let a person decide about the overlay"
