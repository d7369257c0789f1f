package guard.rules.privilege.trust_anchor_test

import data.guard.lib.requests_test as requests
import data.guard.rules.privilege.trust_anchor

_found(operations) := found if {
	found := trust_anchor.findings with input as requests.of(operations)
}

_effects(operations) := {finding.effect | some finding in _found(operations)}

_write(program, path) := {"kind": "file.write", "program": program, "path": path}

test_the_finding_says_what_was_seen if {
	_found([_write("cp", "/usr/local/share/ca-certificates/x.crt")]) == {{
		"effect": "ask",
		"reason": "writes /usr/local/share/ca-certificates/x.crt, which makes the system trust an authority",
		"solution": "name the certificate for this one program, for example with SSL_CERT_FILE or --cacert",
		"obligations": [],
	}}
}

test_what_is_asked_about if {
	every operations in [
		[{"kind": "file.write", "path": "/etc/ssl/certs/ca-certificates.crt"}],
		[_write("mv", "/usr/local/share/ca-certificates")],
		[requests.run(["trust", "anchor", "x.crt"])],
		[requests.run(["security", "add-trusted-cert", "-d", "x.crt"])],
	] {
		"ask" in _effects(operations)
	}
}

test_what_is_silent if {
	every operations in [
		[_write("mkdir", "/usr/local/share/ca-certificates")],
		[requests.run(["update-ca-certificates"])],
		[requests.run(["trust", "anchor", "--remove", "x.crt"])],
		[requests.run(["trust", "list"])],
		[_write("openssl", "/etc/ssl/certs/own.crt")],
	] {
		_found(operations) == set()
	}
}
