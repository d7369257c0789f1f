# METADATA
# title: Programs
# description: Questions about the argv of a program that would be started.
package guard.lib.programs

# METADATA
# scope: document
# description: >-
#   True for an invocation that prints help or a version and does nothing else: the one
#   argument says so, the first is the subcommand `help` or `version`, the last is
#   `--help`, or `-h` stands behind a subcommand.
prints_help(argv) if {
	count(argv) == 2
	argv[1] in {"--help", "--version", "-V", "-h", "-v", "help", "version"}
}

prints_help(argv) if argv[1] in {"help", "version"}

prints_help(argv) if argv[count(argv) - 1] == "--help"

prints_help(argv) if {
	count(argv) == 3
	argv[2] == "-h"
	not startswith(argv[1], "-")
}

# METADATA
# scope: document
# description: >-
#   True if the program is found by its bare name or in one of the folders, so that its
#   name says what it is.
in_folders(operation, _) if operation.path == operation.program

in_folders(operation, folders) if {
	some folder, wanted in folders
	wanted
	operation.path == concat("", [folder, operation.program])
}
