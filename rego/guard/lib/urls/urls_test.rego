package guard.lib.urls_test

import data.guard.lib.urls

test_the_host_of_a_url if {
	urls.host("https://H.example:8080/x") == "h.example"
	urls.host("git+ssh://git@h.example/x.git") == "h.example"
	urls.host(" http://u:p@h.example") == "h.example"
	not urls.host("./wheels")
	not urls.host("h.example/x")
}

test_the_hosts_of_a_text if {
	urls.hosts("registry=https://a.example/\n//b.example x http://c.example,direct") == {"a.example", "c.example"}
	urls.hosts("nothing") == set()
}
