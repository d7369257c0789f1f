# METADATA
# title: No payment above a limit
# description: >-
#   What one call may pay of an asset, and in US dollars where the registry has a price. An
#   asset without either limit needs a person. A call with several payments is judged as if each
#   were as large as its largest, so a split payment gains nothing. Limits over time (an hour, a
#   day, a counterparty, repeated demands) come with the memory of a session: until then a loop
#   of small payments is seen one by one.
# custom:
#   severity: critical
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: pay less, or ask the operator for a limit of this asset
#   references:
#     - "MITRE ATT&CK T1657 Financial Theft"
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
#   asked_when:
#     operations: [payment.transfer]
package guard.rules.payments.limit

import data.guard.lib.amounts
import data.guard.lib.assets
import data.guard.settings.payments.asset as registry
import data.guard.settings.payments.limit as settings

findings contains {
	"effect": settings.above,
	"reason": sprintf("pays %s %s%s, more than the limit of %s", [
		operation.amount,
		operation.asset,
		_times(number),
		limit,
	]),
	"solution": "pay less, or ask the operator to raise `payments.limit.limits`",
	"obligations": [],
} if {
	some [operation, number] in _payments
	limit := _limit(operation)
	not _within(operation, number, limit)
}

findings contains {
	"effect": settings.above,
	"reason": sprintf("pays %s %s%s, more than the limit of %s US dollars", [
		operation.amount,
		operation.asset,
		_times(number),
		settings.usd,
	]),
	"solution": "pay less, or ask the operator to raise `payments.limit.usd`",
	"obligations": [],
} if {
	some [operation, number] in _payments
	worth := _worth(operation)
	not _at_most_times(worth, number, settings.usd)
}

findings contains {
	"effect": settings.effect,
	"reason": sprintf("pays %s %s, for which there is no limit", [operation.amount, _asset(operation)]),
	"solution": "ask the operator for a limit of this asset in `payments.limit.limits`, or approve this one",
	"obligations": [],
} if {
	some [operation, _] in _payments
	not _limited(operation)
}

# Payments whose amount is known, and how many the call makes.
_payments := [[operation, count(payments)] |
	payments := [operation |
		some operation in input.context.operations
		operation.kind == "payment.transfer"
	]
	some operation in payments
]

_limited(operation) if _limit(operation)

_limited(operation) if _worth(operation)

_rows(operation) := assets.rows(operation.chain, operation.asset, registry.assets)

# The limit of the asset in whole coins: by its symbol, else as it is written.
_limit(operation) := limit if {
	amounts.valid(operation.amount)
	operation.unit in {"ui", "raw"}
	name := _name(operation)
	some listed, limit in settings.limits
	lower(listed) == name
	amounts.valid(limit)
}

_name(operation) := assets.symbol(_rows(operation))

_within(operation, number, limit) if {
	operation.unit == "ui"
	_at_most_times(operation.amount, number, limit)
}

_within(operation, number, limit) if {
	operation.unit == "raw"
	decimals := assets.decimals(_rows(operation))
	_at_most_times(operation.amount, number, amounts.times_power(limit, decimals))
}

# What it is worth in US dollars, never too little.
_worth(operation) := operation.amount if {
	operation.unit == "usd"
	_usable(operation)
}

_worth(operation) := amounts.product_at_most(operation.amount, _price(operation)) if {
	operation.unit == "ui"
	_usable(operation)
}

_worth(operation) := amounts.product_at_most(whole, _price(operation)) if {
	operation.unit == "raw"
	_usable(operation)
	whole := amounts.product_at_most(operation.amount, _smallest(operation))
}

_usable(operation) if {
	amounts.valid(settings.usd)
	amounts.valid(operation.amount)
}

_price(operation) := price if {
	price := assets.price(_rows(operation))
	amounts.valid(price)
}

# The smallest unit in whole coins.
_smallest(operation) := concat("", ["0.", substring(_zeros, 0, decimals - 1), "1"]) if {
	decimals := assets.decimals(_rows(operation))
	decimals > 0
}

_smallest(operation) := "1" if assets.decimals(_rows(operation)) == 0

_zeros := "000000000000000000000000000000000000"

_at_most_times(amount, 1, limit) if amounts.at_most(amount, limit)

_at_most_times(amount, number, limit) if {
	number > 1
	amounts.at_most(amounts.product_at_most(amount, format_int(number, 10)), limit)
}

_times(1) := ""

_times(number) := sprintf(" (one of %d payments)", [number]) if number > 1

_asset(operation) := operation.asset if {
	operation.asset != ""
} else := "of an asset that the call does not name"
