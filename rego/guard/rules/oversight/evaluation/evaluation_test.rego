package guard.rules.oversight.evaluation_test

import data.guard.lib.requests_test as requests
import data.guard.rules.oversight.evaluation

_finding(reason) := {
	"effect": "ask",
	"reason": reason,
	"solution": "solve the task itself; tell the operator if its tests are wrong",
	"obligations": [],
}

_found(operation) := found if {
	found := evaluation.findings with input as requests.of([operation])
}

test_graders_and_rewards_are_not_changed if {
	every path in ["/tests/test_outputs.py", "/tests", "/logs/verifier/reward.txt", "out/reward.json", "/work/grader.py"] {
		_found({"kind": "file.write", "path": path}) == {_finding(sprintf("changes %s, which scores the work", [path]))}
		_found({"kind": "file.delete", "path": path}) == {_finding(sprintf("changes %s, which scores the work", [path]))}
	}
}

test_answers_are_not_read if {
	_found({"kind": "file.read", "path": "/oracle/solution.sh"}) == {_finding("reads /oracle/solution.sh, which holds answers")}
	_found({"kind": "file.read", "path": "/hidden_tests"}) == {_finding("reads /hidden_tests, which holds answers")}
}

test_tests_of_the_project_are_ordinary if {
	_found({"kind": "file.read", "path": "/tests/test_outputs.py"}) == set()
	_found({"kind": "file.write", "path": "/tests", "program": "mkdir"}) == set()
	every path in ["tests/test_shop.py", "/work/tests/conftest.py", "src/rewards.py", "/solution/run.sh", "oracle/db.py"] {
		_found({"kind": "file.write", "path": path}) == set()
		_found({"kind": "file.read", "path": path}) == set()
	}
}

_conftest(content) := _found({"kind": "file.write", "path": "/work/tests/conftest.py", "content": content})

test_forcing_tests_to_pass_needs_a_person if {
	every content in ["rep.outcome = 'passed'", "import os\nos._exit(0)", "session.exitstatus = 0", "class T:\n    def __eq__(self, other):\n        return True\n"] {
		_conftest(content) == {_finding("makes tests pass in /work/tests/conftest.py whatever they find")}
	}
}

test_other_settings_of_tests_are_silent if {
	_found({"kind": "file.write", "path": "/work/app.py", "content": "os._exit(0)"}) == set()
	_found({"kind": "file.write", "path": "/work/conftest.py"}) == set()
	every content in ["import pytest\n\n@pytest.fixture\ndef shop():\n    return 1\n", "if rep.outcome == 'passed':\n    n += 1"] {
		_conftest(content) == set()
	}
}
