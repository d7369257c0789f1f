# METADATA
# title: The system's own files stay as they are
# description: >-
#   Programs and libraries on which everything else relies, the boot loader's files, and code laid
#   where only the system has its folders. Packages are installed by their managers; new programs
#   go below /usr/local, /opt or a home.
# custom:
#   severity: high
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   solution: put files of your own below the project, /usr/local, /opt or /tmp
#   references:
#     - "MITRE ATT&CK T1554 Compromise Host Software Binary"
#     - "MITRE ATT&CK T1036.005 Masquerading: Match Legitimate Resource Name or Location"
#     - "OWASP Agentic ASI03 Identity and Privilege Abuse"
#   asked_when:
#     operations: [file.write, file.delete]
#     path_names: [names]
package guard.rules.privilege.system_files

import data.guard.settings.privilege.system_files as settings

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "put files of your own below the project, /usr/local, /opt or /tmp",
	"obligations": [],
}

findings contains _finding(settings.effect, reason) if {
	some operation in input.context.operations
	operation.kind in {"file.delete", "file.write"}
	_essential(operation.path)
	not _keeps_content(operation)
	not _is_package_manager(operation)
	reason := sprintf("changes %s, on which the whole system relies", [operation.path])
}

findings contains _finding(settings.effect, reason) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	strings.any_suffix_match(operation.path, settings.code)
	parts := split(operation.path, "/")
	folder := concat("/", array.slice(parts, 0, count(parts) - 1))
	settings.bare_folders[folder]
	not _keeps_content(operation)
	not _is_package_manager(operation)
	reason := sprintf("lays code into %s, where only the system has its folders", [operation.path])
}

findings contains _finding(settings.effect, sprintf("hides %s among the devices", [operation.path])) if {
	some operation in input.context.operations
	operation.kind == "file.write"
	regex.match(settings.hidden, operation.path)
	not startswith(operation.path, "/dev/shm/")
}

_essential(path) if strings.any_prefix_match(path, settings.folders)

_essential(path) if {
	some folder in settings.program_folders
	startswith(path, folder)
	settings.programs[substring(path, count(folder), -1)]
}

_essential(path) if {
	strings.any_prefix_match(path, settings.library_folders)
	parts := split(path, "/")
	strings.any_prefix_match(parts[count(parts) - 1], settings.libraries)
}

_is_package_manager(operation) if settings.package_managers[operation.program]

# A write whose program is not named may change anything.
_keeps_content(operation) if settings.keeps_content[operation.program]
