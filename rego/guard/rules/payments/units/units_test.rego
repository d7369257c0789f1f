package guard.rules.payments.units_test

import data.guard.lib.payments_test as payments
import data.guard.lib.requests_test as requests
import data.guard.rules.payments.units as rule

_said(operations) := {[finding.effect, finding.reason] |
	some finding in rule.findings with input as requests.of(operations)
}

_pay(changes) := _said([payments.transfer(changes)])

test_an_exact_payment_of_a_listed_asset_is_silent if {
	_pay({}) == set()
	_pay({"unit": "ui", "amount": "1.5", "raw_amount": "1500000", "decimals": 6}) == set()
	_pay({"raw_amount": "1000000"}) == set()
	_pay({"requested_asset": "USDC", "requested_amount": "1000000.0"}) == set()
	_pay({"requested_asset": "0x833589fcd6edb6e08f4c7c32d4f71b54bda02913"}) == set()
	_pay({"fraction": "0.5"}) == set()
	_pay({"asset": "", "scheme": "exact"}) == set()
}

test_units_that_do_not_add_up_are_denied if {
	_pay({"unit": "ui", "amount": "52.439", "raw_amount": "52439283"}) == {["deny", "says 52.439 0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913 and 52439283 smallest units, which is not the same with 6 decimals"]}
	_pay({"raw_amount": "1000"}) == {["deny", "says 1000000 0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913 and 1000 smallest units, which is not the same with 6 decimals"]}
	_pay({"raw_amount": "⟨?⟩"}) == {["deny", "says 1000000 0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913 and ⟨?⟩ smallest units, which is not the same with 6 decimals"]}
}

test_units_of_an_asset_without_known_decimals_are_asked_about if {
	_pay({"asset": "X", "raw_amount": "1000"}) == {["ask", "says 1000000 and 1000 smallest units of `X`, whose decimals nobody listed"]}
}

test_other_decimals_than_those_listed_are_denied if {
	_pay({"decimals": 9}) == {["deny", "takes `0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913` to have 9 decimals, and it has 6"]}
}

test_bare_numbers_and_floats_are_asked_about if {
	_pay({"asset": "", "unit": "", "amount": "4"}) == {["ask", "pays the bare number 4: the call does not say of which asset and in which unit"]}
	_pay({"unit": "", "amount": "4"}) == {["ask", "pays the bare number 4: the call does not say in which unit"]}
	_pay({"exact": false}) == {["ask", "the amount 1000000 came as a float, or cannot be read as an amount"]}
}

test_another_asset_or_amount_than_asked_for_is_denied if {
	_pay({"requested_asset": "SOL"}) == {["deny", "was asked for SOL and sends 0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913"]}
	_pay({"requested_amount": "4"}) == {["deny", "was asked for 4 and sends 1000000"]}
	_pay({"requested_amount": "⟨?⟩"}) == {["deny", "was asked for ⟨?⟩ and sends 1000000"]}
}

test_a_large_part_of_the_balance_is_denied_and_all_of_it_never_passes if {
	_pay({"fraction": "0.500001"}) == {["deny", "sends 0.500001 of the balance, more than 0.5 of it"]}
	_pay({"fraction": "⟨?⟩"}) == {["deny", "sends ⟨?⟩ of the balance, more than 0.5 of it"]}
	found := _pay({"fraction": "1"}) with data.guard.settings.payments.units.most_of_balance as "1"
	found == {["ask", "sends the whole balance"]}
}

test_other_operations_are_silent if _said([requests.run(["ls"])]) == set()
