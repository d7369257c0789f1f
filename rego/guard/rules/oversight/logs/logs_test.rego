package guard.rules.oversight.logs_test

import data.guard.lib.requests_test as requests
import data.guard.rules.oversight.logs

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "leave the logs as they are; write notes of your own elsewhere",
	"obligations": [],
}

_found(operation) := found if {
	found := logs.findings with input as requests.of([operation])
}

test_logs_of_the_system_are_not_deleted if {
	every path in [
		"/var/log/auth.log",
		"/var/log/syslog.3.gz",
		"/var/log/messages-20240101",
		"/var/log/audit/audit.log",
		"/var/log/journal/*",
		"/var/log/auth*",
		"/private/var/log/system.log",
		"/var/run/utmp",
		"/var/lib/docker/containers/4f/4f-json.log",
		"/root/.claude/projects/shop/1.jsonl",
		"model/LLMService.log",
	] {
		_found({"kind": "file.delete", "path": path}) == {_finding("deny", sprintf("deletes %s, a log that shows what was done", [path]))}
		_found({"kind": "file.write", "path": path, "program": "tee", "append": true}) == {_finding("deny", sprintf("writes %s, a log that shows what was done", [path]))}
	}
}

test_whole_folders_of_logs_need_a_person if {
	_found({"kind": "file.write", "path": "/var/log/*"}) == {_finding("ask", "writes /var/log/*, which covers the logs of the system")}
	every path in ["/var/log", "/var/log/*", "/var/log/*.log", "/var/log/⟨?⟩"] {
		_found({"kind": "file.delete", "path": path}) == {_finding("ask", sprintf("deletes %s, which covers the logs of the system", [path]))}
	}
}

test_other_logs_are_silent if {
	_found({"kind": "file.write", "path": "/var/log"}) == set()
	_found({"kind": "file.write", "path": "/var/log/⟨?⟩"}) == set()
	_found({"kind": "file.read", "path": "/var/log/auth.log"}) == set()
	every path in [
		"/var/log/apt",
		"/var/log/dpkg.log",
		"/var/log/shop/worker.log",
		"/work/app.log",
		"log/syslog",
		"/var/lib/docker/containers/4f/config.v2.json",
		"/root/.claude/.locks",
		"/tmp/x-json.log",
	] {
		_found({"kind": "file.delete", "path": path, "recursive": true}) == set()
		_found({"kind": "file.write", "path": path}) == set()
	}
}

test_access_rights_are_silent if {
	_found({"kind": "file.write", "path": "/var/log/audit", "program": "mkdir"}) == set()
	_found({"kind": "file.write", "path": "/var/log/*", "program": "chmod"}) == set()
	_found({"kind": "file.delete", "path": "/var/log/wtmp", "program": "touch"}) != set()
}

test_commands_that_clear_or_stop_logs_are_denied if {
	_found(requests.run(["osascript", "-e", "tell app \"Finder\" to DELETE file \"/var/log/x\""])) == {_finding("deny", "deletes files in /var/log/ with osascript")}
	every pair in [
		[["journalctl", "--rotate", "--vacuum-time=1s"], "journalctl --vacuum-time"],
		[["dmesg", "-C"], "dmesg -C"],
		[["aws", "--region", "eu-west-1", "cloudtrail", "stop-logging", "--name", "all"], "aws cloudtrail stop-logging"],
		[["gcloud", "logging", "sinks", "delete", "s"], "gcloud logging sinks delete"],
	] {
		_found(requests.run(pair[0])) == {_finding("deny", sprintf("clears or stops logs with %s", [pair[1]]))}
	}
}

test_commands_that_show_logs_are_silent if {
	every argv in [
		["journalctl", "-u", "nginx"],
		["dmesg", "-T"],
		["aws", "cloudtrail", "describe-trails"],
		["aws", "logs", "tail", "shop"],
		["osascript", "-e", "open file \"/var/log/x\""],
		["echo", "cloudtrail", "stop-logging"],
	] {
		_found(requests.run(argv)) == set()
	}
}

test_what_settings_take_off_the_lists_is_silent if {
	lists := data.guard.settings.oversight.logs
	named := _found({"kind": "file.delete", "path": "/var/log/aut*"}) with data.guard.settings.oversight.logs.names as object.union(lists.names, {"auth.log": false, "authlog": false})
	named == set()
	cleared := _found(requests.run(["dmesg", "-C"])) with data.guard.settings.oversight.logs.commands as {"dmesg": {"-C": false}}
	cleared == set()
	told := _found(requests.run(["osascript", "-e", "delete /var/log/x"])) with data.guard.settings.oversight.logs.deleters as {"osascript": {"delete": false}}
	told == set()
}
