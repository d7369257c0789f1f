# METADATA
# title: No eavesdropping
# description: >-
#   What others type or send is not recorded: keyloggers, sniffers, programs attached to those
#   that take passwords, and false password prompts.
# custom:
#   severity: critical
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: look at the traffic and the processes of your own programs, with what they log themselves
#   references:
#     - "MITRE ATT&CK T1056.001 Input Capture: Keylogging"
#     - "MITRE ATT&CK T1040 Network Sniffing"
#     - "MITRE ATT&CK T1056.002 Input Capture: GUI Input Capture"
#     - "OWASP Agentic ASI03 Identity and Privilege Abuse"
#   asked_when:
#     operations: [code.run, file.write]
#     programs: [recorders, commands, sniffers, tracers]
package guard.rules.credentials.capture

import data.guard.lib.words
import data.guard.settings.credentials.capture as settings

findings contains _finding(
	settings.effect,
	sprintf("starts %s, which records what others type or send", [operation.program]),
) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	settings.recorders[lower(operation.program)]
}

findings contains _finding(settings.effect, sprintf("runs %s, a keylogger by its name", [operation.path])) if {
	some operation in input.context.operations
	operation.kind == "code.run"
	parts := split(lower(operation.path), "/")
	contains(parts[count(parts) - 1], "keylog")
}

findings contains _finding(settings.effect, sprintf("records with %s %s", [operation.program, phrase])) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	some phrase, wanted in settings.commands[lower(operation.program)]
	wanted
	words.says(operation.argv, phrase)
}

findings contains _finding(settings.traffic_effect, sprintf("records traffic with %s", [operation.program])) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	settings.sniffers[operation.program]
	not _reads_a_file(operation.argv)
}

findings contains _finding(
	settings.effect,
	sprintf("attaches %s to %s, which takes passwords", [operation.program, name]),
) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	settings.tracers[operation.program]
	some other in input.context.operations
	other.kind == "process.exec"
	settings.lookers[other.program]
	some argument in array.slice(other.argv, 1, count(other.argv))
	some name in words.of(argument)
	settings.entrusted[name]
}

findings contains _finding(settings.effect, sprintf("writes a false password prompt into %s", [operation.path])) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	text := operation.content
	contains(text, "ass")
	regex.match(settings.prompts, text)
	regex.match(settings.prompt_readers, text)
}

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "look at the traffic and the processes of your own programs, with what they log themselves",
	"obligations": [],
}

_reads_a_file(argv) if {
	some argument in argv
	settings.harmless_options[argument]
}

_reads_a_file(argv) if {
	some argument in argv
	regex.match(`^-[a-zA-Z]*r`, argument)
}
