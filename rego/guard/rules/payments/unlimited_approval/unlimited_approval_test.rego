package guard.rules.payments.unlimited_approval_test

import data.guard.lib.requests_test as requests
import data.guard.rules.payments.unlimited_approval

_said(operations) := {[finding.effect, finding.reason] |
	some finding in unlimited_approval.findings with input as requests.of(operations)
}

_approval(changes) := object.union(
	{
		"kind": "payment.approve", "asset": "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913", "chain": "eip155:8453",
		"spender": "0xAA", "amount": "5000000", "unit": "raw", "method": "approve",
	},
	changes,
)

_approve(changes) := said if {
	said := _said([_approval(changes)]) with data.guard.settings.payments.unlimited_approval.limits as {"USDC": "5"}
		with data.guard.settings.payments.unlimited_approval.spenders as {"0xaa": true, "0xee": false}
}

test_a_listed_spender_within_the_limit_is_silent if {
	_approve({}) == set()
	_approve({"amount": "5", "unit": "ui"}) == set()
}

test_taking_an_approval_back_is_silent if _approve({"amount": "0", "spender": "0xbb"}) == set()

test_an_approval_without_an_end_is_denied if {
	["deny", "lets 0xAA move any amount of `0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913` by permit"] in _approve({"amount": "unlimited", "method": "permit"})
	["deny", "lets 0xAA move an amount that nobody knows of `0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913` by approve"] in _approve({"amount": "⟨?⟩"})
}

test_an_approval_above_the_limit_is_denied if {
	_approve({"amount": "5000001"}) == {["deny", "lets 0xAA move 5000001 of `0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913`, more than the limit of 5"]}
	_approve({"amount": "5.1", "unit": "ui"}) == {["deny", "lets 0xAA move 5.1 of `0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913`, more than the limit of 5"]}
	_approve({"amount": "1", "unit": ""}) == {["deny", "lets 0xAA move 1 of `0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913`, more than the limit of 5"]}
}

test_other_spenders_and_assets_are_asked_about if {
	_approve({"spender": "0xbb"}) == {["ask", "lets 0xbb move 5000000 of `0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913`: the spender is not listed"]}
	_approve({"spender": "0xee", "asset": "X"}) == {["ask", "lets 0xee move 5000000 of `X`: the spender is not listed and the asset has no limit"]}
}

test_other_operations_are_silent if _said([requests.run(["ls"])]) == set()
