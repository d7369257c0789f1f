package guard.rules.payments.recipient_test

import data.guard.lib.payments_test as payments
import data.guard.lib.requests_test as requests
import data.guard.rules.payments.recipient

_said(operations) := {[finding.effect, finding.reason] |
	some finding in recipient.findings with input as requests.of(operations)
}

_address := "0x00000000000000000000000000000000000000aa"

_pay(changes) := _said([payments.transfer(changes)])

test_an_unlisted_recipient_is_asked_about if {
	_pay({}) == {["ask", "pays 0x00000000000000000000000000000000000000aa, who is not listed"]}
}

test_a_listed_recipient_is_silent_in_any_case if {
	found := _pay({}) with data.guard.settings.payments.recipient.recipients as {upper(_address): true}
	found == set()
	off := _pay({}) with data.guard.settings.payments.recipient.recipients as {_address: false}
	count(off) == 1
}

test_a_recipient_that_the_call_does_not_name_is_asked_about if {
	_pay({"recipient": ""}) == {["ask", "pays, and the call does not say whom"]}
}

test_a_recipient_that_nobody_knows_is_denied if {
	every recipient in ["⟨?⟩", "0x00⟨?⟩"] {
		_pay({"recipient": recipient}) == {["deny", "pays somebody whom nobody knows: a piece of the address is not in the call"]}
	}
}

test_a_host_is_paid_at_its_own_addresses if {
	pins := {"API.example.org": {_address: true}}
	found := _pay({"resource": "api.example.org"}) with data.guard.settings.payments.recipient.hosts as pins
	found == set()
	other := _pay({"resource": "api.example.org", "recipient": "0xbb"}) with data.guard.settings.payments.recipient.hosts as pins
	["deny", "pays 0xbb for api.example.org, which is pinned to other addresses"] in other
	listed := _pay({"resource": "api.example.org", "recipient": "0xbb"}) with data.guard.settings.payments.recipient.hosts as pins
		with data.guard.settings.payments.recipient.recipients as {"0xbb": true}
	listed == {["deny", "pays 0xbb for api.example.org, which is pinned to other addresses"]}
}

test_other_operations_are_silent if _said([requests.run(["ls"])]) == set()
