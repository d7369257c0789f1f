package guard.lib.patterns_test

import data.guard.lib.patterns

test_patterns_of_the_shell_fit_names if {
	patterns.fits("/etc/sh?dow", ["/"], "/etc/shadow")
	patterns.fits("/etc/s*", ["/"], "/etc/shadow")
	patterns.fits("/etc/[st]hadow", ["/"], "/etc/shadow")
	patterns.fits("/etc/[!a]hadow", ["/"], "/etc/shadow")
	patterns.fits("id_[re]*", [], "id_rsa")
}

test_other_names_do_not_fit if {
	not patterns.fits("/etc/s*", ["/"], "/etc/ssh/sshd_config")
	not patterns.fits("/etc/p?", ["/"], "/etc/shadow")
	not patterns.fits("/var/[x", ["/"], "/etc/shadow")
}

test_the_start_of_a_broken_pattern_decides if {
	patterns.fits("/etc/sha[dow", ["/"], "/etc/shadow")
	patterns.fits("/etc/{a,shadow}", ["/"], "/etc/shadow")
	patterns.fits(`/etc/sha\dow`, ["/"], "/etc/shadow")
}
