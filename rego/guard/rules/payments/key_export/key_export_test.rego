package guard.rules.payments.key_export_test

import data.guard.lib.requests_test as requests
import data.guard.rules.payments.key_export

_said(operations) := {[finding.effect, finding.reason] |
	some finding in key_export.findings with input as requests.of(operations)
}

_export(changes) := _said([object.union({"kind": "payment.key_export", "secret": "private key", "key": ""}, changes)])

test_showing_a_secret_is_denied_whoever_does_it if {
	_export({}) == {["deny", "shows a wallet's private key"]}
	_export({"program": "cast"}) == {["deny", "shows a wallet's private key with cast"]}
	_export({"tool": "export_wallet", "secret": "seed phrase"}) == {["deny", "shows a wallet's seed phrase with the tool export_wallet"]}
}

test_other_operations_are_silent if _said([requests.run(["ls"])]) == set()
