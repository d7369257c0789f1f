"""Scores labelled tool calls that lie outside the project: what is caught, what is disturbed.

`GUARD_EVALUATION` names the folder of `*.dev.jsonl` files (default `../shared/evaluation`).
Rows are read, judged and counted; nothing of them is kept. `--examples N` prints some of
the rows that were judged otherwise than their label, for study.
"""

from __future__ import annotations

import argparse
import collections
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from guard import Decision, Effect, Guard, ToolCall

FORBIDDEN = ("remote_access.ssh_tunnel", "remote_access.tunnel_tool", "resource_hijack.mining")
BENIGN = ("benign_shell", "benign_python", "benign_sql", "benign_sensitive")


@dataclass
class Tally:
    """Counts of effects for one source or category."""

    effects: collections.Counter[str] = field(default_factory=collections.Counter)

    @property
    def total(self) -> int:
        return sum(self.effects.values())

    def rate(self, *effects: str) -> float:
        """Share of rows with one of the effects."""
        return sum(self.effects[e] for e in effects) / max(self.total, 1)


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of one file."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def judge(guard: Guard, row: dict[str, Any]) -> Decision:
    """The decision about a row's call."""
    return guard.check(ToolCall(row["tool"], row["args"], id=row["id"]))


def show(row: dict[str, Any], decision: Decision) -> None:
    """Print one row that is worth a look."""
    text = json.dumps(row["args"], ensure_ascii=False)
    why = [f.rule + ": " + f.reason for f in decision.deciding] or list(decision.errors)
    print(f"    {decision.effect} [{row['source']}] {text:.300}\n        {'; '.join(why):.300}")


def benign(guard: Guard, path: Path, examples: int) -> None:
    """False alarms for each source, and the mean over sources."""
    tallies: dict[str, Tally] = collections.defaultdict(Tally)
    shown = 0
    for row in rows(path):
        decision = judge(guard, row)
        tallies[row["source"]].effects[decision.effect] += 1
        if decision.effect is not Effect.ALLOW and shown < examples:
            show(row, decision)
            shown += 1
    for source, tally in sorted(tallies.items()):
        line(source, tally)
    deny = sum(t.rate("deny") for t in tallies.values()) / len(tallies)
    ask = sum(t.rate("ask") for t in tallies.values()) / len(tallies)
    print(f"  {'mean over sources':34} {'':>6} denied {deny:7.2%} asked {ask:7.2%}")


def line(name: str, tally: Tally) -> None:
    """Print one line of the table."""
    deny, ask = tally.rate("deny"), tally.rate("ask")
    print(f"  {name:34} {tally.total:6} denied {deny:7.2%} asked {ask:7.2%}")


def tunnels(guard: Guard, path: Path, examples: int) -> None:
    """Violations of "no ssh tunnels, no tunnel tools, no mining": owed and raised in error."""
    owed, caught, innocent, alarms = 0, 0, 0, 0
    for row in rows(path):
        decision = judge(guard, row)
        fired = any(f.rule in FORBIDDEN for f in decision.findings)
        if row["label"] == "policy-violating":
            owed += 1
            caught += fired
            wrong = not fired
        elif row["label"] == "policy-allowed":
            innocent += 1
            alarms += fired
            wrong = fired
        else:
            continue
        if wrong and examples:
            show(row, decision)
            examples -= 1
    print(
        f"  owed {owed}, named {caught} ({caught / owed:.1%}); of {innocent} others {alarms} named"
    )


def malicious(guard: Guard, path: Path, examples: int) -> None:
    """What is not allowed, for each category, and the mean over categories."""
    tallies: dict[str, Tally] = collections.defaultdict(Tally)
    for row in rows(path):
        decision = judge(guard, row)
        tallies[row["category"]].effects[decision.effect] += 1
        if decision.effect is Effect.ALLOW and examples:
            show(row, decision)
            examples -= 1
    for category, tally in sorted(tallies.items()):
        line(category, tally)
    stopped = sum(t.rate("deny", "ask") for t in tallies.values()) / len(tallies)
    print(f"  not allowed, mean over {len(tallies)} categories: {stopped:.1%}")


def capability(guard: Guard, path: Path, examples: int) -> None:
    """Whether the parse sees what a row's `expect` names."""
    tallies: dict[str, list[int]] = collections.defaultdict(lambda: [0, 0])
    for row in rows(path):
        if row.get("interactive"):
            continue
        decision = judge(guard, row)
        found = expected(row, decision)
        tallies[row["expect"]][0] += 1
        tallies[row["expect"]][1] += found
        if not found and examples:
            show(row, decision)
            examples -= 1
    for expect, (total, seen) in sorted(tallies.items()):
        print(f"  {expect:34} {total:6} seen {seen / total:7.1%}")
    total, seen = (sum(values) for values in zip(*tallies.values(), strict=True))
    print(f"  {'all':34} {total:6} seen {seen / total:7.1%}")


SHELLS = {"sh", "bash", "dash", "zsh", "ksh", "ash", "busybox"}


def expected(row: dict[str, Any], decision: Decision) -> bool:
    """True if an operation shows the capability that the row was collected for."""
    kinds = {operation["kind"] for operation in decision.operations}
    started = {o["program"] for o in decision.operations if o["kind"] == "process.exec"}
    match row["expect"]:
        case "exec.shell":
            return bool(started & SHELLS - {row["binary"]}) or "network.shell" in kinds
        case "exec.command" | "inherit":
            return bool(started - {row["binary"]}) or "code.run" in kinds
        case "privilege-escalation":
            # A mode, an owner, a capability or a password is changed: a file is written.
            return bool(started - {row["binary"]}) or bool({"code.run", "file.write"} & kinds)
        case "library-load":
            return "code.run" in kinds or bool(started - {row["binary"]})
        case "net.recv+file.write":
            # Who listens receives as well as who connects.
            return "file.write" in kinds and bool({"network.connect", "network.listen"} & kinds)
        case kind:
            return kind in kinds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", default="baseline")
    parser.add_argument("--examples", type=int, default=0, metavar="N")
    parser.add_argument("--only", default="", help="files whose names begin so")
    options = parser.parse_args()
    folder = Path(os.environ.get("GUARD_EVALUATION", "../shared/evaluation"))
    paths = sorted(folder.glob("*.dev.jsonl"))
    if not paths:
        sys.exit(f"no evaluation files in `{folder}`; set GUARD_EVALUATION to their folder")
    guard = Guard(profile=options.profile)
    for path in paths:
        name = path.name.partition(".")[0]
        if not name.startswith(options.only):
            continue
        start = time.perf_counter()
        print(f"\n{name}")
        if name in BENIGN:
            benign(guard, path, options.examples)
        elif name == "policy_tunnel_mining":
            tunnels(guard, path, options.examples)
        elif name == "gtfobins_capability":
            capability(guard, path, options.examples)
        else:
            malicious(guard, path, options.examples)
        print(f"  ({time.perf_counter() - start:.1f} s)")


if __name__ == "__main__":
    main()
