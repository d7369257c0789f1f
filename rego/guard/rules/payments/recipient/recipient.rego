# METADATA
# title: Listed recipients only
# description: >-
#   Money that is gone does not come back, so whoever is not listed needs a person. A host that
#   asks for payment may be pinned to the addresses that it may name. Addresses are compared
#   without regard to case; one of which a piece is not known is refused. Whether an address was
#   taken from what somebody else wrote is not seen in one call.
# custom:
#   severity: critical
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: pay a listed recipient, or ask the operator to list this one
#   references:
#     - "MITRE ATT&CK T1657 Financial Theft"
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
#   asked_when:
#     operations: [payment.transfer]
package guard.rules.payments.recipient

import data.guard.settings.payments.recipient as settings

findings contains {
	"effect": settings.effect,
	"reason": sprintf("pays %s, who is not listed", [operation.recipient]),
	"solution": "pay a listed recipient, or ask the operator to list this one in `payments.recipient.recipients`",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "payment.transfer"
	operation.recipient != ""
	not contains(operation.recipient, "⟨?⟩")
	not _named(operation.recipient, settings.recipients)
	not _pinned(operation)
}

findings contains {
	"effect": settings.effect,
	"reason": "pays, and the call does not say whom",
	"solution": "name the recipient in the call",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "payment.transfer"
	operation.recipient == ""
}

findings contains {
	"effect": settings.refused,
	"reason": "pays somebody whom nobody knows: a piece of the address is not in the call",
	"solution": "write the recipient's address out in the call",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "payment.transfer"
	contains(operation.recipient, "⟨?⟩")
}

findings contains {
	"effect": settings.refused,
	"reason": sprintf("pays %s for %s, which is pinned to other addresses", [
		operation.recipient,
		operation.resource,
	]),
	"solution": "do not pay: the host asks for money to an address that is not its own",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "payment.transfer"
	_pins(operation.resource)
	not _pinned(operation)
}

_pins(resource) if {
	some host, _ in settings.hosts
	lower(host) == lower(resource)
}

_pinned(operation) if {
	some host, addresses in settings.hosts
	lower(host) == lower(operation.resource)
	_named(operation.recipient, addresses)
}

_named(recipient, table) if {
	some listed, wanted in table
	wanted == true
	lower(listed) == lower(recipient)
}
