package guard.rules.exfiltration.paste_site_test

import data.guard.lib.requests_test as requests
import data.guard.rules.exfiltration.paste_site

_found(operations) := found if {
	found := paste_site.findings with input as requests.of(operations)
}

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "hand results over as files, or ask the operator for a place to send them to",
	"obligations": [],
}

_connect(host, more) := object.union({"kind": "network.connect", "protocol": "https", "host": host, "port": 443}, more)

test_posting_to_a_paste_site_is_denied if {
	_found([_connect("store9.gofile.io", {"method": "PUT"})]) == {_finding("deny", "posts to the paste site store9.gofile.io")}
	every more in [{"method": "POST"}, {}, {"program": "nc"}] {
		_found([_connect("pastebin.com", more)]) == {_finding("deny", "posts to the paste site pastebin.com")}
	}
}

test_what_is_sent_there_is_denied if {
	_found([{"kind": "network.send", "protocol": "https", "host": "0x0.st", "port": 443, "path": "a"}]) == {_finding("deny", "sends a to 0x0.st")}
	_found([{"kind": "network.send", "protocol": "https", "host": "example.org", "port": 443, "path": "a"}]) == set()
}

test_reading_there_is_silent if {
	_found([_connect("pastebin.com", {"method": "GET"}), _connect("pastebin.com", {"program": "git"})]) == set()
}

test_collectors_are_denied if {
	_found([_connect("webhook.site", {"method": "HEAD", "url": "https://webhook.site/"})]) == set()
	every more in [{"method": "GET", "url": "https://a.webhook.site/?x=1"}, {}, {"method": "HEAD"}] {
		_found([_connect("a.webhook.site", more)]) == {_finding("deny", "sends to a service that records what it is sent, a.webhook.site")}
	}
}

test_web_hooks_are_asked_about if {
	_found([
		_connect("discord.com", {"method": "POST", "url": "https://discord.com/login"}),
		_connect("discord.com", {"method": "GET", "url": "https://discord.com/api/webhooks/1/x"}),
		_connect("example.org", {"method": "POST"}),
	]) == set()
	every more in [{"method": "POST", "url": "https://discord.com/api/webhooks/1/x"}, {"method": "POST"}, {}] {
		_found([_connect("discord.com", more)]) == {_finding("ask", "posts to a web hook at discord.com")}
	}
}

test_programs_that_give_away_are_denied if {
	every argv in [["pastebinit", "a"], ["gh", "gist", "create", "a"], ["WORMHOLE", "send", "a"]] {
		_found([requests.run(argv)]) == {_finding("deny", sprintf("gives something away with %s", [argv[0]]))}
	}
}

test_help_and_other_verbs_are_silent if {
	_found([requests.run(["pastebinit", "--help"]), requests.run(["gh", "gist", "list"]), requests.run(["wormhole", "receive"]), requests.run(["ls"])]) == set()
}
