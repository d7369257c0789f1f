package guard.rules.privilege.kernel_test

import data.guard.lib.requests_test as requests
import data.guard.rules.privilege.kernel

_found(operations) := found if {
	found := kernel.findings with input as requests.of(operations)
}

_effects(operations) := {finding.effect | some finding in _found(operations)}

_write(program, path) := {"kind": "file.write", "program": program, "path": path}

test_the_finding_says_what_was_seen if {
	_found([requests.run(["insmod", "x.ko"])]) == {{
		"effect": "deny",
		"reason": "loads code into the kernel with insmod",
		"solution": "do the work without the kernel's help, or ask the operator",
		"obligations": [],
	}}
}

test_what_is_refused if {
	every operations in [
		[requests.run(["modprobe", "./x.ko"])],
		[requests.run(["kexec", "-l", "k"])],
		[requests.run(["kmod", "insert", "x"])],
		[{"kind": "file.write", "program": "bash", "path": "/proc/sysrq-trigger", "content": "b"}],
		[{"kind": "file.write", "path": "/dev/mem"}],
		[{"kind": "file.write", "program": "sysctl", "path": "/proc/sys/kernel/randomize_va_space", "content": "0"}],
		[{"kind": "file.write", "program": "bash", "path": "/proc/sys/kernel/core_pattern", "content": "|/x"}],
		[{"kind": "file.write", "path": "/proc/sys/kernel/core_pattern"}],
		[{"kind": "file.write", "program": "bash", "path": "/proc/sys/kernel/core_pattern", "content": "⟨?⟩"}],
	] {
		"deny" in _effects(operations)
	}
}

test_what_is_asked_about if {
	every operations in [
		[_write("cp", "/lib/modules/6.1/x.ko")],
		[_write("bash", "/etc/modules")],
	] {
		"ask" in _effects(operations)
	}
}

test_what_is_silent if {
	every operations in [
		[requests.run(["modprobe", "fuse"])],
		[requests.run(["kexec", "--help"])],
		[requests.run(["kmod", "list"])],
		[{"kind": "file.write", "program": "sysctl", "path": "/proc/sys/kernel/randomize_va_space", "content": "2"}],
		[{"kind": "file.write", "program": "bash", "path": "/proc/sys/kernel/core_pattern", "content": "core"}],
		[_write("chmod", "/dev/mem")],
		[_write("chmod", "/proc/sys/kernel/core_pattern")],
		[_write("mkdir", "/lib/modules/x")],
	] {
		_found(operations) == set()
	}
}
