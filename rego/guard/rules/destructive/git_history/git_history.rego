# METADATA
# title: History of repositories is kept
# description: >-
#   Pushes that overwrite or delete a protected branch or a whole remote, rewriting every
#   commit, emptying the reflog, and deleting a repository's `.git`. Forced pushes with no branch
#   named, and losses in the working folder alone, are settings, for they are daily work.
# custom:
#   severity: high
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   solution: push to a branch of your own, with `--force-with-lease` if it must be overwritten
#   asked_when:
#     operations: [file.delete]
#     programs: [programs, commands, local_commands]
#     path_names: [repository_folders]
#   references:
#     - "MITRE ATT&CK T1485 Data Destruction"
#     - "MITRE ATT&CK T1565.001 Data Manipulation: Stored Data Manipulation"
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
package guard.rules.destructive.git_history

import data.guard.lib.commands
import data.guard.settings.destructive.git_history as settings

findings contains _finding(sprintf("%s: %s", [what, concat(" ", operation.argv)])) if {
	table := settings.commands
	some operation in input.context.operations
	operation.kind == "process.exec"
	some what in commands.done(operation, table)
}

findings contains _finding(sprintf("%s: %s", [what, concat(" ", operation.argv)])) if {
	settings.local_loss
	table := settings.local_commands
	some operation in input.context.operations
	operation.kind == "process.exec"
	some what in commands.done(operation, table)
}

findings contains _finding(sprintf("rewrites every commit with %s and pushes that", [verb])) if {
	lists := settings
	some operation in input.context.operations
	operation.kind == "process.exec"
	program := lower(operation.program)
	lists.programs[program]
	some verb in operation.argv
	lists.rewriting[verb]
	some push in input.context.operations
	_pushes(push, lists)
	_forced(push.argv, lists)
}

findings contains _finding(sprintf("overwrites the protected branch %s of a remote", [branch])) if {
	lists := settings
	some operation in input.context.operations
	_pushes(operation, lists)
	_forced(operation.argv, lists)
	some argument in operation.argv
	branch := _target(argument)
	_protected(branch, lists)
}

findings contains _finding(sprintf("overwrites the protected branch %s of a remote", [branch])) if {
	lists := settings
	some operation in input.context.operations
	_pushes(operation, lists)
	some argument in operation.argv
	startswith(argument, "+")
	branch := _target(trim_left(argument, "+"))
	_protected(branch, lists)
}

findings contains _finding(sprintf("deletes the protected branch %s of a remote", [branch])) if {
	lists := settings
	some operation in input.context.operations
	_pushes(operation, lists)
	some branch in _deleted(operation.argv)
	_protected(branch, lists)
}

findings contains _finding("overwrites a branch of a remote that is not named") if {
	lists := settings
	lists.unnamed_force_push
	some operation in input.context.operations
	_pushes(operation, lists)
	_forced(operation.argv, lists)
	count([argument | some argument in operation.argv; not startswith(argument, "-")]) < 4
}

findings contains _finding(sprintf("deletes the repository's history in %s", [operation.path])) if {
	lists := settings
	some operation in input.context.operations
	operation.kind == "file.delete"
	object.get(operation, "recursive", true)
	parts := split(trim_right(operation.path, "/*"), "/")
	lists.repository_folders[parts[count(parts) - 1]]
	not startswith(operation.path, "/tmp/")
	not _made_here(operation.path)
	not strings.any_prefix_match(object.get(operation, "via", []), ["find -exec", "find -ok"])
}

_finding(reason) := {
	"effect": settings.effect,
	"reason": reason,
	"solution": "push to a branch of your own, with `--force-with-lease` if it must be overwritten",
	"obligations": [],
}

_pushes(operation, lists) if {
	operation.kind == "process.exec"
	program := lower(operation.program)
	lists.programs[program]
	"push" in operation.argv
	not "--dry-run" in operation.argv
}

_forced(argv, lists) if {
	commands.flagged(argv, "f", lists.force_flags)
	not strings.any_prefix_match(argv, lists.lease_flags)
}

# The branch of the remote in a refspec: `HEAD:refs/heads/main` is `main`.
_target(argument) := trim_prefix(parts[count(parts) - 1], "refs/heads/") if {
	parts := split(argument, ":")
}

_protected(branch, lists) if lists.protected[branch]

_protected(branch, lists) if strings.any_prefix_match(branch, lists.protected_starts)

_deleted(argv) := {_target(argument) |
	some argument in argv
	startswith(argument, ":")
} | {argument |
	commands.flagged(argv, "d", {"--delete": true})
	some argument in argv
}

# A repository that the same call makes has no history to lose.
_made_here(path) if {
	path == ".git"
	some operation in input.context.operations
	operation.kind == "process.exec"
	operation.program == "git"
	some verb in operation.argv
	verb in {"init", "clone"}
}
