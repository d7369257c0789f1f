package guard.rules.privilege.container_escape_test

import data.guard.lib.requests_test as requests
import data.guard.rules.privilege.container_escape

_found(operations) := found if {
	found := container_escape.findings with input as requests.of(operations)
}

_effects(operations) := {finding.effect | some finding in _found(operations)}

_write(program, path) := {"kind": "file.write", "program": program, "path": path}

test_the_finding_says_what_was_seen if {
	_found([requests.run(["docker", "run", "--privileged", "alpine"])]) == {{
		"effect": "deny",
		"reason": "starts a container with --privileged",
		"solution": "start the container with its own files and without special rights",
		"obligations": [],
	}}
}

test_what_is_refused if {
	every operations in [
		[requests.run(["docker", "run", "--pid", "host", "alpine"])],
		[requests.run(["podman", "run", "--device=/dev/sda", "alpine"])],
		[_write("docker", "/")],
		[{"kind": "file.read", "program": "docker", "path": "/etc"}],
		[requests.run(["nsenter", "-t", "1", "-m", "sh"])],
		[requests.run(["nsenter", "-at1", "sh"])],
		[requests.run(["nsenter", "--mount=/proc/1/ns/mnt", "sh"])],
		[requests.run(["chroot", "/host", "sh"])],
		[requests.run(["kubectl", "run", "x", "--overrides", "{spec: {hostPID: true}}"])],
		[requests.run(["mknod", "/x", "b", "8", "0"])],
		[{"kind": "file.write", "path": "/sys/fs/cgroup/rdma/release_agent"}],
	] {
		"deny" in _effects(operations)
	}
}

test_what_is_asked_about if {
	every operations in [
		[_write("docker", "/var/run/docker.sock")],
		[_write("podman", "/run/podman/podman.sock")],
	] {
		"ask" in _effects(operations)
	}
}

test_what_is_silent if {
	every operations in [
		[requests.run(["docker", "run", "alpine"])],
		[requests.run(["docker", "ps", "--privileged"])],
		[requests.run(["docker", "run", "--privileged", "tonistiigi/binfmt", "--install", "all"])],
		[_write("docker", "/srv/data")],
		[_write("cp", "/etc")],
		[requests.run(["nsenter", "-t", "4242", "-m", "ls"])],
		[requests.run(["chroot", "/srv/root", "ls"])],
		[requests.run(["kubectl", "get", "pods"])],
		[requests.run(["mknod", "/dev/x", "c", "1", "3"])],
		[requests.run(["mknod", "x", "p"])],
	] {
		_found(operations) == set()
	}
}
