"""`guard check`: one command for a person, or lines of calls for a machine."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any

from guard.audit.journal import Journal
from guard.audit.record import rfc3339
from guard.cli import show
from guard.cli.opening import one_call, open_calls, open_guard, open_journal
from guard.cli.progress import Progress
from guard.model import Decision

__all__ = ["answer_line", "run"]


def run(options: argparse.Namespace) -> int:
    """Judge what the options name; return 0 if all of it is allowed, else 1."""
    call = one_call(options)
    journal = open_journal(options)
    with open_guard(options, journal) as guard:
        if call is None:
            return _check_lines(options, guard, journal)
        decision = guard.check(call)
    if options.json:
        _write(answer_line(None, decision))
    else:
        show.summary(decision)
    return 0 if decision.allowed else 1


def answer_line(id: str | int | None, decision: Decision) -> dict[str, Any]:
    """Return what is printed for one call: a contract that others build on."""
    return {
        "id": id,
        "effect": decision.effect.value,
        "findings": [
            {
                "rule": finding.rule,
                "effect": finding.effect.value,
                "reason": finding.reason,
                "solution": finding.solution,
            }
            for finding in decision.findings
        ],
        "operations": list(decision.operations),
        "opaque": list(decision.opaque),
        "errors": list(decision.errors),
    }


def _check_lines(options: argparse.Namespace, guard: Any, journal: Journal | None) -> int:
    # Here, since pydantic takes longer to load than one command takes to judge.
    from guard.cli.calls import Refused, read_calls

    refused = number = 0
    progress = Progress()
    with open_calls(options.calls) as file:
        for number, (name, call) in enumerate(read_calls(file), 1):
            if isinstance(call, Refused):
                _record_refusal(journal, number, call.error)
                _write(_refusal(name, call.error))
                refused += 1
            else:
                decision = guard.check(call)
                _write(answer_line(name, decision))
                refused += not decision.allowed
            progress.show(
                f"{number} calls, {refused} not allowed, {progress.rate(number):.0f} a second"
            )
    progress.end()
    if number == 0:
        show.note("there was no line to judge")
    return 1 if refused else 0


def _refusal(id: str | int | None, error: str) -> dict[str, Any]:
    # INVARIANT: a line that is no valid call gives deny.
    return {
        "id": id,
        "effect": "deny",
        "findings": [],
        "operations": [],
        "opaque": [],
        "errors": [error],
    }


def _record_refusal(journal: Journal | None, line: int, error: str) -> None:
    """Keep a record of a line that never became a call."""
    if journal is not None:
        time_ns = time.time_ns()
        journal.write(
            {
                "type": "unreadable",
                "time": rfc3339(time_ns),
                "time_ns": str(time_ns),
                "line": line,
                "error": error,
            }
        )


def _write(answer: dict[str, Any]) -> None:
    """Print one line of JSON at once: whoever reads it may be waiting for it."""
    try:
        line = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:  # half of a surrogate pair in a text of the call
        line = json.dumps(answer, separators=(",", ":")).encode()
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()
