# METADATA
# title: Outbound ssh
package guard.rules.remote_access.outbound_ssh

_settings := data.guard.settings.remote_access.outbound_ssh

findings contains {
	"effect": _settings.effect,
	"reason": sprintf("connects to %s over %s", [operation.host, operation.protocol]),
	"solution": "use https",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "network.connect"
	_settings.protocols[operation.protocol]
	not _settings.allowed_hosts[operation.host]
}
