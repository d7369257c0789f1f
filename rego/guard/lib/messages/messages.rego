# METADATA
# title: Messages
# description: Questions about whom a message reaches.
package guard.lib.messages

import data.guard.lib.hosts

# METADATA
# scope: document
# description: >-
#   True for a recipient who is neither in the table nor in one of the domains (`.example.org`
#   covers `example.org`). Where both are empty everybody is outside, and so is whoever nobody
#   knows.
outside(recipient, table, domains) if not _inside(recipient, table, domains)

_inside(recipient, table, _) if {
	some listed, wanted in table
	wanted == true
	lower(listed) == lower(recipient)
}

_inside(recipient, _, domains) if {
	parts := split(lower(recipient), "@")
	count(parts) == 2
	not contains(parts[1], "⟨?⟩")
	hosts.listed(parts[1], {}, domains)
}

# METADATA
# scope: document
# description: Everything that a message says to a reader, in lower case and on one line.
words(operation) := lower(regex.replace(concat(" ", [operation.subject, operation.text]), `\s+`, " "))
