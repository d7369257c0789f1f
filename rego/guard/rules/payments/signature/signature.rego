# METADATA
# title: No signature of what cannot be read
# description: >-
#   A signature binds whoever owns the key. Bare hashes (eth_sign) are refused; messages, calls
#   of contracts and transactions that are signed already need a person. Typed data of the
#   listed kinds are judged as the transfers and approvals that they are, other kinds need a
#   person, and what nobody can read is refused. A message may be a login or a promise: its text
#   is not understood here.
# custom:
#   severity: high
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: sign typed data of a listed kind, or let a person sign
#   references:
#     - "MITRE ATT&CK T1657 Financial Theft"
#     - "OWASP Agentic ASI03 Identity and Privilege Abuse"
#   asked_when:
#     operations: [payment.sign]
package guard.rules.payments.signature

import data.guard.settings.payments.signature as settings

findings contains {
	"effect": effect,
	"reason": sprintf("signs with a wallet's key: %s%s", [operation.method, _which(operation)]),
	"solution": "sign typed data of a listed kind, or let a person sign",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "payment.sign"
	effect := _effect(operation, object.get(settings.methods, operation.method, settings.effect))
}

# What nobody can name is refused, whatever way it is signed.
_effect(operation, _) := settings.effect if {
	contains(concat("", [operation.method, operation.primary_type]), "⟨?⟩")
} else := settings.unlisted_type if {
	settings.methods[operation.method] == "types"
	not _listed(operation.primary_type)
}

_effect(operation, word) := word if {
	word != "types"
	not contains(concat("", [operation.method, operation.primary_type]), "⟨?⟩")
}

_listed(type) if settings.primary_types[type] == true

_which(operation) := "" if {
	operation.primary_type == ""
} else := concat("", [" of ", operation.primary_type])
