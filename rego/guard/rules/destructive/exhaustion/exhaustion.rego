# METADATA
# title: No fork bombs
# description: >-
#   Code that starts itself in the background again and again until the machine stands still.
#   The reader follows functions and tells this from recursion that may end.
# custom:
#   severity: high
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: start a fixed number of processes
#   asked_when:
#     opaque: true
#   references:
#     - "MITRE ATT&CK T1499.001 Endpoint Denial of Service: OS Exhaustion Flood"
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
package guard.rules.destructive.exhaustion

import data.guard.settings.destructive.exhaustion as settings

findings contains {
	"effect": settings.effect,
	"reason": sprintf("uses up the machine: %s", [object.get(item, "detail", "it starts itself again and again")]),
	"solution": "start a fixed number of processes",
	"obligations": [],
} if {
	some item in input.context.opaque
	settings.kinds[item.kind]
}
