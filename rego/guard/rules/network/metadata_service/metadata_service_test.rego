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
	every host in ["169.254.169.254", "169.254.170.2", "100.100.100.200", "192.0.0.192", "fd00:ec2::254", "metadata.google.internal", "168.63.129.16", "100.96.0.96", "fd00:42::42", "metadata.tencentyun.com", "169-254-169-254.nip.io"] {
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

_end(reason) := object.union(_finding(""), {"reason": reason})

_tunnel(more) := object.union({"kind": "network.tunnel", "protocol": "kubectl", "direction": "local", "host": "pod/x", "port": 80}, more)

test_a_forward_whose_end_is_not_named_is_denied if {
	found := metadata_service.findings with input as requests.of([_tunnel({})])
	found == {_end("opens a forward through pod/x whose end is not named")}
	other := metadata_service.findings with input as requests.of([_tunnel({"target": "pod/x:80"}), _tunnel({"direction": "dynamic"})])
	other == set()
}

test_an_encoded_end_and_a_path_that_name_it_are_denied if {
	found := metadata_service.findings with input as requests.of([_tunnel({"target": "0xA9FEA9FE:80"})])
	found == {_finding("0xa9fea9fe")}
	sent := metadata_service.findings with input as requests.of([{"kind": "network.send", "protocol": "http", "host": "h", "port": 80, "path": "169.254.169.254"}])
	sent == {_finding("169.254.169.254")}
}

test_programs_made_for_it_are_denied if {
	found := metadata_service.findings with input as requests.of([requests.run(["ec2-metadata", "-i"]), requests.run(["ec2metadata", "--help"])])
	found == {_end("asks the cloud's metadata service with ec2-metadata")}
}
