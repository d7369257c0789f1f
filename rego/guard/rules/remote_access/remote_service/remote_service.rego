# METADATA
# title: No doors for remote control
# description: >-
#   Services by which somebody elsewhere sees the screen of this machine or works at it: remote
#   desktops, remote management and the old remote shells. A server of
#   ssh is not among them: images and test machines start one every day, and who may log in there
#   is the matter of other rules.
# custom:
#   severity: high
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   solution: show what you see in text, or ask the operator to open the machine
#   references:
#     - "MITRE ATT&CK T1021.005 Remote Services: VNC"
#     - "MITRE ATT&CK T1219 Remote Access Software"
#     - "OWASP Agentic ASI10 Rogue Agents"
#   asked_when:
#     programs: [programs]
package guard.rules.remote_access.remote_service

import data.guard.lib.programs
import data.guard.settings.remote_access.remote_service as settings

findings contains {
	"effect": settings.effect,
	"reason": sprintf("opens this machine to remote control with %s", [operation.program]),
	"solution": "show what you see in text, or ask the operator to open the machine",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	not programs.prints_help(operation.argv)
	words := settings.programs[lower(operation.program)]
	_opens(operation.argv, words)
}

# An empty list: the program does nothing else.
_opens(_, []) := true

_opens(argv, words) if {
	some argument in argv
	lower(argument) in words
}
