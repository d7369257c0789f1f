package guard.rules.credentials.harvesting_test

import data.guard.lib.requests_test as requests
import data.guard.rules.credentials.harvesting

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "ask the operator for the credential that the task needs; search in the project's own folder",
	"obligations": [],
}

_all(operations) := found if {
	found := harvesting.findings with input as requests.of(operations)
}

_run(argv) := _all([requests.run(argv)])

test_tools_that_collect_credentials_are_denied if {
	_run(["mimipenguin.sh"]) == {_finding("deny", "starts mimipenguin.sh, which collects or guesses credentials")}
	_run(["hydra", "-l", "root", "ssh://h"]) == {_finding("deny", "starts hydra, which collects or guesses credentials")}
	_all([{"kind": "code.run", "path": "/opt/x/LaZagne.py", "language": "python", "source": "file"}]) == {_finding("deny", "runs /opt/x/LaZagne.py, which collects or guesses credentials")}
}

test_breaking_passwords_needs_a_person if {
	_run(["john", "hashes.txt"]) == {_finding("ask", "starts john, which extracts or breaks passwords")}
	_run(["john"]) == {_finding("ask", "starts john, which extracts or breaks passwords")}
	_run(["hashcat", "--version"]) == set()
}

test_key_stores_are_not_emptied if {
	_run(["security", "dump-keychain", "-d"]) == {_finding("deny", "empties a key store with security dump-keychain")}
	_run(["gpg", "--batch", "--export-secret-keys"]) == {_finding("deny", "empties a key store with gpg --export-secret-keys")}
	_run(["security", "create-keychain", "x"]) == set()
	_run(["gpg", "--export", "ann"]) == set()
}

test_emptying_a_store_of_secrets_needs_a_person if {
	_run(["kubectl", "get", "secrets", "-A", "-o", "json"]) == {_finding("ask", "reads the secrets of every namespace with kubectl")}
	_run(["etcdctl", "get", "/registry", "--prefix"]) == {_finding("ask", "reads a cluster's whole store with etcdctl")}
	_run(["bw", "export", "--format", "json"]) == {_finding("ask", "exports a vault with bw")}
	_run(["kubectl", "get", "secrets", "-A"]) == set()
	_run(["etcdctl", "get", "/app/flag"]) == set()
}

test_searching_the_machine_for_keys_needs_a_person if {
	_run(["find", "/", "-name", "id_rsa*"]) == {_finding("ask", "searches / for files named id_rsa*")}
	_run(["find", "/home/ann", "-iname", "*.kdbx"]) == {_finding("ask", "searches /home/ann for files named *.kdbx")}
	_run(["find", "//.aws", "-name", "credentials"]) == {_finding("ask", "searches //.aws for files named credentials")}
	_run(["find", "~", "-name", "*password*"]) == {_finding("ask", "searches ~ for files named *password*")}
	_run(["find", "/root", "-name", "*.kdbx"]) == {_finding("ask", "searches /root for files named *.kdbx")}
	_run(["locate", "id_rsa.old"]) == {_finding("ask", "looks up files named id_rsa.old")}
	_run(["locate", "wallet.dat"]) == {_finding("ask", "looks up files named wallet.dat")}
}

test_other_searches_for_files_are_silent if {
	every argv in [
		["find", ".", "-name", "*.pem"],
		["find", "/work", "-name", "id_rsa"],
		["find", "/", "-name", "passwd"],
		["find", "/", "-name", "*.log", "-size", "+1M"],
		["find", "/home/ann/shop", "-name", "token"],
		["find", "~/.cache", "-name", "secrets"],
		["find", "/", "-perm", "-4000"],
		["locate", "nginx.conf"],
	] {
		_run(argv) == set()
	}
}

_grep(argv, path) := _all([requests.run(argv), {"kind": "file.read", "path": path, "program": argv[0]}])

test_searching_the_machine_for_passwords_needs_a_person if {
	_grep(["grep", "-ri", "password", "/home"], "/home") == {_finding("ask", "searches /home for texts like password")}
	_grep(["rg", "AKIA[0-9A-Z]{16}", "/"], "/") == {_finding("ask", "searches / for texts like AKIA[0-9A-Z]{16}")}
	_grep(["grep", "-r", "password", "src"], "src") == set()
	_grep(["grep", "-r", "listen", "/etc"], "/etc") == set()
	_grep(["grep", "password", "/etc/ssh/sshd_config"], "/etc/ssh/sshd_config") == set()
	_grep(["wc", "password", "/etc"], "/etc") == set()
}

test_trying_passwords_in_a_loop_needs_a_person if {
	tried := object.union(requests.run(["sshpass", "-p", "⟨?⟩", "ssh", "⟨?⟩@h"]), {"certainty": "may"})
	_all([tried]) == {_finding("ask", "tries passwords with sshpass")}
	_all([object.union(tried, {"certainty": "must"})]) == set()
	_all([object.union(tried, {"argv": ["sshpass", "-p", "⟨?⟩", "ssh", "ann@h"]})]) == set()
}

test_what_settings_take_off_the_list_is_silent if {
	found := _run(["security", "dump-keychain"]) with data.guard.settings.credentials.harvesting.commands as {"security": {"dump-keychain": false}}
	found == set()
}
