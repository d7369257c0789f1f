package guard.main_test

import data.guard.lib.requests_test as requests

_allowing := {
	"rule": "profile.allowance",
	"effect": "allow",
	"reason": "the profile allows what no rule refuses",
	"solution": "",
	"obligations": [],
}

_connect := {"kind": "network.connect", "protocol": "ssh", "host": "203.0.113.5", "port": 22}

_tunnel := {"kind": "network.tunnel", "protocol": "ssh", "direction": "remote", "host": "203.0.113.5", "port": 22, "bind": "2222"}

_asking := {
	"rule": "remote_access.outbound_ssh",
	"effect": "ask",
	"reason": "connects to 203.0.113.5 over ssh",
	"solution": "use https, or ask the operator to list the host in `remote_access.outbound_ssh.allowed_hosts`",
	"obligations": [],
}

_denying := {
	"rule": "remote_access.ssh_tunnel",
	"effect": "deny",
	"reason": "opens a remote ssh forward of port 2222 through 203.0.113.5",
	"solution": "work without the tunnel, or ask the operator to list it in `remote_access.ssh_tunnel.allowed`",
	"obligations": [],
}

_decision(request) := decision if {
	decision := data.guard.main.decision with input as request
}

test_an_ordinary_call_is_allowed if {
	_decision(requests.of([requests.run(["ls", "-la"])])) == {
		"effect": "allow",
		"findings": [_allowing],
		"obligations": [],
		"errors": [],
		"profile": "baseline",
		"digest": "",
	}
}

test_a_call_without_operations_is_allowed if _decision(requests.of([])).effect == "allow"

test_the_strictest_finding_decides_and_all_are_told if {
	_decision(requests.of([_connect, _tunnel])) == {
		"effect": "deny",
		"findings": [_allowing, _asking, _denying],
		"obligations": [],
		"errors": [],
		"profile": "baseline",
		"digest": "",
	}
}

test_a_finding_that_asks_makes_the_decision_ask if {
	_decision(requests.of([_connect])) == {
		"effect": "ask",
		"findings": [_allowing, _asking],
		"obligations": [],
		"errors": [],
		"profile": "baseline",
		"digest": "",
	}
}

test_strict_denies_what_baseline_asks_about if {
	decision := _decision(requests.request("strict", [_connect], []))
	decision.effect == "deny"
	object.union(_asking, {"effect": "deny"}) in decision.findings
}

test_strict_denies_unlisted_egress_and_baseline_does_not if {
	connect := {"kind": "network.connect", "protocol": "https", "host": "example.org", "port": 443}
	_decision(requests.request("strict", [connect], [])).effect == "deny"
	_decision(requests.of([connect])).effect == "allow"
}

test_locked_denies_what_no_list_names if {
	decision := _decision(requests.request("locked", [requests.run(["nc"])], []))
	[decision.effect, decision.findings, decision.errors] == ["deny", [], []]
}

test_the_digest_of_the_bundle_is_repeated if {
	decision := data.guard.main.decision with input as requests.of([]) with data.guard.bundle as {"digest": "abc"}
	decision.digest == "abc"
}

test_obligations_are_those_of_the_findings_that_decide if {
	approve := {"type": "approve", "properties": {}}
	notify := {"type": "notify", "properties": {"to": "operator"}}
	found := {object.union(_denying, {"obligations": [notify]})}
	asked := {object.union(_asking, {"obligations": [approve]})}
	decision := data.guard.main.decision with input as requests.of([_connect, _tunnel])
		with data.guard.rules.remote_access.ssh_tunnel.findings as found
		with data.guard.rules.remote_access.outbound_ssh.findings as asked
	decision.obligations == [notify]
}

# Which words a rule and a profile may use.

test_a_profile_can_soften_or_silence_a_rule if {
	every word, effect in {"ask": "ask", "off": "allow", "deny": "deny"} {
		decision := data.guard.main.decision with input as requests.of([_tunnel])
			with data.guard.profiles.baseline.effects as {"remote_access.ssh_tunnel": word}
		[decision.effect, decision.errors] == [effect, []]
	}
}

test_a_word_that_is_no_effect_is_an_error_and_denies if {
	decision := data.guard.main.decision with input as requests.of([_tunnel])
		with data.guard.profiles.baseline.effects as {"remote_access.ssh_tunnel": "warn"}
	decision.effect == "deny"
	decision.errors == ["rule `remote_access.ssh_tunnel` says `warn`, which it may not"]
	decision.findings == [_allowing, _denying]
}

