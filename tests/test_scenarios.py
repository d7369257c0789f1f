"""Scenarios: what an agent did step by step, through the whole guard, on both engines.

Each step is run by `Guard.run` with a body that only notes that it ran, so that what ran, what a
person was asked and what the journal tells can be compared with the file. Format of a scenario:

    name, story, profile (baseline), settings, steps: [{tool, arguments, effect, rules, answer}]

`settings` are laid over those that ship; `rules` are exactly those that refuse or ask; `answer:
approve` is what a person says if asked, and without it nobody answers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from guard import Approve, Decision, DeniedError, Guard, Session, ToolCall
from guard.audit.verify import verify
from guard.policy.bundle import Bundle

FOLDER = Path(__file__).parent / "scenarios"
SCENARIOS: list[dict[str, Any]] = [
    {"file": path.stem, **scenario}
    for path in sorted(FOLDER.glob("*.yaml"))
    for scenario in yaml.safe_load(path.read_text(encoding="utf-8"))
]
NAMES = [f"{scenario['file']}: {scenario['name']}" for scenario in SCENARIOS]


def play(guard: Guard, scenario: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Run every step; return what was decided, who spoke, and whether the body ran."""
    seen = []
    for number, step in enumerate(scenario["steps"]):
        ran: list[Mapping[str, Any]] = []
        asked: list[Decision] = []

        def person(decision: Decision, asked: list[Decision] = asked) -> Approve | None:
            asked.append(decision)
            return Approve(by="operator") if step.get("answer") == "approve" else None  # noqa: B023

        call = ToolCall(step["tool"], step["arguments"], id=f"step-{number}")
        try:
            guard.run(call, ran.append, approver=person)
        except DeniedError as error:
            decision = error.decision
        else:
            decision = asked[-1] if asked else guard.check(call)
        seen.append(
            {
                "effect": str(decision.effect),
                "rules": sorted({f.rule for f in decision.findings if f.effect != "allow"}),
                "errors": list(decision.errors),
                "asked": bool(asked),
                "ran": [dict(arguments) for arguments in ran],
            }
        )
    return seen


def expected(scenario: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the file says must be seen."""
    found = []
    for step in scenario["steps"]:
        effect = step["effect"]
        runs = effect == "allow" or (effect == "ask" and step.get("answer") == "approve")
        found.append(
            {
                "effect": effect,
                "rules": sorted(step.get("rules", [])),
                "errors": [],
                "asked": effect == "ask",
                "ran": [step["arguments"]] if runs else [],
            }
        )
    return found


@pytest.mark.parametrize("scenario", SCENARIOS, ids=NAMES)
@pytest.mark.parametrize("engine", ["regorus", "opa"])
def test_a_scenario_goes_as_it_should(
    scenario: dict[str, Any], engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Decisions, rules, what ran and what the journal tells are those of the file."""
    settings = scenario.get("settings")
    options: dict[str, Any] = {"engine": "regorus", "settings": settings}
    if engine == "opa":
        start: Callable[[Bundle], str] = request.getfixturevalue("opa_url")
        url = start(Bundle.load(settings=settings))
        options = {"engine": "opa", "url": url, "timeout": 10}
    journal = tmp_path / "journal.jsonl"
    guard = Guard(
        profile=scenario.get("profile", "baseline"),
        journal=journal,
        session=Session(id=scenario["name"]),
        **options,
    )
    assert play(guard, scenario) == expected(scenario)
    guard.close()
    assert verify(journal).ok
    records = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
    recorded = {r["call_id"]: r["effect"] for r in records if r["type"] == "decision"}
    assert recorded == {
        f"step-{number}": step["effect"] for number, step in enumerate(scenario["steps"])
    }


def test_there_are_many_scenarios_of_both_kinds() -> None:
    """At least sixty, and at least twenty in which nothing is refused."""
    harmless = [s for s in SCENARIOS if all(step["effect"] == "allow" for step in s["steps"])]
    assert len(SCENARIOS) >= 60
    assert len(harmless) >= 20
    assert len(set(NAMES)) == len(NAMES)
