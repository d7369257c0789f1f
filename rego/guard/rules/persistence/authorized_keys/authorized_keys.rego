# METADATA
# title: No new ssh keys that may log in
# description: >-
#   A line in authorized_keys lets its owner in for good, here or on the machine to which
#   ssh-copy-id sends it.
# custom:
#   severity: critical
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: leave logins as they are, or ask the operator to add the key
#   references:
#     - "MITRE ATT&CK T1098.004 Account Manipulation: SSH Authorized Keys"
#     - "OWASP Agentic ASI10 Rogue Agents"
#   asked_when:
#     operations: [file.write]
#     programs: [programs]
package guard.rules.persistence.authorized_keys

import data.guard.settings.persistence.authorized_keys as settings

findings contains {
	"effect": settings.effect,
	"reason": sprintf("writes %s, which says who may log in", [operation.path]),
	"solution": "leave logins as they are, or ask the operator to add the key",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "file.write"
	contains(operation.path, "authorized_keys")
	not _keeps_content(operation)
	_lets_in(split(operation.path, "/"))
}

findings contains {
	"effect": settings.effect,
	"reason": sprintf("installs an ssh key on another machine with %s", [operation.program]),
	"solution": "leave logins as they are, or ask the operator to add the key",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	harmless := settings.programs[operation.program]
	not _only_shows(operation.argv, harmless)
}

# A bare name may lie in any folder; below a folder of another name it is some other file.
_lets_in([name]) if name in {"authorized_keys", "authorized_keys2"}

_lets_in(names) if {
	last := count(names) - 1
	startswith(names[last], "authorized_keys")
	settings.folders[names[last - 1]]
}

# A write whose program is not named may change anything.
_keeps_content(operation) if settings.keeps_content[operation.program]

# A function, for regorus fails on `not` inside `every`.
_only_shows(argv, harmless) if {
	some argument in argv
	harmless[argument]
}
