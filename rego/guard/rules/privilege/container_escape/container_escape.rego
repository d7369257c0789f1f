# METADATA
# title: No way out of the container
# description: >-
#   Containers with the host's processes, devices or files, namespaces of process 1, the runtime's
#   socket and the kernel's helpers lead out of the sandbox and onto the machine that carries it.
# custom:
#   severity: critical
#   risk_category: safety_security
#   profiles: [baseline, strict, locked]
#   solution: start the container with its own files and without special rights
#   references:
#     - "MITRE ATT&CK T1611 Escape to Host"
#     - "OWASP Agentic ASI03 Identity and Privilege Abuse"
#   asked_when:
#     operations: [file.read, file.write]
#     path_names: [names]
#     programs: [programs]
package guard.rules.privilege.container_escape

import data.guard.lib.arguments
import data.guard.settings.privilege.container_escape as settings

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "start the container with its own files and without special rights",
	"obligations": [],
}

findings contains _finding(settings.effect, sprintf("starts a container with %s", [word])) if {
	some operation in _launched
	not arguments.has(operation.argv, settings.installers)
	some word in arguments.spelled(operation.argv)
	_dangerous(word)
}

findings contains _finding(settings.effect, sprintf("gives a container the host's %s", [operation.path])) if {
	some operation in _mounted
	settings.mounts[operation.path]
}

findings contains _finding(settings.effect_socket, reason) if {
	some operation in _mounted
	settings.sockets[operation.path]
	reason := sprintf("gives a container %s, which starts any other", [operation.path])
}

findings contains _finding(settings.effect, "enters the namespaces of process 1, which are the host's") if {
	some operation in _started
	operation.program == "nsenter"
	some word in arguments.spelled(operation.argv)
	regex.match(`^(?:-[a-zA-Z]*t|--target)=?1$|^-[a-su-z]*=?/proc/1/|^--[a-z]+=/proc/1/`, word)
}

findings contains _finding(settings.effect, reason) if {
	some operation in _started
	operation.program == "chroot"
	some word in operation.argv
	settings.host_roots[word]
	reason := sprintf("makes %s, where a host's files are mounted, its root", [word])
}

findings contains _finding(settings.effect, reason) if {
	some operation in _started
	settings.clusters[operation.program]
	some word in operation.argv
	regex.match(settings.pod, word)
	reason := sprintf("starts a pod with the host's rights by %s", [operation.program])
}

findings contains _finding(settings.effect, sprintf("makes the disk %s reachable with mknod", [words[0]])) if {
	some operation in _started
	operation.program == "mknod"
	words := arguments.operands(operation.argv)
	regex.match(settings.disk, words[1])
}

findings contains _finding(settings.effect, sprintf("writes %s, which the host's kernel runs", [operation.path])) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	strings.any_suffix_match(operation.path, settings.release)
}

_started contains operation if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	settings.programs[operation.program]
}

_launched contains operation if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	settings.launchers[operation.program]
	arguments.has(operation.argv, settings.starting)
}

_mounted contains operation if {
	some operation in input.context.operations
	operation.kind in {"file.read", "file.write"}
	settings.launchers[operation.program]
}

_dangerous(word) if settings.options[word]

_dangerous(word) if strings.any_prefix_match(word, settings.device_prefixes)
