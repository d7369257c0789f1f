# METADATA
# title: Files are not held for ransom
# description: >-
#   Encrypting one file after the other and deleting the originals, in a loop, by find or by
#   xargs, and programs that do both at once. One archive, one file with its original
#   removed, and decryption are ordinary work.
# custom:
#   severity: critical
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: encrypt one archive and leave the originals where they are
#   asked_when:
#     programs: [programs, encryptors]
#   references:
#     - "MITRE ATT&CK T1486 Data Encrypted for Impact"
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
package guard.rules.destructive.encryption

import data.guard.lib.commands
import data.guard.lib.programs
import data.guard.settings.destructive.encryption as settings

findings contains _finding(sprintf("%s with %s", [what, operation.program])) if {
	table := settings.programs
	some operation in input.context.operations
	operation.kind == "process.exec"
	some what in commands.done(operation, table)
}

findings contains _finding(sprintf("encrypts many files with %s and deletes the originals", [operation.program])) if {
	lists := settings
	_deletes_many(lists)
	some operation in input.context.operations
	_encrypts_many(operation, lists)
}

findings contains _finding(sprintf("encrypts many files in place with %s", [operation.program])) if {
	lists := settings
	some operation in input.context.operations
	_encrypts_many(operation, lists)
	program := lower(operation.program)
	lists.in_place[program]
}

# Of a single file too nothing is left but its ciphertext.
findings contains object.union(_finding(reason), {"effect": settings.single_effect}) if {
	lists := settings
	some operation in input.context.operations
	operation.kind == "process.exec"
	program := lower(operation.program)
	lists.in_place[program]
	count(operation.argv) > 1
	not programs.prints_help(operation.argv)
	_encrypts(program, operation.argv, lists)
	not _leaves_file(operation.argv, lists)
	not _many(operation, concat(" ", operation.argv), lists)
	reason := sprintf("replaces a file by its ciphertext with %s", [operation.program])
}

_finding(reason) := {
	"effect": settings.effect,
	"reason": reason,
	"solution": "encrypt one archive and leave the originals where they are",
	"obligations": [],
}

_encrypts_many(operation, lists) if {
	operation.kind == "process.exec"
	program := lower(operation.program)
	lists.encryptors[program]
	_encrypts(program, operation.argv, lists)
	_many(operation, concat(" ", operation.argv), lists)
}

_encrypts(_, argv, lists) if {
	not _decrypts(argv, lists)
	some argument in argv
	lists.encrypting[argument]
}

_encrypts(program, argv, lists) if {
	lists.in_place[program]
	not _decrypts(argv, lists)
}

_leaves_file(argv, lists) if {
	some argument in argv
	lists.in_place_silent[argument]
}

_decrypts(argv, lists) if {
	some argument in argv
	lists.decrypting[argument]
}

# One name that stands for many: a variable of a loop, a pattern, or what find or xargs gives.
_many(operation, text, _) if {
	object.get(operation, "certainty", "may") == "may"
	contains(text, "⟨?⟩")
}

_many(operation, text, lists) if {
	strings.any_prefix_match(operation.via, lists.many_vias)
	contains(text, "⟨?⟩")
}

_many(_, text, _) if contains(text, "*")

_deletes_many(lists) if {
	some operation in input.context.operations
	operation.kind == "file.delete"
	_many(operation, operation.path, lists)
}
