package guard.lib.paths_test

import data.guard.lib.paths

test_a_path_stands_between_slashes if {
	paths.delimited("a/b") == "/a/b/"
	paths.delimited("/a/b") == "/a/b/"
	paths.delimited("/a/b/") == "/a/b/"
}
