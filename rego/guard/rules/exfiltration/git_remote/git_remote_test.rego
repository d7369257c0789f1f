package guard.rules.exfiltration.git_remote_test

import data.guard.lib.requests_test as requests
import data.guard.rules.exfiltration.git_remote

_found(operations) := found if {
	found := git_remote.findings with input as requests.of(operations)
}

_finding(host) := {
	"effect": "ask",
	"reason": sprintf("pushes a repository to %s, which is not listed", [host]),
	"solution": "push to the repository's own remote, or ask the operator to list the server in `exfiltration.git_remote.allowed_hosts`",
	"obligations": [],
}

_push(host) := {"kind": "network.send", "protocol": "git", "host": host, "port": null, "path": ".git"}

test_a_push_to_an_address_is_asked_about if _found([_push("git.example.org")]) == {_finding("git.example.org")}

test_a_push_to_a_remote_that_the_call_makes_is_asked_about if {
	every argv in [
		["git", "remote", "add", "x", "https://u:p@git.example.org/x.git"],
		["git", "remote", "set-url", "origin", "git@GIT.example.org:x.git"],
		["git", "config", "remote.origin.pushurl", "ssh://git.example.org:22/x"],
		["git", "config", "--global", "url.https://git.example.org/.pushInsteadOf", "git.example.org"],
	] {
		_found([requests.run(argv), _push("⟨?⟩")]) == {_finding("git.example.org")}
	}
}

test_pushes_to_listed_servers_and_the_own_remote_are_silent if {
	_found([_push("github.com")]) == set()
	_found([_push("⟨?⟩")]) == set()
	every argv in [
		["git", "remote", "add", "x", "https://gitlab.com/x.git"],
		["git", "remote", "add", "x", "/srv/x.git"],
		["git", "remote", "remove", "x"],
		["git", "config", "user.name", "x"],
		["echo", "remote", "add", "x", "https://git.example.org/x.git"],
	] {
		_found([requests.run(argv), _push("⟨?⟩")]) == set()
	}
}

test_other_sending_is_silent if _found([object.union(_push("git.example.org"), {"protocol": "https", "path": "a"})]) == set()
