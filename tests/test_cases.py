"""The decision table: whole calls through parser and policies, with what should be decided.

The run compares each decision with a real OPA's, like every other decision of the tests.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from guard import Guard, ToolCall

FOLDER = Path(__file__).parent / "cases"
CASES: list[dict[str, Any]] = [
    {"file": path.stem, **case}
    for path in sorted(FOLDER.glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]


@cache
def guard(profile: str) -> Guard:
    return Guard(profile=profile)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['file']}: {case['name']}")
def test_the_call_is_decided_as_it_should_be(case: dict[str, Any]) -> None:
    """Effect and rules are those of the table."""
    call = ToolCall(case["tool"], case["arguments"])
    decision = guard(case.get("profile", "baseline")).check(call)
    assert decision.effect == case["effect"], decision.message()
    said = {finding.rule for finding in decision.findings}
    assert set(case.get("rules", [])) <= said


def test_the_table_is_large_and_its_names_are_its_own() -> None:
    """Both sides are there in number, and no case hides another of its name."""
    assert sum(case["effect"] == "allow" for case in CASES) >= 60
    assert sum(case["effect"] == "deny" for case in CASES) >= 60
    names = [(case["file"], case["name"]) for case in CASES]
    assert len(names) == len(set(names))
