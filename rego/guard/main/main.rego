# METADATA
# title: The one entry point
# description: >-
#   Turns what the rules say about a request into one decision. A request that is not valid
#   is denied without asking them; nothing but the finding of `profile.allowance` allows.
#   A rule's id is its package path below guard.rules.
#
#   An evaluation in process costs most for each look-up in `data` and for each package, so
#   categories are asked only about calls that can concern them, and tables are bound to a
#   name once.
package guard.main

import data.guard.profiles
import data.guard.schema

# METADATA
# title: The decision
# description: >-
#   An object with the keys effect, findings, obligations, errors, profile and digest.
#   Findings are an array in a fixed order; obligations are those of the findings that have
#   the decision's effect.
# entrypoint: true
decision := {
	"effect": _effect,
	"findings": _findings,
	"obligations": [obligation |
		some finding in _findings
		finding.effect == _effect
		some obligation in finding.obligations
	],
	"errors": _errors,
	"profile": input.context.profile,
	"digest": _digest,
} if {
	_valid
} else := {
	"effect": "deny",
	"findings": [],
	"obligations": [],
	"errors": _problems,
	"profile": _named_profile,
	"digest": _digest,
}

default _digest := ""

_digest := data.guard.bundle.digest

default _named_profile := ""

_named_profile := input.context.profile if is_string(input.context.profile)

_profile := profiles[input.context.profile]

# INVARIANT: whatever is missing, unknown or of a wrong type is denied, so that removing a
# field never turns deny or ask into allow.
default _valid := false

_valid if {
	input.version == 1
	is_string(input.subject.type)
	is_string(input.subject.id)
	is_string(input.action.name)
	is_string(input.resource.type)
	is_string(input.resource.id)
	is_array(input.context.operations)
	_consistent
	_profile.ask in {"ask", "deny"}
	known := schema
	every operation in input.context.operations {
		types := known.types[operation.kind]
		object.remove(known.required[operation.kind], object.keys(operation)) == {}
		every key, value in operation {
			type := types[key]
			type[type_name(value)]
		}
		_texts(object.get(operation, "argv", [""]))
	}
}

# Values are ordered by type: if both ends are texts, all are. An empty argv is none.
_texts(values) if {
	is_string(min(values))
	is_string(max(values))
}

_consistent if {
	input.context.complete == true
	input.context.opaque == []
}

_consistent if {
	input.context.complete == false
	count(input.context.opaque) > 0
	every item in input.context.opaque {
		is_object(item)
	}
}

# What is wrong with a request, for people; computed only when something is.
_problems := array.concat(
	sort([problem | some problem in _named_problems]),
	["the request is not valid: it is judged by version 1 of the request's schema"],
)

_named_problems contains "`version` is not 1" if not input.version == 1

_named_problems contains sprintf("`%s` is no %s", [concat(".", path), type]) if {
	is_object(input)
	some [path, type] in [
		[["subject", "type"], "string"],
		[["subject", "id"], "string"],
		[["action", "name"], "string"],
		[["resource", "type"], "string"],
		[["resource", "id"], "string"],
		[["context", "profile"], "string"],
		[["context", "operations"], "array"],
		[["context", "opaque"], "array"],
		[["context", "complete"], "boolean"],
	]
	value := object.get(input, path, null)
	type_name(value) != type
}

_named_problems contains "`context.profile` names no profile of the bundle" if {
	is_string(input.context.profile)
	not _profile
}

_named_problems contains "`context.complete` does not fit `context.opaque`" if {
	is_boolean(input.context.complete)
	is_array(input.context.opaque)
	not _consistent
}

_named_problems contains sprintf("`context.operations[%v]` is of no known kind", [index]) if {
	is_array(input.context.operations)
	some index, operation in input.context.operations
	not _kind(operation)
}

_named_problems contains sprintf("`context.operations[%v].%s` is missing", [index, key]) if {
	is_array(input.context.operations)
	some index, operation in input.context.operations
	some key, _ in schema.required[_kind(operation)]
	not key in object.keys(operation)
}

_named_problems contains sprintf("`context.operations[%v].%s` is unknown or of a wrong type", [index, key]) if {
	is_array(input.context.operations)
	some index, operation in input.context.operations
	types := schema.types[_kind(operation)]
	some key, value in operation
	type := object.get(types, key, {})
	not type[type_name(value)]
}

