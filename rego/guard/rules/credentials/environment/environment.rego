# METADATA
# title: The environment stays here
# description: >-
#   The environment of a process holds tokens and keys. It is not sent away as a whole.
# custom:
#   severity: high
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: send only the values that are needed, each by its name
#   references:
#     - "MITRE ATT&CK T1552 Unsecured Credentials"
#     - "MITRE ATT&CK T1041 Exfiltration Over C2 Channel"
#     - "OWASP Agentic ASI03 Identity and Privilege Abuse"
#   asked_when:
#     programs: [printers]
#     operations: [file.read]
#     path_names: [files]
package guard.rules.credentials.environment

import data.guard.settings.credentials.environment as settings

findings contains {
	"effect": settings.effect,
	"reason": sprintf("prints the whole environment, and sends data to %s", [connection.host]),
	"solution": "send only the values that are needed, each by its name",
	"obligations": [],
} if {
	_printed
	some connection in input.context.operations
	connection.kind == "network.connect"
	_sends(connection)
	not settings.local_hosts[connection.host]
}

_printed if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	settings.printers[operation.program]
	every argument in array.slice(operation.argv, 1, count(operation.argv)) {
		startswith(argument, "-")
	}
}

_printed if {
	some operation in input.context.operations
	operation.kind == "file.read"
	parts := split(operation.path, "/")
	parts[1] == "proc"
	settings.files[parts[count(parts) - 1]]
}

_sends(connection) if settings.writing_methods[connection.method]

_sends(connection) if count(connection.sends) > 0

_sends(connection) if settings.pipes[connection.program]
