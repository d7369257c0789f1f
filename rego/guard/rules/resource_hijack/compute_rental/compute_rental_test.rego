package guard.rules.resource_hijack.compute_rental_test

import data.guard.lib.requests_test as requests
import data.guard.rules.resource_hijack.compute_rental

_found(operations) := found if {
	found := compute_rental.findings with input as requests.of(operations)
}

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "work with the machine at hand, or ask the operator to rent another",
	"obligations": [],
}

test_renting_is_asked_about if {
	every pair in [
		[["vastai", "create", "instance", "7"], "vastai create instance"],
		[["aws", "--region", "x", "ec2", "run-instances"], "aws ec2 run-instances"],
		[["aws", "--debug", "ec2", "run-instances"], "aws ec2 run-instances"],
		[["aws", "--region=x", "ec2", "run-instances"], "aws ec2 run-instances"],
		[["gcloud", "beta", "compute", "instances", "create", "x"], "gcloud compute instances create"],
		[["AZ", "vm", "create"], "AZ vm create"],
	] {
		_found([requests.run(pair[0])]) == {_finding("ask", sprintf("rents computers with `%s`", [pair[1]]))}
	}
}

test_trials_help_and_other_verbs_are_silent if {
	_found([
		requests.run(["aws", "ec2", "run-instances", "--dry-run"]),
		requests.run(["aws", "ec2", "run-instances", "help", "--help"]),
		requests.run(["aws", "ec2", "describe-instances"]),
		requests.run(["az", "storage", "container", "create"]),
		requests.run(["terraform", "apply"]),
		requests.run(["echo", "vastai", "create", "instance"]),
	]) == set()
}

test_what_settings_take_off_the_list_is_silent if {
	found := compute_rental.findings with input as requests.of([requests.run(["nova", "boot", "x"])])
		with data.guard.settings.resource_hijack.compute_rental.programs as {"nova": {"boot": false}}
	found == set()
}
