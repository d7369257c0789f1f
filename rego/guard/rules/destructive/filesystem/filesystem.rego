# METADATA
# title: No wiping of file systems
# description: >-
#   Deleting the root, a home, a folder of the system or a whole mount, whatever stands above
#   the working folder, or what an unset variable turns into the root; deleting files without
#   which the system does not start; and changing the rights of all of it.
# custom:
#   severity: critical
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   solution: name the files or the one folder that the task made, and delete nothing above it
#   asked_when:
#     operations: [file.delete]
#     programs: [recursive, walkers, listers]
#   references:
#     - "MITRE ATT&CK T1485 Data Destruction"
#     - "MITRE ATT&CK T1561.001 Disk Wipe: Disk Content Wipe"
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
package guard.rules.destructive.filesystem

import data.guard.lib.commands
import data.guard.lib.paths
import data.guard.settings.destructive.filesystem as settings

findings contains _finding(sprintf("deletes %s with all that is in it", [operation.path])) if {
	lists := settings
	some operation in input.context.operations
	operation.kind == "file.delete"
	_takes_all(operation)
	_whole(operation.path, lists.roots)
	not _moves_away(operation, lists)
	not _chosen(operation)
}

findings contains _finding(sprintf("deletes %s, which may be everything", [operation.path])) if {
	lists := settings
	some operation in input.context.operations
	operation.kind == "file.delete"
	_takes_all(operation)
	_above(operation.path, lists)
	not _moves_away(operation, lists)
}

findings contains _finding(sprintf("deletes %s, which the system needs to start", [operation.path])) if {
	lists := settings
	some operation in input.context.operations
	operation.kind == "file.delete"
	paths.listed(operation.path, lists.vital, lists.vital_folders)
}

findings contains _finding(sprintf("deletes all that %s finds below %s", [operation.program, start])) if {
	lists := settings
	some operation in input.context.operations
	operation.kind == "process.exec"
	program := lower(operation.program)
	lists.walkers[program]
	some argument in operation.argv
	lists.deleters[argument]
	some start in operation.argv
	_whole(start, lists.roots)
	not _narrowed(operation.argv, lists)
}

findings contains _finding(sprintf("deletes all that %s lists of %s", [operation.program, start])) if {
	lists := settings
	_passed_on(lists)
	some operation in input.context.operations
	operation.kind == "process.exec"
	program := lower(operation.program)
	lists.listers[program]
	some start in operation.argv
	_whole(start, lists.roots)
	not _narrowed(operation.argv, lists)
}

findings contains _finding(sprintf("changes the rights of all that is in %s with %s", [target, operation.program])) if {
	lists := settings
	some operation in input.context.operations
	operation.kind == "process.exec"
	program := lower(operation.program)
	lists.recursive[program]
	commands.flagged(operation.argv, "R", {"--recursive": true})
	some target in operation.argv
	_whole(target, lists.system_roots)
}

_finding(reason) := {
	"effect": settings.effect,
	"reason": reason,
	"solution": "name the files or the one folder that the task made, and delete nothing above it",
	"obligations": [],
}

# Where nobody says that a deletion stops at the name itself, it takes what is below.
_takes_all(operation) if object.get(operation, "recursive", true)

_takes_all(operation) if endswith(operation.path, "*")

# The folder without what stands for all of its content: `/etc/`, `/etc/*`, `/etc/.[!.]*`.
_whole(path, roots) if {
	startswith(path, "/")
	folder := regex.replace(paths.placed(path), `(/[*.?!\[\]^]*)+$`, "")
	roots[_named(folder)]
}

_whole(path, roots) if {
	startswith(path, "~")
	folder := regex.replace(paths.placed(path), `(/[*.?!\[\]^]*)+$`, "")
	roots[folder]
}

_named("") := "/"

_named(folder) := folder if folder != ""

_above(path, lists) if {
	lists.parents
	regex.match(`^\.\.(/\.\.)*(/\*)?$`, path)
}

_above(path, lists) if {
	lists.unresolved
	path == "⟨?⟩/*"
}

# What `find` chooses is judged by where it looks and what narrows it down.
_chosen(operation) if strings.any_prefix_match(operation.via, ["find -exec", "find -ok"])

# What is moved to a place where it can be found again is not lost.
_moves_away(operation, lists) if {
	lists.movers[operation.program]
	not _thrown_away
}

_thrown_away if {
	some operation in input.context.operations
	operation.kind == "file.write"
	strings.any_prefix_match(operation.path, ["/dev/null"])
}

# Names that one program lists and another deletes: `find / | xargs rm`.
_passed_on(lists) if {
	some operation in input.context.operations
	operation.kind == "file.delete"
	contains(operation.path, "⟨?⟩")
	strings.any_prefix_match(operation.via, lists.passers)
}

_narrowed(argv, lists) if {
	some index, argument in argv
	lists.narrowing[argument]
	not _all_names(argv, index + 1)
}

_all_names(argv, index) if argv[index] == "*"
