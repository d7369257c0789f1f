package guard.rules.persistence.authorized_keys_test

import data.guard.lib.requests_test as requests
import data.guard.rules.persistence.authorized_keys

_finding(reason) := {
	"effect": "deny",
	"reason": reason,
	"solution": "leave logins as they are, or ask the operator to add the key",
	"obligations": [],
}

_write(path) := {"kind": "file.write", "path": path, "append": true}

test_writing_the_file_is_denied if {
	every path in ["~/.ssh/authorized_keys", "/root/.ssh/authorized_keys2", "⟨?⟩/.ssh/authorized_keys", "⟨?⟩/authorized_keys", "authorized_keys", "/etc/dropbear/authorized_keys"] {
		found := authorized_keys.findings with input as requests.of([_write(path)])
		found == {_finding(sprintf("writes %s, which says who may log in", [path]))}
	}
}

test_sending_a_key_to_another_machine_is_denied if {
	found := authorized_keys.findings with input as requests.of([requests.run(["ssh-copy-id", "u@203.0.113.5"])])
	found == {_finding("installs an ssh key on another machine with ssh-copy-id")}
}

test_a_trial_run_and_help_are_silent if {
	found := authorized_keys.findings with input as requests.of([
		requests.run(["ssh-copy-id", "-n", "u@203.0.113.5"]),
		requests.run(["ssh-copy-id", "-h"]),
	])
	found == set()
}

test_access_rights_are_silent_only_for_programs_that_change_nothing_else if {
	chmod := object.union(_write("~/.ssh/authorized_keys"), {"program": "chmod"})
	found := authorized_keys.findings with input as requests.of([chmod])
	found == set()
	copied := authorized_keys.findings with input as requests.of([object.union(chmod, {"program": "cp"})])
	copied == {_finding("writes ~/.ssh/authorized_keys, which says who may log in")}
}

test_reading_and_other_files_are_silent if {
	found := authorized_keys.findings with input as requests.of([
		{"kind": "file.read", "path": "~/.ssh/authorized_keys"},
		_write("~/.ssh/known_hosts"),
		_write("tests/data/authorized_keys"),
		_write("docs/authorized_keys.md"),
		_write("authorized_keys.md"),
		_write("~/.ssh/old_authorized_keys"),
		_write("~/.ssh/authorized_keys/readme"),
		requests.run(["ls", "~/.ssh"]),
	])
	found == set()
}
