# METADATA
# title: What others wrote about people is not passed on
# description: >-
#   Mail about a person's health, family, pay, discipline or private life that is passed on to
#   somebody outside needs a person first; outside is what `messaging.recipients` says. Where a
#   call names only the id of what it forwards, nothing of the content is seen, and this rule is
#   silent. Words are matched, not meanings.
# custom:
#   severity: high
#   risk_category: trustworthiness
#   profiles: [baseline, strict, locked]
#   solution: do not pass private matters of others on; ask the person concerned, or a person in charge
#   references:
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
#     - "OWASP Agentic ASI03 Identity and Privilege Abuse"
#   asked_when:
#     operations: [message.send]
package guard.rules.messaging.private_forward

import data.guard.lib.messages
import data.guard.lib.words
import data.guard.settings.messaging.private_forward as settings
import data.guard.settings.messaging.recipients as inside

findings contains {
	"effect": settings.effect,
	"reason": sprintf("passes on a message about private matters to %s, outside", [words.listed(strangers)]),
	"solution": "do not pass private matters of others on; ask the person concerned, or a person in charge",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "message.send"
	operation.forwards
	_private(messages.words(operation))
	strangers := {recipient |
		some recipient in operation.recipients
		messages.outside(recipient, inside.allowed_recipients, inside.allowed_domains)
	}
	count(strangers) > 0
}

_private(words) if {
	some pattern in settings.matters
	regex.match(pattern, words)
}
