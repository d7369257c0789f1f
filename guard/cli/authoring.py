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


def add_authoring(commands: Any) -> None:
    """Add the commands to a parser's `commands`."""
    _add_test(commands)


def _add_test(commands: Any) -> None:
    test = commands.add_parser(
        "test",
        help="run the tests of policies",
        description=_TEST,
        epilog=_TEST_EXAMPLES,
        formatter_class=_RAW,
    )
    test.add_argument("folder", nargs="?", metavar="DIR", help="the policies to test")
    test.add_argument(
        "--policy", metavar="DIR", action="append", help="policies that DIR lies beside"
    )
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


def _percent(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 100:
        raise argparse.ArgumentTypeError("give a number from 0 to 100")
    return value
