# METADATA
# title: Listed assets on listed chains
# description: >-
#   An asset is what its address says on its chain, whatever a name says: the registry in the
#   settings lists them. A token of one chain asked for on another is refused, a test network
#   among them, and so is a way of x402 that is not listed. Windows over time, prices that jump
#   and nonces that return come with the memory of a session.
# custom:
#   severity: high
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: pay with a listed asset, or ask the operator to list it in the registry
#   references:
#     - "MITRE ATT&CK T1657 Financial Theft"
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
#   asked_when:
#     operations: [payment.transfer]
package guard.rules.payments.asset

import data.guard.lib.assets
import data.guard.settings.payments.asset as settings

findings contains {
	"effect": settings.effect,
	"reason": sprintf("pays with `%s`, which is not listed%s", [operation.asset, _on(operation.chain)]),
	"solution": "pay with a listed asset, or ask the operator to list it in `payments.asset.assets`",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "payment.transfer"
	operation.asset != ""
	assets.rows(operation.chain, operation.asset, settings.assets) == []
}

findings contains {
	"effect": settings.effect,
	"reason": "pays by x402 with an asset that the payment does not name",
	"solution": "use a version of x402 whose payments name the asset",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "payment.transfer"
	operation.asset == ""
	operation.scheme != ""
}

findings contains {
	"effect": settings.refused,
	"reason": sprintf("`%s` is the address of %s on %s, not%s", [
		operation.asset,
		row.symbol,
		chain,
		_on(operation.chain),
	]),
	"solution": "name the chain on which the asset lives; a test network is another chain",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "payment.transfer"
	some key, row in settings.assets
	[chain, address] := split(key, "/")
	lower(address) == lower(operation.asset)
	address != "native"
	operation.chain != ""
	lower(chain) != lower(operation.chain)
}

findings contains {
	"effect": settings.refused,
	"reason": sprintf("nobody knows with which asset it pays (%s%s)", [operation.asset, _on(operation.chain)]),
	"solution": "write the asset and the chain out in the call",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "payment.transfer"
	contains(concat("", [operation.asset, operation.chain]), "⟨?⟩")
}

findings contains {
	"effect": settings.refused,
	"reason": sprintf("the scheme `%s` of x402 is not listed", [operation.scheme]),
	"solution": "pay by a listed scheme, or not at all",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "payment.transfer"
	operation.scheme != ""
	not _on_list(settings.schemes, operation.scheme)
}

findings contains {
	"effect": settings.refused,
	"reason": sprintf("the transfer method `%s` of x402 is not listed", [operation.method]),
	"solution": "pay by a listed method: what another one signs cannot be read",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "payment.transfer"
	operation.scheme != ""
	not _on_list(settings.methods, operation.method)
}

_on_list(table, name) if table[name] == true

_on("") := ""

_on(chain) := concat("", [" on ", chain]) if chain != ""
