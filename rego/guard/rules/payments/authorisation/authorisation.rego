# METADATA
# title: What is signed is what was accepted
# description: >-
#   The signature is the payment, so what it says is held against what was accepted: recipient,
#   amount, asset, how long it is valid, and whose resource is paid for. Of Permit2 the
#   recipient is the witness, not the spender. A delegation (erc7710) and a transaction of
#   Solana cannot be read and are refused. Whether the accepted terms are those that the server
#   offered, and whether a nonce returns, needs the memory of a session.
# custom:
#   severity: critical
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: accept the offer again and sign exactly what was accepted
#   references:
#     - "MITRE ATT&CK T1657 Financial Theft"
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
#   asked_when:
#     operations: [payment.authorise]
package guard.rules.payments.authorisation

import data.guard.lib.amounts
import data.guard.settings.payments.authorisation as settings

findings contains {
	"effect": settings.effect,
	"reason": sprintf("authorises a payment by `%s`, which cannot be read", [operation.method]),
	"solution": "pay by a method whose signature says recipient and amount",
	"obligations": [],
} if {
	some operation in _authorised
	not _readable(settings.methods, operation.method)
}

findings contains {
	"effect": settings.effect,
	"reason": sprintf("signs the %s `%s` where `%s` was accepted", [what, given, wanted]),
	"solution": "accept the offer again and sign exactly what was accepted",
	"obligations": [],
} if {
	some operation in _authorised
	some [what, signed, accepted] in _pairs
	wanted := operation[accepted]
	wanted != ""
	given := operation[signed]
	not _agree(what, operation, given, wanted)
}

findings contains {
	"effect": settings.unstated,
	"reason": sprintf("pays by x402 without saying which %s was accepted", [concat(", ", missing)]),
	"solution": "use version 2 of x402, whose payments carry what was accepted",
	"obligations": [],
} if {
	some operation in _authorised
	missing := [what |
		some [what, _, accepted] in _pairs
		operation[accepted] == ""
	]
	missing != []
}

findings contains {
	"effect": settings.effect,
	"reason": sprintf("pays for %s in a call of %s", [operation.resource, operation.requested]),
	"solution": "pay only for the resource that is asked for",
	"obligations": [],
} if {
	some operation in _authorised
	operation.resource != ""
	operation.requested != ""
	not _same_place(operation)
}

findings contains {
	"effect": settings.unstated,
	"reason": "pays by x402 without saying for which resource, or where it is asked for",
	"solution": "put the payment into the request that it pays for, and name the resource",
	"obligations": [],
} if {
	some operation in _authorised
	"" in {operation.resource, operation.requested}
}

_authorised := [operation |
	some operation in input.context.operations
	operation.kind == "payment.authorise"
]

_pairs := [
	["recipient", "signed_recipient", "accepted_recipient"],
	["amount", "signed_amount", "accepted_amount"],
	["asset", "signed_asset", "accepted_asset"],
	["time (in seconds)", "signed_seconds", "accepted_seconds"],
]

_readable(table, method) if table[method] == true

# Nothing agrees with what nobody knows.
_agree("recipient", _, signed, accepted) if _same_text(signed, accepted)

_agree("asset", _, signed, accepted) if _same_text(signed, accepted)

_agree("amount", _, signed, accepted) if amounts.same(signed, accepted)

# A scheme of a maximum settles what is due, so a smaller maximum does no harm.
_agree("amount", operation, signed, accepted) if {
	settings.schemes_of_a_maximum[operation.scheme]
	amounts.at_most(signed, accepted)
}

_agree("time (in seconds)", _, signed, accepted) if {
	regex.match(`^[0-9]{1,15}$`, signed)
	regex.match(`^[0-9]{1,15}$`, accepted)
	to_number(signed) <= to_number(accepted) + settings.skew_seconds
}

_same_text(signed, accepted) if {
	lower(signed) == lower(accepted)
	not contains(signed, "⟨?⟩")
}

_same_place(operation) if {
	lower(operation.resource) == lower(operation.requested)
	not contains(operation.resource, "⟨?⟩")
}
