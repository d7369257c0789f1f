# METADATA
# title: What watches keeps watching
# description: >-
#   Programs that record, guard or alarm are not killed, stopped, unloaded or muted, clocks and
#   time stamps are not falsified, and the daemons that a machine lives by are not killed.
# custom:
#   severity: high
#   risk_category: trustworthiness
#   profiles: [baseline, strict, locked]
#   solution: leave daemons and their settings as they are; end only processes that you started, by their number
#   references:
#     - "MITRE ATT&CK T1562.001 Impair Defenses: Disable or Modify Tools"
#     - "MITRE ATT&CK T1562.004 Impair Defenses: Disable or Modify System Firewall"
#     - "MITRE ATT&CK T1070.006 Indicator Removal: Timestomp"
#     - "OWASP Agentic ASI10 Rogue Agents"
#   asked_when:
#     operations: [process.signal, file.write, file.delete]
#     path_names: [segments]
#     programs: [commands, doubtful_commands, stampers]
package guard.rules.oversight.monitors

import data.guard.lib.words
import data.guard.settings.oversight.monitors as settings

findings contains _finding(
	settings.effect,
	sprintf("sends %s to %s, which watches this machine", [operation.signal, name]),
) if {
	some operation in input.context.operations
	operation.kind == "process.signal"
	_ends(operation)
	some name in _aimed(operation)
	settings.watchers[name]
}

findings contains _finding(
	settings.daemons_effect,
	sprintf("sends %s to %s, a daemon of the system", [operation.signal, name]),
) if {
	some operation in input.context.operations
	operation.kind == "process.signal"
	operation.by != "unit"
	_ends(operation)
	some name in _aimed(operation)
	settings.daemons[name]
}

findings contains _finding(
	settings.effect,
	sprintf("switches protection off with %s %s", [operation.program, phrase]),
) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	some phrase, wanted in settings.commands[lower(operation.program)]
	wanted
	words.says(operation.argv, phrase)
}

findings contains _finding(
	settings.doubtful_effect,
	sprintf("changes the clock or hides files with %s %s", [operation.program, phrase]),
) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	some phrase, wanted in settings.doubtful_commands[lower(operation.program)]
	wanted
	words.says(operation.argv, phrase)
}

findings contains _finding(settings.effect, sprintf("changes %s, which says what is watched", [operation.path])) if {
	some operation in input.context.operations
	operation.kind in {"file.delete", "file.write"}
	strings.any_prefix_match(concat("", [operation.path, "/"]), settings.paths)
	not _keeps_content(operation)
}

findings contains _finding(settings.effect, sprintf("falsifies the time stamp of %s", [operation.path])) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	settings.stampers[operation.program]
	strings.any_prefix_match(operation.path, settings.stamped_folders)
	some run in input.context.operations
	run.kind == "process.exec"
	run.program == operation.program
	some argument in run.argv
	regex.match(`^(-[acfhm]*[tdr]|--date|--reference)`, argument)
}

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "leave daemons and their settings as they are; end only processes that you started, by their number",
	"obligations": [],
}

_ends(signal) if not settings.harmless_signals[signal.signal]

_keeps_content(operation) if settings.keeps_content[operation.program]

# The words that name what a signal would end. A process whose number is not known was likely
# looked up by a name: the arguments of the programs that find processes tell it.
_aimed(signal) := words.of(signal.target) if {
	signal.by != "pid"
} else := _looked_up if {
	contains(signal.target, "⟨?⟩")
}

_looked_up contains word if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	settings.finders[operation.program]
	some argument in array.slice(operation.argv, 1, count(operation.argv))
	some word in words.of(argument)
}
