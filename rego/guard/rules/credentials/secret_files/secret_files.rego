# METADATA
# title: Secrets in files are used, not read
# description: >-
#   Private keys, password hashes, tokens and wallets serve the programs that they were made for.
#   Programs that show, copy, pack or send their content do not read them.
# custom:
#   severity: critical
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: let the program that needs the secret read it (`ssh -i`, a profile), and never print it
#   references:
#     - "MITRE ATT&CK T1552.001 Unsecured Credentials: Credentials In Files"
#     - "MITRE ATT&CK T1552.004 Unsecured Credentials: Private Keys"
#     - "MITRE ATT&CK T1003.008 OS Credential Dumping: /etc/passwd and /etc/shadow"
#     - "OWASP Agentic ASI03 Identity and Privilege Abuse"
#   asked_when:
#     operations: [file.read]
#     path_names: [segments, names, home_names, process_files]
#     programs: [showers]
package guard.rules.credentials.secret_files

import data.guard.lib.paths
import data.guard.lib.patterns
import data.guard.settings.credentials.secret_files as settings

findings contains _finding(settings.effect, operation.path) if {
	some operation in input.context.operations
	operation.kind == "file.read"
	_secret(paths.placed(operation.path))
	not _uses(operation)
}

findings contains _finding(settings.guarded_effect, operation.path) if {
	some operation in input.context.operations
	operation.kind == "file.read"
	_guarded(operation.path)
	not _secret(paths.placed(operation.path))
	not _uses(operation)
}

# Programs that nobody described, but that take such files to show or break them.
findings contains _finding(settings.effect, argument) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	settings.showers[lower(operation.program)]
	some argument in operation.argv
	_secret(paths.placed(argument))
}

_finding(effect, path) := {
	"effect": effect,
	"reason": sprintf("reads %s, which holds a secret", [path]),
	"solution": "let the program that needs the secret read it (`ssh -i`, a profile), and never print it",
	"obligations": [],
}

# Programs that say something about a file, or work with a key and keep it to themselves.
_uses(operation) if {
	settings.users[operation.program]
	not _shows(operation.program)
}

# Some of these programs also hand content on, if one of their arguments says so.
_shows(program) if {
	words := settings.showing[program]
	some operation in input.context.operations
	operation.kind == "process.exec"
	operation.program == program
	some argument in operation.argv
	words[argument]
}

_guarded(path) if _listed(paths.placed(path), settings.guarded)

_guarded(path) if strings.any_prefix_match(paths.placed(path), settings.guarded_folders)

_guarded(path) if {
	parts := split(path, "/")
	parts[1] == "proc"
	settings.process_files[parts[count(parts) - 1]]
}

_secret(placed) if _listed(placed, settings.secrets)

_secret(placed) if {
	strings.any_prefix_match(concat("", [placed, "/"]), settings.folders)
	not _public(placed)
}

_secret(placed) if {
	parts := split(placed, "/")
	settings.names[parts[count(parts) - 1]]
	strings.any_prefix_match(placed, ["/", "~"])
}

_secret(placed) if {
	parts := split(placed, "/")
	settings.home_names[parts[count(parts) - 1]]
	startswith(placed, "~")
}

_listed(placed, table) if table[placed]

# A pattern that one of the paths fits, and that says at least a letter of its name.
_listed(placed, table) if {
	regex.match(`[*?\[]`, placed)
	regex.match(`[a-z][^/]*$`, placed)
	some path, wanted in table
	wanted
	patterns.fits(placed, ["/"], path)
}

_public(placed) if {
	parts := split(placed, "/")
	name := parts[count(parts) - 1]
	settings.public[name]
}

_public(placed) if strings.any_suffix_match(placed, settings.public_suffixes)
