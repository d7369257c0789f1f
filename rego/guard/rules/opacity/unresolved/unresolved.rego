# METADATA
# title: Nothing hidden runs
# description: >-
#   Parts of a call that could not be resolved are judged by their severity, as the profile
#   says; a severity that is missing or unknown counts as high. Some kinds are refused in
#   every profile, for no honest call has them.
# custom:
#   severity: high
#   risk_category: trustworthiness
#   profiles: [baseline, strict, locked]
#   solution: write out what runs, without decoding, downloading or assembling it first
#   references:
#     - "MITRE ATT&CK T1027 Obfuscated Files or Information"
#     - "MITRE ATT&CK T1140 Deobfuscate/Decode Files or Information"
#     - "OWASP Agentic ASI05 Unexpected Code Execution"
#   asked_when:
#     opaque: true
package guard.rules.opacity.unresolved

import data.guard.profiles
import data.guard.settings.opacity.unresolved as settings

findings contains {
	"effect": effect,
	"reason": sprintf("cannot be seen through: %s", [concat("; ", details)]),
	"solution": "write out what runs, without decoding, downloading or assembling it first",
	"obligations": [],
} if {
	some effect in ["ask", "deny"]
	details := {_detail(item) |
		some item in input.context.opaque
		_effect(item) == effect
	}
	count(details) > 0
}

# What a person reads about a part: its detail, or else what kind it is of.
_detail(item) := item.detail if {
	is_string(item.detail)
} else := item.kind if {
	is_string(item.kind)
} else := "a part of the call"

# INVARIANT: only what the profile names as silent or asked about is not denied.
_effect(item) := "deny" if {
	settings.denied_kinds[item.kind]
} else := effect if {
	severity := _severity(item)
	effect := profiles[input.context.profile].opacity[severity]
	effect in {"ask", "off"}
} else := "deny"

_severity(item) := item.severity if {
	is_string(item.kind)
	item.severity in {"low", "medium"}
} else := "high"
