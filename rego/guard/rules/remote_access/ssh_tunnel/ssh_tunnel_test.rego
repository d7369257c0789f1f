package guard.rules.remote_access.ssh_tunnel_test

import data.guard.lib.requests_test as requests
import data.guard.rules.remote_access.ssh_tunnel

_tunnel(direction, more) := object.union(
	{"kind": "network.tunnel", "program": "ssh", "protocol": "ssh", "direction": direction, "host": "203.0.113.5", "port": 22},
	more,
)

_finding(reason) := {
	"effect": "deny",
	"reason": reason,
	"solution": "work without the tunnel, or ask the operator to list it in `remote_access.ssh_tunnel.allowed`",
	"obligations": [],
}

test_a_remote_forward_is_denied if {
	found := ssh_tunnel.findings with input as requests.of([_tunnel("remote", {"bind": "2222", "target": "localhost:22"})])
	found == {_finding("opens a remote ssh forward of port 2222 through 203.0.113.5")}
}

test_a_remote_forward_through_another_port_is_denied if {
	found := ssh_tunnel.findings with input as requests.of([_tunnel("remote", {"bind": "2222", "port": 443})])
	found == {_finding("opens a remote ssh forward of port 2222 through 203.0.113.5 port 443")}
}

test_a_forward_that_may_happen_on_another_machine_is_denied if {
	found := ssh_tunnel.findings with input as requests.of([_tunnel("remote", {"bind": "2222", "certainty": "may", "elsewhere": "ssh:h"})])
	found == {_finding("opens a remote ssh forward of port 2222 through 203.0.113.5")}
}

test_a_remote_forward_with_nothing_known_is_denied if {
	found := ssh_tunnel.findings with input as requests.of([_tunnel("remote", {"host": "⟨?⟩", "port": null})])
	found == {_finding("opens a remote ssh forward of an unnamed port through ⟨?⟩")}
}

test_a_local_forward_is_denied if {
	found := ssh_tunnel.findings with input as requests.of([_tunnel("local", {"bind": "8080", "target": "db:5432"})])
	found == {_finding("opens a local ssh forward of port 8080 through 203.0.113.5")}
}

test_a_dynamic_forward_is_denied if {
	found := ssh_tunnel.findings with input as requests.of([_tunnel("dynamic", {"bind": "1080"})])
	found == {_finding("opens a proxy over ssh on port 1080 through 203.0.113.5")}
}

test_a_remote_dynamic_forward_is_denied if {
	found := ssh_tunnel.findings with input as requests.of([_tunnel("remote_dynamic", {"bind": ""})])
	found == {_finding("opens, on an unnamed port, a proxy into this network for 203.0.113.5, over ssh")}
}

test_a_device_and_a_direction_yet_unknown_are_denied if {
	found := ssh_tunnel.findings with input as requests.of([_tunnel("device", {}), _tunnel("sideways", {})])
	found == {
		_finding("opens an ssh tunnel (device) through 203.0.113.5"),
		_finding("opens an ssh tunnel (sideways) through 203.0.113.5"),
	}
}

_write(path, more) := object.union({"kind": "file.write", "path": path}, more)

_settings_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "leave ssh's settings without forwards, or ask the operator to make them",
	"obligations": [],
}

test_a_forward_in_the_settings_of_ssh_is_denied if {
	every path in ["~/.ssh/config", ".ssh/config", "/etc/ssh/ssh_config.d/far.conf"] {
		found := ssh_tunnel.findings with input as requests.of([_write(path, {"content": "Host h\n  RemoteForward 2222 localhost:22\n"})])
		found == {_settings_finding("deny", sprintf("writes a forward into %s", [path]))}
	}
}

test_settings_of_ssh_whose_content_is_not_known_are_asked_about if {
	every more in [{}, {"program": "cp"}] {
		found := ssh_tunnel.findings with input as requests.of([_write("~/.ssh/config", more)])
		found == {_settings_finding("ask", "writes, unseen, into ~/.ssh/config")}
	}
}

test_a_file_that_settings_take_off_the_list_is_silent if {
	found := ssh_tunnel.findings with input as requests.of([_write("~/.ssh/config", {})])
		with data.guard.settings.remote_access.ssh_tunnel.files as {"/.ssh/config/": false}
	found == set()
}

test_other_settings_of_ssh_and_other_files_are_silent if {
	found := ssh_tunnel.findings with input as requests.of([
		_write("~/.ssh/config", {"content": "Host *\n  ServerAliveInterval 30\n"}),
		_write("~/.ssh/config", {"program": "chmod"}),
		_write("~/.ssh/known_hosts", {}),
		_write("docs/ssh/config.md", {"content": "RemoteForward 2222 localhost:22"}),
		_write("README.md", {"content": "RemoteForward 2222 localhost:22"}),
	])
	found == set()
}

test_a_listed_tunnel_is_silent if {
	found := ssh_tunnel.findings with input as requests.of([_tunnel("local", {"bind": "8080"})])
		with data.guard.settings.remote_access.ssh_tunnel.allowed as [{"direction": "local", "host": "203.0.113.5", "bind": "8080"}]
	found == set()
}

test_a_tunnel_that_differs_from_the_listed_one_is_denied if {
	found := ssh_tunnel.findings with input as requests.of([_tunnel("local", {"bind": "8081"}), _tunnel("local", {})])
		with data.guard.settings.remote_access.ssh_tunnel.allowed as [{"direction": "local", "host": "203.0.113.5", "bind": "8080"}]
	found == {
		_finding("opens a local ssh forward of port 8081 through 203.0.113.5"),
		_finding("opens a local ssh forward of an unnamed port through 203.0.113.5"),
	}
}

test_an_entry_without_direction_or_host_lists_nothing if {
	found := ssh_tunnel.findings with input as requests.of([_tunnel("local", {})])
		with data.guard.settings.remote_access.ssh_tunnel.allowed as [{}, {"direction": "local"}, {"host": "203.0.113.5"}]
	count(found) == 1
}

test_tunnels_of_other_protocols_and_plain_ssh_are_silent if {
	found := ssh_tunnel.findings with input as requests.of([
		_tunnel("remote", {"protocol": "chisel"}),
		{"kind": "network.connect", "protocol": "ssh", "host": "203.0.113.5", "port": 22},
		requests.run(["ssh", "-V"]),
	])
	found == set()
}
