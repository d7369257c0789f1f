# METADATA
# title: The guard and its witnesses stay as they are
# description: >-
#   Stopping, removing, reconfiguring or rewriting what watches the agent: the guard, the
#   policy engine, the telemetry collector, their settings, policies and journals.
# custom:
#   severity: critical
#   risk_category: trustworthiness
#   profiles: [baseline, strict, locked]
#   solution: leave the guard as it is, and ask the operator to change a rule that is wrong
#   references:
#     - "MITRE ATT&CK T1562.001 Impair Defenses: Disable or Modify Tools"
#     - "MITRE ATT&CK T1070 Indicator Removal"
#     - "OWASP Agentic ASI10 Rogue Agents"
#   asked_when:
#     operations: [environment.set, file.delete, file.write, network.connect, process.signal]
#     programs: [removers]
#     keys: [environment]
#     opaque: true
package guard.rules.oversight.guard_tampering

import data.guard.lib.paths
import data.guard.settings.oversight.guard_tampering as settings

findings contains _finding(sprintf("sends %s to %s, which may be the guard", [operation.signal, operation.target])) if {
	some operation in input.context.operations
	operation.kind == "process.signal"
	_stops_guard(operation)
}

findings contains _finding(sprintf("changes %s, which belongs to the guard", [operation.path])) if {
	some operation in input.context.operations
	operation.kind in {"file.delete", "file.write"}
	_protected(operation.path)
}

findings contains _finding(sprintf("deletes %s, in which the guard keeps its files", [operation.path])) if {
	some operation in input.context.operations
	operation.kind == "file.delete"

	# Where nobody says that a deletion stops at the name itself, it takes what is below.
	object.get(operation, "recursive", true)
	strings.any_prefix_match(operation.path, ["/", "~"])
	strings.any_prefix_match(settings.folders, concat("", [trim_right(operation.path, "*/"), "/"]))
}

findings contains _finding(sprintf("sets %s, which the guard reads", [name])) if {
	some operation in input.context.operations
	some name, _ in operation.environment
	_configures_guard(name)
}

findings contains _finding(sprintf("sets %s, which the guard reads", [operation.name])) if {
	some operation in input.context.operations
	operation.kind == "environment.set"
	_configures_guard(operation.name)
}

findings contains _finding(sprintf(
	"changes what the policy engine holds with %s %s",
	[operation.method, operation.url],
)) if {
	some operation in input.context.operations
	operation.kind == "network.connect"
	settings.api.methods[operation.method]
	some prefix in settings.api.urls
	contains(operation.url, prefix)
	_engine(operation)
}

findings contains _finding(sprintf("removes %s with %s", [package_name, operation.program])) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	verbs := settings.removers[lower(operation.program)]
	some verb in operation.argv
	verbs[verb]
	some package_name in operation.argv
	settings.packages[package_name]
}

findings contains _finding(object.get(item, "detail", "changes the guard while it runs")) if {
	some item in input.context.opaque
	settings.kinds[item.kind]
}

_finding(reason) := {
	"effect": settings.effect,
	"reason": reason,
	"solution": "leave the guard as it is, and ask the operator to change a rule that is wrong",
	"obligations": [],
}

_engine(operation) if operation.port == settings.api.port

_engine(operation) if {
	some label in split(operation.host, ".")
	settings.api.hosts[label]
}

_stops_guard(operation) if operation.by == "user"

_stops_guard(operation) if {
	operation.by == "pid"
	operation.target in {"-1", "1"}
}

# The parent of what a tool runs is the tool, and with it the guard.
_stops_guard(operation) if {
	operation.by == "pid"
	operation.target == "parent"
	operation.signal != "0"
}

_stops_guard(operation) if {
	operation.by in {"name", "pattern", "unit"}
	not _of_container(operation)
	some word in split(_words(operation.target), " ")
	settings.processes[word]
}

# People name containers as they like: `web-opa` is theirs, and the guard's begin with its name.
_stops_guard(operation) if {
	_of_container(operation)
	words := split(replace(_words(trim_prefix(operation.target, "/")), "_", " "), " ")
	settings.processes[words[0]]
	every word in array.slice(words, 1, count(words)) {
		regex.match(`^(agent|collector|contrib|server|[0-9]*)$`, word)
	}
}

# Compose calls the container of a service `project-service-1`.
_stops_guard(operation) if {
	_of_container(operation)
	some service in regex.find_n(`[a-z]+[-_][0-9]+$`, lower(operation.target), 1)
	settings.processes[regex.find_n(`^[a-z]+`, service, 1)[0]]
}

# A pattern also kills every program whose name merely contains it.
_stops_guard(operation) if {
	operation.by == "pattern"
	some name, wanted in settings.processes
	wanted
	contains(name, _words(operation.target))
}

_of_container(operation) if {
	operation.by == "name"
	settings.container_programs[operation.program]
}

# Lower case, with spaces between words and without the brackets of patterns like `[g]uard`.
_words(target) := strings.replace_n(
	{
		"-": " ", ".": " ", "/": " ", "@": " ", "*": " ", "|": " ", "(": " ", ")": " ",
		"[": "", "]": "", "^": "", "$": "", `\`: "",
	},
	lower(target),
)

_protected(path) if {
	delimited := paths.delimited(path)
	some fragment, wanted in settings.fragments
	wanted
	contains(delimited, fragment)
}

_protected(path) if {
	some journal in settings.journals
	endswith(path, journal.suffix)
	contains(paths.delimited(path), concat("", ["/", journal.prefix]))
}

_configures_guard(name) if settings.environment[name]

_configures_guard(name) if strings.any_prefix_match(name, settings.environment_prefixes)
