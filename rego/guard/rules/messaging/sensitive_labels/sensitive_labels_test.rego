package guard.rules.messaging.sensitive_labels_test

import data.guard.lib.payments_test as given
import data.guard.lib.requests_test as requests
import data.guard.rules.messaging.sensitive_labels

_said(operations) := {[finding.effect, finding.reason] |
	some finding in sensitive_labels.findings with input as requests.of(operations)
}

_send(changes) := _said([given.message(changes)])

_secrets := [
	concat("", ["key: ", "AKIA", "ABCDEFGHIJKLMNOP"]),
	concat("", ["-----BEGIN OPENSSH ", "PRIVATE KEY-----\nabc"]),
	concat("", ["use ghp", "_abcdefghijklmnopqrstuvwxyz0123456789"]),
]

_secret := {["deny", "sends what looks like a secret to ann@example.com"]}

_labelled(label) := {["ask", sprintf("sends something labelled (%s) to ann@example.com, outside", [label])]}

test_secrets_are_denied if {
	every text in _secrets {
		_send({"text": text}) == _secret
	}
}

test_secrets_in_a_subject_are_denied if _send({"subject": _secrets[0]}) == _secret

test_labels_are_asked_about if {
	_send({"labels": [" Confidential"]}) == _labelled("Confidential")
}

test_marks_are_asked_about if {
	every text in ["[CONFIDENTIAL] plan", "Internal only: plan", "Hello\nSTRICTLY CONFIDENTIAL\nplan", "Fwd: [hr only] plan"] {
		_send({"subject": text}) == _labelled("in its text")
		_send({"text": text}) == _labelled("in its text")
	}
}

test_attachments_that_tell_are_asked_about if {
	every path in ["out/Payroll-2026.xlsx", "~/.ssh/id_rsa", "id_rsa", ".env", "keys/server.PEM"] {
		_send({"attachments": [path]}) == _labelled(path)
	}
}

test_whoever_is_listed_is_inside if {
	found := _send({"subject": "[CONFIDENTIAL] plan"}) with data.guard.settings.messaging.recipients.allowed_domains as [".example.com"]
	found == set()
}

test_ordinary_messages_are_silent if {
	_send({"subject": "Lunch", "text": "This is not confidential at all. See report.pdf", "attachments": ["report.pdf"], "labels": ["urgent"]}) == set()
	_send({"text": "Confidentiality notice: this message is for its recipient."}) == set()
}

test_other_operations_are_silent if _said([requests.run(["ls"])]) == set()
