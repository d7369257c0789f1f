package guard.rules.oversight.shutdown_test

import data.guard.lib.requests_test as requests
import data.guard.rules.oversight.shutdown

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "leave shutdown to the operator, and finish in the time that is left",
	"obligations": [],
}

_all(operations) := found if {
	found := shutdown.findings with input as requests.of(operations)
}

_write(path, program) := {"kind": "file.write", "path": path, "program": program}

test_scripts_that_stop_the_agent_need_a_person if {
	every path in ["shutdown.sh", "/work/Shutdown.sh", "src/kill_switch.py", "ops/emergency-stop.service"] {
		_all([_write(path, "bash")]) == {_finding("ask", sprintf("changes %s, which stops things by its name", [path]))}
		_all([{"kind": "file.delete", "path": path}]) == {_finding("ask", sprintf("changes %s, which stops things by its name", [path]))}
	}
}

test_other_scripts_are_silent if {
	_all([{"kind": "file.read", "path": "shutdown.sh"}]) == set()
	every path in ["src/shutdown.py", "graceful_shutdown.ts", "stop.sh", "docs/kill_switch.md", "deploy.sh"] {
		_all([_write(path, "bash")]) == set()
	}
}

test_taking_away_the_right_to_run_counts_and_giving_it_does_not if {
	_all([requests.run(["chmod", "-x", "shutdown.sh"]), _write("shutdown.sh", "chmod")]) == {_finding("ask", "changes shutdown.sh, which stops things by its name")}
	_all([requests.run(["chmod", "000", "shutdown.sh"]), _write("shutdown.sh", "chmod")]) == {_finding("ask", "changes shutdown.sh, which stops things by its name")}
	_all([requests.run(["chmod", "+x", "shutdown.sh"]), _write("shutdown.sh", "chmod")]) == set()
	_all([requests.run(["chmod", "755", "shutdown.sh"]), _write("shutdown.sh", "chmod")]) == set()
	_all([requests.run(["cp", "+x", "shutdown.sh"]), _write("shutdown.sh", "chmod")]) == {_finding("ask", "changes shutdown.sh, which stops things by its name")}
}

test_programs_that_stop_the_machine_are_not_replaced if {
	_all([_write("/sbin/shutdown", "ln")]) == {_finding("deny", "changes /sbin/shutdown, which shuts the machine down")}
	_all([{"kind": "file.delete", "path": "/usr/sbin/poweroff"}]) == {_finding("deny", "changes /usr/sbin/poweroff, which shuts the machine down")}
	_all([_write("/work/sbin/shutdown", "ln")]) == set()
}

_signal(target, by) := {"kind": "process.signal", "signal": "TERM", "target": target, "by": by}

test_targets_are_not_masked if {
	_all([_signal("poweroff.target", "unit")]) == {_finding("deny", "masks or stops poweroff.target")}
	_all([_signal("nginx.service", "unit")]) == set()
	_all([_signal("poweroff.target", "pattern")]) == set()
}

test_a_shutdown_is_not_called_off if {
	_all([requests.run(["shutdown", "-c"])]) == {_finding("ask", "calls off a shutdown with shutdown -c")}
	_all([requests.run(["shutdown", "-h", "now"])]) == set()
}

_startup(content) := _all([object.union(_write("/root/.bashrc", "bash"), {"content": content})])

test_commands_are_not_redefined if {
	every content in ["alias shutdown=true\n", "x=1; shutdown() { :; }\n", "function shutdown { return 0; }"] {
		_startup(content) == {_finding("deny", "redefines shutdown in /root/.bashrc")}
	}
}

test_other_lines_are_silent if {
	_all([object.union(_write("notes.txt", "bash"), {"content": "alias shutdown=true"})]) == set()
	_all([_write("/root/.bashrc", "bash")]) == set()
	every content in ["alias ll='ls -l'", "# shutdown the agent", "my_shutdown() { :; }", "alias shutdown_all=x"] {
		_startup(content) == set()
	}
}

test_what_settings_take_off_the_lists_is_silent if {
	called := _all([requests.run(["shutdown", "-c"])]) with data.guard.settings.oversight.shutdown.commands as {"shutdown": {"-c": false}}
	called == set()
	named := _startup("alias shutdown=x") with data.guard.settings.oversight.shutdown.redefined as {"shutdown": false}
	named == set()
}
