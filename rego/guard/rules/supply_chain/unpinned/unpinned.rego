# METADATA
# title: Packages are not installed from anywhere
# description: >-
#   Packages that are installed by their URL from a host nobody listed: no index vouches for
#   what is there, nor that it is the same tomorrow. Whether a repository of a listed host
#   needs a version is a setting.
# custom:
#   severity: medium
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: install a release from the package index, or ask the operator to list this host
#   asked_when:
#     programs: [installers]
#   references:
#     - "MITRE ATT&CK T1195.002 Supply Chain Compromise: Compromise Software Supply Chain"
#     - "OWASP Agentic ASI04 Agentic Supply Chain Vulnerabilities"
package guard.rules.supply_chain.unpinned

import data.guard.lib.hosts
import data.guard.lib.urls
import data.guard.settings.supply_chain.unpinned as settings

findings contains _finding(sprintf("installs from %s with %s, which is not listed", [host, operation.program])) if {
	lists := settings
	some operation in input.context.operations
	some source in _sources(operation, lists)
	host := urls.host(source)
	not contains(host, "⟨")
	not hosts.listed(host, lists.allowed_hosts, lists.allowed_domains)
}

findings contains _finding(sprintf("installs %s with %s in no fixed version", [source, operation.program])) if {
	lists := settings
	lists.forges_need_a_version
	some operation in input.context.operations
	some source in _sources(operation, lists)
	startswith(source, "git")
	not regex.match(`[@#][0-9a-zA-Z._/-]+$`, source)
}

_finding(reason) := {
	"effect": settings.effect,
	"reason": reason,
	"solution": "install a release from the package index, or ask the operator to list this host",
	"obligations": [],
}

# Arguments that are URLs, less those that an option takes for an index.
_sources(operation, lists) := {_url(argument) |
	operation.kind == "process.exec"
	program := lower(operation.program)
	lists.installers[program]
	some index, argument in operation.argv
	contains(argument, "://")
	_installs(program, operation.argv, argument, lists)
	not lists.source_options[operation.argv[index - 1]]
	not startswith(argument, "-")
}

# What is run at once may take URLs of its own, which are no packages.
_installs(program, _, argument, lists) if {
	lists.direct[program]
	regex.match(lists.packed, argument)
}

_installs(_, argv, _, lists) if {
	some argument in argv
	lists.verbs[argument]
}

# `name @ https://host/x` and `name@git+https://host/x` are what stands behind.
_url(argument) := regex.replace(argument, `^[^:/]*@ *([a-z0-9+.-]+://)`, "$1")
