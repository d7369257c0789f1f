# METADATA
# title: No probing of the inner network
# description: >-
#   Scanners turned on private addresses, sweeps over a range of them, and many hosts or ports
#   of the inner network tried in one call. One connection to a private host, and whatever
#   stays on this machine, is ordinary work. Port scans of a range are refused; a scan of one
#   host, and programs that merely see who is there, are asked about.
# custom:
#   severity: high
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   asked_when:
#     operations: [network.connect]
#     programs: [connectors, probers, sweepers]
#   solution: connect to the one host that the task names, and leave the network around it alone
#   references:
#     - "MITRE ATT&CK T1046 Network Service Discovery"
#     - "MITRE ATT&CK T1018 Remote System Discovery"
#     - "OWASP Agentic ASI10 Rogue Agents"
package guard.rules.network.internal_probe

import data.guard.lib.programs
import data.guard.settings.network.internal_probe as settings

findings contains _finding(effect, sprintf("scans %s with %s", [operation.host, program])) if {
	some operation in input.context.operations
	operation.kind == "network.connect"
	operation.protocol == "scan"
	effect := _scan(operation, settings)
	program := object.get(operation, "program", "a scanner")
}

findings contains _finding(effect, sprintf("sweeps the inner network with %s", [operation.program])) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	_sweeps(lower(operation.program), operation.argv, settings)
	not programs.prints_help(operation.argv)
	effect := settings.sweep_effect
}

findings contains _finding(settings.sweep_effect, sprintf("tries hosts in turn at %s", [operation.host])) if {
	some operation in input.context.operations
	operation.kind == "network.connect"
	_private(operation.host, settings)
	contains(operation.host, "⟨?⟩")
	object.get(operation, "certainty", "may") != "must"
}

findings contains _finding(lists.effect, sprintf("tries %v inner hosts", [count(hosts)])) if {
	lists := settings
	hosts := {operation.host |
		some operation in input.context.operations
		operation.kind == "network.connect"
		_private(operation.host, lists)
	}
	count(hosts) >= lists.many_hosts
}

findings contains _finding(settings.effect, sprintf("tries %v ports of %s", [count(ports), host])) if {
	lists := settings
	some first in input.context.operations
	first.kind == "network.connect"
	host := first.host
	_private(host, lists)
	ports := {operation.port |
		some operation in input.context.operations
		operation.kind == "network.connect"
		operation.host == host
	}
	count(ports) >= lists.many_ports
}

findings contains _finding(settings.sweep_effect, sprintf("tries ports in turn at %s", [operation.host])) if {
	some operation in input.context.operations
	operation.kind == "network.connect"
	operation.port == null
	operation.protocol != "scan"
	_private(operation.host, settings)
	object.get(operation, "certainty", "may") != "must"
	_raw(operation, settings)
}

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "connect to the one host that the task names, and leave the network around it alone",
	"obligations": [],
}

# An address, even with a piece of it unresolved; a name is not known to be private.
_private(host, lists) if {
	strings.any_prefix_match(host, lists.private_prefixes)
	regex.match(lists.address, host)
}

# What is scanned is written as a URL; where nobody says, it counts as a range.
_scan(operation, lists) := lists.effect if {
	not _gentle(operation, lists)
	_may_be_private(operation.host, lists)
	not _one_host(operation)
} else := lists.sweep_effect if {
	not _gentle(operation, lists)
	_may_be_private(operation.host, lists)
} else := lists.sweep_effect if {
	_may_be_private(operation.host, lists)
	not _one_host(operation)
}

_gentle(operation, lists) if lists.gentle_scanners[operation.program]

_may_be_private(host, _) if startswith(host, "⟨?⟩")

_may_be_private(host, lists) if _private(host, lists)

_one_host(operation) if operation.url == operation.host

_sweeps(program, _, lists) if lists.sweepers[program]

_sweeps(program, argv, lists) if {
	lists.probers[program]
	some argument in argv
	regex.match(lists.range, argument)
}

_sweeps(program, argv, lists) if {
	lists.connectors[program]
	some argument in argv
	regex.match(lists.ports, argument)
	some host in argv
	_private(host, lists)
}

# A connection whose program is not named may be one of a loop.
_raw(operation, lists) if lists.raw_programs[object.get(operation, "program", "bash")]
