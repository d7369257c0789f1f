package guard.rules.destructive.git_history_test

import data.guard.lib.requests_test as requests
import data.guard.rules.destructive.git_history

_reasons(operations) := {finding.reason |
	some finding in git_history.findings with input as requests.of(operations)
}

_git(line) := requests.run(array.concat(["git"], split(line, " ")))

test_a_finding_asks if {
	found := git_history.findings with input as requests.of([_git("push -f origin main")])
	found == {{
		"effect": "ask",
		"reason": "overwrites the protected branch main of a remote",
		"solution": "push to a branch of your own, with `--force-with-lease` if it must be overwritten",
		"obligations": [],
	}}
}

test_protected_branches_are_not_overwritten if {
	_reasons([_git("push -f origin release/2.1")]) == {"overwrites the protected branch release/2.1 of a remote"}
	every line in ["push --force origin main", "push -uf origin HEAD:refs/heads/main", "push origin +main", "push origin +work:main"] {
		_reasons([_git(line)]) == {"overwrites the protected branch main of a remote"}
	}
}

test_protected_branches_are_not_deleted if {
	every line in ["push origin :main", "push --delete origin main", "push origin -d main"] {
		_reasons([_git(line)]) == {"deletes the protected branch main of a remote"}
	}
}

test_rewriting_everything_is_asked_about if {
	every line in ["push --mirror backup", "reflog expire --expire=now --all", "stash clear"] {
		count(_reasons([_git(line)])) == 1
	}
}

test_rewriting_what_others_have_is_asked_about if {
	rewritten := _git("filter-branch --all")
	_reasons([rewritten]) == set()
	_reasons([rewritten, _git("push -f origin work")]) == {"rewrites every commit with filter-branch and pushes that"}
}

test_the_history_of_a_repository_is_kept if {
	_reasons([{"kind": "file.delete", "path": "app/.git", "recursive": true}]) == {"deletes the repository's history in app/.git"}
	_reasons([{"kind": "file.delete", "path": ".git/*"}]) == {"deletes the repository's history in .git/*"}
	_reasons([{"kind": "file.delete", "path": ".git", "recursive": true}, _git("clone x")]) == set()
	_reasons([{"kind": "file.delete", "path": "/tmp/x/.git", "recursive": true}, {"kind": "file.delete", "path": ".git/index.lock"}]) == set()
}

test_daily_work_is_silent if {
	every line in ["push", "push -f", "push --force-with-lease origin main", "push -f origin feature", "push origin main", "push --delete origin feature", "reset --hard", "clean -fdx", "push --force --dry-run origin main", "commit -m +main"] {
		_reasons([_git(line)]) == set()
	}
}

test_settings_choose_daily_work if {
	lost := git_history.findings with input as requests.of([_git("reset --hard")])
		with data.guard.settings.destructive.git_history.local_loss as true
	{finding.reason | some finding in lost} == {"throws away changes that are not committed: git reset --hard"}
	pushed := git_history.findings with input as requests.of([_git("push -f origin")])
		with data.guard.settings.destructive.git_history.unnamed_force_push as true
	{finding.reason | some finding in pushed} == {"overwrites a branch of a remote that is not named"}
}

test_what_only_looks_like_a_forced_push_is_silent if {
	every line in ["push -f --force-with-lease origin main", "push origin +feature", "branch -d main", "branch -f main", "log +main"] {
		_reasons([_git(line)]) == set()
	}
}

test_other_programs_and_plain_pushes_are_silent if {
	forced := _git("push -f origin work")
	_reasons([requests.run(["hg", "filter-branch"]), forced]) == set()
	_reasons([requests.run(["hg", "push", "-f", "main"])]) == set()
	_reasons([_git("filter-repo --path a"), _git("push origin work")]) == set()
	_reasons([_git("filter-repo --path a"), _git("log -f")]) == set()
	_reasons([{"kind": "file.read", "path": "app/.git"}, {"kind": "file.write", "path": "app/.git"}]) == set()
	_reasons([{"kind": "file.delete", "path": "app/.git", "recursive": true, "via": ["find -exec"]}]) == set()
}

test_only_forced_pushes_without_a_branch_are_the_settings if {
	every line in ["push origin", "push -f origin work", "log -f"] {
		found := git_history.findings with input as requests.of([_git(line)])
			with data.guard.settings.destructive.git_history.unnamed_force_push as true
		found == set()
	}
}
