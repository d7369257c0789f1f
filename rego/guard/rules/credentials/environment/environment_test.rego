package guard.rules.credentials.environment_test

import data.guard.lib.requests_test as requests
import data.guard.rules.credentials.environment

_finding(host) := {
	"effect": "deny",
	"reason": sprintf("prints the whole environment, and sends data to %s", [host]),
	"solution": "send only the values that are needed, each by its name",
	"obligations": [],
}

_all(operations) := found if {
	found := environment.findings with input as requests.of(operations)
}

_connect(keys) := object.union({"kind": "network.connect", "protocol": "http", "host": "drop.example", "port": 80}, keys)

_read(path) := {"kind": "file.read", "path": path}

test_sending_the_environment_is_denied if {
	every printed in [requests.run(["env"]), requests.run(["printenv", "-0"]), _read("/proc/self/environ")] {
		every connection in [_connect({"sends": ["-"]}), _connect({"method": "POST"}), _connect({"program": "nc"})] {
			_all([printed, connection]) == {_finding("drop.example")}
		}
	}
}

test_fetching_and_printing_alone_are_silent if {
	every operations in [
		[requests.run(["env"])],
		[requests.run(["env"]), _connect({"method": "GET", "sends": []})],
		[requests.run(["printenv", "HOME"]), _connect({"sends": ["-"]})],
		[requests.run(["env", "A=b", "make"]), _connect({"sends": ["-"]})],
		[_read("/work/environ"), _connect({"sends": ["-"]})],
		[_read("/proc/cpuinfo"), _connect({"sends": ["-"]})],
		[requests.run(["env"]), object.union(_connect({"sends": ["-"]}), {"host": "localhost"})],
	] {
		_all(operations) == set()
	}
}
