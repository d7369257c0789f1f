package guard.rules.persistence.interpreter_startup_test

import data.guard.lib.requests_test as requests
import data.guard.rules.persistence.interpreter_startup

_found(operations) := found if {
	found := interpreter_startup.findings with input as requests.of(operations)
}

_effects(operations) := {finding.effect | some finding in _found(operations)}

_write(program, path) := {"kind": "file.write", "program": program, "path": path}

test_the_finding_says_what_was_seen if {
	_found([{"kind": "file.write", "program": "bash", "path": "sitecustomize.py", "content": "import x"}]) == {{
		"effect": "ask",
		"reason": "writes sitecustomize.py, which runs code whenever its reader starts",
		"solution": "set what you need on the command line, for this run alone",
		"obligations": [],
	}}
}

test_what_is_asked_about if {
	every operations in [
		[_write("cp", "/usr/lib/python3/dist-packages/sitecustomize.py")],
		[{"kind": "file.write", "program": "bash", "path": "/x/site-packages/a.pth", "content": "import os"}],
		[{"kind": "file.write", "path": "/x/site-packages/a.pth"}],
		[{"kind": "file.write", "program": "bash", "path": "~/.vimrc", "content": "autocmd BufRead * !x"}],
		[{"kind": "file.write", "program": "bash", "path": "~/.gdbinit", "content": "shell x"}],
		[{"kind": "file.write", "path": "~/.vimrc"}],
		[{"kind": "file.write", "program": "bash", "path": "~/.vimrc", "content": "⟨?⟩"}],
	] {
		"ask" in _effects(operations)
	}
}

test_what_is_silent if {
	every operations in [
		[{"kind": "file.write", "program": "bash", "path": "~/.vimrc", "content": "set number"}],
		[_write("cp", "~/.vimrc")],
		[{"kind": "file.write", "program": "bash", "path": "/x/site-packages/a.pth", "content": "/work/src"}],
		[{"kind": "file.write", "program": "bash", "path": "data/a.pth", "content": "import os"}],
		[_write("chmod", "sitecustomize.py")],
		[_write("cp", "/x/site-packages/a.pth")],
		[{"kind": "file.write", "program": "bash", "path": "notes.txt", "content": "import x"}],
	] {
		_found(operations) == set()
	}
}
