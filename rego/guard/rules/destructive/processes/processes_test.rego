package guard.rules.destructive.processes_test

import data.guard.lib.requests_test as requests
import data.guard.rules.destructive.processes

_reasons(operation) := {finding.reason |
	some finding in processes.findings with input as requests.of([operation])
}

_signal(by, target) := {"kind": "process.signal", "signal": "KILL", "target": target, "by": by}

test_a_finding_asks if {
	found := processes.findings with input as requests.of([_signal("pid", "-1")])
	found == {{
		"effect": "ask",
		"reason": "sends KILL to every process",
		"solution": "stop the one process that is in the way, by its number",
		"obligations": [],
	}}
}

test_everything_at_once_is_not_killed if {
	_reasons(_signal("pattern", ".")) == {"sends KILL to every process"}
	_reasons(_signal("user", "ann")) == {"sends KILL to every process of ann"}
	_reasons(requests.run(["killall5", "-9"])) == {"kills every process with killall5"}
	_reasons({"kind": "file.write", "path": "/proc/sysrq-trigger"}) == {"writes /proc/sysrq-trigger, which stops the machine"}
}

test_the_machine_keeps_running if {
	every line in ["reboot", "shutdown -h now", "systemctl poweroff", "init 0"] {
		argv := split(line, " ")
		_reasons(requests.run(argv)) == {sprintf("switches the machine off or restarts it with %s", [argv[0]])}
	}
}

test_ordinary_work_is_silent if {
	every operation in [_signal("pid", "4711"), _signal("name", "node"), _signal("pattern", "vite"), _signal("unit", "nginx"), object.union(_signal("pid", "1"), {"signal": "0"})] {
		_reasons(operation) == set()
	}
	every line in ["shutdown -c", "systemctl status nginx", "init 3", "reboot --help"] {
		_reasons(requests.run(split(line, " "))) == set()
	}
}

test_other_kinds_of_operations_and_files_are_silent if {
	_reasons({"kind": "file.read", "path": "/proc/sysrq-trigger"}) == set()
	_reasons({"kind": "file.write", "path": "/proc/self/oom_score_adj"}) == set()
}

test_processes_of_a_user_are_a_setting if {
	found := processes.findings with input as requests.of([_signal("user", "ann")])
		with data.guard.settings.destructive.processes.users as false
	found == set()
}
