# METADATA
# title: Words
# description: Questions about names inside longer texts - targets of signals, patterns, arguments.
package guard.lib.words

# METADATA
# scope: document
# description: >-
#   The words of a text, lower case: `^[a]uditd$` has `auditd`, `falco.service` has `falco` and
#   `service`. A dash and an underscore belong to their word.
of(text) := {word |
	plain := strings.replace_n({"[": "", "]": "", `\`: ""}, lower(text))
	some word in split(regex.replace(plain, `[^a-z0-9_-]+`, " "), " ")
	word != ""
}

# METADATA
# scope: document
# description: >-
#   True if the arguments hold a phrase like `cloudtrail stop-logging`: its words in their order,
#   whatever stands between. A phrase with an option (`-e 0`) stands in one piece,
#   and `--option` may have a value behind `=`.
says(argv, phrase) if contains(_line(argv), concat("", [" ", phrase, " "]))

says(argv, phrase) if {
	startswith(phrase, "--")
	contains(_line(argv), concat("", [" ", phrase, "="]))
}

says(argv, phrase) if {
	not contains(concat("", [" ", phrase]), " -")
	between := replace(phrase, " ", " (.* )?")
	regex.match(concat("", ["^.* ", between, " "]), _line(argv))
}

# METADATA
# scope: document
# description: >-
#   What is in a set, for people to read: `a, b, c`. Of more than five the first are named and
#   the others counted, so that a call of hundreds is one finding that can be read.
listed(names) := concat(", ", names) if count(names) <= 5

listed(names) := sprintf("%s and %d more", [
	concat(", ", array.slice(sort(names), 0, 5)),
	count(names) - 5,
]) if {
	count(names) > 5
}

_line(argv) := concat("", [" ", concat(" ", array.slice(argv, 1, count(argv))), " "])
