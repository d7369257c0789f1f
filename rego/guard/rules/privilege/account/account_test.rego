package guard.rules.privilege.account_test

import data.guard.lib.requests_test as requests
import data.guard.rules.privilege.account

_found(operations) := found if {
	found := account.findings with input as requests.of(operations)
}

_effects(operations) := {finding.effect | some finding in _found(operations)}

_write(program, path) := {"kind": "file.write", "program": program, "path": path}

test_the_finding_says_what_was_seen if {
	_found([requests.run(["usermod", "-aG", "sudo", "ann"])]) == {{
		"effect": "deny",
		"reason": "puts an account into the group sudo with usermod",
		"solution": "use an account of its own without special groups, or ask the operator",
		"obligations": [],
	}}
}

test_what_is_refused if {
	every operations in [
		[requests.run(["usermod", "-Gwheel", "ann"])],
		[requests.run(["useradd", "--groups=docker", "ann"])],
		[requests.run(["adduser", "ann", "sudo"])],
		[requests.run(["gpasswd", "-a", "ann", "docker"])],
		[requests.run(["useradd", "-ou", "0", "ann"])],
		[requests.run(["useradd", "--uid", "0", "ann"])],
		[_write("bash", "/etc/passwd")],
		[{"kind": "file.write", "path": "/etc/shadow"}],
		[{"kind": "file.write", "program": "chmod", "path": "/etc/passwd", "mode": "666"}],
		[{"kind": "file.write", "program": "chmod", "path": "/etc/shadow", "mode": "644"}],
		[_write("chmod", "/etc/shadow")],
		[requests.run(["passwd", "root"])],
		[requests.run(["usermod", "-p", "x", "www-data"])],
		[requests.run(["usermod", "-s", "/bin/sh", "nobody"])],
		[requests.run(["chsh", "--shell", "/bin/sh", "nobody"])],
		[requests.run(["passwd", "-d", "ann"])],
		[{"kind": "file.write", "program": "chpasswd", "path": "/etc/shadow", "content": "ann:x\nroot:y"}],
		[requests.run(["dscl", ".", "-create", "/Users/ann"])],
		[requests.run(["pw", "usermod", "ann", "-G", "wheel"])],
	] {
		"deny" in _effects(operations)
	}
}

test_what_is_asked_about if {
	every operations in [
		[_write("chpasswd", "/etc/shadow")],
		[{"kind": "file.write", "program": "chpasswd", "path": "/etc/shadow", "content": "⟨?⟩:x"}],
	] {
		"ask" in _effects(operations)
	}
}

test_what_is_silent if {
	every operations in [
		[requests.run(["useradd", "-m", "ann"])],
		[requests.run(["usermod", "-aG", "video", "ann"])],
		[requests.run(["gpasswd", "-d", "ann", "docker"])],
		[requests.run(["usermod", "-u", "1000", "www-data"])],
		[requests.run(["usermod", "-s", "/usr/sbin/nologin", "www-data"])],
		[requests.run(["chsh", "-s", "/bin/zsh", "root"])],
		[requests.run(["passwd", "-l", "root"])],
		[requests.run(["passwd", "ann"])],
		[requests.run(["passwd", "-d"])],
		[_write("useradd", "/etc/passwd")],
		[{"kind": "file.write", "program": "chpasswd", "path": "/etc/shadow", "content": "ann:⟨?⟩"}],
		[{"kind": "file.write", "program": "chmod", "path": "/etc/passwd", "mode": "644"}],
		[{"kind": "file.write", "program": "chmod", "path": "/etc/shadow", "mode": "640"}],
		[requests.run(["dscl", ".", "-list", "/Users"])],
		[requests.run(["groupadd", "docker"])],
		[_write("touch", "/etc/passwd")],
		[_write("cp", "passwd")],
	] {
		_found(operations) == set()
	}
}
