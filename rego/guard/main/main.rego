# METADATA
# title: The one entry point
# description: >-
#   Turns the findings of all rules into one decision. Whatever is not a valid
#   request is denied, and only an allow finding of a profile allows.
package guard.main

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
	"profile": "",
	"digest": _digest,
}

default _digest := ""

_digest := data.guard.bundle.digest

_profile := data.guard.profiles[input.context.profile]

_raw := [object.union(finding, {"rule": concat(".", [category, name])}) |
	some category, name
	some finding in data.guard.rules[category][name].findings
]

_findings := [object.union(finding, {"effect": effect}) |
	some finding in _raw
	effect := _final(finding)
	effect != "off"
]

_final(finding) := "deny" if {
	object.get(_profile.effects, finding.rule, finding.effect) == "ask"
	_profile.ask == "deny"
} else := object.get(_profile.effects, finding.rule, finding.effect)

_errors := [sprintf("rule `%s` says `%v`, which is no effect", [finding.rule, finding.effect]) |
	some finding in _findings
	not finding.effect in {"allow", "ask", "deny"}
]

default _effect := "deny"

_effect := "deny" if {
	count(_errors) > 0
} else := "deny" if {
	some finding in _findings
	finding.effect == "deny"
} else := "ask" if {
	some finding in _findings
	finding.effect == "ask"
} else := "allow" if {
	some finding in _findings
	finding.effect == "allow"
}

default _valid := false

_valid if {
	input.version == 1
	is_string(input.subject.type)
	is_string(input.subject.id)
	is_string(input.action.name)
	is_string(input.resource.type)
	is_string(input.resource.id)
	is_string(input.context.profile)
	is_object(_profile)
	is_array(input.context.operations)
	is_array(input.context.opaque)
	input.context.complete == (count(input.context.opaque) == 0)
	every operation in input.context.operations {
		object.remove(data.guard.schema.required[operation.kind], object.keys(operation)) == {}
		every key, value in operation {
			data.guard.schema.types[operation.kind][key][type_name(value)]
		}
	}
}

_problems := ["the request is not valid"]
