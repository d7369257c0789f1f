package guard.rules.profile.allowance_test

import data.guard.lib.requests_test as requests
import data.guard.rules.profile.allowance

_finding(reason) := {"effect": "allow", "reason": reason, "solution": "", "obligations": []}

_locked(operations) := found if {
	found := allowance.findings with input as requests.request("locked", operations, [])
}

_all_listed := {_finding("all that the call would do is listed")}

test_baseline_and_strict_allow_what_no_rule_refuses if {
	every profile in ["baseline", "strict"] {
		found := allowance.findings with input as requests.request(profile, [requests.run(["anything"])], [])
		found == {_finding("the profile allows what no rule refuses")}
	}
}

test_locked_allows_each_listed_operation if {
	every operation in [
		requests.run(["ls", "-la"]),
		object.union(requests.run(["ls"]), {"path": "/usr/bin/ls"}),
		{"kind": "network.connect", "protocol": "http", "host": "localhost", "port": 8000},
		{"kind": "network.listen", "protocol": "http", "host": "127.0.0.1", "port": 8000},
		{"kind": "file.read", "path": "/workspace/src/a.py"},
		{"kind": "file.read", "path": "src/a.py"},
		{"kind": "file.read", "path": "/workspace"},
		{"kind": "file.write", "path": "/tmp/x"},
		{"kind": "file.delete", "path": "build/x"},
		{"kind": "code.run", "language": "python", "source": "inline"},
		{"kind": "data.query", "verb": "select", "text": "select 1"},
		{"kind": "tool.use", "tool": "read_file"},
		{"kind": "environment.set", "name": "LANG", "value": "C"},
	] {
		_locked([operation]) == _all_listed
	}
}

test_locked_is_silent_on_each_other_operation if {
	every operation in [
		requests.run(["nc", "-l"]),
		object.union(requests.run(["ls"]), {"path": "/tmp/ls"}),
		{"kind": "network.connect", "protocol": "https", "host": "example.org", "port": 443},
		{"kind": "network.listen", "protocol": "http", "host": "", "port": 8000},
		{"kind": "network.tunnel", "protocol": "ssh", "direction": "local", "host": "localhost", "port": 22},
		{"kind": "network.shell", "direction": "bind", "host": "localhost", "port": 1, "how": "x"},
		{"kind": "process.signal", "signal": "TERM", "target": "4242", "by": "pid"},
		{"kind": "file.read", "path": "/etc/passwd"},
		{"kind": "file.read", "path": "~/.ssh/id_ed25519"},
		{"kind": "file.read", "path": "../x"},
		{"kind": "file.read", "path": "/workspace/../etc/passwd"},
		{"kind": "file.read", "path": "src/⟨?⟩"},
		{"kind": "file.write", "path": "/etc/passwd"},
		{"kind": "file.delete", "path": "/workspaces/x"},
		{"kind": "code.run", "language": "perl", "source": "inline"},
		{"kind": "data.query", "verb": "drop", "text": "drop table t"},
		{"kind": "tool.use", "tool": "send_mail"},
	] {
		_locked([operation]) == set()
	}
}

test_one_operation_that_is_not_listed_is_enough if {
	_locked([requests.run(["ls"]), requests.run(["nc"])]) == set()
}

test_locked_is_silent_on_a_call_of_which_nothing_is_known if _locked([]) == set()

test_locked_is_silent_on_a_tool_that_is_not_listed if {
	request := object.union(
		requests.request("locked", [requests.run(["ls"])], []),
		{"resource": {"id": "other"}},
	)
	found := allowance.findings with input as request
	found == set()
}

test_an_unknown_profile_allows_nothing if {
	found := allowance.findings with input as requests.request("none", [requests.run(["ls"])], [])
	found == set()
}

test_relative_paths_can_be_taken_off_the_list if {
	found := _locked([{"kind": "file.read", "path": "src/a.py"}]) with data.guard.settings.profile.allowance.relative_paths as false
	found == set()
}
