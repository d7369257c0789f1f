# METADATA
# title: No reverse shells
# description: >-
#   A shell or another program whose input and output are a connection to another machine
#   gives that machine the sandbox.
# custom:
#   severity: critical
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: run commands through the tools that the host of the agent gives
#   references:
#     - "MITRE ATT&CK T1059 Command and Scripting Interpreter"
#     - "MITRE ATT&CK T1095 Non-Application Layer Protocol"
#     - "OWASP Agentic ASI05 Unexpected Code Execution"
#   asked_when:
#     operations: [network.shell]
package guard.rules.remote_access.reverse_shell

import data.guard.lib.hosts
import data.guard.settings.remote_access.reverse_shell as settings

# Whatever is not a bind shell is counted here, so that no direction falls between the rules.
findings contains {
	"effect": settings.effect,
	"reason": sprintf("wires a program to a connection to %s (%s)", [hosts.endpoint(operation), operation.how]),
	"solution": "run commands through the tools that the host of the agent gives",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "network.shell"
	operation.direction != "bind"
}
