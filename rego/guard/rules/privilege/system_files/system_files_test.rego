package guard.rules.privilege.system_files_test

import data.guard.lib.requests_test as requests
import data.guard.rules.privilege.system_files

_found(operations) := found if {
	found := system_files.findings with input as requests.of(operations)
}

_effects(operations) := {finding.effect | some finding in _found(operations)}

_write(program, path) := {"kind": "file.write", "program": program, "path": path}

test_the_finding_says_what_was_seen if {
	_found([_write("cp", "/bin/ls")]) == {{
		"effect": "ask",
		"reason": "changes /bin/ls, on which the whole system relies",
		"solution": "put files of your own below the project, /usr/local, /opt or /tmp",
		"obligations": [],
	}}
}

test_what_is_asked_about if {
	every operations in [
		[{"kind": "file.write", "path": "/boot/grub/grub.cfg"}],
		[{"kind": "file.delete", "program": "mv", "path": "/usr/bin/ps"}],
		[_write("cp", "/lib/x86_64-linux-gnu/libc.so.6")],
		[_write("wget", "/usr/x.py")],
		[_write("bash", "/usr/lib/x.sh")],
		[_write("cp", "/dev/.x")],
	] {
		"ask" in _effects(operations)
	}
}

test_what_is_silent if {
	every operations in [
		[_write("ln", "/usr/bin/python")],
		[_write("go", "/bin/app")],
		[_write("mkdir", "/boot/grub")],
		[_write("dpkg", "/bin/ls")],
		[_write("cp", "/usr/local/bin/ls")],
		[_write("cp", "/usr/lib/python3/x.py")],
		[_write("bash", "/usr/x")],
		[_write("mkdir", "/usr/x.c")],
		[_write("dpkg", "/usr/x.py")],
		[_write("cp", "/dev/shm/.x")],
		[_write("bash", "/opt/x.py")],
	] {
		_found(operations) == set()
	}
}
