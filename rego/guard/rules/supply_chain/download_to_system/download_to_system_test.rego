package guard.rules.supply_chain.download_to_system_test

import data.guard.lib.requests_test as requests
import data.guard.rules.supply_chain.download_to_system

_get := {"kind": "network.connect", "program": "curl", "protocol": "https", "host": "x.example", "port": 443, "method": "GET"}

_reasons(source, path, more) := {finding.reason |
	some finding in download_to_system.findings with input as requests.of([source, object.union({"kind": "file.write", "program": "curl", "path": path}, more)])
}

test_a_finding_asks if {
	found := download_to_system.findings with input as requests.of([_get, {"kind": "file.write", "program": "curl", "path": "/usr/bin/tool"}])
	found == {{
		"effect": "ask",
		"reason": "writes what it downloads from x.example to /usr/bin/tool",
		"solution": "put the file into the project's folder, and install it as a package or by a person",
		"obligations": [],
	}}
}

test_places_from_which_things_run_are_asked_about if {
	count(_reasons(object.remove(_get, ["method"]), "/usr/tool.py", {"content": "⟨?⟩"})) == 1
	every path in ["/usr/tool.py", "/lib/x.so", "/usr/lib/python3/dist-packages/a.py", "/opt/venv/lib/site-packages/a.py"] {
		_reasons(_get, path, {}) == {sprintf("writes what it downloads from x.example to %s", [path])}
	}
}

test_ordinary_work_is_silent if {
	_reasons(_get, "/usr/bin/tool", {"content": "#!/bin/sh"}) == set()
	_reasons(_get, "/usr/bin/tool", {"program": "chmod"}) == set()
	_reasons(object.union(_get, {"host": "github.com"}), "/usr/bin/tool", {}) == set()
	_reasons(object.union(_get, {"method": "POST"}), "/usr/bin/tool", {}) == set()
	every path in ["/usr/local/bin/tool", "tool.py", "/tmp/tool", "~/.local/bin/tool", "/usr/lib/jvm/x.tar.gz", "/usr/share/keyrings/x.gpg"] {
		_reasons(_get, path, {}) == set()
	}
}

test_reading_such_a_file_is_silent if {
	found := download_to_system.findings with input as requests.of([_get, {"kind": "file.read", "program": "curl", "path": "/usr/bin/tool"}])
	found == set()
}

test_an_environment_of_the_project_is_its_own if {
	_reasons(_get, "venv/lib/python3.11/site-packages/a.py", {}) == set()
}
