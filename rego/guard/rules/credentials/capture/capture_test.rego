package guard.rules.credentials.capture_test

import data.guard.lib.requests_test as requests
import data.guard.rules.credentials.capture

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "look at the traffic and the processes of your own programs, with what they log themselves",
	"obligations": [],
}

_all(operations) := found if {
	found := capture.findings with input as requests.of(operations)
}

_run(argv) := _all([requests.run(argv)])

test_keyloggers_are_denied if {
	_run(["logkeys", "--start"]) == {_finding("deny", "starts logkeys, which records what others type or send")}
	_run(["xinput", "test", "9"]) == {_finding("deny", "records with xinput test")}
	_run(["xinput", "list"]) == set()
	_all([{"kind": "code.run", "path": "/tmp/MyKeyLogger.py", "language": "python", "source": "file"}]) == {_finding("deny", "runs /tmp/MyKeyLogger.py, a keylogger by its name")}
	_all([{"kind": "code.run", "path": "/tmp/app.py", "language": "python", "source": "file"}]) == set()
}

test_recording_traffic_needs_a_person if {
	every argv in [["tcpdump", "-i", "any", "-w", "x.pcap"], ["tshark", "-i", "eth0"], ["tcpdump"]] {
		_run(argv) == {_finding("ask", sprintf("records traffic with %s", [argv[0]]))}
	}
}

test_reading_recorded_traffic_is_silent if {
	every argv in [["tcpdump", "-r", "x.pcap"], ["tcpdump", "-nnr", "x.pcap"], ["tshark", "-r", "x.pcap"], ["tshark", "--help"], ["tcpdump", "-D"]] {
		_run(argv) == set()
	}
}

test_attaching_to_what_takes_passwords_is_denied if {
	_all([requests.run(["pgrep", "sshd"]), requests.run(["strace", "-f", "-p", "⟨?⟩"])]) == {_finding("deny", "attaches strace to sshd, which takes passwords")}
	_all([requests.run(["pgrep", "worker"]), requests.run(["strace", "-p", "⟨?⟩"])]) == set()
	_run(["strace", "-c", "./worker"]) == set()
}

_write(content) := _all([{"kind": "file.write", "path": "/tmp/sudo", "content": content}])

test_false_prompts_are_denied if {
	_write("read -sp \"[sudo] password for $USER: \" p; echo $p >> /tmp/x") == {_finding("deny", "writes a false password prompt into /tmp/sudo")}
	_write("read -sp 'Password of the database: ' p") == set()
	_write("echo '[sudo] password for ann:'") == set()
	_all([{"kind": "file.write", "path": "/tmp/sudo"}]) == set()
}

test_what_settings_take_off_the_list_is_silent if {
	found := _run(["xinput", "test"]) with data.guard.settings.credentials.capture.commands as {"xinput": {"test": false}}
	found == set()
}
