# METADATA
# title: Statements of SQL
# description: Questions about operations of the kind data.query.
package guard.lib.statements

# METADATA
# scope: document
# description: >-
#   Each statement of the call with its words and its tables. All rules look at these, so that a
#   call of hundreds is taken apart once.
described := [{"operation": operation, "words": words(operation), "tables": tables(operation)} |
	some operation in input.context.operations
	operation.kind == "data.query"
]

# METADATA
# scope: document
# description: >-
#   The words of all statements in one text, those of each apart from the next: no phrase reaches
#   from one into another. What is not in here is in none of them.
together := concat("|", [statement.words | some statement in described])

# METADATA
# scope: document
# description: The phrases of a list, or the names in a table, that some statement of the call says.
said(phrases) := {phrase: padded |
	some phrase in phrases
	padded := concat("", [" ", phrase, " "])
	contains(together, padded)
}

# METADATA
# scope: document
# description: >-
#   The words of a statement in lower case, with a space before and after each, so that phrases
#   can be looked for: ` drop table `. Comments and quoted text hold no words; where the
#   reader did not tell the code apart, the whole text is taken.
words(operation) := concat("", [" ", concat(" ", regex.find_n(`[a-z_][a-z_0-9$]*`, lower(_code(operation)), -1)), " "])

# METADATA
# scope: document
# description: >-
#   The tables that a statement names, in lower case; where the reader does not tell them, all
#   words of its code that may be one.
tables(operation) := {lower(name) | some name in operation.tables} if {
	is_array(operation.tables)
} else := {name | some name in regex.find_n(`[a-z_][a-z_0-9$.]*`, lower(_code(operation)), -1)}

# METADATA
# scope: document
# description: >-
#   True if the statement is limited to some rows by one of the words of the table. A statement
#   whose code is not known, or whose condition holds for every row, is not.
narrowed(operation, table) if {
	code := lower(operation.code)
	not regex.match(`\bwhere\s+\(?\s*(true|1|''\s*=\s*''|1\s*=\s*1|0\s*=\s*0)\s*\)?\s*$`, code)
	some word in regex.find_n(`[a-z_]+`, code, -1)
	table[word]
}

# METADATA
# scope: document
# description: >-
#   True if all that the statement writes is temporary: a name with one of the prefixes, or a
#   table that the same call creates. A statement that names nothing is not.
temporary(operation, prefixes) if {
	names := object.get(operation, "writes", [])
	count(names) > 0
	lasting := {name |
		some name in names
		not strings.any_prefix_match(lower(name), prefixes)
	}
	lasting - _made == set()
}

_made contains name if {
	some other in input.context.operations
	other.kind == "data.query"
	other.verb == "create"
	some name in other.writes
}

_code(operation) := operation.code if {
	is_string(operation.code)
} else := operation.text
