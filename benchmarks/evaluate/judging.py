"""Rows to verdicts: the guard asked in two processes. Their worth is told by `score`."""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from benchmarks.evaluate.rows import Row
from guard import Effect, Guard, ToolCall

__all__ = ["Verdict", "judge"]

_WORKERS = 2
_CHUNK = 50
Task = tuple[str, str, str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What of a decision is counted: no text of the call."""

    effect: Effect
    rules: frozenset[str] = frozenset()
    deciding: tuple[str, ...] = ()
    kinds: frozenset[str] = frozenset()
    programs: frozenset[str] = frozenset()
    reasons: tuple[str, ...] = ()
    digest: str = ""
    nanoseconds: int = 0

    @property
    def stopped(self) -> bool:
        """True if the call does not run as it is."""
        return self.effect is not Effect.ALLOW


@cache
def _guard(profile: str) -> Guard:
    return Guard(profile=profile)


def _judge_one(task: Task) -> Verdict:
    profile, row_id, tool, arguments = task
    guard = _guard(profile)
    start = time.perf_counter_ns()
    decision = guard.check(ToolCall(tool, arguments, id=row_id))
    spent = time.perf_counter_ns() - start
    # An approval asked for by an obligation is a question, whatever the effect says.
    effect = Effect.ASK if decision.asks else decision.effect
    return Verdict(
        effect=effect,
        rules=frozenset(finding.rule for finding in decision.findings),
        deciding=tuple(dict.fromkeys(finding.rule for finding in decision.deciding)),
        kinds=frozenset(o["kind"] for o in decision.operations),
        programs=frozenset(
            o["program"] for o in decision.operations if o["kind"] == "process.exec"
        ),
        reasons=(*(finding.reason for finding in decision.deciding), *decision.errors),
        digest=decision.digest,
        nanoseconds=spent,
    )


def judge(rows: Sequence[Row], profiles: Iterable[str] | str, *, title: str) -> list[Verdict]:
    """The verdicts of the rows, in their order.

    `profiles` is one for all rows, or one for each. A line on stderr tells how far it is,
    if that is a terminal.
    """
    names = [profiles] * len(rows) if isinstance(profiles, str) else list(profiles)
    tasks: list[Task] = [
        (name, row.id, row.tool, dict(row.arguments)) for name, row in zip(names, rows, strict=True)
    ]
    verdicts: list[Verdict] = []
    if len(tasks) <= _CHUNK:
        return [_judge_one(task) for task in tasks]
    # Started afresh: an engine that was made before a fork would be shared.
    context = multiprocessing.get_context("spawn")
    with context.Pool(_WORKERS) as pool:
        for verdict in pool.imap(_judge_one, tasks, chunksize=_CHUNK):
            verdicts.append(verdict)
            if sys.stderr.isatty() and len(verdicts) % _CHUNK == 0:
                print(f"\r{title}: {len(verdicts)} of {len(tasks)}\033[K", end="", file=sys.stderr)
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    return verdicts
