package guard.rules.network.internal_probe_test

import data.guard.lib.requests_test as requests
import data.guard.rules.network.internal_probe

_found(operations) := found if {
	found := internal_probe.findings with input as requests.of(operations)
}

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "connect to the one host that the task names, and leave the network around it alone",
	"obligations": [],
}

_connect(host, port, more) := object.union({"kind": "network.connect", "protocol": "tcp", "host": host, "port": port}, more)

_scan(host, more) := object.union({"kind": "network.connect", "program": "nmap", "protocol": "scan", "host": host, "port": null}, more)

test_a_scan_of_a_range_is_denied if {
	_found([_scan("⟨?⟩", {"url": "⟨?⟩/24"})]) == {_finding("deny", "scans ⟨?⟩ with nmap")}
	_found([_scan("fd12::1", {"url": "fd12::/64"})]) == {_finding("deny", "scans fd12::1 with nmap")}
	every operation in [_scan("10.0.0.0", {"url": "10.0.0.0/8"}), _scan("10.0.0.0", {})] {
		_found([operation]) == {_finding("deny", "scans 10.0.0.0 with nmap")}
	}
}

test_a_scan_whose_program_is_not_named_counts_as_the_worst if {
	_found([object.remove(_scan("10.0.0.1", {}), ["program"])]) == {_finding("deny", "scans 10.0.0.1 with a scanner")}
}

test_a_scan_of_one_host_is_asked_about if {
	_found([_scan("10.0.0.5", {"url": "10.0.0.5"})]) == {_finding("ask", "scans 10.0.0.5 with nmap")}
}

test_who_only_looks_who_is_there_is_asked_about if {
	_found([_scan("192.168.0.1", {"program": "nbtscan", "url": "192.168.0.1/24"})]) == {_finding("ask", "scans 192.168.0.1 with nbtscan")}
	_found([_scan("192.168.0.1", {"program": "nbtscan", "url": "192.168.0.1"})]) == set()
}

test_sweeps_are_asked_about if {
	every argv in [["arp-scan", "-l"], ["fping", "-g", "10.0.0.0/24"], ["fping", "10.0.0.1-20"], ["nc", "-zv", "10.0.0.5", "1-1000"]] {
		_found([requests.run(argv)]) == {_finding("ask", sprintf("sweeps the inner network with %s", [argv[0]]))}
	}
}

test_help_and_single_hosts_are_silent if {
	_found([
		requests.run(["arp-scan", "--help"]),
		requests.run(["fping", "10.0.0.5"]),
		requests.run(["nc", "-z", "10.0.0.5", "22"]),
		requests.run(["nc", "-z", "example.org", "1-1000"]),
		requests.run(["ipcalc", "10.0.0.0/24"]),
	]) == set()
}

test_an_address_that_changes_is_asked_about if {
	_found([_connect("10.0.0.⟨?⟩", 22, {"certainty": "may"})]) == {_finding("ask", "tries hosts in turn at 10.0.0.⟨?⟩")}
	_found([_connect("10.0.0.⟨?⟩", 22, {})]) == {_finding("ask", "tries hosts in turn at 10.0.0.⟨?⟩")}
	_found([_connect("10.0.0.⟨?⟩", 22, {"certainty": "must"})]) == set()
}

test_many_hosts_are_denied if {
	_found([_connect(sprintf("10.0.0.%d", [n]), 80, {}) | some n in [1, 2, 3, 4, 5, 6]]) == {_finding("deny", "tries 6 inner hosts")}
	_found([_connect(sprintf("10.0.0.%d", [n]), 80, {}) | some n in [1, 2, 3, 4, 5]]) == set()
	_found([_connect(sprintf("10.0.0.%d.example.org", [n]), 80, {}) | some n in [1, 2, 3, 4, 5, 6]]) == set()
}

test_many_ports_of_a_host_are_denied if {
	_found([_connect("10.0.0.5", n, {}) | some n in [1, 2, 3, 4, 5, 6, 7, 8]]) == {_finding("deny", "tries 8 ports of 10.0.0.5")}
	_found([_connect("127.0.0.1", n, {}) | some n in [1, 2, 3, 4, 5, 6, 7, 8]]) == set()
}

test_a_port_that_changes_is_asked_about if {
	_found([_connect("172.17.0.1", null, {"program": "ping", "certainty": "may"})]) == set()
	_found([_connect("172.17.0.1", null, {"program": "nc", "certainty": "must"})]) == set()
	every more in [{"program": "bash", "certainty": "may"}, {}] {
		_found([_connect("172.17.0.1", null, more)]) == {_finding("ask", "tries ports in turn at 172.17.0.1")}
	}
}

test_this_machine_and_the_world_are_silent if {
	_found([_scan("127.0.0.1", {}), _scan("198.51.100.1", {"url": "198.51.100.0/24"}), _connect("fd.example.org", 80, {})]) == set()
}
