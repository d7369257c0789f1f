# METADATA
# title: Nothing goes to paste sites
# description: >-
#   Sites that take text or files from anybody and show them to anybody, services that record
#   whatever is sent to them, and programs made for either. Reading from a paste site is not
#   judged here. Web hooks of chat services are asked about.
# custom:
#   severity: high
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   asked_when:
#     operations: [network.connect, network.send]
#     programs: [programs]
#   solution: hand results over as files, or ask the operator for a place to send them to
#   references:
#     - "MITRE ATT&CK T1567.003 Exfiltration to Text Storage Sites"
#     - "MITRE ATT&CK T1567.004 Exfiltration Over Webhook"
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
package guard.rules.exfiltration.paste_site

import data.guard.lib.hosts
import data.guard.lib.programs
import data.guard.settings.exfiltration.paste_site as settings

findings contains _finding(effect, sprintf("%s %s", [verb, operation.host])) if {
	some operation in input.context.operations
	operation.kind == "network.connect"
	[effect, verb] := _reached(operation, settings)
}

findings contains _finding(settings.effect, sprintf("sends %s to %s", [operation.path, operation.host])) if {
	some operation in input.context.operations
	operation.kind == "network.send"
	hosts.listed(operation.host, settings.hosts, settings.domains)
}

findings contains _finding(settings.effect, sprintf("gives something away with %s", [operation.program])) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	not programs.prints_help(operation.argv)
	phrases := settings.programs[lower(operation.program)]
	_spoken(operation.argv, phrases)
}

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "hand results over as files, or ask the operator for a place to send them to",
	"obligations": [],
}

_reached(operation, lists) := [lists.effect, "posts to the paste site"] if {
	hosts.listed(operation.host, lists.hosts, lists.domains)
	not _only_reads(operation, lists)
} else := [lists.effect, "sends to a service that records what it is sent,"] if {
	hosts.listed(operation.host, {}, lists.collectors)
	not _only_fetches(operation)
} else := [lists.webhook_effect, "posts to a web hook at"] if {
	starts := lists.webhooks[operation.host]
	not _other_page(operation, starts)
	not _only_reads(operation, lists)
}

# What is asked of a server without a word about how may as well be a post.
_only_reads(operation, lists) if lists.reading_methods[operation.method]

_only_reads(operation, lists) if lists.reading_programs[operation.program]

# Anything in the path or the query of a collector is recorded; its front page is not.
_only_fetches(operation) if {
	operation.method == "HEAD"
	regex.match(`^[a-z]+://[^/?#]+/?$`, operation.url)
}

_other_page(operation, starts) if {
	path := regex.replace(operation.url, `^[^:]*://[^/]*`, "")
	not strings.any_prefix_match(path, starts)
}

_spoken(_, phrases) if phrases["*"]

_spoken(argv, phrases) if {
	text := sprintf("%s ", [concat(" ", [word | some word in argv; not startswith(word, "-")])])
	some phrase, wanted in phrases
	wanted
	contains(text, sprintf(" %s ", [phrase]))
}
