# METADATA
# title: No unlimited approvals
# description: >-
#   Who may move tokens later may take all of them later: approve, permit, Permit2 and
#   setApprovalForAll are payments to come. An approval without an end, or of more than the
#   limit of its asset, is refused; any other spender than a listed one needs a person. Taking
#   an approval back is fine.
# custom:
#   severity: critical
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: approve the exact amount that the next step needs, to a listed spender
#   references:
#     - "MITRE ATT&CK T1657 Financial Theft"
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
#     - "OWASP Agentic ASI03 Identity and Privilege Abuse"
#   asked_when:
#     operations: [payment.approve]
package guard.rules.payments.unlimited_approval

import data.guard.lib.amounts
import data.guard.lib.assets
import data.guard.settings.payments.asset as registry
import data.guard.settings.payments.unlimited_approval as settings

findings contains {
	"effect": settings.effect,
	"reason": sprintf("lets %s move %s `%s` by %s", [
		operation.spender,
		_much(operation.amount),
		operation.asset,
		operation.method,
	]),
	"solution": "approve the exact amount that the next step needs",
	"obligations": [],
} if {
	some operation in _approvals
	not amounts.valid(operation.amount)
}

findings contains {
	"effect": settings.effect,
	"reason": sprintf("lets %s move %s of `%s`, more than the limit of %s", [
		operation.spender,
		operation.amount,
		operation.asset,
		limit,
	]),
	"solution": "approve less, or ask the operator to raise `payments.unlimited_approval.limits`",
	"obligations": [],
} if {
	some operation in _approvals
	limit := _limit(operation)
	amounts.valid(operation.amount)
	not _within(operation, limit)
}

findings contains {
	"effect": settings.unlisted,
	"reason": sprintf("lets %s move %s of `%s`: %s", [
		operation.spender,
		operation.amount,
		operation.asset,
		concat(" and ", why),
	]),
	"solution": "ask the operator to list the spender, and a limit of the asset, in `payments.unlimited_approval`",
	"obligations": [],
} if {
	some operation in _approvals
	amounts.valid(operation.amount)
	why := array.concat(
		["the spender is not listed" | not _known(operation.spender)],
		["the asset has no limit" | not _limit(operation)],
	)
	why != []
}

# To approve nothing is to take an approval back.
_approvals := [operation |
	some operation in input.context.operations
	operation.kind == "payment.approve"
	operation.amount != "0"
]

_much("unlimited") := "any amount of"

_much(amount) := "an amount that nobody knows of" if amount != "unlimited"

_known(spender) if {
	some listed, wanted in settings.spenders
	wanted == true
	lower(listed) == lower(spender)
}

_rows(operation) := assets.rows(operation.chain, operation.asset, registry.assets)

_limit(operation) := limit if {
	symbol := assets.symbol(_rows(operation))
	some listed, limit in settings.limits
	lower(listed) == symbol
}

_within(operation, limit) if {
	operation.unit == "ui"
	amounts.at_most(operation.amount, limit)
}

_within(operation, limit) if {
	operation.unit == "raw"
	amounts.at_most(operation.amount, amounts.times_power(limit, assets.decimals(_rows(operation))))
}
