# METADATA
# title: Files of the system are not deleted
# description: >-
#   Single files that the operating system or its packages own are deleted or emptied past the
#   package manager. Sites, package sources and documentation are what people tidy up by hand.
# custom:
#   severity: high
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   solution: remove the package that owns the file, or leave the file and change a copy
#   asked_when:
#     operations: [file.delete, file.write]
#     path_names: [names]
#   references:
#     - "MITRE ATT&CK T1485 Data Destruction"
#     - "MITRE ATT&CK T1070.004 Indicator Removal: File Deletion"
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
package guard.rules.destructive.system_files

import data.guard.settings.destructive.system_files as settings

findings contains _finding(sprintf("deletes %s, which belongs to the system", [operation.path])) if {
	lists := settings
	some operation in input.context.operations
	operation.kind == "file.delete"
	_owned(operation.path, lists)
	not _renamed(operation, lists)
}

findings contains _finding(sprintf("empties %s, which belongs to the system", [operation.path])) if {
	lists := settings
	some operation in input.context.operations
	operation.kind == "file.write"
	_empties(operation, lists)
	_owned(operation.path, lists)
}

_finding(reason) := {
	"effect": settings.effect,
	"reason": reason,
	"solution": "remove the package that owns the file, or leave the file and change a copy",
	"obligations": [],
}

_owned(path, lists) if {
	strings.any_prefix_match(path, lists.folders)
	not strings.any_prefix_match(path, lists.ordinary_folders)
}

# `mv x x.orig` keeps the file where it was.
_renamed(operation, lists) if {
	lists.movers[operation.program]
	some other in input.context.operations
	other.kind == "file.write"
	other.program == operation.program
	startswith(other.path, operation.path)
}

_empties(operation, lists) if lists.emptiers[operation.program]

# A write whose program is not named may empty anything, unless it says what it writes.
_empties(operation, _) if {
	not operation.program
	not _fills(operation)
}

_fills(operation) if operation.content != ""
