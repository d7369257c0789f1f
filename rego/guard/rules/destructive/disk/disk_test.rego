package guard.rules.destructive.disk_test

import data.guard.lib.requests_test as requests
import data.guard.rules.destructive.disk

_reasons(operation) := {finding.reason |
	some finding in disk.findings with input as requests.of([operation])
}

_write(program, path) := {"kind": "file.write", "program": program, "path": path}

test_a_finding_denies if {
	found := disk.findings with input as requests.of([_write("dd", "/dev/sda")])
	found == {{
		"effect": "deny",
		"reason": "writes to the device /dev/sda",
		"solution": "work on an image in a file, or ask the operator to prepare the disk",
		"obligations": [],
	}}
}

test_programs_that_erase_are_denied if {
	_reasons(requests.run(["wipefs", "-a", "/dev/vdb"])) == {"erases the signatures of a device with wipefs"}
	every argv in [
		["mkfs.ext4", "-F", "/dev/vdb1"], ["wipefs", "-a", "/dev/vdb"], ["parted", "/dev/vdb", "mklabel", "gpt"],
		["cryptsetup", "luksFormat", "/dev/vdb"], ["zpool", "destroy", "tank"], ["lvremove", "-y", "vg/data"], ["blkdiscard", "/dev/vdb"],
	] {
		count(_reasons(requests.run(argv))) == 1
	}
}

test_what_an_entry_does_may_be_asked_about if {
	found := disk.findings with input as requests.of([requests.run(["lvremove", "-y", "vg/data"])])
	{finding.effect | some finding in found} == {"ask"}
}

test_devices_are_not_written if {
	every operation in [_write("bash", "/dev/nvme0n1"), _write("tee", "/dev/sdb1"), {"kind": "file.write", "path": "/dev/mem"}, {"kind": "file.delete", "path": "/dev/sda"}] {
		_reasons(operation) == {sprintf("writes to the device %s", [operation.path])}
	}
}

test_showing_and_images_are_silent if {
	every argv in [["fdisk", "-l", "/dev/sda"], ["mkfs.ext4", "disk.img"], ["parted", "/dev/sda", "print"], ["wipefs", "/dev/sda"], ["zpool", "list"], ["mkfs.ext4", "--help"]] {
		_reasons(requests.run(argv)) == set()
	}
	every operation in [_write("fdisk", "/dev/sda"), _write("chmod", "/dev/sda"), _write("dd", "disk.img"), _write("bash", "/dev/null"), _write("bash", "/dev/shm/x")] {
		_reasons(operation) == set()
	}
}

test_reading_a_device_is_silent if {
	_reasons({"kind": "file.read", "path": "/dev/sda"}) == set()
}
