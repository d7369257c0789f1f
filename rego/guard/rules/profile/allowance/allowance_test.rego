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

_transfer := {
	"kind": "payment.transfer", "asset": "USDC", "chain": "eip155:8453", "amount": "1", "unit": "ui",
	"recipient": "0xAbCdef0000000000000000000000000000000001",
}

_authorise := {
	"kind": "payment.authorise", "signed_asset": "usdc",
	"signed_recipient": "0xabcdef0000000000000000000000000000000001",
}

_approve := {"kind": "payment.approve", "asset": "usdc", "spender": "0xabcdef0000000000000000000000000000000002"}

_message(recipients) := {"kind": "message.send", "recipients": recipients}

test_locked_allows_no_payment_and_no_message_unless_somebody_lists_it if {
	every operation in [
		_transfer,
		_authorise,
		_approve,
		{"kind": "payment.sign", "method": "personal_sign"},
		{"kind": "payment.key_export", "secret": "private key"},
		_message(["ann@example.com"]),
		_message([]),
	] {
		_locked([operation]) == set()
	}
}

test_locked_allows_listed_payments_and_messages if {
	every operation in [
		_transfer,
		_authorise,
		_approve,
		{"kind": "payment.sign", "method": "personal_sign"},
		_message(["ann@example.com"]),
		_message(["bob", "x@mail.example.com"]),
	] {
		found := _locked([operation]) with data.guard.settings.profile.allowance.payment_assets as {"Usdc": true}
			with data.guard.settings.profile.allowance.payment_recipients as {"0xABCDEF0000000000000000000000000000000001": true}
			with data.guard.settings.profile.allowance.payment_spenders as {"0xABCDEF0000000000000000000000000000000002": true}
			with data.guard.settings.profile.allowance.signatures as {"personal_sign": true}
			with data.guard.settings.profile.allowance.message_recipients as {"bob": true, "ann@example.com": true}
			with data.guard.settings.profile.allowance.message_domains as [".mail.example.com"]
		found == _all_listed
	}
}

test_locked_stays_silent_where_one_of_several_is_not_listed if {
	every operation in [
		_message(["bob", "eve"]),
		_message(["bob", "eve@example.org"]),
		_message(["bob", "eve@other.test@mail.example.com"]),
		object.union(_transfer, {"recipient": "⟨?⟩"}),
		object.union(_transfer, {"asset": "⟨?⟩"}),
		{"kind": "payment.key_export", "secret": "keystore"},
	] {
		found := _locked([operation]) with data.guard.settings.profile.allowance.payment_assets as {"usdc": true}
			with data.guard.settings.profile.allowance.payment_recipients as {"0xABCDEF0000000000000000000000000000000001": true, "0xoff": false}
			with data.guard.settings.profile.allowance.message_recipients as {"bob": true}
			with data.guard.settings.profile.allowance.message_domains as [".mail.example.com"]
		found == set()
	}
}
