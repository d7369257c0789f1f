"""Options of the commands for people who write policies; the commands are other modules."""

from __future__ import annotations

import argparse
from typing import Any

__all__ = ["add_authoring"]

_RAW = argparse.RawDescriptionHelpFormatter

_TEST = """\
Run the `test_*` rules of a policy folder: each must be true. Without DIR those of the
policies that ship run. A folder that has no `guard.main` of its own is loaded together with
the shipped policies, or with those that --policy names."""

_TEST_EXAMPLES = """\
examples:
  guard test mine                          my rules beside the shipped policies
  guard test mine --coverage-at-least 100  and every line must be reached
  guard test mine --engine opa -v          the same on OPA, each test named

exit status: 0 all passed, 1 a test failed or too little was reached, 2 the check failed"""


_NEW = """\
Write the files of a new rule: the rule, its test, its settings. They work as they are: the
rule is about starts of the listed programs. Then change them into what you need."""

_NEW_EXAMPLES = """\
examples:
  guard new rule deploy terraform --program terraform --program tofu
  guard new rule deploy terraform --program terraform --effect ask --dir policies

exit status: 0 written, 2 nothing was written"""


_DIFF = """\
Judge calls by two sets of policies and show which decisions change. OLD and NEW are folders,
or the word `shipped`. A folder that has no `guard.main` of its own is laid beside the shipped
policies. FILE is what `guard check --calls` reads."""

_DIFF_EXAMPLES = """\
examples:
  guard diff shipped policies --calls week.jsonl
  guard diff shipped shipped --new-settings mine.json --calls week.jsonl
  guard diff shipped shipped --new-profile strict --calls week.jsonl --json

exit status: 0 no effect changes, 1 one does, 2 it could not be judged"""


_LINT = """\
Check policies for what loads and runs all the same: metadata that lack something, rules that
are not asked when they should be, settings that nothing reads, tests that notice nothing,
built-ins on values whose type is not tested. Without DIR the shipped policies are checked."""

_LINT_EXAMPLES = """\
examples:
  guard lint policies
  guard lint policies --json | jq -r '.[].text'

exit status: 0 no problems, 1 some, 2 the check failed"""


def add_authoring(commands: Any) -> None:
    """Add the commands to a parser's `commands`."""
    _add_new(commands)
    _add_test(commands)
    _add_lint(commands)
    schema = commands.add_parser(
        "schema",
        help="print the JSON Schema of what rules see",
        description="Print the JSON Schema of `input`, for `opa check --schema` and for editors.",
    )
    schema.set_defaults(module="schema")
    _add_diff(commands)


def _add_new(commands: Any) -> None:
    new = commands.add_parser("new", help="begin a rule", description="Begin a rule of your own.")
    things = new.add_subparsers(title="commands", metavar="THING", required=True)
    rule = things.add_parser(
        "rule",
        help="write a rule, its test and its settings",
        description=_NEW,
        epilog=_NEW_EXAMPLES,
        formatter_class=_RAW,
    )
    rule.add_argument("category", metavar="CATEGORY", help="a word, such as `deploy`")
    rule.add_argument("name", metavar="NAME", help="the rule's name in it, such as `terraform`")
    rule.add_argument("--dir", metavar="DIR", default="policies", help="where to (policies)")
    rule.add_argument(
        "--program", metavar="PROGRAM", action="append", help="a program that it is about"
    )
    rule.add_argument(
        "--effect", choices=("deny", "ask"), default="deny", help="what it says (deny)"
    )
    rule.set_defaults(module="new")


def _add_test(commands: Any) -> None:
    test = commands.add_parser(
        "test",
        help="run the tests of policies",
        description=_TEST,
        epilog=_TEST_EXAMPLES,
        formatter_class=_RAW,
    )
    _add_folder(test, "the policies to test")
    test.add_argument(
        "--engine", choices=("regorus", "opa"), default="regorus", help="who runs them (regorus)"
    )
    test.add_argument("--run", metavar="PATTERN", help="only tests whose path matches this regex")
    test.add_argument("--coverage", action="store_true", help="say which lines were not reached")
    test.add_argument(
        "--coverage-at-least",
        metavar="N",
        type=_percent,
        help="fail if less than N percent of the lines are reached",
    )
    test.add_argument("--json", action="store_true", help="print the report as JSON")
    test.add_argument("-v", "--verbose", action="store_true", help="name the passed tests too")
    test.set_defaults(module="test")


def _add_folder(parser: Any, what: str) -> None:
    parser.add_argument("folder", nargs="?", metavar="DIR", help=what)
    parser.add_argument(
        "--policy", metavar="DIR", action="append", help="policies that DIR lies beside"
    )


def _add_lint(commands: Any) -> None:
    lint = commands.add_parser(
        "lint",
        help="check policies for gaps and slips",
        description=_LINT,
        epilog=_LINT_EXAMPLES,
        formatter_class=_RAW,
    )
    _add_folder(lint, "the policies to check")
    lint.add_argument("--settings", metavar="FILE", help="JSON laid over the policies' settings")
    lint.add_argument("--json", action="store_true", help="print the problems as JSON")
    lint.set_defaults(module="lint")


def _add_diff(commands: Any) -> None:
    diff = commands.add_parser(
        "diff",
        help="which decisions change between two sets of policies",
        description=_DIFF,
        epilog=_DIFF_EXAMPLES,
        formatter_class=_RAW,
    )
    diff.add_argument("old", metavar="OLD", help="the policies as they were")
    diff.add_argument("new", metavar="NEW", help="the policies as they shall be")
    diff.add_argument(
        "--calls", metavar="FILE", required=True, help="the calls to judge; - reads stdin"
    )
    diff.add_argument("--profile", metavar="NAME", default="baseline", help="of both (baseline)")
    diff.add_argument("--new-profile", metavar="NAME", help="another profile for NEW")
    diff.add_argument("--old-settings", metavar="FILE", help="JSON laid over OLD's settings")
    diff.add_argument("--new-settings", metavar="FILE", help="JSON laid over NEW's settings")
    diff.add_argument(
        "--limit",
        metavar="N",
        type=_count,
        default=20,
        help="show at most N of a kind (20; 0: all)",
    )
    diff.add_argument("--json", action="store_true", help="print all changes as JSON")
    diff.add_argument(
        "-v", "--verbose", action="store_true", help="show where only the rules change too"
    )
    diff.set_defaults(module="diff")


def _percent(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 100:
        raise argparse.ArgumentTypeError("give a number from 0 to 100")
    return value


def _count(text: str) -> int:
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError("give a number, 0 for all")
    return value
