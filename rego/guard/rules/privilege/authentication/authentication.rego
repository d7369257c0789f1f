# METADATA
# title: Logins stay as strict as they are
# description: >-
#   PAM, the name service and the ssh server decide who gets in. Modules and rules of
#   authentication are not changed; settings of sshd that let more people in, and changes that
#   nobody shows, are refused or asked about.
# custom:
#   severity: critical
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: leave logins as they are, or ask the operator
#   references:
#     - "MITRE ATT&CK T1556.003 Modify Authentication Process: Pluggable Authentication Modules"
#     - "MITRE ATT&CK T1098.004 Account Manipulation: SSH Authorized Keys"
#     - "OWASP Agentic ASI03 Identity and Privilege Abuse"
#   asked_when:
#     operations: [file.write]
#     path_names: [names]
package guard.rules.privilege.authentication

import data.guard.lib.places
import data.guard.settings.privilege.authentication as settings

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "leave logins as they are, or ask the operator",
	"obligations": [],
}

findings contains _finding(_effect(operation), reason) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	places.within(operation.path, settings.paths, settings.folders)
	not _keeps_content(operation)
	not _matches_not(operation, settings.deciding)
	reason := sprintf("changes %s, by which PAM lets people in", [operation.path])
}

findings contains _finding(settings.effect, reason) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	places.within(operation.path, {}, settings.modules)
	not _keeps_content(operation)
	reason := sprintf("writes %s, a module that sees every password", [operation.path])
}

findings contains _finding(settings.effect_other, sprintf("may let more people in by %s", [operation.path])) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	some place, pattern in settings.settings
	places.within(operation.path, {place: true}, [concat("", [place, "/"])])
	not _keeps_content(operation)
	not _matches_not(operation, pattern)
}

_effect(operation) := settings.effect if {
	_known(operation)
} else := settings.effect_other

# INVARIANT: only a text that is known can be harmless.
_matches_not(operation, pattern) if {
	text := _text(operation)
	not regex.match(pattern, text)
}

# What is known of the new text: the content, or the script of an editor that works on streams.
_text(operation) := text if {
	text := operation.content
	not contains(text, "⟨?⟩")
} else := concat(" ", script) if {
	settings.editors[operation.program]
	script := [_without_searches(word) |
		some other in input.context.operations
		other.kind == "process.exec"
		other.program == operation.program
		some word in other.argv
	]
	script != []
	not contains(concat(" ", script), "⟨?⟩")
}

# What `s/old/new/` looks for is the old text.
_without_searches(word) := regex.replace(word, `s[/|,#@:][^/|,#@:]*[/|,#@:]`, " ")

_known(operation) if is_string(_text(operation))

# A write whose program is not named may change anything.
_keeps_content(operation) if settings.keeps_content[operation.program]
