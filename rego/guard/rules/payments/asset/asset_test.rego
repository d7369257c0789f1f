package guard.rules.payments.asset_test

import data.guard.lib.payments_test as payments
import data.guard.lib.requests_test as requests
import data.guard.rules.payments.asset

_said(operations) := {[finding.effect, finding.reason] |
	some finding in asset.findings with input as requests.of(operations)
}

_pay(changes) := _said([payments.transfer(changes)])

test_a_listed_asset_is_silent_in_any_spelling if {
	_pay({}) == set()
	_pay({"asset": "0x833589FCD6EDB6E08F4C7C32D4F71B54BDA02913"}) == set()
	_pay({"asset": "usdc", "chain": ""}) == set()
	_pay({"asset": "native"}) == set()
	_pay({"asset": "EUR", "chain": "", "unit": "ui"}) == set()
	_pay({"scheme": "exact", "method": "eip3009"}) == set()
}

test_an_asset_that_is_not_listed_is_asked_about if {
	_pay({"asset": "0xbad"}) == {["ask", "pays with `0xbad`, which is not listed on eip155:8453"]}
	_pay({"asset": "LOBSTAR", "chain": ""}) == {["ask", "pays with `LOBSTAR`, which is not listed"]}
}

test_an_address_of_another_chain_is_denied if {
	found := _pay({"chain": "eip155:84532"})
	["deny", "`0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913` is the address of USDC on eip155:8453, not on eip155:84532"] in found
}

test_an_asset_or_a_chain_that_nobody_knows_is_denied if {
	["deny", "nobody knows with which asset it pays (⟨?⟩ on eip155:8453)"] in _pay({"asset": "⟨?⟩"})
	["deny", "nobody knows with which asset it pays (usdc on ⟨?⟩)"] in _pay({"asset": "usdc", "chain": "⟨?⟩"})
}

test_schemes_and_methods_of_x402_must_be_listed if {
	_pay({"scheme": "batch-settlement", "method": "eip3009"}) == {["deny", "the scheme `batch-settlement` of x402 is not listed"]}
	_pay({"scheme": "exact", "method": "erc7710"}) == {["deny", "the transfer method `erc7710` of x402 is not listed"]}
}

test_x402_must_name_the_asset if {
	_pay({"asset": "", "scheme": "exact", "method": "eip3009"}) == {["ask", "pays by x402 with an asset that the payment does not name"]}
	_pay({"asset": ""}) == set()
}

test_other_operations_are_silent if _said([requests.run(["ls"])]) == set()
