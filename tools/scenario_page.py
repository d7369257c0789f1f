"""Writes `docs/scenarios.md`: what the scenarios are, and a table of each file of them.

The table is made of `tests/scenarios/*.yaml`; what a step must lead to stands there alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

__all__ = ["scenario_page"]

_HEAD = """\
<!-- written by `make generate`; change the scenarios or tools/scenario_page.py instead -->

# Scenarios

A scenario is a story of what an agent did, call by call: honest work and harm in the order in
which they would come. `tests/test_scenarios.py` plays each of them through the whole guard, on
the embedded engine and on a real OPA, and compares every step with its file: what was decided,
which rules refused or asked, whether a person was asked, whether the call ran, and what the
journal says of it.

Every call is judged by itself. Where a story needs two calls to be harmful, it says so and shows
what is decided: a script that one call writes and a later one runs is opaque to the later one.

{harmful} of the {all} stories hold something that is refused or asked about. In the other
{harmless} every step is allowed: they look like harm, or like nothing at all, and must not be
held up.

A scenario has a `name`, a `story`, a `profile` where it is not `baseline`, `settings` where its
lists matter, and `steps` with `tool`, `arguments`, the `effect` that is expected, the `rules`
that refuse or ask (exactly these), and the `answer` of the person who is asked; without one,
nobody answers.
"""


def scenario_page(root: Path) -> Iterator[tuple[Path, str]]:
    """Yield the page and its text.

    Raises:
        SystemExit: a scenario without a name or a story.
    """
    parts = []
    counts = {"all": 0, "harmless": 0}
    for path in sorted((root / "tests" / "scenarios").glob("*.yaml")):
        scenarios = yaml.safe_load(path.read_text(encoding="utf-8"))
        counts["all"] += len(scenarios)
        counts["harmless"] += sum(map(_harmless, scenarios))
        rows = [_row(path, scenario) for scenario in scenarios]
        head = ["| scenario | story | profile | steps: allow, ask, deny |", "|---|---|---|---|"]
        parts.append("\n".join([f"## {path.stem.replace('_', ' ')}", "", *head, *rows, ""]))
    page = _HEAD.format(harmful=counts["all"] - counts["harmless"], **counts)
    yield root / "docs" / "scenarios.md", "\n".join([page, *parts])


def _harmless(scenario: dict[str, Any]) -> bool:
    return all(step["effect"] == "allow" for step in scenario["steps"])


def _row(path: Path, scenario: dict[str, Any]) -> str:
    name, story = (str(scenario.get(key, "")).strip() for key in ("name", "story"))
    if not name or not story:
        raise SystemExit(f"a scenario of {path.name} has no name or no story; write them")
    effects = [step["effect"] for step in scenario["steps"]]
    counts = ", ".join(str(effects.count(effect)) for effect in ("allow", "ask", "deny"))
    cells = [name, story, f"`{scenario.get('profile', 'baseline')}`", counts]
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"
