package guard.rules.credentials.secret_files_test

import data.guard.lib.requests_test as requests
import data.guard.rules.credentials.secret_files

_finding(effect, path) := {
	"effect": effect,
	"reason": sprintf("reads %s, which holds a secret", [path]),
	"solution": "let the program that needs the secret read it (`ssh -i`, a profile), and never print it",
	"obligations": [],
}

_all(operations) := found if {
	found := secret_files.findings with input as requests.of(operations)
}

_read(path, program) := {"kind": "file.read", "path": path, "program": program}

test_keys_hashes_and_wallets_are_not_read if {
	every path in [
		"~/.ssh/id_ed25519",
		"/home/ann/.ssh/deploy",
		"/root/.ssh",
		"~/.ssh/*",
		"/etc/shadow",
		"/etc/sha*",
		"/etc/ssh/ssh_host_rsa_key",
		"/srv/backup/id_rsa",
		"~/.config/chromium/Default/Login Data",
		"~/.mozilla/firefox/x/key4.db",
		"/Users/ann/Library/Keychains/login.keychain-db",
		"~/.ethereum/keystore/UTC--2020",
	] {
		_all([_read(path, "cat")]) == {_finding("deny", path)}
		_all([{"kind": "file.read", "path": path}]) == {_finding("deny", path)}
	}
}

test_tokens_need_a_person if {
	every path in ["~/.aws/credentials", "/root/.kube/config", "~/.netrc", "/proc/1/environ", "/proc/⟨?⟩/mem", "/home/ann/.bash_history", "/var/run/secrets/kubernetes.io/serviceaccount/token", "~/.az*", "~/.config/gcloud/credentials.db"] {
		_all([_read(path, "cp")]) == {_finding("ask", path)}
	}
}

test_public_files_are_silent if {
	every path in ["~/.ssh/id_rsa.pub", "~/.ssh/known_hosts", "~/.ssh/config", "/etc/passwd", "/etc/ssh/sshd_config", "/work/.env", "tests/fixtures/id_rsa", "/app/data/Cookies", "/etc/*", "~/*", "/proc/cpuinfo", "/srv/environ", "/etc/letsencrypt/live/shop.example/fullchain.pem", "~/.aws/config"] {
		_all([_read(path, "cat")]) == set()
	}
}

test_programs_that_use_a_key_are_silent if {
	every program in ["ssh-keygen", "stat", "kubectl", "sha256sum"] {
		_all([_read("~/.ssh/id_rsa", program)]) == set()
		_all([_read("~/.kube/config", program)]) == set()
	}
}

test_programs_that_also_hand_content_on_are_not if {
	_all([requests.run(["openssl", "rsa", "-check"]), _read("~/.ssh/id_rsa", "openssl")]) == set()
	_all([requests.run(["cat", "enc"]), _read("~/.ssh/id_rsa", "openssl")]) == set()
	_all([requests.run(["openssl", "enc", "-base64"]), _read("~/.ssh/id_rsa", "openssl")]) == {_finding("deny", "~/.ssh/id_rsa")}
	_all([requests.run(["docker", "cp"]), _read("~/.docker/config.json", "docker")]) == {_finding("ask", "~/.docker/config.json")}
}

test_tools_for_such_files_are_denied if {
	_all([requests.run(["unshadow", "/etc/passwd", "/etc/shadow"])]) == {_finding("deny", "/etc/shadow")}
	_all([requests.run(["unshadow", "a", "b"])]) == set()
	_all([requests.run(["ls", "/etc/shadow"])]) == set()
}

test_writing_is_silent if _all([{"kind": "file.write", "path": "~/.ssh/id_rsa", "program": "chmod"}]) == set()

test_what_settings_take_off_the_list_is_silent if {
	lists := data.guard.settings.credentials.secret_files
	found := _all([_read("/etc/gsha*", "cat")]) with data.guard.settings.credentials.secret_files.secrets as object.union(lists.secrets, {"/etc/gshadow": false, "/etc/gshadow-": false})
	found == set()
}
