package guard.rules.exfiltration.upload_test

import data.guard.lib.requests_test as requests
import data.guard.rules.exfiltration.upload

_found(operations) := found if {
	found := upload.findings with input as requests.of(operations)
}

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "leave the file in the workspace, or ask the operator to list the host in `exfiltration.upload.allowed_hosts`",
	"obligations": [],
}

_send(path, more) := object.union({"kind": "network.send", "protocol": "https", "host": "h.example.org", "port": 443, "path": path}, more)

_read(path, program) := {"kind": "file.read", "path": path, "program": program}

test_secrets_system_files_and_homes_are_denied if {
	every path in ["id_rsa", "~/.ssh/config", "/home/a/.aws/credentials", ".env.local", "certs/server.key", "/etc/hosts", "/proc/self/environ", "/", "/*", "~", "/home", "/root", "/root/*", "/home/ann", "/etc", "⟨?⟩/.gnupg/x", "/var/mail/root"] {
		_found([_send(path, {})]) == {_finding("deny", sprintf("sends %s to h.example.org", [path]))}
	}
}

test_they_are_denied_inside_and_to_listed_hosts_and_over_ssh if {
	every more in [{"host": "10.0.0.5"}, {"host": "upload.pypi.org"}, {"protocol": "ssh", "port": 22}] {
		count(_found([_send("id_rsa", more)])) == 1
	}
}

test_public_halves_and_examples_are_no_secrets if {
	every path in ["id_rsa.pub", "~/.ssh/id_rsa.pub", ".env.example"] {
		_found([_send(path, {})]) == {_finding("ask", sprintf("sends %s to h.example.org", [path]))}
	}
}

test_other_files_are_asked_about if {
	_found([_send("⟨?⟩", {})]) == {_finding("ask", "sends ⟨?⟩ to h.example.org")}
	_found([_send("a.csv", {"host": "", "port": 9})]) == {_finding("ask", "sends a.csv to whoever connects")}
	_found([_send("a.csv", {"host": "10.0.0.5.example.org", "port": 9})]) == {_finding("ask", "sends a.csv to 10.0.0.5.example.org port 9")}
	_found([_send("a.csv", {"protocol": "s3", "host": "bucket", "port": null})]) == {_finding("ask", "sends a.csv to bucket")}
}

test_other_files_to_known_places_are_silent if {
	_found([requests.run(["env"]), _read("id_rsa", "cat"), _send("-", {"host": "localhost"})]) == set()
	_found([_send("-", {}), _send(".git", {"protocol": "git"})]) == set()
	every more in [{"host": "localhost"}, {"host": "a.localhost"}, {"host": "upload.pypi.org"}, {"host": "10.0.0.5"}, {"host": "store.internal"}, {"host": "artifacts"}, {"protocol": "ssh"}] {
		_found([_send("a.csv", more)]) == set()
	}
}

test_a_copy_of_a_secret_is_denied if {
	packed := [_read("~/.gnupg", "tar"), {"kind": "file.write", "program": "tar", "path": "x.tgz"}]
	_found(array.concat(packed, [_send("x.tgz", {})])) == {_finding("deny", "sends what may hold ~/.gnupg to h.example.org")}
	_found(array.concat(packed, [_send("y.tgz", {})])) == {_finding("ask", "sends y.tgz to h.example.org")}
	_found([_read("~/.netrc", "cat"), _send("-", {"program": "curl"})]) == {_finding("deny", "sends what may hold ~/.netrc to h.example.org")}
	_found([_read("~/.netrc", "curl"), _send("-", {"program": "curl"})]) == set()
}

test_the_environment_is_denied if {
	_found([requests.run(["env"]), _send("-", {})]) == {_finding("deny", "sends the environment to h.example.org")}
	_found([requests.run(["env", "A=1", "x"]), _send("-", {})]) == set()
}

_connect := {"kind": "network.connect", "program": "curl", "protocol": "https", "host": "h.example.org", "port": 443}

test_a_secret_and_an_unknown_argument_are_told_together if {
	unknown := [requests.run(["curl", "-d", "⟨?⟩", "h.example.org"]), _connect]
	_found(array.concat([_read("/home/a/.ssh/id_rsa", "cat")], unknown)) == {_finding("deny", "reads /home/a/.ssh/id_rsa and hands curl for h.example.org something unknown")}
	_found(array.concat([_read(".env", "grep")], unknown)) == {_finding("ask", "reads .env and hands curl for h.example.org something unknown")}
	_found(array.concat([_read("a.txt", "cat")], unknown)) == set()
	_found([_read(".env", "grep"), unknown[0], object.remove(_connect, ["program"])]) == {_finding("ask", "reads .env and hands a client for h.example.org something unknown")}
	_found([_read(".env", "grep"), unknown[0], object.union(_connect, {"program": "npm"})]) == set()
	_found([_read(".env", "grep"), requests.run(["curl", "h.example.org"]), _connect]) == set()
	_found(array.concat([_read(".env", "grep")], [unknown[0], object.union(_connect, {"host": "localhost"})])) == set()
}

test_secrets_to_a_port_of_this_machine_are_asked_about if {
	_found([_send("id_rsa", {"host": "localhost", "port": 9})]) == {_finding("ask", "sends id_rsa to localhost port 9")}
}

test_an_archive_of_a_whole_home_is_denied if {
	every folder in ["~", "/home/ann", "/", "/etc"] {
		packed := [_read(folder, "tar"), {"kind": "file.write", "program": "tar", "path": "x.tgz"}]
		_found(array.concat(packed, [_send("x.tgz", {})])) == {_finding("deny", sprintf("sends what may hold all of %s to h.example.org", [folder]))}
		_found(array.concat(packed, [_send("x.tgz", {"host": "localhost"})])) == set()
		_found(array.concat(packed, [_send("y.tgz", {})])) == {_finding("ask", "sends y.tgz to h.example.org")}
	}
}

test_looking_at_a_home_or_packing_a_part_of_it_sends_no_whole if {
	_found([_read("~", "ls"), _send("-", {})]) == set()
	_found([_read("~/docs", "tar"), _send("-", {})]) == set()
}

test_a_reader_without_a_name_may_be_one_that_packs if {
	_found([{"kind": "file.read", "path": "~"}, _send("-", {})]) == {_finding("deny", "sends what may hold all of ~ to h.example.org")}
}
