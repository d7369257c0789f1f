# METADATA
# title: No search for other people's secrets
# description: >-
#   Secrets are not collected: no search through the whole machine for keys and passwords, no
#   tool that dumps or guesses credentials, no key store that is emptied.
# custom:
#   severity: critical
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: ask the operator for the credential that the task needs; search in the project's own folder
#   references:
#     - "MITRE ATT&CK T1552.001 Unsecured Credentials: Credentials In Files"
#     - "MITRE ATT&CK T1555 Credentials from Password Stores"
#     - "MITRE ATT&CK T1110 Brute Force"
#     - "OWASP Agentic ASI03 Identity and Privilege Abuse"
#   asked_when:
#     operations: [code.run]
#     programs: [tools, crackers, commands, bulk, finders, searchers, indexes, guessers]
package guard.rules.credentials.harvesting

import data.guard.lib.commands
import data.guard.lib.paths
import data.guard.lib.words
import data.guard.settings.credentials.harvesting as settings

findings contains _finding(
	settings.effect,
	sprintf("starts %s, which collects or guesses credentials", [operation.program]),
) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	settings.tools[lower(operation.program)]
}

findings contains _finding(
	settings.effect,
	sprintf("runs %s, which collects or guesses credentials", [operation.path]),
) if {
	some operation in input.context.operations
	operation.kind == "code.run"
	parts := split(lower(operation.path), "/")
	settings.tools[parts[count(parts) - 1]]
}

findings contains _finding(
	settings.doubtful_effect,
	sprintf("starts %s, which extracts or breaks passwords", [operation.program]),
) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	settings.crackers[lower(operation.program)]
	not _only_shows(operation.argv)
}

findings contains _finding(
	settings.effect,
	sprintf("empties a key store with %s %s", [operation.program, phrase]),
) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	some phrase, wanted in settings.commands[lower(operation.program)]
	wanted
	words.says(operation.argv, phrase)
}

findings contains _finding(settings.doubtful_effect, sprintf("%s with %s", [what, operation.program])) if {
	table := settings.bulk
	some operation in input.context.operations
	operation.kind == "process.exec"
	some what in commands.done(operation, table)
}

findings contains _finding(settings.doubtful_effect, sprintf("searches %s for files named %s", [place, name])) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	settings.finders[operation.program]
	some index, option in operation.argv
	settings.name_options[option]
	name := operation.argv[index + 1]
	_secret_name(name)
	some place in array.slice(operation.argv, 1, count(operation.argv))
	_wide(place)
}

findings contains _finding(settings.doubtful_effect, sprintf("looks up files named %s", [name])) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	settings.indexes[operation.program]
	some name in array.slice(operation.argv, 1, count(operation.argv))
	_secret_name(name)
}

findings contains _finding(
	settings.doubtful_effect,
	sprintf("searches %s for texts like %s", [read.path, pattern]),
) if {
	some read in input.context.operations
	read.kind == "file.read"
	settings.searchers[read.program]
	_wide(read.path)
	some operation in input.context.operations
	operation.kind == "process.exec"
	operation.program == read.program
	some pattern in array.slice(operation.argv, 1, count(operation.argv))
	not startswith(pattern, "/")
	regex.match(settings.secret_texts, lower(pattern))
}

# One password after the other, for one account after the other.
findings contains _finding(settings.doubtful_effect, sprintf("tries passwords with %s", [operation.program])) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	settings.guessers[operation.program]
	operation.certainty == "may"
	unknown := [argument |
		some argument in operation.argv
		contains(argument, "⟨?⟩")
	]
	count(unknown) > 1
}

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "ask the operator for the credential that the task needs; search in the project's own folder",
	"obligations": [],
}

_only_shows(argv) if settings.harmless[argv[1]]

_secret_name(name) if settings.secret_names[trim(lower(name), "*")]

_secret_name(name) if strings.any_prefix_match(trim_left(lower(name), "*"), settings.secret_name_prefixes)

# The whole machine, somebody's home, or the folder of a program that keeps secrets.
_wide(place) if {
	startswith(place, "/")
	settings.places[concat("", ["/", trim(place, "/")])]
}

_wide(place) if {
	placed := paths.placed(concat("", [place, "/"]))
	settings.homes[trim_right(placed, "/")]
}

_wide(place) if {
	startswith(place, "/")
	parts := split(trim(place, "/"), "/")
	settings.stores[parts[count(parts) - 1]]
}
