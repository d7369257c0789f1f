# METADATA
# title: Amounts that mean what they say
# description: >-
#   Four slips that have moved fortunes: whole coins taken for smallest units, a bare number, a
#   number that passed through a float, another asset than the one asked for. Decimals come from
#   the registry of `payments.asset`, never from the call alone. All of a balance needs a
#   person, and more than a share of it is refused; both are seen only where the call itself
#   says the share or the balance. A balance that is out of date is not seen.
# custom:
#   severity: critical
#   risk_category: trustworthiness
#   profiles: [baseline, strict, locked]
#   solution: state amount, unit and asset in the call, the amount as a text
#   references:
#     - "MITRE ATT&CK T1657 Financial Theft"
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
#   asked_when:
#     operations: [payment.transfer]
package guard.rules.payments.units

import data.guard.lib.amounts
import data.guard.lib.assets
import data.guard.settings.payments.asset as registry
import data.guard.settings.payments.units as settings

findings contains {
	"effect": settings.refused,
	"reason": sprintf("says %s %s and %s smallest units, which is not the same with %d decimals", [
		operation.amount,
		operation.asset,
		operation.raw_amount,
		decimals,
	]),
	"solution": "recompute the smallest units with the decimals of the registry",
	"obligations": [],
} if {
	some operation in _payments
	operation.raw_amount != ""
	decimals := _decimals(operation)
	not _adds_up(operation, decimals)
}

findings contains {
	"effect": settings.effect,
	"reason": sprintf("says %s and %s smallest units of `%s`, whose decimals nobody listed", [
		operation.amount,
		operation.raw_amount,
		operation.asset,
	]),
	"solution": "ask the operator to list the asset with its decimals in `payments.asset.assets`",
	"obligations": [],
} if {
	some operation in _payments
	operation.raw_amount != ""
	not _decimals(operation)
}

findings contains {
	"effect": settings.refused,
	"reason": sprintf("takes `%s` to have %d decimals, and it has %d", [
		operation.asset,
		operation.decimals,
		decimals,
	]),
	"solution": "recompute the amount with the decimals of the registry",
	"obligations": [],
} if {
	some operation in _payments
	operation.decimals != null
	decimals := _decimals(operation)
	decimals != operation.decimals
}

findings contains {
	"effect": settings.effect,
	"reason": sprintf("pays the bare number %s: the call does not say %s", [
		operation.amount,
		concat(" and ", missing),
	]),
	"solution": "state the asset, and whether the amount is in whole coins or in smallest units",
	"obligations": [],
} if {
	some operation in _payments
	operation.scheme == ""
	missing := [what |
		some [key, what] in [["asset", "of which asset"], ["unit", "in which unit"]]
		operation[key] == ""
	]
	missing != []
}

findings contains {
	"effect": settings.effect,
	"reason": sprintf("the amount %s came as a float, or cannot be read as an amount", [operation.amount]),
	"solution": "give the amount as a decimal text, as in \"12.50\"",
	"obligations": [],
} if {
	some operation in _payments
	operation.exact == false
}

findings contains {
	"effect": settings.refused,
	"reason": sprintf("was asked for %s and sends %s", [operation.requested_asset, operation.asset]),
	"solution": "send the asset that was asked for, or ask again",
	"obligations": [],
} if {
	some operation in _payments
	operation.requested_asset != ""
	not _same_asset(operation)
}

findings contains {
	"effect": settings.refused,
	"reason": sprintf("was asked for %s and sends %s", [operation.requested_amount, operation.amount]),
	"solution": "send what was asked for, or ask again",
	"obligations": [],
} if {
	some operation in _payments
	operation.requested_amount != ""
	not amounts.same(operation.amount, operation.requested_amount)
}

findings contains {
	"effect": settings.refused,
	"reason": sprintf("sends %s of the balance, more than %s of it", [
		operation.fraction,
		settings.most_of_balance,
	]),
	"solution": "send a smaller part of the balance, or ask the operator to raise `payments.units.most_of_balance`",
	"obligations": [],
} if {
	some operation in _payments
	operation.fraction != ""
	not amounts.at_most(operation.fraction, settings.most_of_balance)
}

# However large a part is allowed, the whole is nothing to decide alone.
findings contains {
	"effect": settings.effect,
	"reason": "sends the whole balance",
	"solution": "read the balance again and state the amount that is meant",
	"obligations": [],
} if {
	some operation in _payments
	amounts.at_most("1", operation.fraction)
}

_payments := [operation |
	some operation in input.context.operations
	operation.kind == "payment.transfer"
]

_rows(operation, asset) := assets.rows(operation.chain, asset, registry.assets)

_decimals(operation) := assets.decimals(_rows(operation, operation.asset))

_adds_up(operation, decimals) if {
	operation.unit == "ui"
	amounts.same(amounts.times_power(operation.amount, decimals), operation.raw_amount)
}

_adds_up(operation, _) if {
	operation.unit == "raw"
	amounts.same(operation.amount, operation.raw_amount)
}

_same_asset(operation) if lower(operation.asset) == lower(operation.requested_asset)

_same_asset(operation) if {
	sent := assets.symbol(_rows(operation, operation.asset))
	sent == assets.symbol(_rows(operation, operation.requested_asset))
}
