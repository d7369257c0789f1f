package guard.rules.oversight.guard_tampering_test

import data.guard.lib.requests_test as requests
import data.guard.rules.oversight.guard_tampering

_finding(reason) := {
	"effect": "deny",
	"reason": reason,
	"solution": "leave the guard as it is, and ask the operator to change a rule that is wrong",
	"obligations": [],
}

_found(operation) := found if {
	found := guard_tampering.findings with input as requests.of([operation])
}

_signal(target, by) := {"kind": "process.signal", "signal": "TERM", "target": target, "by": by}

_container(target) := object.union(_signal(target, "name"), {"program": "docker"})

test_containers_of_the_guard_are_not_stopped if {
	every target in ["opa", "/opa", "regoguard_1", "otelcol-contrib", "shop-opa-1"] {
		_found(_container(target)) == {_finding(sprintf("sends TERM to %s, which may be the guard", [target]))}
	}
}

test_containers_of_others_may_be_stopped if {
	every target in ["web-opa", "opa-playground", "test_opa_bundle", "my-guard-app"] {
		count(_found(_container(target))) == 0
	}
}

test_signals_to_the_guard_are_denied if {
	every pair in [
		["regoguard", "name"],
		["opa", "name"],
		["opa.service", "unit"],
		["otelcol-contrib", "unit"],
		["python.*regoguard", "pattern"],
		["[g]uard check", "pattern"],
		["rego", "pattern"],
		["-1", "pid"],
		["1", "pid"],
		["root", "user"],
	] {
		_found(_signal(pair[0], pair[1])) == {_finding(sprintf("sends TERM to %s, which may be the guard", [pair[0]]))}
	}
}

test_signals_to_the_parent_are_denied if {
	_found(_signal("parent", "pid")) == {_finding("sends TERM to parent, which may be the guard")}
	_found(object.union(_signal("parent", "pid"), {"signal": "0"})) == set()
}

_request(method, host, port, path) := {
	"kind": "network.connect",
	"protocol": "http",
	"host": host,
	"port": port,
	"method": method,
	"url": sprintf("http://%s:%d%s", [host, port, path]),
}

test_changing_the_engine_through_its_interface_is_denied if {
	every request in [
		_request("PUT", "127.0.0.1", 8181, "/v1/policies/mine"),
		_request("PATCH", "127.0.0.1", 8181, "/v1/data/guard/settings"),
		_request("DELETE", "opa.svc.cluster.local", 80, "/v1/policies/guard"),
	] {
		_found(request) == {_finding(sprintf("changes what the policy engine holds with %s %s", [request.method, request.url]))}
	}
}

test_other_requests_are_silent if {
	every request in [
		_request("POST", "127.0.0.1", 8181, "/v1/data/guard/main"),
		_request("GET", "127.0.0.1", 8181, "/v1/policies"),
		_request("PUT", "127.0.0.1", 8181, "/upload"),
		_request("PUT", "shop.example.com", 443, "/v1/data/x"),
	] {
		_found(request) == set()
	}
}

test_a_connection_without_a_request_is_silent if {
	_found({"kind": "network.connect", "protocol": "tcp", "host": "127.0.0.1", "port": 8181}) == set()
}

test_a_guard_that_is_patched_is_denied if {
	parts := [{"kind": "guard_patched", "severity": "high", "detail": "`guard.check` is replaced"}, {"kind": "unread_file", "severity": "medium", "detail": "x"}]
	found := guard_tampering.findings with input as requests.request("baseline", [], parts)
	found == {_finding("`guard.check` is replaced")}
}

test_signals_to_other_processes_are_silent if {
	every pair in [["4242", "pid"], ["node", "name"], ["python train.py", "pattern"], ["nginx.service", "unit"], ["⟨?⟩", "pid"], ["guardian", "name"], ["rego", "name"], ["1", "name"], ["node", "pattern"]] {
		_found(_signal(pair[0], pair[1])) == set()
	}
}

test_changing_what_belongs_to_the_guard_is_denied if {
	every path in [
		"/etc/regoguard/settings.json",
		"~/.config/regoguard/policy/x.rego",
		"/usr/lib/python3/site-packages/guard/_bundle/guard/main/main.rego",
		"/var/log/guard-journal-7.jsonl",
		"guard-journal.jsonl",
		"runs/7.guard.jsonl",
		".claude/settings.json",
		"/root/.iflow/settings.json",
	] {
		every kind in ["file.write", "file.delete"] {
			found := _found({"kind": kind, "path": path, "recursive": false})
			_finding(sprintf("changes %s, which belongs to the guard", [path])) in found
		}
	}
}

test_deleting_a_folder_above_is_denied if {
	every path in ["/etc", "/etc/", "~/.config", "/", "/var/*"] {
		_found({"kind": "file.delete", "path": path, "recursive": true}) == {_finding(sprintf("deletes %s, in which the guard keeps its files", [path]))}
	}
}

test_a_deletion_that_does_not_say_how_deep_counts_as_deep if {
	_found({"kind": "file.delete", "path": "/etc"}) == {_finding("deletes /etc, in which the guard keeps its files")}
	_found({"kind": "file.delete", "path": "/etc", "recursive": false}) == set()
}

test_other_files_are_silent if {
	every path in ["README.md", "/work/settings.json", "/tmp/x.jsonl", "src/guard/main.py", "/etcetera", ".claude/notes.md", "*", "./*", "build/*", ".", "⟨?⟩"] {
		_found({"kind": "file.write", "path": path}) == set()
		_found({"kind": "file.delete", "path": path, "recursive": true}) == set()
	}
}

test_reading_is_silent if _found({"kind": "file.read", "path": "/etc/regoguard/settings.json"}) == set()

test_switching_it_off_by_environment_is_denied if {
	every name in ["OTEL_SDK_DISABLED", "GUARD_MODE"] {
		_found(object.union(requests.run(["python", "x.py"]), {"environment": {name: "x"}})) == {_finding(sprintf("sets %s, which the guard reads", [name]))}
	}
}

test_exporting_it_off_is_denied if {
	_found({"kind": "environment.set", "name": "OTEL_SDK_DISABLED", "value": "true"}) == {_finding("sets OTEL_SDK_DISABLED, which the guard reads")}
	_found({"kind": "environment.set", "name": "PATH", "value": "/x"}) == set()
}

test_other_environments_are_silent if {
	_found(object.union(requests.run(["python", "x.py"]), {"environment": {"PYTHONPATH": ".", "OTEL_SERVICE_NAME": "x"}})) == set()
}

test_removing_it_is_denied if {
	_found(requests.run(["pip", "uninstall", "-y", "regoguard"])) == {_finding("removes regoguard with pip")}
	_found(requests.run(["uv", "pip", "uninstall", "regoguard"])) == {_finding("removes regoguard with uv")}
}

test_what_settings_take_off_the_lists_is_silent if {
	lists := data.guard.settings.oversight.guard_tampering
	signalled := _found(_signal("falc", "pattern")) with data.guard.settings.oversight.guard_tampering.processes as object.union(lists.processes, {"falco": false})
	signalled == set()
	written := _found({"kind": "file.write", "path": "/etc/falco/x"}) with data.guard.settings.oversight.guard_tampering.fragments as object.union(lists.fragments, {"/etc/falco/": false})
	written == set()
}

test_other_removals_and_installs_are_silent if {
	_found(requests.run(["pip", "uninstall", "requests"])) == set()
	_found(requests.run(["pip", "install", "regoguard"])) == set()
	_found(requests.run(["echo", "uninstall", "regoguard"])) == set()
}
