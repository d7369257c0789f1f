# METADATA
# title: SELinux and AppArmor stay on
# description: >-
#   What confines programs is not switched off, made permissive or unloaded, now or for the next
#   start.
# custom:
#   severity: critical
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   solution: ask the operator for a rule that lets the one thing through
#   references:
#     - "MITRE ATT&CK T1562.001 Impair Defenses: Disable or Modify Tools"
#     - "OWASP Agentic ASI03 Identity and Privilege Abuse"
#   asked_when:
#     operations: [file.write, process.signal]
#     path_names: [names]
#     programs: [programs]
package guard.rules.privilege.security_module

import data.guard.lib.arguments
import data.guard.lib.places
import data.guard.lib.programs
import data.guard.settings.privilege.security_module as settings

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "ask the operator for a rule that lets the one thing through",
	"obligations": [],
}

findings contains _finding(settings.effect, sprintf("switches confinement off with %s", [operation.program])) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	words := settings.programs[operation.program]
	_switches_off(operation.argv, words)
	not programs.prints_help(operation.argv)
}

findings contains _finding(settings.effect, reason) if {
	some operation in input.context.operations
	operation.kind == "process.signal"
	settings.units[operation.target]
	reason := sprintf("sends %s to %s, which confines programs", [operation.signal, operation.target])
}

findings contains _finding(settings.effect, reason) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	places.within(operation.path, {}, settings.folders)
	not _keeps_content(operation)
	reason := sprintf("writes %s, which switches confinement off", [operation.path])
}

findings contains _finding(_effect(operation), sprintf("may switch confinement off by %s", [operation.path])) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	pattern := settings.conditional[operation.path]
	not _harmless(operation, pattern)
	not _keeps_content(operation)
}

_switches_off(_, words) if words["*"]

_switches_off(argv, words) if arguments.has(argv, words)

_effect(operation) := settings.effect if {
	_known(operation)
} else := settings.effect_unread

# INVARIANT: only a text that is known can be harmless.
_harmless(operation, pattern) if {
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
