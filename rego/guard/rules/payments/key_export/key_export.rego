# METADATA
# title: No wallet's secret is shown
# description: >-
#   Whoever has a wallet's private key, seed phrase or keystore has all that it holds, for ever.
#   Programs and tools that show, export or restore one are refused. Files in which wallets lie
#   are looked after by the rules about credentials.
# custom:
#   severity: critical
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: let the wallet sign; its secret is never needed
#   references:
#     - "MITRE ATT&CK T1552.004 Unsecured Credentials: Private Keys"
#     - "MITRE ATT&CK T1657 Financial Theft"
#     - "OWASP Agentic ASI03 Identity and Privilege Abuse"
#   asked_when:
#     operations: [payment.key_export]
package guard.rules.payments.key_export

import data.guard.settings.payments.key_export as settings

findings contains {
	"effect": settings.effect,
	"reason": sprintf("shows a wallet's %s%s", [operation.secret, _of(operation)]),
	"solution": "let the wallet sign; its secret is never needed",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "payment.key_export"
}

_of(operation) := sprintf(" with %s", [operation.program]) if {
	operation.program
} else := sprintf(" with the tool %s", [operation.tool]) if {
	operation.tool
} else := ""
