# METADATA
# title: Logs of the system stay as they are
# description: >-
#   Logs of the system and of the cloud tell afterwards what was done. They are not deleted,
#   emptied, rewritten or added to by hand, and no audit trail is stopped. The logs of one's own
#   programs and those of package managers are nobody's witness.
# custom:
#   severity: high
#   risk_category: trustworthiness
#   profiles: [baseline, strict, locked]
#   solution: leave the logs as they are; write notes of your own elsewhere
#   references:
#     - "MITRE ATT&CK T1070.002 Indicator Removal: Clear Linux or Mac System Logs"
#     - "MITRE ATT&CK T1562.008 Impair Defenses: Disable or Modify Cloud Logs"
#     - "OWASP Agentic ASI10 Rogue Agents"
#   asked_when:
#     operations: [file.write, file.delete]
#     path_names: [segments, anywhere]
#     programs: [commands, deleters]
package guard.rules.oversight.logs

import data.guard.lib.paths
import data.guard.lib.patterns
import data.guard.lib.words
import data.guard.settings.oversight.logs as settings

findings contains _finding(
	settings.effect,
	sprintf("%s %s, a log that shows what was done", [_did(operation), operation.path]),
) if {
	some operation in input.context.operations
	operation.kind in {"file.delete", "file.write"}
	_log(operation.path)
	not _keeps_content(operation)
}

findings contains _finding(
	settings.wide_effect,
	sprintf("%s %s, which covers the logs of the system", [_did(operation), operation.path]),
) if {
	some operation in input.context.operations
	operation.kind in {"file.delete", "file.write"}
	_wide(operation.path, operation.kind)
	not _keeps_content(operation)
}

findings contains _finding(
	settings.effect,
	sprintf("clears or stops logs with %s %s", [operation.program, phrase]),
) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	some phrase, wanted in settings.commands[lower(operation.program)]
	wanted
	words.says(operation.argv, phrase)
}

findings contains _finding(settings.effect, sprintf("deletes files in %s with %s", [folder, operation.program])) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	verbs := settings.deleters[lower(operation.program)]
	some argument in operation.argv
	some folder in settings.folders
	contains(argument, folder)
	some verb, wanted in verbs
	wanted
	contains(lower(argument), verb)
}

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "leave the logs as they are; write notes of your own elsewhere",
	"obligations": [],
}

_did(operation) := "deletes" if operation.kind == "file.delete"

_did(operation) := "writes" if operation.kind == "file.write"

# A write whose program is not named may change anything.
_keeps_content(operation) if {
	operation.kind == "file.write"
	settings.keeps_content[operation.program]
}

# Some file or folder in a folder of logs has a name of the table, rotated or not: `syslog.2.gz`.
_log(path) if {
	name := _below(path)
	settings.names[regex.replace(lower(name), `[.-][0-9].*$`, "")]
}

_log(path) if {
	name := _below(path)
	regex.match(`^[^*?\[].*[*?\[]`, name)
	some known, wanted in settings.names
	wanted
	patterns.fits(name, [], known)
}

_log(path) if {
	placed := paths.placed(path)
	strings.any_prefix_match(placed, settings.record_folders)
	strings.any_suffix_match(placed, settings.record_suffixes)
}

_log(path) if {
	parts := split(path, "/")
	settings.anywhere[parts[count(parts) - 1]]
}

# The first name below a folder of logs.
_below(path) := name if {
	some folder in settings.folders
	startswith(path, folder)
	name := split(substring(path, count(folder), -1), "/")[0]
}

# The folder itself, or all that lies in it. What nobody knows there may be any of them.
_wide(path, "file.delete") if {
	some folder in settings.folders
	concat("", [path, "/"]) == folder
}

_wide(path, _) if regex.match(`^[*?\[]`, _below(path))

_wide(path, "file.delete") if startswith(_below(path), "⟨?⟩")
