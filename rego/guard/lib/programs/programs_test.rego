package guard.lib.programs_test

import data.guard.lib.programs

test_help_and_versions_are_seen if {
	every argv in [["x", "--help"], ["x", "-V"], ["x", "help", "client"], ["x", "version"], ["x", "client", "--help"], ["x", "client", "-h"]] {
		programs.prints_help(argv)
	}
}

test_other_invocations_are_not_help if {
	count([argv |
		some argv in [["x"], ["x", "client", "-v"], ["x", "client", "help"], ["x", "--help", "client"], ["x", "-p", "-h"], ["x", "client", "-h", "y"]]
		programs.prints_help(argv)
	]) == 0
}

test_a_bare_name_and_a_listed_folder_are_where_programs_live if {
	programs.in_folders({"program": "ls", "path": "ls"}, {})
	programs.in_folders({"program": "ls", "path": "/usr/bin/ls"}, {"/usr/bin/": true})
}

test_other_folders_are_not if {
	not programs.in_folders({"program": "ls", "path": "./ls"}, {"/usr/bin/": true})
	not programs.in_folders({"program": "ls", "path": "/usr/bin/ls"}, {"/usr/bin/": false})
}
