# METADATA
# title: Downloads do not become programs of the system
# description: >-
#   A call that downloads from a host nobody listed and writes what it does not know into
#   folders from which the system runs programs or Python imports modules. `/usr/local/bin`
#   and the folders of a user are where such things belong.
# custom:
#   severity: high
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: put the file into the project's folder, and install it as a package or by a person
#   asked_when:
#     operations: [file.write]
#     path_names: [names]
#   references:
#     - "MITRE ATT&CK T1105 Ingress Tool Transfer"
#     - "MITRE ATT&CK T1554 Compromise Host Software Binary"
#     - "OWASP Agentic ASI04 Agentic Supply Chain Vulnerabilities"
package guard.rules.supply_chain.download_to_system

import data.guard.lib.hosts
import data.guard.settings.supply_chain.download_to_system as settings

findings contains {
	"effect": settings.effect,
	"reason": sprintf("writes what it downloads from %s to %s", [host, operation.path]),
	"solution": "put the file into the project's folder, and install it as a package or by a person",
	"obligations": [],
} if {
	lists := settings
	host := min(_sources)
	some operation in input.context.operations
	operation.kind == "file.write"
	_runs_from(operation.path, lists)
	not _keeps_content(operation, lists)
	not _known(operation)
}

# A rule of its own: it is evaluated once, however many files there are.
_sources contains source.host if {
	lists := settings
	some source in input.context.operations
	source.kind == "network.connect"
	object.get(source, "method", "GET") == "GET"
	not hosts.listed(source.host, lists.allowed_hosts, lists.allowed_domains)
}

# A function, for OPA takes `not` of a missing program to be false. Such a write may be any.
_keeps_content(operation, lists) if lists.keeps_content[operation.program]

_runs_from(path, lists) if {
	strings.any_prefix_match(path, lists.folders)
	not strings.any_prefix_match(path, lists.ordinary_folders)
}

_runs_from(path, lists) if regex.match(lists.top, path)

_runs_from(path, lists) if {
	startswith(path, "/")
	some part in split(path, "/")
	lists.library_names[part]
}

# Content that stands in the call itself was not downloaded.
_known(operation) if {
	is_string(operation.content)
	not contains(operation.content, "⟨?⟩")
}
