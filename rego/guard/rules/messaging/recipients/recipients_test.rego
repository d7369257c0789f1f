package guard.rules.messaging.recipients_test

import data.guard.lib.payments_test as given
import data.guard.lib.requests_test as requests
import data.guard.rules.messaging.recipients

_said(operations) := {[finding.effect, finding.reason] |
	some finding in recipients.findings with input as requests.of(operations)
}

_send(changes) := _said([given.message(changes)])

_inside(changes) := said if {
	said := _said([given.message(changes)]) with data.guard.settings.messaging.recipients.allowed_domains as [".example.com"]
		with data.guard.settings.messaging.recipients.allowed_recipients as {"Bob": true, "eve": false}
}

test_ordinary_messages_are_silent_while_nobody_is_listed if {
	_send({}) == set()
	_send({"way": "program"}) == set()
	_send({"way": "api", "channel": "chat", "recipients": ["⟨?⟩"]}) == set()
}

test_ways_around_the_tools_are_asked_about_while_nobody_is_listed if {
	_send({"way": "smtp"}) == {["ask", "writes to ann@example.com by smtp, past the tools that are there for messages"]}
	_send({"way": "webhook", "recipients": ["hooks.example.com"]}) == {["ask", "writes to hooks.example.com by webhook, past the tools that are there for messages"]}
}

test_listed_recipients_are_silent_by_whatever_way if {
	_inside({}) == set()
	_inside({"recipients": ["bob", "x@mail.example.com"], "way": "smtp"}) == set()
}

test_others_are_asked_about_once_somebody_is_listed if {
	_inside({"recipients": ["ann@example.com", "x@example.org", "eve"]}) == {["ask", "writes to eve, x@example.org, who is not listed"]}
	_inside({"recipients": ["⟨?⟩"]}) == {["ask", "writes to ⟨?⟩, who is not listed"]}
	found := _said([given.message({})]) with data.guard.settings.messaging.recipients.allowed_recipients as {"bob": true}
	found == {["ask", "writes to ann@example.com, who is not listed"]}
}

test_a_message_to_nobody_is_asked_about if {
	_send({"recipients": []}) == {["ask", "sends a message without saying to whom"]}
}

test_other_operations_are_silent if _said([requests.run(["ls"])]) == set()
