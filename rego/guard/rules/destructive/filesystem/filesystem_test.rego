package guard.rules.destructive.filesystem_test

import data.guard.lib.requests_test as requests
import data.guard.rules.destructive.filesystem

_reasons(operations) := {finding.reason |
	some finding in filesystem.findings with input as requests.of(operations)
}

_delete(path) := {"kind": "file.delete", "path": path, "recursive": true}

test_a_finding_denies if {
	found := filesystem.findings with input as requests.of([_delete("/")])
	found == {{
		"effect": "deny",
		"reason": "deletes / with all that is in it",
		"solution": "name the files or the one folder that the task made, and delete nothing above it",
		"obligations": [],
	}}
}

test_roots_homes_and_mounts_are_not_deleted if {
	every path in ["/", "/*", "~", "~/*", "~/.*", "/home/ann", "/root/", "/home/*", "/etc", "/var/lib/*", "/mnt/*", "/c", "/Users/ann/*"] {
		_reasons([_delete(path)]) == {sprintf("deletes %s with all that is in it", [path])}
	}
}

test_what_stands_above_or_is_not_known_is_not_deleted if {
	every path in ["..", "../..", "../*", "⟨?⟩/*"] {
		_reasons([_delete(path)]) == {sprintf("deletes %s, which may be everything", [path])}
	}
}

test_a_deletion_of_unknown_depth_takes_all if {
	_reasons([{"kind": "file.delete", "path": "/etc"}]) == {"deletes /etc with all that is in it"}
	_reasons([{"kind": "file.delete", "path": "/etc", "recursive": false}]) == set()
	_reasons([{"kind": "file.delete", "path": "/srv/*", "recursive": false}]) == {"deletes /srv/* with all that is in it"}
}

test_files_that_the_system_needs_are_not_deleted if {
	every path in ["/etc/passwd", "/boot/vmlinuz", "/usr/lib/systemd/systemd"] {
		_reasons([{"kind": "file.delete", "path": path, "recursive": false}]) == {sprintf("deletes %s, which the system needs to start", [path])}
	}
}

test_moving_is_no_loss_unless_it_goes_nowhere if {
	moved := {"kind": "file.delete", "program": "mv", "path": "~/*", "recursive": false}
	_reasons([moved]) == set()
	_reasons([moved, {"kind": "file.write", "program": "mv", "path": "/keep/*"}]) == set()
	_reasons([moved, {"kind": "file.write", "program": "mv", "path": "/dev/null/*"}]) == {"deletes ~/* with all that is in it"}
	_reasons([object.union(moved, {"path": "../*"})]) == set()
}

test_find_without_a_test_deletes_all if {
	_reasons([requests.run(["find", "~", "-exec", "rm", "-rf", "{}", "+"])]) == {"deletes all that find finds below ~"}
	every argv in [["find", "/", "-delete"], ["find", "/", "-type", "f", "-delete"], ["find", "/", "-name", "*", "-exec", "rm", "{}", ";"]] {
		_reasons([requests.run(argv)]) == {"deletes all that find finds below /"}
	}
}

test_find_with_a_test_is_silent if {
	_reasons([object.union(_delete("/home/core"), {"via": ["find -exec"]})]) == set()
	_reasons([object.union(_delete("/home/core"), {"via": ["sudo"]})]) == {"deletes /home/core with all that is in it"}
	every argv in [["find", "/", "-name", "*.pyc", "-delete"], ["find", ".", "-delete"], ["find", "/", "-type", "f"]] {
		_reasons([requests.run(argv)]) == set()
	}
}

test_what_is_listed_and_passed_on_is_deleted if {
	passed := {"kind": "file.delete", "program": "rm", "path": "⟨?⟩", "recursive": true, "via": ["xargs"]}
	_reasons([requests.run(["find", "/", "-print0"]), passed]) == {"deletes all that find lists of /"}
	_reasons([requests.run(["ls", "/etc"]), passed]) == {"deletes all that ls lists of /etc"}
	_reasons([requests.run(["find", "/", "-name", "*.o"]), passed]) == set()
	_reasons([requests.run(["find", "/"]), object.union(passed, {"via": []})]) == set()
	_reasons([requests.run(["find", "build"]), passed]) == set()
}

test_rights_of_the_whole_system_are_kept if {
	every argv in [["chmod", "-R", "777", "/"], ["chmod", "-fR", "000", "/etc"], ["chown", "--recursive", "me", "/usr/*"]] {
		_reasons([requests.run(argv)]) == {sprintf("changes the rights of all that is in %s with %s", [argv[count(argv) - 1], argv[0]])}
	}
}

test_ordinary_work_is_silent if {
	_reasons([_delete("build"), _delete("/tmp/*"), _delete("/var/lib/apt/lists/*"), _delete("../build"), _delete("⟨?⟩"), _delete("~/.cache/pip"), _delete("*")]) == set()
	_reasons([requests.run(["chmod", "-R", "755", "/srv/app"]), requests.run(["chown", "-R", "me", "~"]), requests.run(["chmod", "755", "/"])]) == set()
}

test_other_kinds_of_operations_are_silent if {
	every path in ["/", "..", "⟨?⟩/*", "/etc/passwd"] {
		_reasons([{"kind": "file.read", "path": path}, {"kind": "file.write", "path": path}]) == set()
	}
}

test_other_programs_are_silent if {
	passed := {"kind": "file.delete", "program": "rm", "path": "⟨?⟩", "via": ["xargs"]}
	_reasons([requests.run(["echo", "/"]), passed]) == set()
	_reasons([requests.run(["ls", "/"]), object.union(passed, {"path": "a.txt"})]) == set()
	_reasons([requests.run(["echo", "/", "-delete"]), requests.run(["ls", "-R", "/"])]) == set()
	_reasons([object.union(_delete("../*"), {"recursive": false}), object.union(_delete(".."), {"recursive": false})]) == {"deletes ../*, which may be everything"}
}

test_settings_switch_parts_off if {
	above := filesystem.findings with input as requests.of([_delete("..")])
		with data.guard.settings.destructive.filesystem.parents as false
	above == set()
	unresolved := filesystem.findings with input as requests.of([_delete("⟨?⟩/*")])
		with data.guard.settings.destructive.filesystem.unresolved as false
	unresolved == set()
}
