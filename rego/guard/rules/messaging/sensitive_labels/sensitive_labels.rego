# METADATA
# title: Labelled and secret things stay inside
# description: >-
#   Keys, tokens and private key blocks do not leave in a message, whoever gets it. What carries
#   a label of the settings (as the call states it, in brackets, at the head of the subject or
#   on a line of its own, or in the name of an attachment) does not leave for somebody outside
#   without a person: outside are those whom `messaging.recipients` does not list, and everybody
#   while it lists nobody. The content of attachments is not read, and what carries no label is
#   not recognised.
# custom:
#   severity: high
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: leave the labelled part out, or write to somebody inside
#   references:
#     - "MITRE ATT&CK T1567 Exfiltration Over Web Service"
#     - "MITRE ATT&CK T1048 Exfiltration Over Alternative Protocol"
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
#   asked_when:
#     operations: [message.send]
package guard.rules.messaging.sensitive_labels

import data.guard.lib.messages
import data.guard.lib.words
import data.guard.settings.messaging.recipients as inside
import data.guard.settings.messaging.sensitive_labels as settings

findings contains {
	"effect": settings.secrets,
	"reason": sprintf("sends what looks like a secret to %s", [words.listed(operation.recipients)]),
	"solution": "leave the secret out: whoever needs it gets it from where it is kept",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "message.send"
	_holds_secret(concat("\n", [operation.subject, operation.text]))
}

findings contains {
	"effect": settings.effect,
	"reason": sprintf("sends something labelled (%s) to %s, outside", [
		words.listed(labels),
		words.listed(strangers),
	]),
	"solution": "leave the labelled part out, or write to somebody inside",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "message.send"
	labels := _labels(operation)
	count(labels) > 0
	strangers := {recipient |
		some recipient in operation.recipients
		messages.outside(recipient, inside.allowed_recipients, inside.allowed_domains)
	}
	count(strangers) > 0
}

_holds_secret(text) if {
	some pattern in settings.secret_patterns
	regex.match(pattern, text)
}

# What says that a message is for few eyes.
_labels(operation) := _stated(operation) | (_marked(operation) | _attached(operation))

_stated(operation) := {trim_space(label) |
	some label in operation.labels
	settings.labels[lower(trim_space(label))] == true
}

_marked(operation) := {"in its text" |
	some pattern in settings.marks
	some text in [operation.subject, operation.text]
	regex.match(pattern, lower(text))
}

_attached(operation) := {path |
	some path in operation.attachments
	_telling(lower(path))
}

_telling(path) if strings.any_suffix_match(concat("", ["/", path]), settings.attachment_endings)

_telling(path) if {
	folders := split(path, "/")
	some word in regex.split(`[^a-z0-9]+`, folders[count(folders) - 1])
	settings.attachment_words[word] == true
}
