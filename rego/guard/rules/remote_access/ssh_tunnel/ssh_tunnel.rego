# METADATA
# title: No ssh tunnels
package guard.rules.remote_access.ssh_tunnel

_settings := data.guard.settings.remote_access.ssh_tunnel

findings contains {
	"effect": _settings.effect,
	"reason": sprintf("opens a %s ssh forward through %s", [operation.direction, operation.host]),
	"solution": "do without the tunnel",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "network.tunnel"
	operation.protocol == "ssh"
}
