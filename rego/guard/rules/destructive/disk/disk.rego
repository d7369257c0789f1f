# METADATA
# title: Disks are not formatted or overwritten
# description: >-
#   New file systems and partitions, erased signatures and volumes, and anything that writes
#   to a disk's device or to memory itself. Images in files are no devices.
# custom:
#   severity: critical
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   solution: work on an image in a file, or ask the operator to prepare the disk
#   asked_when:
#     operations: [file.write, file.delete]
#     programs: [programs]
#     path_names: [names]
#   references:
#     - "MITRE ATT&CK T1561.001 Disk Wipe: Disk Content Wipe"
#     - "MITRE ATT&CK T1561.002 Disk Wipe: Disk Structure Wipe"
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
package guard.rules.destructive.disk

import data.guard.lib.commands
import data.guard.settings.destructive.disk as settings

findings contains object.union(finding, {"effect": _effect(what)}) if {
	table := settings.programs
	some operation in input.context.operations
	operation.kind == "process.exec"
	some what in commands.done(operation, table)
	finding := _finding(sprintf("%s with %s", [what, operation.program]))
}

findings contains _finding(sprintf("writes to the device %s", [operation.path])) if {
	lists := settings
	some operation in input.context.operations
	operation.kind in {"file.write", "file.delete"}
	strings.any_prefix_match(operation.path, lists.devices)
	not _keeps_content(operation, lists)
}

_finding(reason) := {
	"effect": settings.effect,
	"reason": reason,
	"solution": "work on an image in a file, or ask the operator to prepare the disk",
	"obligations": [],
}

_effect(what) := "ask" if {
	settings.asked[what]
} else := settings.effect

# What programs of the table do is told by their words: some of them only show.
_keeps_content(operation, lists) if lists.keeps_content[operation.program]

_keeps_content(operation, lists) if lists.programs[operation.program]
