package guard.rules.remote_access.tunnel_tool_test

import data.guard.lib.requests_test as requests
import data.guard.rules.remote_access.tunnel_tool

_tunnel(protocol, direction) := {"kind": "network.tunnel", "protocol": protocol, "direction": direction, "host": "203.0.113.5", "port": 443}

_finding(reason) := {
	"effect": "deny",
	"reason": reason,
	"solution": "work without the tunnel: use the network that the sandbox gives",
	"obligations": [],
}

test_a_tunnel_of_any_other_protocol_is_denied if {
	found := tunnel_tool.findings with input as requests.of([_tunnel("chisel", "remote"), _tunnel("socat", "local")])
	found == {
		_finding("opens a remote tunnel with chisel through 203.0.113.5 port 443"),
		_finding("opens a local tunnel with socat through 203.0.113.5 port 443"),
	}
}

test_ssh_is_left_to_its_own_rule if {
	found := tunnel_tool.findings with input as requests.of([_tunnel("ssh", "remote")])
	found == set()
}

test_a_local_forward_of_a_listed_development_tool_is_silent if {
	found := tunnel_tool.findings with input as requests.of([_tunnel("kubectl", "local")])
	found == set()
}

test_any_other_forward_of_that_tool_is_denied if {
	found := tunnel_tool.findings with input as requests.of([_tunnel("kubectl", "remote")])
	found == {_finding("opens a remote tunnel with kubectl through 203.0.113.5 port 443")}
}

test_joining_an_overlay_is_left_to_its_own_rule if {
	found := tunnel_tool.findings with input as requests.of([_tunnel("tailscale", "device"), _tunnel("openvpn", "device"), requests.run(["tailscale", "up"])])
	found == set()
}

test_devices_of_covert_channels_and_what_the_other_rule_leaves_are_denied if {
	found := tunnel_tool.findings with input as requests.of([_tunnel("iodine", "device"), _tunnel("openvpn", "device"), _tunnel("tailscale", "remote")])
		with data.guard.settings.remote_access.overlay_network.protocols as {"tailscale": true, "openvpn": false}
	found == {
		_finding("opens a device tunnel with iodine through 203.0.113.5 port 443"),
		_finding("opens a device tunnel with openvpn through 203.0.113.5 port 443"),
		_finding("opens a remote tunnel with tailscale through 203.0.113.5 port 443"),
	}
}

test_starting_a_tunnel_program_is_denied if {
	found := tunnel_tool.findings with input as requests.of([
		requests.run(["ngrok", "http", "80"]),
		requests.run(["frpc"]),
		requests.run(["CHISEL", "client", "203.0.113.5", "R:2222:localhost:22"]),
		requests.run(["bore", "⟨?⟩"]),
	])
	found == {
		_finding("starts the tunnel program ngrok"),
		_finding("starts the tunnel program frpc"),
		_finding("starts the tunnel program CHISEL"),
		_finding("starts the tunnel program bore"),
	}
}

test_a_subcommand_that_tunnels_is_denied if {
	found := tunnel_tool.findings with input as requests.of([requests.run(["tailscale", "funnel", "3000"])])
	found == {_finding("starts the tunnel program tailscale")}
}

test_help_versions_and_harmless_subcommands_are_silent if {
	found := tunnel_tool.findings with input as requests.of([
		requests.run(["ngrok", "--help"]),
		requests.run(["cloudflared", "version"]),
		requests.run(["cloudflared", "tunnel", "--help"]),
		requests.run(["chisel", "help"]),
		requests.run(["frpc", "-v"]),
		requests.run(["ngrok", "config", "check"]),
		requests.run(["tailscale", "status"]),
	])
	found == set()
}

test_a_program_that_settings_take_off_the_list_is_silent if {
	found := tunnel_tool.findings with input as requests.of([requests.run(["ttyd", "bash"])])
		with data.guard.settings.remote_access.tunnel_tool.programs as {"ttyd": {"*": false}}
	found == set()
}

test_ordinary_programs_are_silent if {
	found := tunnel_tool.findings with input as requests.of([requests.run(["ls", "-la"]), requests.run(["code", "."]), requests.run(["grep", "ngrok", "x"])])
	found == set()
}
