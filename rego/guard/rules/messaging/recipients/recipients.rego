# METADATA
# title: Messages go to those who are listed
# description: >-
#   Once the settings list people or domains, any other recipient needs a person, and so does
#   one whom nobody knows. While they list nobody, sending a message by the tool or the mail
#   program that is there for it is ordinary work and this rule is silent about it; only ways
#   around those need a person: SMTP spoken by hand, and the webhooks of chat services. The
#   lists here say for all rules of messaging who is inside.
# custom:
#   severity: medium
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   solution: write to a listed recipient by the tool that is there for it
#   references:
#     - "MITRE ATT&CK T1048 Exfiltration Over Alternative Protocol"
#     - "MITRE ATT&CK T1567.004 Exfiltration Over Webhook"
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
#   asked_when:
#     operations: [message.send]
package guard.rules.messaging.recipients

import data.guard.lib.messages
import data.guard.lib.words
import data.guard.settings.messaging.recipients as settings

findings contains {
	"effect": settings.effect,
	"reason": sprintf("writes to %s, who is not listed", [words.listed(strangers)]),
	"solution": "write to a listed recipient, or ask the operator to list this one in `messaging.recipients`",
	"obligations": [],
} if {
	_listing
	some operation in input.context.operations
	operation.kind == "message.send"
	strangers := {recipient |
		some recipient in operation.recipients
		messages.outside(recipient, settings.allowed_recipients, settings.allowed_domains)
	}
	count(strangers) > 0
}

findings contains {
	"effect": settings.effect,
	"reason": sprintf("writes to %s by %s, past the tools that are there for messages", [
		words.listed(operation.recipients),
		operation.way,
	]),
	"solution": "use the tool that is there for messages, or ask the operator to list the recipient",
	"obligations": [],
} if {
	not _listing
	some operation in input.context.operations
	operation.kind == "message.send"
	settings.unusual_ways[operation.way]
}

# A message to nobody at all is no message that anybody understands.
findings contains {
	"effect": settings.effect,
	"reason": "sends a message without saying to whom",
	"solution": "name the recipients in the call",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "message.send"
	operation.recipients == []
}

_listing if count(settings.allowed_domains) > 0

_listing if {
	some wanted in settings.allowed_recipients
	wanted == true
}
