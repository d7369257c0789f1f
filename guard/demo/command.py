"""The command: options, scratch folder, exit status."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from guard.errors import AuditError, GuardError

__all__ = ["add_options", "main", "run"]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the demo's options to a parser."""
    parser.add_argument(
        "--engine", choices=("regorus", "opa"), default="regorus", help="what evaluates policy"
    )
    parser.add_argument(
        "--url", default="http://127.0.0.1:8181", help="where OPA listens, with --engine opa"
    )
    parser.add_argument("--slow", action="store_true", help="pause between the calls")
    parser.add_argument("--record", metavar="FILE.svg", help="keep a picture of the screen")
    parser.add_argument("--no-trace", action="store_true", help="do not show the trace")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo. Exit status 0: all went as expected, 1: something did not, 2: no start."""
    parser = argparse.ArgumentParser(
        prog="guard demo",
        description="Watch an agent work behind the guard: ordinary steps run, others do not.",
    )
    add_options(parser)
    return run(parser.parse_args(arguments))


def run(options: argparse.Namespace) -> int:
    """Run the demo with parsed options."""
    try:
        return _run(options)
    except ImportError as error:
        missing = error.name or str(error)
        return _fail(f"the demo needs `{missing}`; install `regoguard[langchain]`")
    except GuardError as error:
        return _fail(str(error))


def _run(options: argparse.Namespace) -> int:
    from guard.audit.verify import verify
    from guard.demo.agent import Line, run_scenario
    from guard.demo.scenario import scenario
    from guard.demo.screen import Screen

    # It stays, with the journal in it.
    place = Path(tempfile.mkdtemp(prefix="guard-demo-"))
    journal = place / "guard-journal.jsonl"
    steps = scenario(journal)
    screen = Screen(record=bool(options.record))
    screen.title(options.engine, "baseline", len(steps))

    def ended(line: Line) -> None:
        screen.ended(line)
        if options.slow:
            time.sleep(1)

    finished = run_scenario(
        steps,
        place=place,
        journal=journal,
        decided=screen.decided,
        ended=ended,
        **_guard_options(options),
    )
    screen.summary(finished.lines)
    if not options.no_trace:
        screen.trace(finished.spans)
    try:
        found = verify(journal)
        broken, records = str(found.first_broken or ""), found.records
    except AuditError as error:
        broken, records = str(error), 0
    screen.journal(journal, records, broken)
    if options.record:
        screen.save(options.record)
    return 1 if broken or any(line.surprises for line in finished.lines) else 0


def _guard_options(options: argparse.Namespace) -> dict[str, Any]:
    if options.engine == "opa":
        return {"engine": "opa", "url": options.url}
    return {"engine": "regorus"}


def _fail(message: str) -> int:
    print(f"guard: {message}", file=sys.stderr)  # noqa: T201 - this is the command
    return 2
