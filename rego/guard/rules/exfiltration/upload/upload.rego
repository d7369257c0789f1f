# METADATA
# title: Local files stay here
# description: >-
#   What is sent decides. Secrets, files of the system and whole homes are refused wherever
#   they go, also in an archive or a copy that the same call makes of them, or by way of
#   standard input; to a port of this machine itself they are asked about. Any other file is
#   asked about unless the host is listed or lies inside; over ssh that question is
#   `remote_access.outbound_ssh`'s. Text that stands in the call itself, such as JSON for an
#   API, is not judged, and neither are packages that their own tools publish.
# custom:
#   severity: critical
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   asked_when:
#     operations: [network.connect, network.send]
#   solution: leave the file in the workspace, or ask the operator to list the host
#   references:
#     - "MITRE ATT&CK T1048 Exfiltration Over Alternative Protocol"
#     - "MITRE ATT&CK T1567 Exfiltration Over Web Service"
#     - "MITRE ATT&CK T1041 Exfiltration Over C2 Channel"
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
package guard.rules.exfiltration.upload

import data.guard.lib.hosts
import data.guard.lib.paths
import data.guard.settings.exfiltration.upload as settings

findings contains _finding(effect, sprintf("sends %s to %s", [what, _far(operation)])) if {
	lists := settings
	some operation in input.context.operations
	operation.kind == "network.send"
	[effect, what] := _sent(operation, lists)
}

# The content of a secret may be in an argument that is not known.
findings contains _finding(effect, sprintf("reads %s and hands %s something unknown", [secret, who])) if {
	lists := settings
	some operation in input.context.operations
	operation.kind == "network.connect"
	not hosts.listed(operation.host, lists.local_hosts, lists.local_domains)
	program := _judged(operation, lists)
	_given_unknown(program)
	who := sprintf("%s for %s", [program, _far(operation)])
	secret := _secret_read(operation, lists)
	effect := _argument_effect(secret, lists)
}

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": _solution,
	"obligations": [],
}

_solution := concat(" ", [
	"leave the file in the workspace, or ask the operator",
	"to list the host in `exfiltration.upload.allowed_hosts`",
])

_far(operation) := "whoever connects" if {
	operation.host == ""
} else := hosts.endpoint(operation)

# A port of this machine may be the near end of a forward; only what must not leave is asked about.
_sent(operation, lists) := [lists.local_effect, operation.path] if {
	hosts.listed(operation.host, lists.local_hosts, lists.local_domains)
	_guarded(operation.path, lists)
} else := [lists.effect, operation.path] if {
	_far_away(operation, lists)
	_guarded(operation.path, lists)
} else := [lists.effect, sprintf("what may hold %s", [secret])] if {
	_far_away(operation, lists)
	_made_here(operation.path)
	secret := _secret_read(operation, lists)
} else := [lists.effect, sprintf("what may hold all of %s", [folder])] if {
	_far_away(operation, lists)
	_made_here(operation.path)
	folder := _packed(lists)
} else := [lists.effect, "the environment"] if {
	_far_away(operation, lists)
	operation.path == "-"
	_tells_environment(lists)
} else := [lists.file_effect, operation.path] if {
	_far_away(operation, lists)
	not operation.path in {"-", ".git"}
	not lists.judged_elsewhere[operation.protocol]
	not hosts.listed(operation.host, lists.allowed_hosts, lists.allowed_domains)
	not _inside(operation, lists)
}

# A token may be read to log in with it; nobody logs in with the text of a private key.
_argument_effect(secret, lists) := lists.effect if {
	some piece in lists.never_arguments
	contains(secret, piece)
} else := lists.argument_effect

_far_away(operation, lists) if not hosts.listed(operation.host, lists.local_hosts, lists.local_domains)

# A secret, a file of the system, or so much that it holds both.
_guarded(path, lists) if _secret(path, lists)

_guarded(path, lists) if lists.wholes[_whole(path)]

_guarded(path, lists) if strings.any_prefix_match(path, lists.system_prefixes)

_whole(path) := "/" if {
	path in {"/", "/*"}
} else := trim_right(paths.placed(sprintf("%s/", [trim_suffix(path, "/*")])), "/")

_secret(path, lists) if {
	not strings.any_suffix_match(path, lists.public_suffixes)
	parts := split(path, "/")
	_named(parts[count(parts) - 1], lists)
}

_secret(path, lists) if {
	not strings.any_suffix_match(path, lists.public_suffixes)
	delimited := paths.delimited(path)
	some fragment in lists.fragments
	contains(delimited, fragment)
}

_secret(path, lists) if strings.any_prefix_match(path, lists.secret_prefixes)

_named(name, lists) if lists.names[name]

_named(name, lists) if strings.any_prefix_match(name, lists.prefixes)

_named(name, lists) if strings.any_suffix_match(name, lists.suffixes)

# Standard input, and what the call itself wrote, may hold whatever the call read.
_made_here("-") := true

_made_here(path) if _written[path]

# Rules of their own are evaluated once, however many operations ask.
_written contains operation.path if {
	some operation in input.context.operations
	operation.kind == "file.write"
}

# What the sender itself reads it reads to log in, unless it is what is sent.
_secret_read(sender, lists) := min({operation.path |
	some operation in input.context.operations
	operation.kind == "file.read"
	not _same_program(operation, sender)
	_secret(operation.path, lists)
})

_same_program(operation, sender) if operation.program == sender.program

# Whoever packs or copies a whole home takes its secrets along.
_packed(lists) := min({operation.path |
	some operation in input.context.operations
	operation.kind == "file.read"
	_packs(operation, lists)
	lists.wholes[_whole(operation.path)]
})

_packs(operation, lists) if lists.packers[operation.program]

_packs(operation, _) if not _named_program(operation)

_tells_environment(lists) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	lists.tellers[operation.program]
	count(operation.argv) == 1
}

# A connection whose program is not named may be any of theirs.
_judged(operation, lists) := operation.program if {
	lists.judged_programs[operation.program]
} else := "a client" if {
	not _named_program(operation)
}

_named_program(operation) if operation.program

_given_unknown(program) if _given[program]

_given_unknown("a client") if count(_given) > 0

_given contains operation.program if {
	judged := settings.judged_programs
	some operation in input.context.operations
	operation.kind == "process.exec"
	judged[operation.program]
	some word in operation.argv
	contains(word, "⟨?⟩")
}

# An address or a name of the inner network.
_inside(operation, lists) if {
	strings.any_prefix_match(operation.host, lists.inside_prefixes)
	regex.match(lists.address, operation.host)
}

_inside(operation, lists) if strings.any_suffix_match(operation.host, lists.inside_domains)

_inside(operation, lists) if {
	lists.inside_protocols[operation.protocol]
	regex.match(`^[a-z0-9_-]+$`, operation.host)
}
