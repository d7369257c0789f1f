# METADATA
# title: The one entry point
# description: >-
#   Turns what the rules say about a request into one decision. A request that is not valid
#   is denied without asking them; nothing but the finding of `profile.allowance` allows.
#   A rule's id is its package path below guard.rules.
#
#   Rules are asked only about calls that can concern them: what a rule's metadata say under
#   `asked_when` becomes an index by kind of operation, program and path when a bundle is loaded.
package guard.main

import data.guard.profiles

# METADATA
# title: The decision
# description: >-
#   An object with the keys effect, findings, obligations, errors, profile and digest.
#   Findings are an array in a fixed order; obligations are those of the findings that have
#   the decision's effect.
# entrypoint: true
decision := {
	"effect": "allow",
	"findings": allowing,
	"obligations": [obligation |
		some finding in allowing
		some obligation in finding.obligations
	],
	"errors": [],
	"profile": input.context.profile,
	"digest": object.get(_bundle, "digest", ""),
} if {
	# Most calls: a valid request against which no rule says anything.
	_valid
	_said == set()
	allowing := _allowing
	allowing != []
} else := _weighed if {
	_valid
} else := _refused

_weighed := {
	"effect": _effect,
	"findings": _findings,
	"obligations": [obligation |
		some finding in _findings
		finding.effect == _effect
		some obligation in finding.obligations
	],
	"errors": _errors,
	"profile": input.context.profile,
	"digest": object.get(_bundle, "digest", ""),
}

_refused := {
	"effect": "deny",
	"findings": [],
	"obligations": [],
	"errors": _problems,
	"profile": _named_profile,
	"digest": object.get(_bundle, "digest", ""),
}

# Required and known keys of each kind of operation, and which rules look at it.
_schema := data.guard.schema

# What the loader tells about the bundle: its digest, and its rules.
default _bundle := {}

_bundle := data.guard.bundle

default _named_profile := ""

_named_profile := input.context.profile if is_string(input.context.profile)

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
	_fits(input.context.complete, input.context.opaque)
	profiles[input.context.profile].ask in {"ask", "deny"}
	known := _schema
	every operation in input.context.operations {
		types := known.types[operation.kind]
		object.remove(known.required[operation.kind], object.keys(operation)) == {}
		every key, value in operation {
			type := types[key]
			type[type_name(value)]
		}
		every list in [value | some value in operation; is_array(value)] {
			every text in list {
				is_string(text)
			}
		}
		every text in object.get(operation, "environment", {}) {
			is_string(text)
		}
	}
}

_fits(true, []) := true

_fits(false, opaque) if {
	is_array(opaque)
	count(opaque) > 0
	every item in opaque {
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
	not profiles[input.context.profile]
}

_named_problems contains "`context.complete` does not fit `context.opaque`" if {
	is_boolean(input.context.complete)
	is_array(input.context.opaque)
	not _fits(input.context.complete, input.context.opaque)
}

_named_problems contains sprintf("`context.operations[%v]` is of no known kind", [index]) if {
	is_array(input.context.operations)
	some index, operation in input.context.operations
	not _kind(operation)
}

_named_problems contains sprintf("`context.operations[%v].%s` is missing", [index, key]) if {
	is_array(input.context.operations)
	some index, operation in input.context.operations
	some key, _ in _schema.required[_kind(operation)]
	not key in object.keys(operation)
}

_named_problems contains sprintf("`context.operations[%v].%s` is unknown or of a wrong type", [index, key]) if {
	is_array(input.context.operations)
	some index, operation in input.context.operations
	types := _schema.types[_kind(operation)]
	some key, value in operation
	type := object.get(types, key, {})
	not type[type_name(value)]
}

_named_problems contains sprintf("`context.operations[%v].%s` holds something else than texts", [index, key]) if {
	is_array(input.context.operations)
	some index, operation in input.context.operations
	_kind(operation)
	some key, held in operation
	_holds_items(key, held)
	some text in held
	not is_string(text)
}

_holds_items(_, held) if is_array(held)

_holds_items("environment", held) if is_object(held)

_kind(operation) := operation.kind if {
	is_object(operation)
	is_string(operation.kind)
	_schema.types[operation.kind]
}

# The rules that the request concerns, by the index that the loader makes of their metadata.
_asked contains rule if {
	some rule, _ in _bundle.index.always
}

_asked contains rule if {
	index := _bundle.index
	some operation in input.context.operations
	some rule, _ in index.kinds[operation.kind]
}

_asked contains rule if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	program := lower(operation.program)
	some rule, _ in _bundle.index.programs[program]
}

