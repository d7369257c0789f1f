# METADATA
# title: What is downloaded is not run unread
# description: >-
#   A script or program that the same call downloads and runs, through a pipe or a file.
#   Installers that are listed are left to the rule about what cannot be seen through.
# custom:
#   severity: high
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: read the script first, and run it in a second call
#   asked_when:
#     opaque: true
#   references:
#     - "MITRE ATT&CK T1105 Ingress Tool Transfer"
#     - "MITRE ATT&CK T1059.004 Command and Scripting Interpreter: Unix Shell"
#     - "OWASP Agentic ASI04 Agentic Supply Chain Vulnerabilities"
package guard.rules.supply_chain.pipe_to_shell

import data.guard.settings.supply_chain.pipe_to_shell as settings

findings contains {
	"effect": settings.effect,
	"reason": sprintf("runs what %s downloads from %s: %s", [
		operation.program,
		operation.host,
		object.get(item, "detail", "unknown code"),
	]),
	"solution": "read the script first, and run it in a second call",
	"obligations": [],
} if {
	lists := settings
	some item in input.context.opaque
	lists.kinds[item.kind]
	some operation in input.context.operations
	operation.kind == "network.connect"
	lists.downloaders[operation.program]
	not strings.any_prefix_match(object.get(operation, "url", ""), lists.allowed_urls)
}
