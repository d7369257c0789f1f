package guard.rules.resource_hijack.gpu_test

import data.guard.lib.requests_test as requests
import data.guard.rules.resource_hijack.gpu

_found(operations) := found if {
	found := gpu.findings with input as requests.of(operations)
}

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "use the cards for the task alone, and leave their settings as they are",
	"obligations": [],
}

test_programs_that_only_put_a_load_on_cards_are_asked_about if {
	_found([requests.run(["./gpu_burn", "60"])]) == set()
	_found([object.union(requests.run(["./gpu_burn", "60"]), {"program": "gpu_burn"})]) == {_finding("ask", "puts a load on the cards with gpu_burn")}
}

test_cracking_on_cards_is_asked_about if {
	every argv in [["hashcat", "-D", "2", "h"], ["hashcat", "-w4", "h"], ["john", "--format=raw-md5-opencl", "h"]] {
		_found([requests.run(argv)]) == {_finding("ask", sprintf("computes on the cards with %s %s", [argv[0], argv[1]]))}
	}
}

test_changing_their_settings_is_asked_about if {
	every argv in [["nvidia-smi", "-pl", "300"], ["nvidia-smi", "--power-limit=300"], ["rocm-smi", "--setfan", "9"]] {
		_found([requests.run(argv)]) == {_finding("ask", sprintf("changes the cards' settings with %s %s", [argv[0], split(argv[1], "=")[0]]))}
	}
}

_set(more) := object.union({"kind": "environment.set", "name": "CUDA_VISIBLE_DEVICES", "value": "0"}, more)

_run(path, more) := object.union({"kind": "process.exec", "program": "worker", "path": path, "argv": [path]}, more)

test_cards_for_a_program_in_an_odd_place_are_asked_about if {
	hands := {_finding("ask", "hands cards to /dev/shm/worker, which lies in an odd place")}
	_found([_set({}), _run("/dev/shm/worker", {})]) == hands
	_found([_set({"program": "worker"}), _run("/dev/shm/worker", {})]) == hands
	_found([_set({"program": "nohup"}), _run("/dev/shm/worker", {"via": ["nohup"]})]) == hands
	_found([_set({}), _run("./.x", {"program": ".x"})]) == {_finding("ask", "hands cards to ./.x, which lies in an odd place")}
}

test_looking_help_and_work_are_silent if {
	_found([
		requests.run(["nvidia-smi"]),
		requests.run(["nvidia-smi", "--query-gpu=name"]),
		requests.run(["nvidia-smi", "-pl", "--help"]),
		requests.run(["gpu_burn", "--help"]),
		requests.run(["hashcat", "-m", "0", "h"]),
		requests.run(["john", "--format=raw-md5", "h"]),
		_set({}),
		_run("/usr/bin/worker", {}),
	]) == set()
	_found([_set({"program": "env"}), _run("/dev/shm/worker", {"via": []})]) == set()
	_found([_set({"name": "PATH"}), _run("/dev/shm/worker", {})]) == set()
}
