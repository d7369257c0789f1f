# METADATA
# title: No ssh tunnels
# description: >-
#   A forward through ssh lets the far side into the sandbox, or the sandbox into networks
#   that only the far side sees. The connection starts inside, so ingress filters do not help.
#   Every direction is refused, also when it is written into ssh's own settings; tunnels that
#   are needed are listed in the settings of this rule.
# custom:
#   severity: critical
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: >-
#     work without the tunnel: use the network that the sandbox gives, or ask the operator to
#     list this tunnel
#   references:
#     - "MITRE ATT&CK T1572 Protocol Tunneling"
#     - "MITRE ATT&CK T1090 Proxy"
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
#   asked_when:
#     operations: [file.write, network.tunnel]
#     path_names: [folders]
package guard.rules.remote_access.ssh_tunnel

import data.guard.lib.hosts
import data.guard.lib.paths
import data.guard.settings.remote_access.ssh_tunnel as settings

findings contains {
	"effect": settings.effect,
	"reason": _reason(operation),
	"solution": "work without the tunnel, or ask the operator to list it in `remote_access.ssh_tunnel.allowed`",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "network.tunnel"
	operation.protocol == "ssh"
	not _listed(operation)
}

findings contains {
	"effect": effect,
	"reason": sprintf("%s %s", [what, operation.path]),
	"solution": "leave ssh's settings without forwards, or ask the operator to make them",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "file.write"
	contains(operation.path, "ssh")
	_settings_of_ssh(operation.path)
	[effect, what] := _written(operation)
}

_settings_of_ssh(path) if {
	some fragment, wanted in settings.files
	wanted
	contains(paths.delimited(path), fragment)
}

# With a forward in ssh's own settings, the next plain `ssh host` opens it.
_written(operation) := [settings.effect, "writes a forward into"] if {
	some keyword in settings.keywords
	contains(lower(operation.content), keyword)
} else := [settings.unseen_effect, "writes, unseen, into"] if {
	not _seen(operation)
}

_seen(operation) if is_string(operation.content)

_seen(operation) if settings.keeps_content[operation.program]

# An entry that does not say which way and through which host would let too much pass.
_listed(operation) if {
	some entry in settings.allowed
	is_string(entry.direction)
	is_string(entry.host)
	object.subset(operation, entry)
}

_reason(operation) := sprintf("opens a remote ssh forward of %s through %s", _ends(operation)) if {
	operation.direction == "remote"
} else := sprintf("opens, on %s, a proxy into this network for %s, over ssh", _ends(operation)) if {
	operation.direction == "remote_dynamic"
} else := sprintf("opens a local ssh forward of %s through %s", _ends(operation)) if {
	operation.direction == "local"
} else := sprintf("opens a proxy over ssh on %s through %s", _ends(operation)) if {
	operation.direction == "dynamic"
} else := sprintf("opens an ssh tunnel (%s) through %s", [operation.direction, hosts.endpoint(operation)])

# What listens, and the far end.
_ends(operation) := [sprintf("port %s", [operation.bind]), hosts.endpoint(operation)] if {
	operation.bind != ""
} else := ["an unnamed port", hosts.endpoint(operation)]
