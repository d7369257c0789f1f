# METADATA
# title: Start-up files of shells set up the environment and no more
# description: >-
#   What stands in a start-up file is run by every later shell, whoever opens it. Variables,
#   sourced files, options and the set-up of tools pass; aliases and functions that take a system
#   program's name, traps, preloading and background or network commands are refused; other
#   commands, and contents that nobody shows, are asked about.
# custom:
#   severity: high
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   solution: keep to variables and sourced files there, and run commands in this session
#   references:
#     - "MITRE ATT&CK T1546.004 Event Triggered Execution: Unix Shell Configuration Modification"
#     - "MITRE ATT&CK T1037 Boot or Logon Initialization Scripts"
#     - "OWASP Agentic ASI10 Rogue Agents"
#   asked_when:
#     operations: [file.write]
#     path_names: [names, segments]
package guard.rules.persistence.shell_startup

import data.guard.lib.places
import data.guard.settings.persistence.shell_startup as settings

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "keep to variables and sourced files there, and run commands in this session",
	"obligations": [],
}

findings contains _finding(settings.effect, reason) if {
	some operation in _written
	some name in _taken(operation.content)
	reason := sprintf("makes %s something else by a line in %s", [name, operation.path])
}

findings contains _finding(settings.effect, reason) if {
	some operation in _written
	some line in _lines(operation.content)
	_matches(line, settings.refused)
	reason := sprintf("puts `%s` into %s, which every new shell runs", [_short(line), operation.path])
}

findings contains _finding(settings.effect, reason) if {
	some operation in _written
	parts := split(operation.path, "/")
	parts[count(parts) - 2] == "functions"
	name := trim_suffix(parts[count(parts) - 1], ".fish")
	settings.programs[name]
	reason := sprintf("writes %s, a function in the place of the program %s", [operation.path, name])
}

findings contains _finding(settings.effect_other, reason) if {
	some operation in _written
	line := _strange(operation.content)[0]
	reason := sprintf("puts `%s` into %s, which every new shell runs", [_short(line), operation.path])
}

findings contains _finding(settings.effect_other, reason) if {
	some operation in _written
	not operation.content
	not _only_initialises(operation)
	reason := sprintf("changes %s, which every new shell runs, and nobody shows how", [operation.path])
}

_written contains operation if {
	some operation in input.context.operations
	operation.kind == "file.write"
	_is_startup(operation.path)
	not _keeps_content(operation)
}

_is_startup(path) if places.in_home(path, settings.names, settings.homes)

_is_startup(path) if places.within(path, settings.paths, settings.folders)

# Each line without the spaces around it; a line that ends in `\` goes on.
_lines(content) := [trim_space(line) | some line in split(replace(content, "\\\n", ""), "\n")]

_strange(content) := [line |
	some line in _lines(content)
	not _harmless(line)
]

_short(line) := concat("", [substring(line, 0, 100), "..."]) if {
	count(line) > 103
} else := line

# `[ -f x ] && . x` is judged as `. x`.
_harmless(line) if {
	_matches(regex.replace(line, settings.condition, ""), settings.harmless)
	not _matches(line, settings.doubtful)
}

_matches(line, patterns) if {
	some pattern in patterns
	regex.match(pattern, line)
}

_alias := `(?m)(?:^|[;&|({]|then|do)[ \t]*(?:(?:builtin|command)[ \t]+|\\)?alias[ \t]+(.*)$`

_function := `(?m)(?:^|[;&|])[ \t]*(?:function[ \t]+([A-Za-z0-9_.+-]+)|([A-Za-z0-9_.+-]+)[ \t]*\([ \t]*\))`

_meaning := `(?:^|[ \t])([A-Za-z0-9_.+-]+)=("(?:[^"\\]|\\.)*"|'[^']*'|[^ \t;&|]*)`

# Names of system programs that the text turns into something else.
_taken(content) := {name |
	some [_, rest] in regex.find_all_string_submatch_n(_alias, content, -1)
	some [_, name, value] in _definitions(rest)
	settings.programs[name]
	not _same(name, trim_space(trim(value, `'"`)))
} | {name |
	some [_, one, other] in regex.find_all_string_submatch_n(_function, content, -1)
	some name in [one, other]
	settings.programs[name]
}

# `a=b c='d e'` of most shells, `a b` of fish and csh.
_definitions(rest) := found if {
	found := regex.find_all_string_submatch_n(_meaning, rest, -1)
	count(found) > 0
} else := regex.find_all_string_submatch_n(`^([A-Za-z0-9_.+-]+)[ \t]+(.+)$`, rest, -1)

# `ls` for `ls --color`, or for a program that is known to take its place.
_same(name, value) if {
	not regex.match(`[;&|\x60<>]|\$\(`, value)
	words := split(value, " ")
	some index, word in words
	_stands_for(name, trim_left(word, `\`))
	_are_wrappers(array.slice(words, 0, index))
}

_stands_for(name, word) if word == name

_stands_for(name, word) if {
	parts := split(word, "/")
	_lies_well(word, parts)
	bare := parts[count(parts) - 1]
	_takes_place(name, regex.replace(bare, `[0-9.]+$`, ""))
}

_takes_place(name, bare) if bare == regex.replace(name, `[0-9.]+$`, "")

_takes_place(name, bare) if settings.stands_for[name][bare]

_lies_well(_, parts) if count(parts) == 1

_lies_well(word, _) if strings.any_prefix_match(word, settings.program_folders)

_are_wrappers(words) if {
	every word in words {
		_is_wrapper(word)
	}
}

_is_wrapper(word) if settings.wrappers[word]

_is_wrapper(word) if contains(word, "=")

# `tool init bash >> ~/.bashrc`: all programs of the call print what sets them up.
_only_initialises(operation) if {
	operation.append
	started := [other |
		some other in input.context.operations
		other.kind == "process.exec"
	]
	count(started) > 0
	every other in started {
		_initialises(other)
	}
}

_initialises(operation) if {
	operation.path == operation.program
	settings.initialisers[operation.program]
}

# A write whose program is not named may change anything.
_keeps_content(operation) if settings.keeps_content[operation.program]
