# METADATA
# title: Paths
# description: Questions about the paths of file operations.
package guard.lib.paths

# METADATA
# description: >-
#   The path between slashes, so that whole names can be looked for wherever they stand:
#   `.claude/settings.json` becomes `/.claude/settings.json/`.
delimited(path) := concat("", ["/", trim(path, "/"), "/"])