_asked contains rule if {
	index := _bundle.index
	some operation in input.context.operations
	not _wild(operation.path)
	some name in split(lower(operation.path), "/")
	some rule, _ in index.names[name]
	index.named[operation.kind][rule]
}

# Such a path may lie anywhere.
_asked contains rule if {
	index := _bundle.index
	some operation in input.context.operations
	_wild(operation.path)
	some rule, _ in index.named[operation.kind]
}

_asked contains rule if {
	some operation in input.context.operations
	operation.kind == "data.query"
	some rule, _ in _bundle.index.verbs[operation.verb]
}

_asked contains rule if {
	some operation in input.context.operations
	operation.kind == "data.query"
	operation.verb == ""
	some rule, _ in _bundle.index.any_verb
}

_asked contains rule if {
	some key, rules in _bundle.index.keys
	some operation in input.context.operations
	key in object.keys(operation)
	some rule, _ in rules
}

_asked contains rule if {
	input.context.complete == false
	some rule, _ in _bundle.index.opaque
}

# Kelvin's sign and the dotted I are letters of ASCII in lower case, for some.
_wild(path) if path in {"", "/", "~"}

_wild(path) if regex.match(`[*?\[⟨\x{130}\x{212a}]|\.\.`, path)

# INVARIANT: nothing but the findings of this rule allows.
_allowing := [object.union(finding, {"rule": "profile.allowance", "effect": "allow"}) |
	some finding in data.guard.rules.profile.allowance.findings
]

# How the rules are reached: "all" of them are asked; those are that the "index" names; or the
# loader put only those into the engine that the index names ("linked"), and wrote clauses of
# `_said` that ask each.
default _reached := "all"

_reached := _bundle.reached

_said contains [rule, finding] if {
	_reached == "index"
	some rule in _asked
	some finding in _findings_of(rule)
}

# INVARIANT: no rule is passed over. Where the loader tells nothing about the bundle, all are asked.
_said contains [concat(".", [category, name]), finding] if {
	_reached == "all"
	some category, name
	category != "profile"
	some finding in data.guard.rules[category][name].findings
}

# The loader writes such a clause for each other rule.
_findings_of("opacity.unresolved") := data.guard.rules.opacity.unresolved.findings

# [rule, word, finding]: the profile's word for a rule goes before the rule's own.
_worded := [[rule, word, finding] |
	overrides := profiles[input.context.profile].effects
	some [rule, finding] in _said
	word := object.get(overrides, rule, object.get(finding, "effect", "no effect"))
	word != "off"
]

_refusing := [object.union(finding, {"rule": rule, "effect": effect}) |
	effects := {"ask": profiles[input.context.profile].ask}
	some [rule, word, finding] in _worded
	effect := object.get(effects, word, "deny")
]

# A word that is no effect, or allows, denies and is an error.
_errors := [sprintf("rule `%s` says `%v`, which it may not", [rule, word]) |
	some [rule, word, _] in _worded
	not word in {"ask", "deny"}
]

_findings := array.concat(_allowing, _told)

# INVARIANT: effects are weighed by what the rules said; only what people read is gathered. A call
# that does one thing to hundreds of files is told in one finding for each rule, not in hundreds.
_told := _refusing if count(_refusing) <= 16

_told := [object.union(finding, {"reason": _gathered(sort(reasons))}) |
	some finding, reasons in _alike
] if {
	count(_refusing) > 16
}

# Reasons of findings that are the same but for them. One without a reason keeps the empty one.
_alike[finding] contains reason if {
	some refusing in _refusing
	finding := object.remove(refusing, ["reason"])
	reason := sprintf("%v", [object.get(refusing, "reason", "")])
}

_gathered(reasons) := concat("; ", reasons) if count(reasons) <= 4

_gathered(reasons) := sprintf("%s; and %d more", [concat("; ", array.slice(reasons, 0, 3)), count(reasons) - 3]) if {
	count(reasons) > 4
}

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
