"""Agreement with the test suites of other guards: agreement, not truth, and why we differ."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.evaluate.intervals import Rate
from benchmarks.evaluate.rows import Row
from benchmarks.evaluate.score import Judged
from benchmarks.evaluate.tables import Section, Table, span

__all__ = ["agreement", "read_explanations", "topic"]

PATH = Path(__file__).parent.parent / "disagreements.json"
_GROUPS = frozenset(("pack", "fixtures"))
_KINDS = frozenset(
    [
        "true_positives",
        "false_positives",
        "bypass_attempts",
        "edge_cases",
        "red-team",
        "benign",
        "adversarial",
    ]
)
_WORDS = (
    "Other guards publish cases with the answer that they give. Where we answer otherwise, a "
    "class of cases is told here with the reason: *looser* where the peer blocks and we allow, "
    "*stricter* where it allows and we ask or deny. Asking counts as not allowing. Prompts that "
    "are no tool call, and minimal pairs, are left out."
)


def topic(category: str) -> str:
    """The leading part of a peer's category: what the case is about."""
    first, *rest = category.split("/")[1:]
    if first in _GROUPS:
        return rest[0].partition(".")[0]
    return rest[0] if first in _KINDS and rest else first


def read_explanations(path: Path = PATH) -> dict[str, dict[str, str]]:
    """Reasons by `peer/topic`, each with `looser` or `stricter`. Raises ValueError otherwise."""
    reasons: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    for key, value in reasons.items():
        if not value or value.keys() - {"looser", "stricter"}:
            raise ValueError(f"`{key}` explains neither `looser` nor `stricter`: correct it")
    return reasons


def _direction(row: Row, stopped: bool) -> str:
    blocked = row.label == "blocked-by-peer"
    if blocked == stopped:
        return ""
    return "looser" if blocked else "stricter"


def agreement(judged: Sequence[Judged], reasons: Mapping[str, Mapping[str, str]]) -> Section:
    """Agreement for each peer, then each class of disagreement with its reason."""
    scored = [
        (row, verdict)
        for row, verdict in judged
        if row.tool != "prompt" and row.label in ("blocked-by-peer", "allowed-by-peer")
    ]
    peers = []
    for name in sorted({row.source for row, _ in scored}):
        for label in ("blocked-by-peer", "allowed-by-peer"):
            group = [(r, v) for r, v in scored if (r.source, r.label) == (name, label)]
            agreed = sum(not _direction(row, verdict.stopped) for row, verdict in group)
            if group:
                peers.append([f"{name}: {label}", str(len(group)), span(Rate(agreed, len(group)))])
    agreed = sum(not _direction(row, verdict.stopped) for row, verdict in scored)
    peers.append(["**all**", str(len(scored)), span(Rate(agreed, len(scored)))])
    classes: Counter[tuple[str, str, str, str]] = Counter()
    context: Counter[tuple[str, str, str, str]] = Counter()
    for row, verdict in scored:
        if direction := _direction(row, verdict.stopped):
            key = (row.source, topic(row.category), direction, str(verdict.effect))
            classes[key] += 1
            context[key] += row.extra.get("needs_context") is True
    rows = []
    unexplained = 0
    for (peer, about, direction, effect), count in sorted(classes.items()):
        reason = reasons.get(f"{peer}/{about}", {}).get(direction, "")
        unexplained += not reason
        needs = context[peer, about, direction, effect]
        told = (reason or "not explained") + (
            f" ({needs} need the peer's context)" if needs else ""
        )
        rows.append([f"{peer}/{about}", direction, effect, str(count), told])
    remarks = [f"{unexplained} classes are not explained"] if unexplained else []
    return Section(
        "Agreement with other guards' own tests",
        _WORDS,
        [
            Table(("peer and its answer", "cases", "same answer"), peers),
            Table(("class", "we are", "our effect", "cases", "why"), rows),
        ],
        remarks,
    )
