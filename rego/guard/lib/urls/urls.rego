# METADATA
# title: Addresses
# description: Questions about URLs that stand in arguments, variables and files.
package guard.lib.urls

# METADATA
# scope: document
# description: >-
#   The host of a URL in lower case, without port and user; undefined for what is no URL.
#   `git+ssh://git@h/x` and `sparse+https://h/x` are on `h`.
host(text) := match[1] if {
	written := lower(trim_space(text))
	some match in regex.find_all_string_submatch_n(`^[a-z0-9+.-]+://(?:[^/@]*@)?\[?([^/:?#\]]+)`, written, 1)
}

# METADATA
# scope: document
# description: >-
#   The hosts of all URLs that stand anywhere in a text.
hosts(text) := {match[1] |
	some match in regex.find_all_string_submatch_n(`[a-z0-9+.-]+://(?:[^/@\s]*@)?\[?([^/:?#\]\s"',;|]+)`, lower(text), -1)
}
