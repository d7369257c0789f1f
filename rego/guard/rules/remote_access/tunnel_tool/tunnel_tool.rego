# METADATA
# title: No tunnel tools
# description: >-
#   Programs that exist to carry traffic past a network's edge: relays, reverse proxies,
#   covert channels, terminal sharing. Tunnels of other protocols than ssh, and starts of
#   listed programs, are refused; printing help or a version is not. Joining an overlay network
#   without forwarding anything is left to overlay_network.
# custom:
#   severity: critical
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: >-
#     work without the tunnel: use the network that the sandbox gives
#   references:
#     - "MITRE ATT&CK T1572 Protocol Tunneling"
#     - "MITRE ATT&CK T1090.003 Multi-hop Proxy"
#     - "MITRE ATT&CK T1219 Remote Access Tools"
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
#   asked_when:
#     operations: [network.tunnel]
#     programs: [programs]
package guard.rules.remote_access.tunnel_tool

import data.guard.lib.hosts
import data.guard.lib.programs
import data.guard.settings.remote_access.overlay_network as overlays
import data.guard.settings.remote_access.tunnel_tool as settings

findings contains {
	"effect": settings.effect,
	"reason": sprintf("opens a %s tunnel with %s through %s", [
		operation.direction,
		operation.protocol,
		hosts.endpoint(operation),
	]),
	"solution": "work without the tunnel: use the network that the sandbox gives",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "network.tunnel"
	operation.protocol != "ssh"
	not _local(operation)
	not _overlay(operation)
}

findings contains {
	"effect": settings.effect,
	"reason": sprintf("starts the tunnel program %s", [operation.program]),
	"solution": "work without the tunnel: use the network that the sandbox gives",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	_tunnels(lower(operation.program), operation.argv, settings)
	not programs.prints_help(operation.argv)
}

# Forwards that a development tool opens for this machine alone.
_local(operation) if {
	operation.direction == "local"
	settings.local_protocols[operation.protocol]
}

# The other rule's own table, so that what is taken off there is refused here.
_overlay(operation) if {
	operation.direction == "device"
	overlays.protocols[operation.protocol]
}

# The table of a program says of its subcommands whether they tunnel, and by `*` whether all
# others do.
_tunnels(program, argv, lists) if {
	words := lists.programs[program]
	object.get(words, _subcommand(argv), object.get(words, "*", false)) == true
}

_subcommand(argv) := argv[1] if {
	count(argv) > 1
} else := ""
