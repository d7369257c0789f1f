package guard.rules.network.unlisted_egress_test

import data.guard.lib.requests_test as requests
import data.guard.rules.network.unlisted_egress

_connect(host) := {"kind": "network.connect", "protocol": "https", "host": host, "port": 443}

_finding(reason) := {
	"effect": "off",
	"reason": reason,
	"solution": "use a listed host, or ask the operator to list this one in `network.unlisted_egress.allowed_hosts`",
	"obligations": [],
}

test_an_unlisted_host_is_found_in_strict_and_locked if {
	every profile in ["strict", "locked"] {
		found := unlisted_egress.findings with input as requests.request(profile, [_connect("example.org")], [])
		found == {_finding("reaches example.org, which is not listed")}
	}
}

test_an_unlisted_host_is_silent_in_baseline if {
	found := unlisted_egress.findings with input as requests.of([_connect("example.org")])
	found == set()
}

test_settings_can_turn_it_on_where_the_profile_says_nothing if {
	found := unlisted_egress.findings with input as requests.of([_connect("example.org")])
		with data.guard.settings.network.unlisted_egress.effect as "ask"
	found == {object.union(_finding("reaches example.org, which is not listed"), {"effect": "ask"})}
}

test_a_tunnel_and_a_host_that_is_not_known_are_found if {
	found := unlisted_egress.findings with input as requests.request("strict", [{"kind": "network.tunnel", "protocol": "ssh", "direction": "remote", "host": "⟨?⟩", "port": null}], [])
	found == {_finding("reaches ⟨?⟩, which is not listed")}
}

test_listed_hosts_this_machine_and_servers_are_silent if {
	found := unlisted_egress.findings with input as requests.request(
		"strict",
		[
			_connect("pypi.org"),
			_connect("localhost"),
			_connect("api.localhost"),
			{"kind": "network.listen", "protocol": "http", "host": "", "port": 8000},
		],
		[],
	)
	found == set()
}
