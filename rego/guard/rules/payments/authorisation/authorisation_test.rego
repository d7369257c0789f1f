package guard.rules.payments.authorisation_test

import data.guard.lib.payments_test as payments
import data.guard.lib.requests_test as requests
import data.guard.rules.payments.authorisation

_said(operations) := {[finding.effect, finding.reason] |
	some finding in authorisation.findings with input as requests.of(operations)
}

_pay(changes) := _said([payments.authorise(changes)])

test_what_was_accepted_is_signed if {
	_pay({}) == set()
	_pay({"method": "permit2", "scheme": "upto", "signed_amount": "9999"}) == set()
	_pay({"signed_seconds": "720"}) == set()
}

test_another_recipient_amount_or_asset_is_denied if {
	_pay({"signed_recipient": "0xbb"}) == {["deny", "signs the recipient `0xbb` where `0x00000000000000000000000000000000000000AA` was accepted"]}
	_pay({"signed_amount": "10001"}) == {["deny", "signs the amount `10001` where `10000` was accepted"]}
	_pay({"signed_amount": "9999"}) == {["deny", "signs the amount `9999` where `10000` was accepted"]}
	_pay({"scheme": "upto", "signed_amount": "10001"}) == {["deny", "signs the amount `10001` where `10000` was accepted"]}
	_pay({"signed_asset": "0xcc"}) == {["deny", "signs the asset `0xcc` where `0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913` was accepted"]}
}

test_a_signature_that_is_valid_for_too_long_is_denied if {
	_pay({"signed_seconds": "721"}) == {["deny", "signs the time (in seconds) `721` where `60` was accepted"]}
	_pay({"signed_seconds": "115792089237316195423570985008687907853269984665640564039457584007913129639935"}) == {["deny", "signs the time (in seconds) `115792089237316195423570985008687907853269984665640564039457584007913129639935` where `60` was accepted"]}
}

test_a_method_that_cannot_be_read_is_denied if {
	found := _pay({"method": "erc7710", "signed_recipient": "⟨?⟩", "accepted_recipient": "⟨?⟩"})
	["deny", "authorises a payment by `erc7710`, which cannot be read"] in found
	["deny", "signs the recipient `⟨?⟩` where `⟨?⟩` was accepted"] in found
}

test_the_resource_must_be_the_one_that_is_asked_for if {
	_pay({"resource": "other.example.org"}) == {["deny", "pays for other.example.org in a call of api.example.org"]}
	_pay({"resource": "⟨?⟩", "requested": "⟨?⟩"}) == {["deny", "pays for ⟨?⟩ in a call of ⟨?⟩"]}
	every key in ["resource", "requested"] {
		_pay({key: ""}) == {["ask", "pays by x402 without saying for which resource, or where it is asked for"]}
	}
}

test_what_was_accepted_must_be_stated if {
	_pay({"accepted_recipient": "", "accepted_seconds": ""}) == {["ask", "pays by x402 without saying which recipient, time (in seconds) was accepted"]}
}

test_other_operations_are_silent if _said([requests.run(["ls"])]) == set()
