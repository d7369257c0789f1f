package guard.rules.oversight.own_credentials_test

import data.guard.lib.requests_test as requests
import data.guard.rules.oversight.own_credentials

_found(argv) := found if {
	found := own_credentials.findings with input as requests.of([requests.run(argv)])
}

test_new_credentials_need_a_person if {
	every pair in [
		[["aws", "iam", "create-access-key", "--user-name", "ci"], "aws iam create-access-key"],
		[["gcloud", "--project", "p", "iam", "service-accounts", "keys", "create", "k.json"], "gcloud iam service-accounts create"],
		[["kubectl", "-n", "ops", "create", "token", "admin"], "kubectl create token"],
		[["gh", "ssh-key", "add", "id.pub"], "gh ssh-key add"],
	] {
		_found(pair[0]) == {{
			"effect": "ask",
			"reason": sprintf("makes credentials or rights with %s", [pair[1]]),
			"solution": "ask the operator for the access that the task needs",
			"obligations": [],
		}}
	}
}

test_looking_is_silent if {
	every argv in [["aws", "iam", "list-users"], ["aws", "iam", "create-user", "help"], ["gcloud", "iam", "service-accounts", "list"], ["kubectl", "get", "clusterrolebinding"], ["gh", "auth", "status"], ["echo", "iam", "create-user"]] {
		_found(argv) == set()
	}
}

test_what_settings_take_off_the_list_is_silent if {
	found := _found(["gh", "ssh-key", "add"]) with data.guard.settings.oversight.own_credentials.commands as {"gh": {"ssh-key add": false}}
	found == set()
}
