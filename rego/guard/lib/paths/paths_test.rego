package guard.lib.paths_test

import data.guard.lib.paths

test_a_path_stands_between_slashes if {
	paths.delimited("a/b") == "/a/b/"
	paths.delimited("/a/b") == "/a/b/"
	paths.delimited("/a/b/") == "/a/b/"
}

test_homes_are_written_alike if {
	paths.placed("/root/.bashrc") == "~/.bashrc"
	paths.placed("/home/ann/.ssh/id_rsa") == "~/.ssh/id_rsa"
	paths.placed("/Users/ann/.zshrc") == "~/.zshrc"
	paths.placed("~ann/.profile") == "~/.profile"
	paths.placed("~/.profile") == "~/.profile"
	paths.placed("~") == "~"
}

test_other_paths_stay if {
	paths.placed("/etc/passwd") == "/etc/passwd"
	paths.placed("src/home/x") == "src/home/x"
	paths.placed("") == ""
}

test_keys_and_folders_are_listed if {
	paths.listed("/root/.bashrc", {"~/.bashrc": true}, [])
	paths.listed("/etc/cron.d/x", {}, ["/etc/cron.d/"])
	paths.listed("/etc/shad?w", {"/etc/shadow": true}, [])
	paths.listed("/home/*/.ssh/id_*", {"~/.ssh/id_rsa": true}, [])
}

test_others_are_not if {
	not paths.listed("/root/.bashrc", {"~/.bashrc": false}, [])
	not paths.listed("/etc/cron.deny", {}, ["/etc/cron.d/"])
	not paths.listed("/etc/*", {"/etc/pam.d/su": true}, [])
	not paths.listed("/etc/sh*", {"/etc/shadow": false}, [])
	not paths.listed("**", {"/etc/shadow": true}, [])
}
