# METADATA
# title: No access to the machine's control sockets
# description: >-
#   Whoever talks to the socket of a container runtime, to Docker over TCP, to a kubelet, to
#   etcd or to the API of the cluster by hand, rules the machine or the cluster. Clients that
#   are made for it and have been given an account (`docker ps`, `kubectl get`) are not judged
#   here; handing the socket on, to a container or to another program, is.
# custom:
#   severity: critical
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   asked_when:
#     operations: [file.read, file.write, network.connect, network.tunnel]
#     path_names: [names]
#   solution: use the runtime through its own client, with the rights that the sandbox gives
#   references:
#     - "MITRE ATT&CK T1611 Escape to Host"
#     - "MITRE ATT&CK T1609 Container Administration Command"
#     - "MITRE ATT&CK T1613 Container and Resource Discovery"
#     - "OWASP Agentic ASI03 Identity and Privilege Abuse"
package guard.rules.network.control_socket

import data.guard.lib.hosts
import data.guard.lib.patterns
import data.guard.settings.network.control_socket as settings

findings contains _finding(effect, sprintf("%s the control socket %s", [verb, operation.path])) if {
	some operation in input.context.operations
	operation.kind in {"file.read", "file.write"}
	names := split(operation.path, "/")
	_socket(names[count(names) - 1], settings)
	not _looks(operation)
	[effect, verb] := _use(operation, settings)
}

findings contains _finding(settings.effect, sprintf("talks to the control port at %s", [far])) if {
	some operation in input.context.operations
	operation.kind == "network.connect"
	_controls(operation, settings)
	far := hosts.endpoint(operation)
}

findings contains _finding(settings.effect, sprintf("forwards to the control socket %s", [target])) if {
	some operation in input.context.operations
	operation.kind == "network.tunnel"
	target := operation.target
	some name, wanted in settings.names
	wanted
	endswith(target, name)
}

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "use the runtime through its own client, with the rights that the sandbox gives",
	"obligations": [],
}

_socket(name, lists) if lists.names[name]

# A pattern that one of the names fits.
_socket(name, lists) if {
	regex.match(`[*?\[]`, name)
	endswith(name, ".sock")
	some socket, wanted in lists.names
	wanted
	patterns.fits(name, [], socket)
}

_looks(operation) if settings.looks[operation.program]

_client(operation, lists) if lists.clients[operation.program]

# A program that is not named may do anything with it.
_use(operation, lists) := [lists.access_effect, "changes who may use"] if {
	lists.access[operation.program]
} else := [lists.effect, "uses"]

_port(operation) := sprintf("%v", [operation.port])

_controls(operation, lists) if lists.ports[_port(operation)]

_controls(operation, lists) if {
	lists.far_ports[_port(operation)]
	not lists.local_hosts[operation.host]
	not _client(operation, lists)
}

_controls(operation, lists) if {
	lists.api_hosts[operation.host]
	not _client(operation, lists)
}

# A URL may name the file itself: `http+unix://%2Fvar%2Frun%2Fdocker.sock/`.
_controls(operation, lists) if {
	names := split(replace(operation.host, "%2f", "/"), "/")
	_socket(names[count(names) - 1], lists)
}
