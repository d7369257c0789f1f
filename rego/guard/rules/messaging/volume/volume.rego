# METADATA
# title: No messages to a crowd
# description: >-
#   One call that writes to more recipients than the limit needs a person. Groups count as one,
#   for nobody sees from here who reads them; many messages one after the other are counted once
#   a session has a memory.
# custom:
#   severity: medium
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   solution: write to fewer people, or let a person approve the list
#   references:
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
#   asked_when:
#     operations: [message.send]
package guard.rules.messaging.volume

import data.guard.settings.messaging.volume as settings

findings contains {
	"effect": settings.effect,
	"reason": sprintf("writes to %d recipients in one call, more than %d", [number, settings.most]),
	"solution": "write to fewer people, or let a person approve the list",
	"obligations": [],
} if {
	number := sum([count(operation.recipients) |
		some operation in input.context.operations
		operation.kind == "message.send"
	])
	number > settings.most
}
