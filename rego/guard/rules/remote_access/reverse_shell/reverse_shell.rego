# METADATA
# title: No reverse shells
package guard.rules.remote_access.reverse_shell

findings contains {
	"effect": data.guard.settings.remote_access.reverse_shell.effect,
	"reason": sprintf("wires a shell to %s (%s)", [operation.host, operation.how]),
	"solution": "run commands through the agent's own tools",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "network.shell"
	operation.direction == "reverse"
}
