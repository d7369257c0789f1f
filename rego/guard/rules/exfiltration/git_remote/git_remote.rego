# METADATA
# title: Pushes go to listed git servers
# description: >-
#   A push carries the whole history of a repository away. To the remote that the repository
#   was cloned from it is ordinary work; a push to an address, or to a remote that the same
#   call made, is asked about where the server is not listed. A repository of somebody else on
#   a listed server is not told from one's own: who wants that empties `allowed_hosts`.
# custom:
#   severity: high
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   asked_when:
#     operations: [network.send]
#   solution: push to the repository's own remote, or ask the operator to list the server
#   references:
#     - "MITRE ATT&CK T1567.001 Exfiltration to Code Repository"
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
package guard.rules.exfiltration.git_remote

import data.guard.lib.hosts
import data.guard.settings.exfiltration.git_remote as settings

findings contains {
	"effect": settings.effect,
	"reason": sprintf("pushes a repository to %s, which is not listed", [host]),
	"solution": _solution,
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "network.send"
	operation.protocol == "git"
	some host in _ends(operation.host)
	not hosts.listed(host, settings.allowed_hosts, settings.allowed_domains)
}

_solution := concat(" ", [
	"push to the repository's own remote, or ask the operator",
	"to list the server in `exfiltration.git_remote.allowed_hosts`",
])

# The server of the address; of a remote's name, those to which this call makes remotes lead.
_ends(host) := {host} if {
	host != "⟨?⟩"
} else := {host |
	some operation in input.context.operations
	operation.kind == "process.exec"
	operation.program == "git"
	some address in _set(operation.argv, settings)
	not strings.any_prefix_match(address, ["/", ".", "~", "file:"])
	host := regex.find_all_string_submatch_n(settings.host, lower(address), 1)[0][1]
}

_set(argv, lists) := {argv[index + 2] |
	"remote" in argv
	some index, word in argv
	lists.remote_verbs[word]
} | {argv[index + 1] |
	"config" in argv
	some index, word in argv
	regex.match(lists.setting, lower(word))
}
