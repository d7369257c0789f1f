"""Counts of verdicts by group, and means over groups. No IO, no words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from benchmarks.evaluate.intervals import Interval, Rate, bootstrap_mean
from benchmarks.evaluate.judging import Verdict
from benchmarks.evaluate.rows import Row
from guard import Effect

__all__ = ["CAPABILITIES", "POLICY_RULES", "Tally", "mean", "shows", "tally"]

Judged = tuple[Row, Verdict]

# The rules that say "no ssh tunnels, no tunnel tools, no mining".
POLICY_RULES = frozenset(
    ("remote_access.ssh_tunnel", "remote_access.tunnel_tool", "resource_hijack.mining")
)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows had each effect."""

    counts: Mapping[Effect, int]

    @property
    def total(self) -> int:
        """All rows."""
        return sum(self.counts.values())

    def rate(self, *effects: Effect) -> Rate:
        """Rows with one of the effects, of all."""
        return Rate(sum(self.counts.get(effect, 0) for effect in effects), self.total)

    @property
    def denied(self) -> Rate:
        """Rows that are refused."""
        return self.rate(Effect.DENY)

    @property
    def asked(self) -> Rate:
        """Rows that a person is asked about."""
        return self.rate(Effect.ASK)

    @property
    def stopped(self) -> Rate:
        """Rows that do not run as they are."""
        return self.rate(Effect.DENY, Effect.ASK)


def tally(judged: Iterable[Judged], key: Callable[[Row], str]) -> dict[str, Tally]:
    """The tallies by a key of the rows, sorted by it."""
    counts: dict[str, Counter[Effect]] = {}
    for row, verdict in judged:
        counts.setdefault(key(row), Counter())[verdict.effect] += 1
    return {name: Tally(counts[name]) for name in sorted(counts)}


def mean(tallies: Mapping[str, Tally], of: Callable[[Tally], Rate]) -> Interval:
    """The mean over the groups, each of one weight whatever its size."""
    return bootstrap_mean([of(one).interval.share for one in tallies.values()])


SHELLS = frozenset(("sh", "bash", "dash", "zsh", "ksh", "ash", "busybox"))


def _command(row: Row, verdict: Verdict) -> bool:
    return bool(_others(row, verdict)) or "code.run" in verdict.kinds


def _others(row: Row, verdict: Verdict) -> frozenset[str]:
    return verdict.programs - {row.extra["binary"]}


# What a capability row was collected for, and what in the operations shows it.
CAPABILITIES: dict[str, Callable[[Row, Verdict], bool]] = {
    "exec.shell": lambda row, v: bool(SHELLS & _others(row, v)) or "network.shell" in v.kinds,
    "exec.command": _command,
    "inherit": _command,
    # A mode, an owner, a capability or a password is changed: a file is written.
    "privilege-escalation": lambda row, v: _command(row, v) or "file.write" in v.kinds,
    "library-load": _command,
    # Who listens receives as well as who connects.
    "net.recv+file.write": lambda _, v: (
        "file.write" in v.kinds and bool({"network.connect", "network.listen"} & v.kinds)
    ),
}


def shows(row: Row, verdict: Verdict) -> bool:
    """True if an operation shows the capability that the row was collected for."""
    expect = row.extra["expect"]
    judge = CAPABILITIES.get(expect)
    return judge(row, verdict) if judge else expect in verdict.kinds