test_no_other_rule_can_allow if {
	decision := data.guard.main.decision with input as requests.of([_tunnel])
		with data.guard.settings.remote_access.ssh_tunnel.effect as "allow"
	decision.effect == "deny"
	decision.errors == ["rule `remote_access.ssh_tunnel` says `allow`, which it may not"]
}

test_a_finding_without_effect_is_an_error_and_denies if {
	decision := data.guard.main.decision with input as requests.of([_tunnel])
		with data.guard.rules.remote_access.ssh_tunnel.findings as {{"reason": "r", "solution": "", "obligations": []}}
	decision.effect == "deny"
	decision.errors == ["rule `remote_access.ssh_tunnel` says `no effect`, which it may not"]
}

test_settings_can_switch_a_rule_off if {
	decision := data.guard.main.decision with input as requests.of([_tunnel])
		with data.guard.settings.remote_access.ssh_tunnel.effect as "off"
	decision.effect == "allow"
}

test_a_profile_whose_asks_become_something_else_is_refused if {
	decision := data.guard.main.decision with input as requests.of([_connect]) with data.guard.profiles.baseline.ask as "allow"
	decision.effect == "deny"
}

# Which rules are asked. The entry point is written out in full: an import of its package makes
# regorus evaluate all of that, before `with` takes effect.
_index := {
	"always": {"c.always": true},
	"kinds": {"network.connect": {"c.connect": true}, "process.exec": {"c.exec": true}},
	"programs": {"crontab": {"c.cron": true}},
	"named": {"file.read": {"c.keys": true, "c.hosts": true}, "file.write": {"c.keys": true}},
	"names": {".ssh": {"c.keys": true}, "hosts": {"c.hosts": true}},
	"verbs": {"drop": {"c.drop": true}},
	"any_verb": {"c.drop": true},
	"keys": {"environment": {"c.environment": true}},
	"opaque": {"c.opaque": true},
}

_asked_about(operations, opaque) := asked if {
	asked := data.guard.main._asked with input as requests.request("baseline", operations, opaque)
		with data.guard.bundle as {"reached": "index", "index": _index}
}

test_a_rule_is_asked_about_kinds_programs_and_keys if {
	_asked_about([], []) == {"c.always"}
	_asked_about([_connect], []) == {"c.always", "c.connect"}
	_asked_about([requests.run(["ls"])], []) == {"c.always", "c.exec"}
	_asked_about([requests.run(["Crontab"])], []) == {"c.always", "c.exec", "c.cron"}
	_asked_about([object.union(requests.run(["ls"]), {"environment": null})], []) == {"c.always", "c.exec", "c.environment"}
}

test_a_rule_is_asked_about_names_in_paths if {
	_asked_about([{"kind": "file.read", "path": "~/.ssh/id"}], []) == {"c.always", "c.keys"}
	_asked_about([{"kind": "file.read", "path": "/etc/HOSTS"}], []) == {"c.always", "c.hosts"}
	_asked_about([{"kind": "file.write", "path": "/etc/hosts"}], []) == {"c.always"}
	_asked_about([{"kind": "file.delete", "path": "/etc/hosts"}], []) == {"c.always"}
}

test_a_path_that_may_lie_anywhere_is_shown_to_all if {
	every path in ["/", "~", "", "~/.s*", "/etc/host?", "/etc/[h]osts", "../x", "⟨?⟩/x"] {
		_asked_about([{"kind": "file.read", "path": path}], []) == {"c.always", "c.keys", "c.hosts"}
	}
}

test_a_rule_is_asked_about_verbs_and_opaque_parts if {
	_asked_about([{"kind": "data.query", "verb": "drop", "text": "x"}], []) == {"c.always", "c.drop"}
	_asked_about([{"kind": "data.query", "verb": "", "text": "x"}], []) == {"c.always", "c.drop"}
	_asked_about([{"kind": "data.query", "verb": "select", "text": "x"}], []) == {"c.always"}
	_asked_about([], [{}]) == {"c.always", "c.opaque"}
}

test_without_the_loader_every_rule_is_asked if {
	decision := data.guard.main.decision with input as requests.of([_tunnel]) with data.guard.bundle as {}
	decision.effect == "deny"
}

