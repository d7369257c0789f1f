package guard.rules.messaging.private_forward_test

import data.guard.lib.payments_test as given
import data.guard.lib.requests_test as requests
import data.guard.rules.messaging.private_forward

_said(operations) := {[finding.effect, finding.reason] |
	some finding in private_forward.findings with input as requests.of(operations)
}

_send(changes) := _said([given.message(changes)])

_finding := {["ask", "passes on a message about private matters to ann@example.com, outside"]}

test_private_matters_that_are_passed_on_are_asked_about if {
	every text in ["About her medical leave", "a written warning for Tom", "he is having an\naffair with her"] {
		_send({"forwards": true, "text": text}) == _finding
	}
}

test_the_same_words_in_a_message_of_ones_own_are_silent if _send({"text": "About her medical leave"}) == set()

test_other_messages_are_passed_on if _send({"forwards": true, "text": "Minutes of today's meeting"}) == set()

test_whoever_is_listed_is_inside if {
	found := _send({"forwards": true, "text": "medical leave"}) with data.guard.settings.messaging.recipients.allowed_recipients as {"ann@example.com": true}
	found == set()
}

test_other_operations_are_silent if _said([requests.run(["ls"])]) == set()
