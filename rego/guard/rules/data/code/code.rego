# METADATA
# title: Databases run no programs and read no files
# description: >-
#   Functions and clauses by which a statement starts programs, reads or writes files of the
#   server, loads libraries or calls other servers.
# custom:
#   severity: high
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: ask the database for rows only, and read files or call programs by their own tools
#   asked_when:
#     operations: [data.query]
#   references:
#     - "MITRE ATT&CK T1505.001 Server Software Component: SQL Stored Procedures"
#     - "MITRE ATT&CK T1059 Command and Scripting Interpreter"
#     - "OWASP Agentic ASI05 Unexpected Code Execution"
package guard.rules.data.code

import data.guard.lib.statements
import data.guard.settings.data.code as settings

findings contains _finding(sprintf("reaches out of the database by %s", [name])) if {
	table := settings.functions
	some name in split(statements.together, " ")
	table[name]
}

findings contains _finding(sprintf("reaches out of the database by %s", [phrase])) if {
	phrases := settings.phrases
	some phrase, _ in statements.said(phrases)
}

_finding(reason) := {
	"effect": settings.effect,
	"reason": reason,
	"solution": "ask the database for rows only, and read files or call programs by their own tools",
	"obligations": [],
}
