package guard.rules.destructive.cloud_resources_test

import data.guard.lib.requests_test as requests
import data.guard.rules.destructive.cloud_resources

_found(line) := {finding |
	some finding in cloud_resources.findings with input as requests.of([requests.run(split(line, " "))])
}

test_a_finding_is_whole if {
	_found("aws s3 rb s3://logs --force") == {{
		"effect": "ask",
		"reason": "deletes a bucket with aws",
		"solution": "name what shall go and let a person delete it; work on a resource that the task made",
		"obligations": [],
	}}
}

test_what_the_table_names_is_found if {
	every line in ["terraform destroy -auto-approve", "aws ec2 terminate-instances --instance-ids i-1", "gcloud projects delete p1", "az group delete --name g1", "kubectl delete ns shop", "kubectl delete all --all", "kubectl delete pods -A --all", "gh repo delete o/r --yes", "gsutil rm -r gs://b1"] {
		count(_found(line)) > 0
	}
}

test_what_it_does_not_name_is_silent if {
	every line in ["terraform plan", "aws s3 ls", "gcloud projects list", "az group list", "kubectl delete pod web-1", "kubectl get ns", "kubectl delete ns shop --dry-run=client", "gh repo view o/r", "terraform destroy", "terraform destroy -auto-approve -target=a.b", "helm uninstall web", "docker system prune -af", "terraform destroy --help"] {
		_found(line) == set()
	}
}
