# METADATA
# title: No mining of cryptocurrency
# description: >-
#   Known miners, connections to mining pools, and programs of any name that are given what
#   only a miner is given: a pool, a wallet, a mining algorithm, a share for the author.
#   Programs that merely handle text, and wrappers whose inner program is judged itself,
#   may mention all of it.
# custom:
#   severity: critical
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   asked_when:
#     operations: [network.connect, process.exec]
#   solution: use processors and cards for the task alone
#   references:
#     - "MITRE ATT&CK T1496.001 Compute Hijacking"
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
#     - "OWASP Agentic ASI10 Rogue Agents"
package guard.rules.resource_hijack.mining

import data.guard.lib.hosts
import data.guard.lib.programs
import data.guard.settings.resource_hijack.mining as settings

findings contains _finding(reason) if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	reason := _reason(operation, lower(operation.program), settings)
}

findings contains _finding(sprintf("connects to the mining pool %s", [hosts.endpoint(operation)])) if {
	some operation in input.context.operations
	operation.kind == "network.connect"
	_pool_connection(operation, settings)
}

_finding(reason) := {
	"effect": settings.effect,
	"reason": reason,
	"solution": "use processors and cards for the task alone",
	"obligations": [],
}

_reason(operation, program, lists) := sprintf("runs %s, %s", [operation.program, sign]) if {
	not _only_mentions(operation, lists)
	sign := _sign(program, operation.argv, lists)
} else := sprintf("fetches the miner %s with %s", [name, operation.program]) if {
	verbs := lists.fetchers[program]
	_does(operation.argv, verbs)
	name := min({part |
		some argument in operation.argv
		some part in split(lower(argument), "/")
		_miner(part, lists)
	})
}

# A copy in a folder of the agent's own may be anything, whatever its name.
_only_mentions(operation, lists) if {
	lists.silent_programs[operation.program]
	programs.in_folders(operation, lists.program_folders)
}

_does(_, verbs) if verbs == {}

_does(argv, verbs) if verbs[argv[1]]

_pool_connection(operation, lists) if lists.protocols[operation.protocol]

_pool_connection(operation, lists) if _pool_host(operation.host, lists)

_pool_host(host, lists) if strings.any_suffix_match(concat("", [".", host]), lists.pool_domains)

_miner(name, lists) if lists.miners[name]

_miner(name, lists) if strings.any_prefix_match(name, lists.miner_prefixes)

# What shows that a program mines, the plainest sign first.
_sign(program, argv, lists) := "which is a miner" if {
	_miner(program, lists)
} else := "whose arguments only a miner has" if {
	strings.any_prefix_match(argv, lists.argument_prefixes)
} else := sign if {
	strings.any_prefix_match(argv, lists.flag_prefixes)
	pools := _values(argv, lists.pool_flags)
	users := _values(argv, lists.user_flags)
	algorithms := _values(argv, lists.algorithm_flags)
	sign := _combined(pools, users, algorithms, lists)
}

_combined(pools, users, algorithms, lists) := "with a mining pool" if {
	some pool in pools
	_known_pool(pool, lists)
} else := "with a mining algorithm" if {
	some algorithm in algorithms
	_known_algorithm(lower(algorithm), lists)
} else := "with a pool and a wallet" if {
	count(pools) > 0
	some user in users
	regex.match(lists.wallet, user)
} else := "with a worker's name and the port of a mining pool" if {
	count(users) > 0
	some pool in pools
	_pool_port(pool, lists)
}

_known_pool(pool, lists) if strings.any_prefix_match(pool, lists.argument_prefixes)

_known_pool(pool, lists) if {
	parts := split(lower(pool), "://")
	address := split(parts[count(parts) - 1], "/")
	names := split(address[0], ":")
	_pool_host(names[0], lists)
}

_known_algorithm(name, lists) if lists.algorithms[name]

_known_algorithm(name, lists) if strings.any_prefix_match(name, lists.algorithm_prefixes)

_pool_port(pool, lists) if {
	[_, port] := split(trim_right(pool, "/"), ":")
	lists.pool_ports[port]
}

# The values of the flags: the argument behind, what follows `=`, or the rest of the
# argument behind a flag of one letter.
_values(argv, flags) := array.concat(
	[argv[index + 1] |
		some index, argument in argv
		flags[argument]
	],
	[value |
		some argument in argv
		startswith(argument, "-")
		value := _attached(argument, flags)
	],
)

_attached(argument, flags) := trim_prefix(argument, concat("", [name, "="])) if {
	[name, _] := split(argument, "=")
	flags[name]
} else := substring(argument, 2, -1) if {
	name := substring(argument, 0, 2)
	name != argument
	flags[name]
}
