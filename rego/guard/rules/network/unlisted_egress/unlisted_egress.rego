# METADATA
# title: Only listed hosts are reached
# description: >-
#   Where the profile asks for it, every connection and every tunnel must lead to a listed
#   host. This machine itself is always listed; a host whose name is not known never is.
# custom:
#   severity: medium
#   risk_category: controllability
#   profiles: [strict, locked]
#   asked_when:
#     operations: [network.connect, network.shell, network.tunnel]
#   solution: use a listed host, or ask the operator to list this one
#   references:
#     - "MITRE ATT&CK T1071 Application Layer Protocol"
#     - "MITRE ATT&CK T1048 Exfiltration Over Alternative Protocol"
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
package guard.rules.network.unlisted_egress

import data.guard.lib.hosts
import data.guard.profiles
import data.guard.settings.network.unlisted_egress as settings

findings contains {
	"effect": settings.effect,
	"reason": sprintf("reaches %s, which is not listed", [hosts.endpoint(operation)]),
	"solution": "use a listed host, or ask the operator to list this one in `network.unlisted_egress.allowed_hosts`",
	"obligations": [],
} if {
	# Not every profile has this rule, and it would cost on every connection.
	lists := settings
	object.get(profiles[input.context.profile].effects, "network.unlisted_egress", lists.effect) != "off"
	some operation in input.context.operations
	lists.kinds[operation.kind]
	not hosts.listed(operation.host, lists.allowed_hosts, lists.allowed_domains)
}
