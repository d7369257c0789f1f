package guard.rules.network.metadata_service_test

import data.guard.lib.requests_test as requests
import data.guard.rules.network.metadata_service

_connect(host, more) := object.union({"kind": "network.connect", "protocol": "http", "host": host, "port": 80}, more)

_finding(host) := {
	"effect": "deny",
	"reason": sprintf("reaches the cloud's metadata service at %s", [host]),
	"solution": "ask the operator for credentials made for the task, and leave the machine's own alone",
	"obligations": [],
}

test_each_listed_host_is_denied if {
	every host in ["169.254.169.254", "169.254.170.2", "100.100.100.200", "192.0.0.192", "fd00:ec2::254", "metadata.google.internal"] {
		found := metadata_service.findings with input as requests.of([_connect(host, {})])
		found == {_finding(host)}
	}
}

test_an_address_with_an_unresolved_piece_is_denied if {
	found := metadata_service.findings with input as requests.of([_connect("169.254.⟨?⟩", {})])
	found == {_finding("169.254.⟨?⟩")}
}

test_a_url_that_carries_the_address_is_denied if {
	found := metadata_service.findings with input as requests.of([_connect("proxy.example.org", {"url": "http://proxy.example.org/?u=http://169.254.169.254/latest/"})])
	found == {_finding("169.254.169.254")}
}

test_a_tunnel_to_the_address_is_denied if {
	found := metadata_service.findings with input as requests.of([{"kind": "network.tunnel", "protocol": "ssh", "direction": "local", "host": "h", "port": 22, "target": "METADATA.google.internal:80"}])
	found == {_finding("metadata.google.internal")}
}

test_a_file_named_after_the_address_that_is_sent_is_denied if {
	found := metadata_service.findings with input as requests.of([_connect("h.example.org", {"sends": ["169.254.169.254.json"]})])
	found == {_finding("169.254.169.254")}
}

test_other_hosts_and_texts_are_silent if {
	found := metadata_service.findings with input as requests.of([
		_connect("example.org", {"url": "http://example.org/metadata"}),
		_connect("10.0.0.1", {}),
		requests.run(["grep", "169.254.169.254", "main.tf"]),
	])
	found == set()
}
