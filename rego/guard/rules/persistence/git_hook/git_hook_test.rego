package guard.rules.persistence.git_hook_test

import data.guard.lib.requests_test as requests
import data.guard.rules.persistence.git_hook

_found(operations) := found if {
	found := git_hook.findings with input as requests.of(operations)
}

_effects(operations) := {finding.effect | some finding in _found(operations)}

_write(program, path) := {"kind": "file.write", "program": program, "path": path}

test_the_finding_says_what_was_seen if {
	_found([_write("bash", ".git/hooks/pre-commit")]) == {{
		"effect": "ask",
		"reason": "writes the hook .git/hooks/pre-commit, which git runs later",
		"solution": "keep hooks in the project's own folder and let its maintainers install them",
		"obligations": [],
	}}
}

test_what_is_asked_about if {
	every operations in [
		[_write("cp", "/srv/x.git/hooks/post-receive")],
		[_write("tee", "hooks/update")],
		[_write("cp", "⟨?⟩/hooks/pre-push")],
		[_write("cp", ".git/modules/sub/hooks/pre-push")],
		[requests.run(["git", "config", "--global", "core.hooksPath", "/opt/h"])],
		[requests.run(["git", "config", "--system", "init.templateDir", "/opt/h"])],
		[requests.run(["git", "config", "--global", "alias.st", "!x"])],
	] {
		"ask" in _effects(operations)
	}
}

test_what_is_silent if {
	every operations in [
		[_write("chmod", ".git/hooks/pre-commit")],
		[_write("cp", ".git/hooks/pre-commit.sample")],
		[_write("cp", "scripts/hooks/pre-commit")],
		[_write("cp", ".husky/pre-commit")],
		[_write("cp", "src/hooks/update")],
		[requests.run(["git", "config", "core.hooksPath", ".githooks"])],
		[requests.run(["git", "config", "--global", "alias.co", "checkout"])],
		[requests.run(["git", "config", "--global", "user.name", "x"])],
	] {
		_found(operations) == set()
	}
}
