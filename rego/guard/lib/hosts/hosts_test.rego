package guard.lib.hosts_test

import data.guard.lib.hosts

test_a_host_in_the_table_is_listed if hosts.listed("example.org", {"example.org": true}, [])

test_a_host_switched_off_is_not_listed if not hosts.listed("example.org", {"example.org": false}, [])

test_a_domain_covers_itself_and_what_is_below if {
	hosts.listed("example.org", {}, [".example.org"])
	hosts.listed("a.b.example.org", {}, [".example.org"])
}

test_a_name_that_only_ends_alike_is_not_listed if not hosts.listed("badexample.org", {}, [".example.org"])

test_an_endpoint_names_the_port_unless_it_says_nothing if {
	hosts.endpoint({"protocol": "ssh", "host": "h", "port": 22}) == "h"
	hosts.endpoint({"protocol": "ssh", "host": "h", "port": null}) == "h"
	hosts.endpoint({"protocol": "ssh", "host": "h", "port": 443}) == "h port 443"
	hosts.endpoint({"host": "h", "port": 4444}) == "h port 4444"
}
