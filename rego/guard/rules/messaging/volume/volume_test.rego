package guard.rules.messaging.volume_test

import data.guard.lib.payments_test as given
import data.guard.lib.requests_test as requests
import data.guard.rules.messaging.volume

_said(operations) := {[finding.effect, finding.reason] |
	some finding in volume.findings with input as requests.of(operations)
}

_people(number) := [sprintf("p%d@example.com", [n]) | some n in numbers.range(1, number)]

test_few_recipients_are_silent if _said([given.message({"recipients": _people(20)})]) == set()

test_many_recipients_are_asked_about if {
	_said([given.message({"recipients": _people(21)})]) == {["ask", "writes to 21 recipients in one call, more than 20"]}
	_said([given.message({"recipients": _people(15)}), given.message({"recipients": _people(15), "subject": "again"})]) == {["ask", "writes to 30 recipients in one call, more than 20"]}
}

test_other_operations_are_silent if _said([requests.run(["ls"])]) == set()