test_what_a_rule_of_the_index_says_counts if {
	request := requests.request("baseline", [], [{"kind": "x", "severity": "high", "detail": "d"}])
	index := object.union(_index, {"opaque": {"opacity.unresolved": true}})
	decision := data.guard.main.decision with input as request with data.guard.bundle as {"reached": "index", "index": index}
	decision.effect == "ask"
	decision.findings == data.guard.main.decision.findings with input as request
}

test_a_rule_that_somebody_adds_is_asked if {
	added := {"mine": {"findings": {object.union(_denying, {"reason": "mine"})}}}
	decision := data.guard.main.decision with input as requests.of([requests.run(["ls"])])
		with data.guard.rules.site as added
	decision.effect == "deny"
	decision.findings[1].rule == "site.mine"
}

# What is no valid request.

_remove(path) := json.remove(requests.of([_tunnel]), [path])

_refused(request) if {
	decision := _decision(request)
	decision.effect == "deny"
	decision.findings == []
	count(decision.errors) > 1
}

test_a_request_without_a_required_field_is_denied if {
	every path in [
		"version", "subject", "subject/type", "subject/id", "action", "action/name",
		"resource", "resource/type", "resource/id", "context", "context/profile",
		"context/operations", "context/opaque", "context/complete",
		"context/operations/0/kind", "context/operations/0/protocol", "context/operations/0/direction",
		"context/operations/0/host", "context/operations/0/port",
	] {
		_refused(_remove(path))
	}
}

test_removing_any_other_field_opens_nothing if {
	every path in ["subject/properties", "resource/properties", "context/call_id", "context/session", "context/history", "context/budgets", "context/operations/0/bind"] {
		_decision(_remove(path)).effect == "deny"
	}
}

test_a_field_of_a_wrong_type_is_denied if {
	every patch in [
		["version", "1"], ["version", 2], ["subject", []], ["subject/id", 7], ["subject/type", null],
		["action/name", {}], ["resource/id", false], ["resource/type", 1], ["context", null],
		["context/profile", ["baseline"]], ["context/profile", "none"], ["context/operations", {}],
		["context/operations", "x"], ["context/opaque", null], ["context/opaque", ["x"]],
		["context/complete", "true"], ["context/operations/0", 5], ["context/operations/0", null],
		["context/operations/0/kind", "network.other"], ["context/operations/0/kind", null],
		["context/operations/0/port", "22"], ["context/operations/0/host", null],
		["context/operations/0/bind", 2222], ["context/operations/0/new", 1],
	] {
		_refused(json.patch(requests.of([_tunnel]), [{"op": "add", "path": patch[0], "value": patch[1]}]))
	}
}

test_a_request_that_is_no_object_is_denied if {
	every request in [[], "x", 1, null] {
		_refused(request)
	}
}

test_an_argv_of_anything_but_texts_is_denied if {
	every argv in [["ls", 1], [null], [["ls"]]] {
		_refused(requests.of([{"kind": "process.exec", "program": "ls", "path": "ls", "argv": argv}]))
	}
}

test_lists_and_objects_of_anything_but_texts_are_denied if {
	_refused(requests.of([object.union(requests.run(["ls"]), {"via": ["sudo", 7]})]))
	_refused(requests.of([object.union(requests.run(["ls"]), {"environment": {"A": 7}})]))
	_refused(requests.of([object.union(_connect, {"sends": [null]})]))
}

test_opaque_parts_that_are_no_array_of_objects_are_denied if {
	every opaque in [{"a": {"kind": "x"}}, "x", 7, ["x"], [{}, null]] {
		_refused(requests.request("baseline", [], opaque))
	}
}

test_complete_must_fit_the_opaque_parts if {
	_refused(json.patch(requests.of([]), [{"op": "add", "path": "context/complete", "value": false}]))
	item := {"kind": "x", "severity": "low", "detail": "d"}
	_refused(json.patch(requests.request("baseline", [], [item]), [{"op": "add", "path": "context/complete", "value": true}]))
}

