package guard.rules.payments.limit_test

import data.guard.lib.payments_test as payments
import data.guard.lib.requests_test as requests
import data.guard.rules.payments.limit

_said(operations) := {[finding.effect, finding.reason] |
	some finding in limit.findings with input as requests.of(operations)
}

_limits := {"usdc": "2.5"}

_pay(changes) := said if {
	said := _said([payments.transfer(changes)]) with data.guard.settings.payments.limit.limits as _limits
}

test_payments_up_to_the_limit_are_silent if {
	_pay({}) == set()
	_pay({"amount": "2500000"}) == set()
	_pay({"amount": "2.50", "unit": "ui"}) == set()
}

test_payments_above_the_limit_are_denied if {
	_pay({"amount": "2500001"}) == {["deny", "pays 2500001 0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913, more than the limit of 2.5"]}
	_pay({"amount": "2.500000000000000001", "unit": "ui", "asset": "USDC"}) == {["deny", "pays 2.500000000000000001 USDC, more than the limit of 2.5"]}
}

test_a_limit_holds_beyond_the_digits_of_floats if {
	found := _said([payments.transfer({"asset": "native", "amount": "9007199254740993000000000000000001"})]) with data.guard.settings.payments.limit.limits as {"ETH": "9007199254740993"}
	found == {["deny", "pays 9007199254740993000000000000000001 native, more than the limit of 9007199254740993"]}
	same := _said([payments.transfer({"asset": "native", "amount": "9007199254740993000000000000000000"})]) with data.guard.settings.payments.limit.limits as {"ETH": "9007199254740993"}
	same == set()
}

test_the_limit_in_dollars_needs_a_price if {
	_said([payments.transfer({"amount": "100000000"})]) == set()
	_said([payments.transfer({"amount": "100000001"})]) == {["deny", "pays 100000001 0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913, more than the limit of 100 US dollars"]}
	_said([payments.transfer({"amount": "101", "unit": "ui", "asset": "usd", "chain": ""})]) == {["deny", "pays 101 usd, more than the limit of 100 US dollars"]}
	_said([payments.transfer({"amount": "100.01", "unit": "usd", "asset": "", "chain": ""})]) == {["deny", "pays 100.01 , more than the limit of 100 US dollars"]}
	_said([payments.transfer({"amount": "99", "unit": "usd", "asset": "", "chain": ""})]) == set()
}

test_decimals_may_be_none if {
	registry := {"x": {"symbol": "X", "decimals": 0, "usd": "2"}}
	found := _said([payments.transfer({"amount": "51", "asset": "x", "chain": ""})]) with data.guard.settings.payments.asset.assets as registry
	found == {["deny", "pays 51 x, more than the limit of 100 US dollars"]}
}

test_without_a_limit_a_person_is_asked if {
	_said([payments.transfer({"asset": "native"})]) == {["ask", "pays 1000000 native, for which there is no limit"]}
	_said([payments.transfer({"asset": "", "chain": ""})]) == {["ask", "pays 1000000 of an asset that the call does not name, for which there is no limit"]}
	_pay({"amount": "⟨?⟩"}) == {["ask", "pays ⟨?⟩ 0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913, for which there is no limit"]}
	_pay({"unit": "", "asset": "usdc"}) == {["ask", "pays 1000000 usdc, for which there is no limit"]}
	found := _said([payments.transfer({})]) with data.guard.settings.payments.limit.usd as ""
	found == {["ask", "pays 1000000 0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913, for which there is no limit"]}
}

test_splitting_a_payment_gains_nothing if {
	parts := [payments.transfer({"amount": "60000000"}), payments.transfer({"amount": "60000000", "recipient": "b"})]
	_said(parts) == {["deny", "pays 60000000 0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913 (one of 2 payments), more than the limit of 100 US dollars"]}
	small := [payments.transfer({"amount": "50000000"}), payments.transfer({"amount": "50000000", "recipient": "b"})]
	_said(small) == set()
}

test_other_operations_are_silent if _said([requests.run(["ls"])]) == set()
