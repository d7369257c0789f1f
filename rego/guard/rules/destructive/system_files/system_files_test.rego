package guard.rules.destructive.system_files_test

import data.guard.lib.requests_test as requests
import data.guard.rules.destructive.system_files

_reasons(operation) := {finding.reason |
	some finding in system_files.findings with input as requests.of([operation])
}

_delete(path) := {"kind": "file.delete", "path": path}

test_a_finding_asks if {
	found := system_files.findings with input as requests.of([_delete("/etc/hosts")])
	found == {{
		"effect": "ask",
		"reason": "deletes /etc/hosts, which belongs to the system",
		"solution": "remove the package that owns the file, or leave the file and change a copy",
		"obligations": [],
	}}
}

test_files_of_the_system_are_not_deleted if {
	every path in ["/etc/pam.d/login", "/usr/bin/env", "/usr/share/zoneinfo/UTC", "/var/lib/dpkg/status", "/var/mail/root"] {
		_reasons(_delete(path)) == {sprintf("deletes %s, which belongs to the system", [path])}
	}
}

test_files_of_the_system_are_not_emptied if {
	every more in [{"program": "truncate"}, {}] {
		_reasons(object.union({"kind": "file.write", "path": "/etc/hosts"}, more)) == {"empties /etc/hosts, which belongs to the system"}
	}
}

test_writing_is_not_emptying if {
	every more in [{"program": "bash"}, {"program": "sed"}] {
		_reasons(object.union({"kind": "file.write", "path": "/etc/hosts"}, more)) == set()
	}
}

test_a_rename_in_its_place_keeps_the_file if {
	moved := {"kind": "file.delete", "program": "mv", "path": "/usr/bin/env"}
	kept := system_files.findings with input as requests.of([moved, {"kind": "file.write", "program": "mv", "path": "/usr/bin/env.orig"}])
	kept == set()
	gone := system_files.findings with input as requests.of([moved, {"kind": "file.write", "program": "mv", "path": "/tmp/env"}])
	count(gone) == 1
}

test_ordinary_work_is_silent if {
	every path in ["/etc/nginx/sites-enabled/default", "/etc/apt/sources.list.d/x.list", "/var/lib/apt/lists/*", "/usr/share/doc/x", "/usr/local/bin/x", "etc/hosts", "/work/etc/hosts"] {
		_reasons(_delete(path)) == set()
	}
}

test_other_files_and_kinds_are_silent if {
	_reasons({"kind": "file.write", "program": "truncate", "path": "a.log"}) == set()
	_reasons({"kind": "file.read", "path": "/etc/hosts"}) == set()
}

test_a_deletion_beside_a_write_of_the_same_program_is_no_rename if {
	found := system_files.findings with input as requests.of([
		{"kind": "file.delete", "program": "python", "path": "/etc/hosts"},
		{"kind": "file.write", "program": "python", "path": "/etc/hosts.new"},
	])
	count(found) == 1
}

test_a_write_that_says_what_it_writes_empties_nothing if {
	_reasons({"kind": "file.write", "path": "/etc/hosts", "content": "127.0.0.1 localhost"}) == set()
	count(_reasons({"kind": "file.write", "path": "/etc/hosts", "content": ""})) == 1
	count(_reasons({"kind": "file.write", "path": "/etc/hosts"})) == 1
}
