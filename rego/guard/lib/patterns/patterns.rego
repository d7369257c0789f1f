# METADATA
# title: Patterns
# description: Questions about patterns of the shell that stand where a name is expected.
package guard.lib.patterns

# METADATA
# scope: document
# description: >-
#   True if the name may be one that the pattern stands for. A set in brackets counts as any one
#   character. Of a pattern with braces, or with a bracket that is never closed, the text before
#   the first sign decides: engines refuse such patterns, or read them as alternatives.
fits(pattern, separators, name) if {
	simple := regex.replace(pattern, `\[[^\[\]]*\]`, "?")
	not regex.match(`[\[\]{}\\]`, simple)
	glob.match(simple, separators, name)
}

fits(pattern, _, name) if {
	simple := regex.replace(pattern, `\[[^\[\]]*\]`, "?")
	regex.match(`[\[\]{}\\]`, simple)
	startswith(name, regex.find_n(`^[^\[\]{}\\*?]*`, simple, 1)[0])
}
