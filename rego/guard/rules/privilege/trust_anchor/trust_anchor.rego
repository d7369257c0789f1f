# METADATA
# title: No new certificate authorities
# description: >-
#   Who is trusted as an authority can stand in for every host. Files from which the list of the
#   system's authorities is made are written only with a person's consent; making the list anew is
#   fine.
# custom:
#   severity: high
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: name the certificate for this one program, for example with SSL_CERT_FILE or --cacert
#   references:
#     - "MITRE ATT&CK T1553.004 Subvert Trust Controls: Install Root Certificate"
#     - "OWASP Agentic ASI03 Identity and Privilege Abuse"
#   asked_when:
#     operations: [file.write]
#     path_names: [names]
#     programs: [programs]
package guard.rules.privilege.trust_anchor

import data.guard.lib.arguments
import data.guard.lib.places
import data.guard.settings.privilege.trust_anchor as settings

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "name the certificate for this one program, for example with SSL_CERT_FILE or --cacert",
	"obligations": [],
}

findings contains _finding(settings.effect, reason) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	places.within(operation.path, settings.paths, settings.folders)
	not _keeps_content(operation)
	reason := sprintf("writes %s, which makes the system trust an authority", [operation.path])
}

findings contains _finding(settings.effect, reason) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	words := settings.programs[operation.program]
	arguments.has(operation.argv, words)
	not arguments.has(operation.argv, settings.silent_options)
	reason := sprintf("makes the system trust an authority with %s", [operation.program])
}

# A write whose program is not named may change anything.
_keeps_content(operation) if settings.keeps_content[operation.program]
