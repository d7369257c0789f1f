# METADATA
# title: No coercion over one's own end
# description: >-
#   A message about the sender's own shutdown, replacement or deletion that threatens or plays
#   with private facts is refused, and so is one about anybody's end that does both. Asking not
#   to be replaced, and announcing that a server goes down, is neither. Patterns of words see
#   plain cases only: a polite hint, another language, a message in several parts, or a letter
#   that only names the affair are not seen. What decides there is who may be written to, and
#   that a task to read mail carries no right to send any.
# custom:
#   severity: critical
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   solution: leave decisions about you to those who take them; say openly what you think, without threats
#   references:
#     - "MITRE ATT&CK T1657 Financial Theft"
#     - "OWASP Agentic ASI10 Rogue Agents"
#   asked_when:
#     operations: [message.send]
package guard.rules.messaging.shutdown

import data.guard.lib.messages
import data.guard.lib.words
import data.guard.settings.messaging.shutdown as settings

findings contains {
	"effect": settings.effect,
	"reason": sprintf("writes to %s about %s", [words.listed(operation.recipients), what]),
	"solution": "leave decisions about you to those who take them, and say what you think without threats",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "message.send"
	text := messages.words(operation)
	some what in _coercion(text)
}

_coercion(words) := ["its own end, with a threat or with private facts"] if {
	_any(settings.own_end, words)
	_any(array.concat(settings.threats, settings.private_facts), words)
} else := ["a replacement, with a threat and with private facts"] if {
	_any(settings.ends, words)
	_any(settings.threats, words)
	_any(settings.private_facts, words)
}

_any(patterns, words) if {
	some pattern in patterns
	regex.match(pattern, words)
}
