package guard.rules.supply_chain.unpinned_test

import data.guard.lib.requests_test as requests
import data.guard.rules.supply_chain.unpinned

_reasons(line) := {finding.reason |
	some finding in unpinned.findings with input as requests.of([requests.run(split(line, " "))])
}

test_a_finding_asks if {
	found := unpinned.findings with input as requests.of([requests.run(["pip", "install", "http://x.example/a.tar.gz"])])
	found == {{
		"effect": "ask",
		"reason": "installs from x.example with pip, which is not listed",
		"solution": "install a release from the package index, or ask the operator to list this host",
		"obligations": [],
	}}
}

test_urls_of_hosts_that_nobody_listed_are_asked_about if {
	every line in ["pip install git+https://x.example/a.git@main", "npm install git+ssh://git@x.example/a.git", "pip install a@https://x.example/a.whl", "npx https://x.example/a.tgz", "cargo install --git https://x.example/a", "rpm -i http://x.example/a.rpm"] {
		count(_reasons(line)) == 1
	}
}

test_ordinary_work_is_silent if {
	every line in ["pip install requests", "pip install git+https://github.com/o/r.git", "npm install https://github.com/o/r/archive/v1.tar.gz", "pip install --index-url https://x.example a", "pip download https://x.example/a.whl", "pip install https://⟨?⟩/a.whl", "brew install jq", "npx cowsay https://x.example", "curl -O https://x.example/a.tgz"] {
		_reasons(line) == set()
	}
}

test_a_version_may_be_asked_for if {
	found := unpinned.findings with input as requests.of([requests.run(["pip", "install", "git+https://github.com/o/r.git"])])
		with data.guard.settings.supply_chain.unpinned.forges_need_a_version as true
	{finding.reason | some finding in found} == {"installs git+https://github.com/o/r.git with pip in no fixed version"}
	fixed := unpinned.findings with input as requests.of([requests.run(["pip", "install", "git+https://github.com/o/r.git@v1.2"])])
		with data.guard.settings.supply_chain.unpinned.forges_need_a_version as true
	fixed == set()
}

test_other_programs_and_options_are_silent if {
	every line in ["make install https://x.example/a", "pip install -fhttps://x.example a"] {
		_reasons(line) == set()
	}
}

test_an_archive_of_a_listed_host_has_its_version_in_its_name if {
	found := unpinned.findings with input as requests.of([requests.run(["pip", "install", "https://github.com/o/r/archive/v1.tar.gz"])])
		with data.guard.settings.supply_chain.unpinned.forges_need_a_version as true
	found == set()
}
