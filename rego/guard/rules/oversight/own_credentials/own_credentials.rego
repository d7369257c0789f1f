# METADATA
# title: No rights of one's own making
# description: >-
#   New users, keys, tokens and role bindings in clouds and clusters outlive the session and
#   widen what the agent may do. Somebody else makes them.
# custom:
#   severity: high
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   solution: ask the operator for the access that the task needs
#   references:
#     - "MITRE ATT&CK T1098.001 Account Manipulation: Additional Cloud Credentials"
#     - "MITRE ATT&CK T1136.003 Create Account: Cloud Account"
#     - "OWASP Agentic ASI03 Identity and Privilege Abuse"
#   asked_when:
#     programs: [commands]
package guard.rules.oversight.own_credentials

import data.guard.lib.words
import data.guard.settings.oversight.own_credentials as settings

findings contains {
	"effect": settings.effect,
	"reason": sprintf("makes credentials or rights with %s %s", [operation.program, phrase]),
	"solution": "ask the operator for the access that the task needs",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	some phrase, wanted in settings.commands[lower(operation.program)]
	wanted
	words.says(operation.argv, phrase)
	not _asks_for_help(operation.argv)
}

_asks_for_help(argv) if {
	some argument in argv
	settings.harmless[argument]
}
