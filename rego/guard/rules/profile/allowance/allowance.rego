# METADATA
# title: What a profile allows
# description: >-
#   The only rule that allows anything: without its finding a call is denied. A profile
#   allows either what no rule refuses, or only what its lists name: the tool, and every
#   operation of the call.
# custom:
#   severity: info
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   solution: ask the operator to list the program, host, path or tool
#   references:
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
package guard.rules.profile.allowance

import data.guard.lib.hosts
import data.guard.lib.programs
import data.guard.profiles
import data.guard.settings.profile.allowance as settings

findings contains {
	"effect": "allow",
	"reason": reason,
	"solution": "",
	"obligations": [],
} if {
	reason := _allows(profiles[input.context.profile].allowance)
}

_allows("unless_refused") := "the profile allows what no rule refuses"

# A call of which no operation is known is not covered by any list.
_allows("listed") := "all that the call would do is listed" if {
	settings.tools[input.resource.id]
	count(input.context.operations) > 0
	every operation in input.context.operations {
		_listed(operation)
	}
}

_listed(operation) if {
	operation.kind == "process.exec"
	settings.programs[operation.program]
	programs.in_folders(operation, settings.program_folders)
}

_listed(operation) if {
	operation.kind in {"network.connect", "network.send"}
	hosts.listed(operation.host, settings.hosts, settings.domains)
}

_listed(operation) if {
	operation.kind == "network.listen"
	settings.listen_hosts[operation.host]
}

_listed(operation) if {
	operation.kind == "file.read"
	_inside(operation.path, settings.read)
}

_listed(operation) if {
	operation.kind in {"file.delete", "file.write"}
	_inside(operation.path, settings.write)
}

# A variable alone runs nothing; where its value is a command or changes what is loaded, the
# reader says so in operations and opaque parts of their own.
_listed(operation) if operation.kind == "environment.set"

_listed(operation) if {
	operation.kind == "code.run"
	settings.languages[operation.language]
}

_listed(operation) if {
	operation.kind == "data.query"
	settings.verbs[operation.verb]
}

_listed(operation) if {
	operation.kind == "tool.use"
	settings.tools[operation.tool]
}

# Addresses are compared without regard to case: keys of these tables may be written in any.
_listed(operation) if {
	operation.kind == "payment.transfer"
	_named(operation.asset, settings.payment_assets)
	_named(operation.recipient, settings.payment_recipients)
}

_listed(operation) if {
	operation.kind == "payment.authorise"
	_named(operation.signed_asset, settings.payment_assets)
	_named(operation.signed_recipient, settings.payment_recipients)
}

_listed(operation) if {
	operation.kind == "payment.approve"
	_named(operation.asset, settings.payment_assets)
	_named(operation.spender, settings.payment_spenders)
}

_listed(operation) if {
	operation.kind == "payment.sign"
	settings.signatures[operation.method]
}

_listed(operation) if {
	operation.kind == "message.send"
	count(operation.recipients) > 0
	every recipient in operation.recipients {
		_addressed(recipient)
	}
}

_addressed(recipient) if _named(recipient, settings.message_recipients)

_addressed(recipient) if {
	parts := split(recipient, "@")
	count(parts) == 2
	hosts.listed(parts[1], {}, settings.message_domains)
}

_named(name, table) if {
	some listed, wanted in table
	wanted == true
	lower(listed) == lower(name)
}

_inside(path, folders) if {
	_known(path)
	strings.any_prefix_match(concat("", [path, "/"]), folders)
}

# A path without leading slash stays in the folder where the agent works.
_inside(path, _) if {
	settings.relative_paths
	_known(path)
	not strings.any_prefix_match(path, ["/", "~"])
}

# No piece is unresolved, and none climbs.
_known(path) if {
	not contains(path, "⟨?⟩")
	not ".." in split(path, "/")
}
