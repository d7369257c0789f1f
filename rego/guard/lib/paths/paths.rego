# METADATA
# title: Paths
# description: Questions about the paths of file operations.
package guard.lib.paths

import data.guard.lib.patterns

# METADATA
# description: >-
#   The path between slashes, so that whole names can be looked for wherever they stand:
#   `.claude/settings.json` becomes `/.claude/settings.json/`.
delimited(path) := concat("", ["/", trim(path, "/"), "/"])

# METADATA
# scope: document
# description: >-
#   The path with any user's home folder written `~`, so that one entry of a table covers all:
#   `/root/.bashrc`, `/home/ann/.bashrc` and `~ann/.bashrc` become `~/.bashrc`.
placed(path) := concat("", ["~/", substring(path, 6, -1)]) if {
	startswith(path, "/root/")
} else := concat("/", array.concat(["~"], array.slice(parts, 3, count(parts)))) if {
	strings.any_prefix_match(path, ["/home/", "/Users/"])
	parts := split(path, "/")
} else := concat("/", array.concat(["~"], array.slice(parts, 1, count(parts)))) if {
	startswith(path, "~")
	parts := split(path, "/")
} else := path

# METADATA
# scope: document
# description: >-
#   True for a path that is a key of the table, starts with one of the folders (written with
#   their last slash), or is a pattern from the root or a home that one of the keys fits. Tables write homes as `~`.
listed(path, table, _) if table[placed(path)]

listed(path, _, folders) if strings.any_prefix_match(placed(path), folders)

listed(path, table, _) if {
	regex.match(`[*?\[]`, path)
	pattern := placed(path)
	strings.any_prefix_match(pattern, ["/", "~"])
	some key, wanted in table
	wanted
	patterns.fits(pattern, ["/"], key)
}
