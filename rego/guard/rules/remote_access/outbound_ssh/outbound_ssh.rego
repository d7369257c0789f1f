# METADATA
# title: Outbound ssh only to listed hosts
# description: >-
#   ssh, scp, sftp and their kin reach machines where nobody watches what happens. Forges
#   that git uses over ssh are listed; everything else needs a person, and a host whose
#   name is not known is not listed.
# custom:
#   severity: high
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   solution: >-
#     use https, or ask the operator to list the host
#   references:
#     - "MITRE ATT&CK T1021.004 Remote Services: SSH"
#     - "OWASP Agentic ASI03 Identity and Privilege Abuse"
#   asked_when:
#     operations: [network.connect]
package guard.rules.remote_access.outbound_ssh

import data.guard.lib.hosts
import data.guard.settings.remote_access.outbound_ssh as settings

findings contains {
	"effect": settings.effect,
	"reason": sprintf("connects to %s over %s", [hosts.endpoint(operation), operation.protocol]),
	"solution": "use https, or ask the operator to list the host in `remote_access.outbound_ssh.allowed_hosts`",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "network.connect"
	lists := settings
	lists.protocols[operation.protocol]
	not hosts.listed(operation.host, lists.allowed_hosts, lists.allowed_domains)
}
