package guard.rules.oversight.monitors_test

import data.guard.lib.requests_test as requests
import data.guard.rules.oversight.monitors

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "leave daemons and their settings as they are; end only processes that you started, by their number",
	"obligations": [],
}

_all(operations) := found if {
	found := monitors.findings with input as requests.of(operations)
}

_found(operation) := _all([operation])

_signal(signal, target, by) := {"kind": "process.signal", "signal": signal, "target": target, "by": by}

test_watchers_are_not_stopped if {
	_found(_signal("STOP", "clamd", "name")) == {_finding("deny", "sends STOP to clamd, which watches this machine")}
	every row in [
		["rsyslog.service", "unit", "rsyslog"],
		["falcon-sensor", "unit", "falcon-sensor"],
		["osqueryd", "name", "osqueryd"],
		["[f]ail2ban-server", "pattern", "fail2ban-server"],
		["/Library/LaunchDaemons/at.obdev.littlesnitchd.plist", "unit", "littlesnitchd"],
	] {
		_found(_signal("TERM", row[0], row[1])) == {_finding("deny", sprintf("sends TERM to %s, which watches this machine", [row[2]]))}
	}
}

test_daemons_of_the_system_are_not_killed_without_a_person if {
	_found(_signal("KILL", "chronyd", "name")) == {_finding("ask", "sends KILL to chronyd, a daemon of the system")}
	_found(_signal("TERM", "NetworkManager", "pattern")) == {_finding("ask", "sends TERM to networkmanager, a daemon of the system")}
	_found(_signal("TERM", "chronyd.service", "unit")) == set()
}

test_a_number_that_was_looked_up_stands_for_the_name if {
	_all([requests.run(["pgrep", "-x", "auditd"]), _signal("KILL", "⟨?⟩", "pid")]) == {_finding("deny", "sends KILL to auditd, which watches this machine")}
	_all([requests.run(["awk", "/sshd/ {print $1}"]), _signal("TERM", "⟨?⟩", "pid")]) == {_finding("ask", "sends TERM to sshd, a daemon of the system")}
	_all([requests.run(["echo", "auditd"]), _signal("KILL", "⟨?⟩", "pid")]) == set()
	_all([requests.run(["pgrep", "auditd"]), _signal("KILL", "4242", "pid")]) == set()
	_all([requests.run(["pgrep", "webpack"]), _signal("KILL", "⟨?⟩", "pid")]) == set()
}

test_other_signals_are_silent if {
	_found(_signal("HUP", "rsyslogd", "name")) == set()
	_found(_signal("0", "sshd", "name")) == set()
	every row in [["node", "pattern"], ["python train.py", "pattern"], ["nginx.service", "unit"], ["vector_search", "name"], ["⟨?⟩", "pid"], ["17", "pid"]] {
		_found(_signal("TERM", row[0], row[1])) == set()
	}
}

test_switching_protection_off_is_denied if {
	every pair in [
		[["auditctl", "-e", "0"], "auditctl -e 0"],
		[["ufw", "--force", "disable"], "ufw disable"],
		[["iptables", "-t", "nat", "-F"], "iptables -F"],
		[["setenforce", "0"], "setenforce 0"],
		[["aws", "guardduty", "delete-detector", "--detector-id", "x"], "aws guardduty delete-detector"],
	] {
		_found(requests.run(pair[0])) == {_finding("deny", sprintf("switches protection off with %s", [pair[1]]))}
	}
}

test_falsifying_the_clock_needs_a_person if {
	_found(requests.run(["date", "-s", "2020-01-01"])) == {_finding("ask", "changes the clock or hides files with date -s")}
	_found(requests.run(["timedatectl", "set-ntp", "false"])) == {_finding("ask", "changes the clock or hides files with timedatectl set-ntp false")}
}

test_other_commands_are_silent if {
	every argv in [["auditctl", "-l"], ["ufw", "status"], ["ufw", "allow", "443"], ["iptables", "-L"], ["date", "-d", "yesterday"], ["timedatectl", "set-ntp", "true"], ["getenforce"], ["aws", "cloudwatch", "describe-alarms"]] {
		_found(requests.run(argv)) == set()
	}
}

test_settings_of_watchers_stay if {
	_found({"kind": "file.write", "path": "/etc/rsyslog.d", "program": "mkdir"}) == set()
	_found({"kind": "file.write", "path": "/work/etc/rsyslog.conf"}) == set()
	_found({"kind": "file.read", "path": "/etc/rsyslog.conf"}) == set()
	every path in ["/etc/rsyslog.conf", "/etc/rsyslog.d/50.conf", "/etc/selinux/config", "/var/ossec/etc/ossec.conf", "/proc/sysrq-trigger"] {
		_found({"kind": "file.write", "path": path}) == {_finding("deny", sprintf("changes %s, which says what is watched", [path]))}
		_found({"kind": "file.delete", "path": path}) == {_finding("deny", sprintf("changes %s, which says what is watched", [path]))}
	}
}

_touch(path) := {"kind": "file.write", "path": path, "program": "touch"}

test_time_stamps_of_the_system_are_not_falsified if {
	_all([requests.run(["touch", "/etc/motd"]), _touch("/etc/motd")]) == set()
	_all([requests.run(["touch", "-d", "yesterday", "a.txt"]), _touch("a.txt")]) == set()
	_all([requests.run(["cp", "-r", "x", "/etc/x"]), object.union(_touch("/etc/x"), {"program": "cp"})]) == set()
	every option in ["-d", "-amt", "-r", "--date=yesterday", "--reference=/bin/ls"] {
		_all([requests.run(["touch", option, "/etc/passwd"]), _touch("/etc/passwd")]) == {_finding("deny", "falsifies the time stamp of /etc/passwd")}
	}
}

test_what_settings_take_off_the_lists_is_silent if {
	found := _found(requests.run(["ufw", "disable"])) with data.guard.settings.oversight.monitors.commands as {"ufw": {"disable": false}}
	found == set()
	clock := _found(requests.run(["date", "-s", "x"])) with data.guard.settings.oversight.monitors.doubtful_commands as {"date": {"-s": false}}
	clock == set()
}
