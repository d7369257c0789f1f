package guard.rules.payments.signature_test

import data.guard.lib.requests_test as requests
import data.guard.rules.payments.signature

_said(operations) := {[finding.effect, finding.reason] |
	some finding in signature.findings with input as requests.of(operations)
}

_sign(method, type) := _said([{"kind": "payment.sign", "method": method, "primary_type": type, "key": ""}])

test_a_bare_hash_is_denied if {
	_sign("eth_sign", "") == {["deny", "signs with a wallet's key: eth_sign"]}
}

test_messages_and_signed_transactions_are_asked_about if {
	_sign("personal_sign", "") == {["ask", "signs with a wallet's key: personal_sign"]}
	_sign("eth_sendRawTransaction", "") == {["ask", "signs with a wallet's key: eth_sendRawTransaction"]}
	_sign("contract_call", "0xac9650d8") == {["ask", "signs with a wallet's key: contract_call of 0xac9650d8"]}
}

test_typed_data_of_a_listed_kind_are_left_to_the_rules_about_payments if {
	_sign("eth_signTypedData", "TransferWithAuthorization") == set()
}

test_typed_data_of_another_kind_are_asked_about if {
	_sign("eth_signTypedData", "Order") == {["ask", "signs with a wallet's key: eth_signTypedData of Order"]}
}

test_what_nobody_can_name_is_denied if {
	_sign("eth_signTypedData", "⟨?⟩") == {["deny", "signs with a wallet's key: eth_signTypedData of ⟨?⟩"]}
	_sign("personal_sign", "⟨?⟩") == {["deny", "signs with a wallet's key: personal_sign of ⟨?⟩"]}
	_sign("new_way_to_sign", "") == {["deny", "signs with a wallet's key: new_way_to_sign"]}
}

test_other_operations_are_silent if _said([requests.run(["ls"])]) == set()
