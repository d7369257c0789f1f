package guard.rules.remote_access.overlay_network_test

import data.guard.lib.requests_test as requests
import data.guard.rules.remote_access.overlay_network

_tunnel(protocol, direction) := {"kind": "network.tunnel", "protocol": protocol, "direction": direction, "host": "203.0.113.5", "port": 443}

_finding(reason) := {
	"effect": "ask",
	"reason": reason,
	"solution": "use the network that the sandbox gives, or let a person decide about the overlay",
	"obligations": [],
}

test_a_device_of_an_overlay_is_asked_about if {
	found := overlay_network.findings with input as requests.of([_tunnel("wireguard", "device"), _tunnel("nebula", "device")])
	found == {
		_finding("joins an overlay network with wireguard through 203.0.113.5 port 443"),
		_finding("joins an overlay network with nebula through 203.0.113.5 port 443"),
	}
}

test_forwards_and_other_devices_are_left_to_other_rules if {
	found := overlay_network.findings with input as requests.of([
		_tunnel("tailscale", "remote"),
		_tunnel("iodine", "device"),
		_tunnel("ssh", "device"),
	])
	found == set()
}

test_a_protocol_that_settings_switch_off_is_silent if {
	found := overlay_network.findings with input as requests.of([_tunnel("wireguard", "device")])
		with data.guard.settings.remote_access.overlay_network.protocols as {"wireguard": false}
	found == set()
}

test_a_subcommand_that_joins_is_asked_about if {
	found := overlay_network.findings with input as requests.of([
		requests.run(["TAILSCALE", "up", "--ssh"]),
		requests.run(["zerotier-cli", "join", "8056c2e21c000001"]),
	])
	found == {
		_finding("joins an overlay network with `TAILSCALE up`"),
		_finding("joins an overlay network with `zerotier-cli join`"),
	}
}

test_one_call_is_told_once if {
	found := overlay_network.findings with input as requests.of([requests.run(["wg-quick", "up", "wg0"]), _tunnel("wireguard", "device")])
	found == {_finding("joins an overlay network with wireguard through 203.0.113.5 port 443")}
}

test_states_leaving_and_help_are_silent if {
	found := overlay_network.findings with input as requests.of([
		requests.run(["tailscale"]),
		requests.run(["tailscale", "status"]),
		requests.run(["tailscale", "down"]),
		requests.run(["tailscale", "up", "--help"]),
		requests.run(["wg-quick", "down", "wg0"]),
		requests.run(["zerotier-cli", "listnetworks"]),
		requests.run(["grep", "up"]),
	])
	found == set()
}

test_a_program_that_settings_take_off_the_list_is_silent if {
	found := overlay_network.findings with input as requests.of([requests.run(["netbird", "up"])])
		with data.guard.settings.remote_access.overlay_network.programs as {"netbird": {"up": false}}
	found == set()
}
