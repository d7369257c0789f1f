package guard.rules.network.control_socket_test

import data.guard.lib.requests_test as requests
import data.guard.rules.network.control_socket

_found(operations) := found if {
	found := control_socket.findings with input as requests.of(operations)
}

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "use the runtime through its own client, with the rights that the sandbox gives",
	"obligations": [],
}

_connect(host, port, more) := object.union({"kind": "network.connect", "protocol": "https", "host": host, "port": port}, more)

test_a_control_socket_in_use_is_denied if {
	every path in ["/var/run/docker.sock", "/run/containerd/containerd.sock", "docker.sock", "/var/run/docker*.sock"] {
		every kind in ["file.read", "file.write"] {
			_found([{"kind": kind, "path": path}]) == {_finding("deny", sprintf("uses the control socket %s", [path]))}
		}
	}
}

test_who_may_use_it_is_asked_about if {
	_found([{"kind": "file.write", "program": "chmod", "path": "/var/run/docker.sock"}]) == {_finding("ask", "changes who may use the control socket /var/run/docker.sock")}
}

test_looking_and_other_sockets_are_silent if {
	_found([
		{"kind": "file.read", "program": "ls", "path": "/var/run/docker.sock"},
		{"kind": "file.read", "path": "/tmp/app.sock"},
		{"kind": "file.read", "path": "/tmp/app*.sock"},
		{"kind": "file.write", "path": "*.md"},
		requests.run(["docker", "ps"]),
	]) == set()
}

test_control_ports_are_denied if {
	_found([_connect("10.0.0.3", 2375, {})]) == {_finding("deny", "talks to the control port at 10.0.0.3 port 2375")}
	_found([_connect("127.0.0.1", 10250, {})]) == {_finding("deny", "talks to the control port at 127.0.0.1 port 10250")}
	_found([_connect("10.0.0.3", 2379, {"program": "curl"})]) == {_finding("deny", "talks to the control port at 10.0.0.3 port 2379")}
	_found([_connect("kubernetes.default.svc", 443, {})]) == {_finding("deny", "talks to the control port at kubernetes.default.svc")}
}

test_a_socket_as_the_host_of_a_url_is_denied if {
	_found([_connect("%2fvar%2frun%2fdocker.sock", null, {})]) == {_finding("deny", "talks to the control port at %2fvar%2frun%2fdocker.sock")}
}

test_a_forward_to_a_control_socket_is_denied if {
	tunnel := {"kind": "network.tunnel", "protocol": "ssh", "direction": "remote", "host": "h", "port": 22}
	_found([object.union(tunnel, {"target": "/var/run/docker.sock"})]) == {_finding("deny", "forwards to the control socket /var/run/docker.sock")}
	_found([object.union(tunnel, {"target": "localhost:22"})]) == set()
}

test_clients_and_services_of_this_machine_are_silent if {
	_found([
		_connect("localhost", 2379, {}),
		_connect("10.0.0.3", 6443, {"program": "kubectl"}),
		_connect("kubernetes", 443, {"program": "helm"}),
		_connect("example.org", 443, {}),
		_connect("example.org", null, {}),
	]) == set()
}
