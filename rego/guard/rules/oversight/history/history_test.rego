package guard.rules.oversight.history_test

import data.guard.lib.requests_test as requests
import data.guard.rules.oversight.history

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "leave the history on and as it is; pass secrets in files or variables, not in commands",
	"obligations": [],
}

_found(operation) := found if {
	found := history.findings with input as requests.of([operation])
}

test_clearing_is_denied if {
	_found({"kind": "file.delete", "path": "~/.bash_history", "program": "history"}) == {_finding("deny", "clears the shell's history")}
}

test_taking_out_an_entry_needs_a_person if {
	_found({"kind": "file.write", "path": "~/.bash_history", "program": "history"}) == {_finding("ask", "changes ~/.bash_history")}
}

test_files_of_histories_are_kept if {
	every path in ["~/.bash_history", "/root/.zsh_history", "/home/ann/.local/share/fish/fish_history", ".mysql_history", "~/.history", "~/.bash_h*", "/home/ann/.*_history"] {
		_found({"kind": "file.delete", "path": path, "program": "rm"}) == {_finding("deny", sprintf("deletes or moves %s", [path]))}
		_found({"kind": "file.delete", "path": path}) == {_finding("deny", sprintf("deletes or moves %s", [path]))}
		_found({"kind": "file.write", "path": path}) == {_finding("deny", sprintf("changes %s", [path]))}
	}
}

test_other_files_are_silent if {
	_found({"kind": "file.read", "path": "~/.bash_history"}) == set()
	_found({"kind": "file.write", "path": "~/.bash_history", "program": "chmod"}) == set()
	every path in ["history.py", "/work/.history", "/work/.history/a.ts", "~/.bashrc", "~/.*", "./.*", "~/.ba*rc", "~/*_history"] {
		_found({"kind": "file.delete", "path": path, "program": "rm"}) == set()
		_found({"kind": "file.write", "path": path}) == set()
	}
}

test_switching_it_off_needs_a_person if {
	every pair in [["HISTFILE", ""], ["HISTFILE", "/dev/null"], ["HISTSIZE", "0"], ["HISTIGNORE", "*"]] {
		expected := {_finding("ask", sprintf("sets %s so that no history is kept", [pair[0]]))}
		_found({"kind": "environment.set", "name": pair[0], "value": pair[1]}) == expected
		_found(object.union(requests.run(["bash"]), {"environment": {pair[0]: pair[1]}})) == expected
	}
}

test_other_settings_of_the_history_are_silent if {
	every pair in [["HISTFILE", "/work/.hist"], ["HISTSIZE", "100000"], ["HISTCONTROL", "ignoreboth"], ["HISTIGNORE", "ls:cd"], ["LESSHISTFILE", "/dev/null"]] {
		_found({"kind": "environment.set", "name": pair[0], "value": pair[1]}) == set()
		_found(object.union(requests.run(["bash"]), {"environment": {pair[0]: pair[1]}})) == set()
	}
}

test_what_settings_take_off_the_list_is_silent if {
	lists := data.guard.settings.oversight.history
	found := _found({"kind": "file.delete", "path": "~/.bash_h*"}) with data.guard.settings.oversight.history.names as object.union(lists.names, {".bash_history": false})
	found == set()
}
