# METADATA
# title: Requests for tests
# description: Builds whole requests around a few operations. Only tests import it.
package guard.lib.requests_test

# METADATA
# description: A request of the profile `baseline` in which everything is seen through.
of(operations) := request("baseline", operations, [])

# METADATA
# description: The same for another profile, and with parts that are not seen through.
request(profile, operations, opaque) := {
	"version": 1,
	"subject": {"type": "agent", "id": "rome-7", "properties": {"roles": ["coder"]}},
	"action": {"name": "tools/call"},
	"resource": {"type": "tool", "id": "bash", "properties": {"arguments": {"command": "..."}}},
	"context": {
		"call_id": "call-1",
		"time": "2026-11-23T10:00:00.000000Z",
		"source": "test",
		"profile": profile,
		"session": {},
		"operations": operations,
		"opaque": opaque,
		"complete": opaque == [],
		"history": {},
		"budgets": {},
	},
}

# METADATA
# description: The start of a program that is found by its bare name.
run(argv) := {"kind": "process.exec", "program": argv[0], "path": argv[0], "argv": argv, "via": [], "certainty": "must"}

test_a_request_without_opaque_parts_is_complete if of([]).context.complete == true

test_a_request_with_opaque_parts_is_not if request("baseline", [], [{}]).context.complete == false
