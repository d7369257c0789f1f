# METADATA
# title: Accounts get no rights of root
# description: >-
#   Accounts and groups may be made; none may join a group that amounts to root, get the number 0,
#   or, if it is the system's own, a password or a shell. The files of accounts are changed by
#   their programs alone.
# custom:
#   severity: critical
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: use an account of its own without special groups, or ask the operator
#   references:
#     - "MITRE ATT&CK T1098 Account Manipulation"
#     - "MITRE ATT&CK T1136.001 Create Account: Local Account"
#     - "MITRE ATT&CK T1078.003 Valid Accounts: Local Accounts"
#     - "OWASP Agentic ASI03 Identity and Privilege Abuse"
#   asked_when:
#     operations: [file.write]
#     path_names: [names]
#     programs: [programs]
package guard.rules.privilege.account

import data.guard.lib.arguments
import data.guard.lib.modes
import data.guard.lib.places
import data.guard.settings.privilege.account as settings

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "use an account of its own without special groups, or ask the operator",
	"obligations": [],
}

findings contains _finding(settings.effect, sprintf("changes %s, in which accounts are kept", [operation.path])) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	places.within(operation.path, settings.paths, [])
	not _own_program(operation)
	not _keeps_content(operation)
}

findings contains _finding(settings.effect, reason) if {
	some operation in _started
	some group in _groups(operation)
	settings.root_groups[group]
	settings.takers[operation.program]
	not _removes(operation)
	reason := sprintf("puts an account into the group %s with %s", [group, operation.program])
}

findings contains _finding(settings.effect, reason) if {
	some operation in _started
	settings.takers[operation.program]
	some word in arguments.spelled(operation.argv)
	regex.match(`^(?:-[A-Za-z]*u|--uid)=?0+$`, word)
	reason := sprintf("makes an account with the number of root by %s", [operation.program])
}

findings contains _finding(settings.effect, reason) if {
	some operation in _started
	some name in operation.argv
	settings.accounts[name]
	_lets_in(operation)
	not arguments.has(operation.argv, settings.locking)
	reason := sprintf("gives the system's account %s a password or a shell with %s", [name, operation.program])
}

findings contains _finding(settings.effect, reason) if {
	some operation in _started
	settings.password_setters[operation.program]
	arguments.has(operation.argv, settings.removing)
	count(arguments.operands(operation.argv)) > 0
	reason := sprintf("takes the password off an account with %s", [operation.program])
}

findings contains _finding(settings.effect, reason) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	settings.bulk[operation.program]
	some line in split(operation.content, "\n")
	name := split(line, ":")[0]
	settings.accounts[name]
	reason := sprintf("gives the system's account %s a password with %s", [name, operation.program])
}

findings contains _finding(settings.effect_unread, reason) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	settings.bulk[operation.program]
	not _names_accounts(operation)
	reason := sprintf("sets passwords with %s, and nobody shows whose", [operation.program])
}

findings contains _finding(settings.effect, sprintf("changes accounts of macOS with %s", [operation.program])) if {
	some operation in _started
	settings.directory_programs[operation.program]
	arguments.has(operation.argv, settings.directory)
}

_started contains operation if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	settings.programs[operation.program]
}

# Values of -G and its like, of all short options that end in it, and operands where groups stand.
_groups(operation) := ({group |
	some word in arguments.spelled(operation.argv)
	some [_, list] in regex.find_all_string_submatch_n(`^(?:-[A-Za-z]*[gGM]|--groups?|--gid|--ingroup)=(.*)$`, word, -1)
	some group in split(list, ",")
} | {group |
	some word in operation.argv
	some [_, list] in regex.find_all_string_submatch_n(`^-[a-z]*G=?([A-Za-z0-9_].*)$`, word, -1)
	some group in split(list, ",")
}) | {group |
	settings.group_operands[operation.program]
	words := arguments.operands(operation.argv)
	count(words) > 1
	some group in words
}

_removes(operation) if {
	settings.group_operands[operation.program]
	arguments.has(operation.argv, settings.removing)
}

_lets_in(operation) if {
	settings.password_setters[operation.program]
}

_lets_in(operation) if {
	operation.program in {"pw", "useradd", "usermod"}
	arguments.has(operation.argv, settings.password_options)
}

_lets_in(operation) if {
	operation.program in {"chsh", "pw", "useradd", "usermod"}
	not "root" in operation.argv
	some index, option in operation.argv
	option in {"-s", "--shell"}
	shell := operation.argv[index + 1]
	not settings.no_shells[shell]
}

_names_accounts(operation) if {
	text := operation.content
	not regex.match(`(?m)^[^:]*⟨`, text)
}

# Rights may be set as they should be: none but root writes, and nobody reads what is secret.
_keeps_content(operation) if {
	settings.mode_changers[operation.program]
	operation.mode != "⟨?⟩"
	not modes.opens_writing(operation.mode)
	not _bares(operation)
}

# A write whose program is not named may change anything.
_keeps_content(operation) if settings.keeps_content[operation.program]

# A write whose program is not named is nobody's: a function, for `not` needs a defined name.
_own_program(operation) if settings.programs[operation.program]

_bares(operation) if {
	settings.secret[operation.path]
	modes.opens_reading(operation.mode)
}
