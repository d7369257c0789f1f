"""`guard diff`: which decisions change between two sets of policies, on the same calls."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from guard._decide import Decider
from guard.cli import show
from guard.cli.check import answer_line
from guard.cli.opening import load_policies, open_calls
from guard.cli.progress import Progress
from guard.errors import PolicyError
from guard.model import Decision, Effect, ToolCall
from guard.parse.tools import DEFAULT_TOOLS
from guard.policy.embedded import EmbeddedEngine

__all__ = ["run"]

# Stricter first, and of those what was allowed; then what opens.
_ORDER = ("allow->deny", "allow->ask", "ask->deny", "deny->allow", "ask->allow", "deny->ask")
_LONGEST = 200  # characters of a command that are shown to a person
_SAME = "same effect, other rules"


@dataclass(frozen=True, slots=True)
class _Change:
    """One call whose decision differs."""

    id: str | int | None
    line: int
    old: Decision
    new: Decision

    @property
    def kind(self) -> str:
        """`allow->deny`, or that the effect stays and the rules do not."""
        old, new = self.old.effect, self.new.effect
        return f"{old}->{new}" if old is not new else _SAME


@dataclass(slots=True)
class _Tally:
    """What was judged, and what of it differs."""

    calls: int
    unreadable: int
    changes: list[_Change]

    def counts(self) -> dict[str, int]:
        """How many changes there are of each kind, in order."""
        found = Counter(change.kind for change in self.changes)
        return {kind: found[kind] for kind in (*_ORDER, _SAME) if found[kind]}


def run(options: argparse.Namespace) -> int:
    """Judge the calls twice and show what changes; return 1 if an effect does, else 0."""
    old = _decider(options.old, options.old_settings, options.profile)
    new = _decider(options.new, options.new_settings, options.new_profile or options.profile)
    try:
        tally = _compare(options, old, new)
    finally:
        old.engine.close()
        new.engine.close()
    changed = any(kind != _SAME for kind in tally.counts())
    if options.json:
        show.line(json.dumps(_document(tally), indent=2))
    else:
        _print(tally, options)
    return 1 if changed else 0


def _decider(name: str, settings: str | None, profile: str) -> Decider:
    bundle = load_policies(name, settings)
    if profile not in bundle.profiles:
        raise PolicyError(
            f"there is no profile `{profile}` in `{name}`",
            help=f"there is {', '.join(bundle.profiles) or 'none'}",
        )
    return Decider(engine=EmbeddedEngine(bundle), profile=profile, tools=DEFAULT_TOOLS)


def _compare(options: argparse.Namespace, old: Decider, new: Decider) -> _Tally:
    from guard.cli.calls import Refused, read_calls

    tally = _Tally(0, 0, [])
    progress = Progress(beside_output=True)
    with open_calls(options.calls) as file:
        for number, (name, call) in enumerate(read_calls(file), 1):
            if isinstance(call, Refused):
                tally.unreadable += 1
                continue
            tally.calls += 1
            before, after = _judge(call, old, new)
            if before.effect is not after.effect or _rules(before) != _rules(after):
                tally.changes.append(_Change(name, number, before, after))
            progress.show(
                f"{number} calls, {len(tally.changes)} changed, "
                f"{progress.rate(number):.0f} a second"
            )
    progress.end()
    return tally


def _judge(call: ToolCall, old: Decider, new: Decider) -> tuple[Decision, Decision]:
    """Judge a call by both. It is read once where both profiles are the same."""
    question = old.read(call)
    before = question.refused or old.judge(question)
    again = question if old.profile == new.profile else new.read(call)
    return before, again.refused or new.judge(again)


def _rules(decision: Decision) -> set[tuple[str, Effect]]:
    return {(finding.rule, finding.effect) for finding in decision.findings}


def _print(tally: _Tally, options: argparse.Namespace) -> None:
    counts = tally.counts()
    told = ", ".join(f"{number} {kind}" for kind, number in counts.items())
    rest = tally.calls - len(tally.changes)
    show.line(
        f"{tally.calls} calls: {told or 'nothing changes'}{f', {rest} as before' * bool(told)}"
    )
    if tally.unreadable:
        show.line(f"{tally.unreadable} lines are no calls: both deny them")
    for kind in counts:
        if kind == _SAME and not options.verbose:
            continue
        changes = [change for change in tally.changes if change.kind == kind]
        show.line(f"{kind}:")
        for change in changes[: options.limit or None]:
            _print_change(change)
        if options.limit and len(changes) > options.limit:
            show.line(f"  ... and {len(changes) - options.limit} more; --limit 0 shows all")


def _print_change(change: _Change) -> None:
    where = change.line if change.id is None else change.id
    command = show.printable(show.command(change.old))
    command = command if len(command) <= _LONGEST else f"{command[:_LONGEST]}..."
    show.line(f"  {show.printable(str(where))}: {command}")
    for word, decision, other in (
        ("before", change.old, change.new),
        ("now", change.new, change.old),
    ):
        # What both say explains nothing.
        told = {(f.rule, f.effect, f.reason) for f in other.findings}
        for finding in decision.findings:
            if (finding.rule, finding.effect, finding.reason) not in told:
                reason = show.printable(finding.reason)
                show.line(f"    {word:<6} {finding.effect:<5} {finding.rule}: {reason}")
        for error in decision.errors:
            if error not in other.errors:
                show.line(f"    {word:<6} error {show.printable(error)}")
        if not decision.findings and not decision.errors:
            show.line(f"    {word:<6} no rule allows it")


def _document(tally: _Tally) -> dict[str, Any]:
    order = (*_ORDER, _SAME)
    return {
        "calls": tally.calls,
        "unreadable": tally.unreadable,
        "counts": tally.counts(),
        "changes": [
            {
                "id": change.id,
                "line": change.line,
                "change": change.kind,
                "command": show.command(change.old),
                **{
                    word: {
                        key: value
                        for key, value in answer_line(None, decision).items()
                        if key in ("effect", "findings", "errors")
                    }
                    for word, decision in (("old", change.old), ("new", change.new))
                },
            }
            for change in sorted(tally.changes, key=lambda change: order.index(change.kind))
        ],
    }
