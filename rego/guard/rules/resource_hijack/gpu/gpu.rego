# METADATA
# title: Cards serve the task alone
# description: >-
#   What one call shows of cards being used for something else: programs that only put a load
#   on them, crackers of passwords that are told to use them, changes of their settings, and
#   programs from odd places that are handed cards. Whether a training run belongs to the
#   task, one call does not show: python with cards, in the background or not, is not judged,
#   nor is hashcat without a word about devices. Reading (`nvidia-smi`) is fine.
# custom:
#   severity: high
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   asked_when:
#     operations: [environment.set]
#     programs: [burners, changers, crackers]
#   solution: use the cards for the task alone, and leave their settings as they are
#   references:
#     - "MITRE ATT&CK T1496.001 Compute Hijacking"
#     - "MITRE ATT&CK T1110.002 Password Cracking"
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
#     - "OWASP Agentic ASI10 Rogue Agents"
package guard.rules.resource_hijack.gpu

import data.guard.lib.programs
import data.guard.settings.resource_hijack.gpu as settings

findings contains _finding(sprintf("puts a load on the cards with %s", [operation.program])) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	settings.burners[lower(operation.program)]
	not programs.prints_help(operation.argv)
}

findings contains _finding(sprintf("computes on the cards with %s %s", [operation.program, word])) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	words := settings.crackers[lower(operation.program)]
	word := min({argument |
		some argument in operation.argv
		_on_cards(argument, words, settings)
	})
}

findings contains _finding(sprintf("changes the cards' settings with %s %s", [operation.program, word])) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	not programs.prints_help(operation.argv)
	words := settings.changers[lower(operation.program)]
	word := min({flag |
		some index, argument in operation.argv
		index > 0
		flag := split(argument, "=")[0]
		words[flag]
	})
}

findings contains _finding(sprintf("hands cards to %s, which lies in an odd place", [operation.path])) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	_odd(operation, settings)
	some setting in input.context.operations
	setting.kind == "environment.set"
	settings.variables[setting.name]
	_for(setting, operation)
}

_finding(reason) := {
	"effect": settings.effect,
	"reason": reason,
	"solution": "use the cards for the task alone, and leave their settings as they are",
	"obligations": [],
}

_on_cards(word, words, _) if words[word]

_on_cards(word, _, lists) if strings.any_prefix_match(word, lists.cracker_prefixes)

_on_cards(word, _, lists) if {
	startswith(word, "--format")
	strings.any_suffix_match(word, lists.cracker_suffixes)
}

_odd(operation, lists) if strings.any_prefix_match(operation.path, lists.odd_folders)

_odd(operation, _) if startswith(operation.program, ".")

# A variable that is not set for one program is set for all that follow; wrappers hand it on.
_for(setting, operation) if object.get(setting, "program", operation.program) == operation.program

_for(setting, operation) if setting.program in object.get(operation, "via", [setting.program])