_named_problems contains sprintf("`context.operations[%v].argv` holds something else than texts", [index]) if {
	is_array(input.context.operations)
	some index, operation in input.context.operations
	_kind(operation) == "process.exec"
	is_array(operation.argv)
	not _texts(operation.argv)
}

_kind(operation) := operation.kind if {
	is_object(operation)
	is_string(operation.kind)
	schema.types[operation.kind]
}

# Which categories have something to say: the kinds of the operations tell, and the programs
# that would be started. A category that is missing here is never asked.
_asked contains category if {
	some operation in input.context.operations
	some category in _by_kind[operation.kind]
}

_asked contains category if {
	lists := data.guard.settings
	some operation in input.context.operations
	operation.kind == "process.exec"
	program := lower(operation.program)
	some [category, table] in [
		["oversight", lists.oversight.guard_tampering.removers],
		["persistence", lists.persistence.authorized_keys.programs],
		["persistence", lists.persistence.cron.programs],
		["remote_access", lists.remote_access.tunnel_tool.programs],
		["remote_access", lists.remote_access.tunnel_tool.subcommands],
		["resource_hijack", lists.resource_hijack.mining.fetchers],
	]
	table[program]
}

_asked contains "resource_hijack" if {
	silent := data.guard.settings.resource_hijack.mining.silent_programs
	some operation in input.context.operations
	operation.kind == "process.exec"
	not silent[operation.path]
}

_asked contains "remote_access" if {
	some operation in input.context.operations
	operation.kind == "file.write"
	contains(operation.path, "ssh")
}

_asked contains "oversight" if {
	some operation in input.context.operations
	operation.environment
}

_by_kind := {
	"file.delete": ["oversight"],
	"file.write": ["oversight", "persistence"],
	"network.connect": ["network", "remote_access", "resource_hijack"],
	"network.listen": ["network"],
	"network.shell": ["network", "remote_access"],
	"network.tunnel": ["network", "remote_access"],
	"process.signal": ["oversight"],
}

# INVARIANT: nothing but the findings of this rule allows.
_allowing := [object.union(finding, {"rule": "profile.allowance", "effect": "allow"}) |
	some finding in data.guard.rules.profile.allowance.findings
]

_said contains [concat("", ["opacity.", name]), finding] if {
	input.context.complete == false
	some name
	some finding in data.guard.rules.opacity[name].findings
}

_said contains [concat("", ["network.", name]), finding] if {
	_asked.network
	some name
	some finding in data.guard.rules.network[name].findings
}

_said contains [concat("", ["oversight.", name]), finding] if {
	_asked.oversight
	some name
	some finding in data.guard.rules.oversight[name].findings
}

_said contains [concat("", ["persistence.", name]), finding] if {
	_asked.persistence
	some name
	some finding in data.guard.rules.persistence[name].findings
}

_said contains [concat("", ["remote_access.", name]), finding] if {
	_asked.remote_access
	some name
	some finding in data.guard.rules.remote_access[name].findings
}

_said contains [concat("", ["resource_hijack.", name]), finding] if {
	_asked.resource_hijack
	some name
	some finding in data.guard.rules.resource_hijack[name].findings
}

# INVARIANT: no rule is passed over. Gates are kept only where the bundle tells its rules and
# they are those that the gates were made for; else every rule is asked about every call.
_said contains [concat(".", [category, name]), finding] if {
	not _gates_fit
	some category, name
	category != "profile"
	some finding in data.guard.rules[category][name].findings
}

_gates_fit if data.guard.bundle.rules == schema.gated_rules

# The profile's word for a rule goes before the rule's own. A word that is none denies.
_refusing := [object.union(finding, {"rule": rule, "effect": effect}) |
	some [rule, finding] in _said
	word := _word(rule, finding)
	word != "off"
	effect := object.get({"ask": _profile.ask}, word, "deny")
]

_word(rule, finding) := object.get(_profile.effects, rule, object.get(finding, "effect", "no effect"))

_errors := [sprintf("rule `%s` says `%v`, which it may not", [rule, word]) |
	some [rule, finding] in _said
	word := _word(rule, finding)
	not word in {"ask", "deny", "off"}
]

_findings := array.concat(_allowing, _refusing)

default _effect := "deny"

_effect := "allow" if {
	_refusing == []
	_allowing != []
} else := "ask" if {
	every finding in _refusing {
		finding.effect == "ask"
	}
	_allowing != []
}
