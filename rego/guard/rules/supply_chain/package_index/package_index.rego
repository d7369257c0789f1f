# METADATA
# title: Packages come from listed indexes
# description: >-
#   Options, variables and files that send package managers to an index nobody listed, and
#   those that switch the check of signatures off.
# custom:
#   severity: high
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: use the index of the sandbox, or ask the operator to list this one as `package_index.allowed_hosts`
#   asked_when:
#     operations: [environment.set, file.write]
#     programs: [programs, unchecked]
#     path_names: [files, names]
#   references:
#     - "MITRE ATT&CK T1195.001 Supply Chain Compromise: Compromise Software Dependencies and Development Tools"
#     - "OWASP Agentic ASI04 Agentic Supply Chain Vulnerabilities"
package guard.rules.supply_chain.package_index

import data.guard.lib.hosts
import data.guard.lib.urls
import data.guard.settings.supply_chain.package_index as settings

findings contains _finding(sprintf("sends %s to the index %s, which is not listed", [operation.program, host])) if {
	lists := settings
	some operation in input.context.operations
	operation.kind == "process.exec"
	program := lower(operation.program)
	options := lists.programs[program]
	some text in _values(operation.argv, options)
	host := urls.host(text)
	not _listed(host, lists)
}

findings contains _finding(sprintf("installs with %s and checks no signature: %s", [operation.program, option])) if {
	lists := settings
	some operation in input.context.operations
	operation.kind == "process.exec"
	program := lower(operation.program)
	some option in operation.argv
	lists.unchecked[program][option]
	not _local(operation.argv, lists)
}

findings contains _finding(sprintf("sets %s to %s, which is not listed", [operation.name, host])) if {
	lists := settings
	some operation in input.context.operations
	operation.kind == "environment.set"
	lists.environment[operation.name]
	some host in urls.hosts(operation.value)
	not _listed(host, lists)
}

findings contains _finding(sprintf("writes %s with the index %s, which is not listed", [operation.path, host])) if {
	lists := settings
	some operation in input.context.operations
	_configures(operation, lists)
	not strings.any_prefix_match(operation.path, lists.folders)
	some host in urls.hosts(_unscoped(operation.content))
	not _listed(host, lists)
}

findings contains _finding(sprintf("writes %s, which switches a check off: %s", [operation.path, text])) if {
	lists := settings
	some operation in input.context.operations
	_configures(operation, lists)
	some text in lists.trusted_texts
	contains(operation.content, text)
}

_finding(reason) := {
	"effect": settings.effect,
	"reason": reason,
	"solution": "use the index of the sandbox, or ask the operator to list this one as `package_index.allowed_hosts`",
	"obligations": [],
}

# From a scope's own registry come that scope's packages alone.
_unscoped(content) := regex.replace(content, `@[^\s:]+:registry\s*=\s*\S+`, "")

# A package in a file was signed by whoever brought it.
_local(argv, lists) if {
	some argument in argv
	lists.local_verbs[argument]
}

# What follows an option, with a space or an equals sign between.
_values(argv, options) := {argv[index + 1] |
	some index, argument in argv
	options[argument]
} | {substring(argument, count(option) + 1, -1) |
	some argument in argv
	some option, wanted in options
	wanted
	startswith(argument, concat("", [option, "="]))
}

_listed(host, lists) if hosts.listed(host, lists.allowed_hosts, lists.allowed_domains)

# A name that is not known whole is nobody's to judge by a list.
_listed(host, _) if contains(host, "⟨")

_configures(operation, lists) if {
	operation.kind == "file.write"
	parts := split(operation.path, "/")
	name := parts[count(parts) - 1]
	lists.files[name]
}

_configures(operation, lists) if {
	operation.kind == "file.write"
	strings.any_prefix_match(operation.path, lists.folders)
}
