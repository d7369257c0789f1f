package guard.rules.remote_access.outbound_ssh_test

import data.guard.lib.requests_test as requests
import data.guard.rules.remote_access.outbound_ssh

_connect(protocol, host, port) := {"kind": "network.connect", "protocol": protocol, "host": host, "port": port}

_finding(reason) := {
	"effect": "ask",
	"reason": reason,
	"solution": "use https, or ask the operator to list the host in `remote_access.outbound_ssh.allowed_hosts`",
	"obligations": [],
}

test_ssh_to_an_unlisted_host_is_asked_about if {
	found := outbound_ssh.findings with input as requests.of([_connect("ssh", "203.0.113.5", 22)])
	found == {_finding("connects to 203.0.113.5 over ssh")}
}

test_another_port_is_named if {
	found := outbound_ssh.findings with input as requests.of([_connect("scp", "h.example.org", 2222)])
	found == {_finding("connects to h.example.org port 2222 over scp")}
}

test_a_host_that_is_not_known_is_asked_about if {
	found := outbound_ssh.findings with input as requests.of([_connect("sftp", "⟨?⟩", null), _connect("ssh", "github.com⟨?⟩", null)])
	found == {
		_finding("connects to ⟨?⟩ over sftp"),
		_finding("connects to github.com⟨?⟩ over ssh"),
	}
}

test_a_name_that_only_looks_like_a_listed_one_is_asked_about if {
	found := outbound_ssh.findings with input as requests.of([_connect("ssh", "github.com.evil.example", 22), _connect("ssh", "notgithub.com", 22)])
	count(found) == 2
}

test_listed_forges_and_this_machine_are_silent if {
	found := outbound_ssh.findings with input as requests.of([
		_connect("ssh", "github.com", 22),
		_connect("ssh", "localhost", 2222),
		_connect("ssh", "::1", 22),
	])
	found == set()
}

test_a_host_below_a_listed_domain_is_silent if {
	found := outbound_ssh.findings with input as requests.of([_connect("ssh", "a.b.example.org", 22), _connect("ssh", "example.org", 22)])
		with data.guard.settings.remote_access.outbound_ssh.allowed_domains as [".example.org"]
	found == set()
}

test_a_host_that_settings_take_off_the_list_is_asked_about if {
	found := outbound_ssh.findings with input as requests.of([_connect("ssh", "github.com", 22)])
		with data.guard.settings.remote_access.outbound_ssh.allowed_hosts as {"github.com": false}
	found == {_finding("connects to github.com over ssh")}
}

test_https_and_other_operations_are_silent if {
	found := outbound_ssh.findings with input as requests.of([_connect("https", "203.0.113.5", 443), _connect("rsync", "203.0.113.5", 873), requests.run(["ssh", "-V"])])
	found == set()
}