test_nothing_but_the_problem_is_named if {
	every patch, problem in {
		["version", 2]: "`version` is not 1",
		["subject/id", 7]: "`subject.id` is no string",
		["context/profile", "none"]: "`context.profile` names no profile of the bundle",
		["context/profile", 7]: "`context.profile` is no string",
		["context/operations", {"a": {}}]: "`context.operations` is no array",
		["context/opaque", {}]: "`context.opaque` is no array",
		["context/complete", "true"]: "`context.complete` is no boolean",
		["context/complete", false]: "`context.complete` does not fit `context.opaque`",
		["context/operations/0/kind", ["x"]]: "`context.operations[0]` is of no known kind",
		["context/operations/0/direction", 7]: "`context.operations[0].direction` is unknown or of a wrong type",
	} {
		request := json.patch(requests.of([_tunnel]), [{"op": "add", "path": patch[0], "value": patch[1]}])
		_decision(request).errors == [problem, "the request is not valid: it is judged by version 1 of the request's schema"]
	}
}

test_each_problem_is_named if {
	request := json.patch(requests.of([_tunnel, {"kind": "other"}, object.union(requests.run([1]), {"environment": {"A": 1}})]), [
		{"op": "remove", "path": "context/operations/0/host"},
		{"op": "add", "path": "context/operations/0/new", "value": 1},
		{"op": "add", "path": "context/complete", "value": false},
		{"op": "add", "path": "context/profile", "value": "none"},
		{"op": "add", "path": "version", "value": 2},
		{"op": "remove", "path": "subject/id"},
	])
	_decision(request) == {
		"effect": "deny",
		"findings": [],
		"obligations": [],
		"errors": [
			"`context.complete` does not fit `context.opaque`",
			"`context.operations[0].host` is missing",
			"`context.operations[0].new` is unknown or of a wrong type",
			"`context.operations[1]` is of no known kind",
			"`context.operations[2].argv` holds something else than texts",
			"`context.operations[2].environment` holds something else than texts",
			"`context.operations[2].path` is unknown or of a wrong type",
			"`context.operations[2].program` is unknown or of a wrong type",
			"`context.profile` names no profile of the bundle",
			"`subject.id` is no string",
			"`version` is not 1",
			"the request is not valid: it is judged by version 1 of the request's schema",
		],
		"profile": "none",
		"digest": "",
	}
}

test_what_one_rule_says_many_times_is_told_once if {
	many := [object.union(_tunnel, {"host": sprintf("h%d.example.com", [number])}) | some number in numbers.range(10, 50)]
	decision := _decision(requests.of(many))
	decision.effect == "deny"
	told := [finding.reason | some finding in decision.findings; finding.rule == "remote_access.ssh_tunnel"]
	count(told) == 1
	contains(told[0], "h10.example.com")
	endswith(told[0], "; and 38 more")
	every finding in decision.findings {
		finding.rule in {"profile.allowance", "remote_access.ssh_tunnel"}
	}
}

test_a_few_findings_are_told_as_they_are if {
	few := [object.union(_tunnel, {"host": sprintf("h%d.example.com", [number])}) | some number in numbers.range(10, 15)]
	count([1 | some finding in _decision(requests.of(few)).findings; finding.rule == "remote_access.ssh_tunnel"]) == 6
}

test_those_of_another_effect_are_told_apart if {
	mixed := {[sprintf("test.%s", [word]), {"effect": word, "reason": sprintf("reason %d", [number]), "solution": "", "obligations": [word]}] |
		some word in ["ask", "deny"]
		some number in numbers.range(10, 19)
	}
	decision := _decision(requests.of([requests.run(["ls"])])) with data.guard.main._said as mixed
	decision.effect == "deny"
	decision.obligations == ["deny"]
	[[finding.rule, finding.effect, finding.reason] | some finding in decision.findings; finding.effect != "allow"] == [
		["test.ask", "ask", "reason 10; reason 11; reason 12; and 7 more"],
		["test.deny", "deny", "reason 10; reason 11; reason 12; and 7 more"],
	]
}

test_few_among_many_are_told_whole if {
	said := {["test.many", {"effect": "ask", "reason": sprintf("many %d", [number]), "solution": "", "obligations": []}] |
		some number in numbers.range(10, 29)
	} | {["test.few", {"effect": "deny", "reason": sprintf("few %d", [number]), "solution": "", "obligations": []}] |
		some number in [1, 2]
	}
	decision := _decision(requests.of([requests.run(["ls"])])) with data.guard.main._said as said
	decision.effect == "deny"
	[finding.reason | some finding in decision.findings; finding.rule == "test.few"] == ["few 1; few 2"]
}
