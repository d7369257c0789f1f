package guard.rules.supply_chain.package_index_test

import data.guard.lib.requests_test as requests
import data.guard.rules.supply_chain.package_index

_reasons(operation) := {finding.reason |
	some finding in package_index.findings with input as requests.of([operation])
}

_run(line) := requests.run(split(line, " "))

_write(path, content) := {"kind": "file.write", "path": path, "content": content}

test_a_finding_asks if {
	found := package_index.findings with input as requests.of([_run("pip install -i http://x.example/simple a")])
	found == {{
		"effect": "ask",
		"reason": "sends pip to the index x.example, which is not listed",
		"solution": "use the index of the sandbox, or ask the operator to list this one as `package_index.allowed_hosts`",
		"obligations": [],
	}}
}

test_indexes_that_nobody_listed_are_asked_about if {
	every line in ["pip3 install --extra-index-url=https://x.example a", "npm install --registry https://x.example a", "npm config set registry https://x.example", "go env -w GOPROXY=https://x.example", "gem install -s http://x.example a"] {
		operation := _run(line)
		_reasons(operation) == {sprintf("sends %s to the index x.example, which is not listed", [operation.program])}
	}
}

test_unchecked_packages_are_asked_about if {
	_reasons(_run("apt-get install --allow-unauthenticated a")) == {"installs with apt-get and checks no signature: --allow-unauthenticated"}
}

test_variables_and_files_are_read if {
	_reasons({"kind": "environment.set", "name": "PIP_INDEX_URL", "value": "https://x.example"}) == {"sets PIP_INDEX_URL to x.example, which is not listed"}
	_reasons({"kind": "environment.set", "name": "GOPROXY", "value": "https://proxy.golang.org,https://x.example,direct"}) == {"sets GOPROXY to x.example, which is not listed"}
	_reasons(_write("app/.npmrc", "registry=http://x.example/")) == {"writes app/.npmrc with the index x.example, which is not listed"}
	_reasons(_write("/etc/apt/sources.list.d/a.list", "deb [trusted=yes] http://deb.debian.org/debian sid main")) == {"writes /etc/apt/sources.list.d/a.list, which switches a check off: trusted=yes"}
}

test_ordinary_work_is_silent if {
	_reasons({"kind": "environment.set", "name": "GOPROXY", "value": "https://proxy.golang.org,direct"}) == set()
	_reasons({"kind": "environment.set", "name": "API_URL", "value": "https://x.example"}) == set()
	_reasons(_write(".npmrc", "@own:registry=https://x.example/")) == set()
	_reasons(_write("/etc/apt/sources.list.d/a.list", "deb https://x.example/ stable main")) == set()
	_reasons(_write("README.md", "https://x.example [trusted=yes]")) == set()
	_reasons(_write("pip.conf", "index-url = https://pypi.org/simple")) == set()
	every line in ["pip install a", "pip install -i https://pypi.org/simple a", "pip install -f ./wheels a", "pip install --index-url https://⟨?⟩/simple a", "npm install", "apt-get install -y a", "yum --nogpgcheck localinstall a.rpm", "go env GOPROXY"] {
		_reasons(_run(line)) == set()
	}
}

test_other_options_programs_and_switched_off_ones_are_silent if {
	_reasons(_run("pip install --proxy=https://x.example a")) == set()
	_reasons(_run("echo --index-url https://x.example")) == set()
	found := package_index.findings with input as requests.of([_run("pip install --index-url=https://x.example a")])
		with data.guard.settings.supply_chain.package_index.programs as {"pip": {"--index-url": false}}
	found == set()
	_reasons({"kind": "file.read", "path": ".npmrc", "content": "registry=https://x.example"}) == set()
}
