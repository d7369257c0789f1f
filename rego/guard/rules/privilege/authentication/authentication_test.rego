package guard.rules.privilege.authentication_test

import data.guard.lib.requests_test as requests
import data.guard.rules.privilege.authentication

_found(operations) := found if {
	found := authentication.findings with input as requests.of(operations)
}

_effects(operations) := {finding.effect | some finding in _found(operations)}

_write(program, path) := {"kind": "file.write", "program": program, "path": path}

test_the_finding_says_what_was_seen if {
	_found([{"kind": "file.write", "program": "bash", "path": "/etc/pam.d/su", "content": "auth sufficient pam_permit.so"}]) == {{
		"effect": "deny",
		"reason": "changes /etc/pam.d/su, by which PAM lets people in",
		"solution": "leave logins as they are, or ask the operator",
		"obligations": [],
	}}
}

test_what_is_refused if {
	every operations in [
		[_write("cp", "/lib/security/pam_x.so")],
		[_write("sed", "/etc/pam.d/su"), requests.run(["sed", "-i", "1s/^/auth sufficient x/", "/etc/pam.d/su"])],
	] {
		"deny" in _effects(operations)
	}
}

test_what_is_asked_about if {
	every operations in [
		[_write("cp", "/etc/pam.d/su")],
		[{"kind": "file.write", "path": "/etc/pam.conf"}],
		[_write("sed", "/etc/pam.d/su")],
		[_write("sed", "/etc/pam.d/su"), requests.run(["sed", "-i", "⟨?⟩", "/etc/pam.d/su"])],
		[{"kind": "file.write", "program": "bash", "path": "/etc/pam.d/su", "content": "⟨?⟩"}],
		[{"kind": "file.write", "program": "bash", "path": "/etc/ssh/sshd_config", "content": "PermitRootLogin yes"}],
		[_write("sed", "/etc/ssh/sshd_config"), requests.run(["sed", "-i", "s/.*/PasswordAuthentication yes/", "/etc/ssh/sshd_config"])],
		[_write("cp", "/etc/ssh/sshd_config.d/x")],
		[{"kind": "file.write", "program": "bash", "path": "/etc/nsswitch.conf", "content": "passwd: x"}],
	] {
		"ask" in _effects(operations)
	}
}

test_what_is_silent if {
	every operations in [
		[{"kind": "file.write", "program": "bash", "path": "/etc/ssh/sshd_config", "content": "PermitRootLogin no"}],
		[_write("sed", "/etc/ssh/sshd_config"), requests.run(["sed", "-i", "s/PermitRootLogin yes/PermitRootLogin no/", "/etc/ssh/sshd_config"])],
		[{"kind": "file.write", "program": "bash", "path": "/etc/nsswitch.conf", "content": "hosts: files dns"}],
		[_write("sed", "/etc/pam.d/sshd"), requests.run(["sed", "-i", "s/required pam_loginuid.so/optional pam_loginuid.so/", "/etc/pam.d/sshd"])],
		[_write("chmod", "/etc/pam.d/su")],
		[_write("chmod", "/lib/security/pam_x.so")],
		[_write("chmod", "/etc/ssh/sshd_config")],
		[_write("cp", "sshd_config")],
	] {
		_found(operations) == set()
	}
}
