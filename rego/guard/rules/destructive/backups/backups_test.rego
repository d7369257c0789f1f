package guard.rules.destructive.backups_test

import data.guard.lib.requests_test as requests
import data.guard.rules.destructive.backups

_found(line) := {finding |
	some finding in backups.findings with input as requests.of([requests.run(split(line, " "))])
}

test_a_finding_is_whole if {
	_found("borg delete repo::monday") == {{
		"effect": "ask",
		"reason": "deletes backups with borg",
		"solution": "leave backups and snapshots to their own schedule, or let a person delete them",
		"obligations": [],
	}}
}

test_what_the_table_names_is_found if {
	every line in ["restic forget --keep-last 1 --prune", "vssadmin delete shadows /all", "btrfs subvolume delete /snap/1", "tmutil deletelocalsnapshots /", "bcdedit /set recoveryenabled no"] {
		count(_found(line)) > 0
	}
}

test_what_it_does_not_name_is_silent if {
	every line in ["restic backup src", "restic snapshots", "borg list repo", "borg delete --dry-run repo", "btrfs subvolume list /", "tmutil listbackups", "duplicity remove-older-than 6M target"] {
		_found(line) == set()
	}
}
