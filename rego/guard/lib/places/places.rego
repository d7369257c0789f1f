# METADATA
# title: Places
# description: Questions about folders in which files have a meaning of their own.
package guard.lib.places

import data.guard.lib.paths
import data.guard.lib.patterns

# METADATA
# scope: document
# description: >-
#   True for a path that is a key of the table, lies in one of the folders (written with their
#   last slash) or is one of them, or is a pattern that may lead there. Tables write homes as `~`.
within(path, _, folders) if {
	strings.any_prefix_match(concat("", [paths.placed(path), "/"]), folders)
}

within(path, table, _) if table[paths.placed(path)]

within(path, table, _) if {
	regex.match(`^[/~].*[*?\[{]`, path)
	paths.listed(path, table, [])
}

within(path, _, folders) if {
	regex.match(`^[/~].*[*?\[{]`, path)
	parts := split(paths.placed(path), "/")
	some folder in folders
	names := split(trim_right(folder, "/"), "/")
	count(parts) >= count(names)
	patterns.fits(concat("/", array.slice(parts, 0, count(names))), ["/"], concat("/", names))
}

# METADATA
# scope: document
# description: >-
#   True for a file of one of the names that lies where a user's own settings lie: in a home, in
#   a listed folder, in a folder that nobody knows, or wherever the call works. Names start with
#   a dot, which no pattern leaves out.
in_home(path, names, folders) if {
	place := paths.placed(path)
	parts := split(place, "/")
	last := count(parts) - 1
	_named(parts[last], names)
	_may_be_home(concat("/", array.slice(parts, 0, last)), folders)
}

_named(name, names) if names[name]

_named(name, names) if {
	regex.match(`^\..*[*?\[{]`, name)
	some known, wanted in names
	wanted
	patterns.fits(name, [], known)
}

_may_be_home(folder, _) if folder in {"", "~"}

_may_be_home(folder, _) if contains(folder, "⟨?⟩")

_may_be_home(folder, folders) if strings.any_prefix_match(concat("", [folder, "/"]), folders)
