# METADATA
# title: No bind shells
# description: A shell or another program that waits on a port for whoever connects.
# custom:
#   severity: critical
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: run commands through the tools that the host of the agent gives
#   references:
#     - "MITRE ATT&CK T1059 Command and Scripting Interpreter"
#     - "MITRE ATT&CK T1571 Non-Standard Port"
#     - "OWASP Agentic ASI05 Unexpected Code Execution"
#   asked_when:
#     operations: [network.shell]
package guard.rules.remote_access.bind_shell

import data.guard.settings.remote_access.bind_shell as settings

findings contains {
	"effect": settings.effect,
	"reason": sprintf("offers a program to whoever connects to %s (%s)", [_port(operation), operation.how]),
	"solution": "run commands through the tools that the host of the agent gives",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "network.shell"
	operation.direction == "bind"
}

_port(operation) := "an unnamed port" if {
	operation.port == null
} else := sprintf("port %v", [operation.port])
