# METADATA
# title: Other processes keep their memory to themselves
# description: >-
#   A debugger that calls functions in a running program, a write to a program's memory, and a
#   library that the loader puts into every program run code with rights that are not the agent's.
# custom:
#   severity: critical
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: debug a program that this session starts itself
#   references:
#     - "MITRE ATT&CK T1055.008 Process Injection: Ptrace System Calls"
#     - "MITRE ATT&CK T1055.009 Process Injection: Proc Memory"
#     - "MITRE ATT&CK T1574.006 Hijack Execution Flow: Dynamic Linker Hijacking"
#     - "OWASP Agentic ASI03 Identity and Privilege Abuse"
#   asked_when:
#     operations: [file.write]
#     path_names: [names]
#     programs: [programs]
package guard.rules.privilege.process_access

import data.guard.lib.places
import data.guard.settings.privilege.process_access as settings

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "debug a program that this session starts itself",
	"obligations": [],
}

findings contains _finding(settings.effect, reason) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	regex.match(settings.memory, operation.path)
	reason := sprintf("writes %s, the memory of a running program", [operation.path])
}

findings contains _finding(settings.effect, reason) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	places.within(operation.path, settings.paths, [])
	not _keeps_content(operation)
	reason := sprintf("writes %s, which loads code into every program", [operation.path])
}

findings contains _finding(settings.effect, sprintf("changes a running program with %s", [operation.program])) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	settings.programs[operation.program]
	_attaches(operation.argv)
	some word in operation.argv
	regex.match(settings.commands, word)
}

_attaches(argv) if {
	some word in argv
	regex.match(settings.attaching, word)
}

# A write whose program is not named may change anything.
_keeps_content(operation) if settings.keeps_content[operation.program]
