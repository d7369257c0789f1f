"""Keeps `docs/profiles/`: below the words about a profile, what it changes and what it costs.

The words are written by hand; what stands between the marks is made of the bundle's data and of
the scoreboard's table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from guard.policy.annotations import RuleInfo
from guard.policy.bundle import Bundle

__all__ = ["profile_pages"]

_BLOCK = re.compile(r"(<!-- generated -->\n).*(<!-- /generated -->)", re.DOTALL)


def profile_pages(root: Path) -> Iterator[tuple[Path, str]]:
    """Yield each page and its text.

    Raises:
        SystemExit: a profile without a page, or a page without the marks.
    """
    bundle = Bundle.load()
    profiles, rules = bundle.data["guard"]["profiles"], bundle.rules()
    rates = _rates(root / "docs" / "scoreboard.md")
    for name, profile in sorted(profiles.items()):
        path = root / "docs" / "profiles" / f"{name}.md"
        if not path.exists():
            raise SystemExit(f"the profile `{name}` has no page; write {path.relative_to(root)}")
        block = "\n".join([*_choices(profile, rules), *_measured(rates.get(name, {}))])
        text, found = _BLOCK.subn(
            lambda mark, block=block: f"{mark[1]}\n{block}\n{mark[2]}",  # type: ignore[misc]
            path.read_text(encoding="utf-8"),
        )
        if not found:
            raise SystemExit(f"{path.relative_to(root)} has no place for what is generated")
        yield path, text


def _choices(profile: dict[str, Any], rules: list[RuleInfo]) -> list[str]:
    asks = "a person is asked" if profile["ask"] == "ask" else "the call is denied: nobody is asked"
    opacity = ", ".join(f"{s} {profile['opacity'][s]}" for s in ("high", "medium", "low"))
    counts = dict.fromkeys(("deny", "ask", "off"), 0)
    changed = []
    for rule in rules:
        own = rule.effect
        word = profile["effects"].get(rule.id, own)
        if word in counts:
            counts["deny" if word == "ask" and profile["ask"] == "deny" else word] += 1
        if word != own:
            changed.append(f"| [{rule.id}](../rules/{rule.id}.md) | {own} | {word} |")
    what = "what no rule refuses" if profile["allowance"] == "unless_refused" else "what is listed"
    lines = [
        "## What it chooses",
        "",
        f"- allowed: {what}",
        f"- where a rule asks: {asks}",
        f"- what cannot be seen through, by severity: {opacity}",
        f"- of the rules, {counts['deny']} deny, {counts['ask']} ask and {counts['off']} are off",
        "",
    ]
    if changed:
        lines += ["| rule | by itself | here |", "|---|---|---|", *changed, ""]
    return lines


def _measured(rates: dict[str, str]) -> list[str]:
    if not rates:
        return []
    return [
        "## What it was measured to do",
        "",
        "From the [scoreboard](../scoreboard.md), which says how:",
        "",
        "| measure | rate |",
        "|---|---|",
        *(f"| {measure} | {rate} |" for measure, rate in rates.items()),
        "",
    ]


def _rates(scoreboard: Path) -> dict[str, dict[str, str]]:
    """The rows of the scoreboard's table of profiles, by profile and column."""
    if not scoreboard.exists():
        return {}
    lines = scoreboard.read_text(encoding="utf-8").splitlines()
    head: list[str] = []
    rates = {}
    for line in lines:
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if cells[0] == "profile":
            head = cells
        elif head and line.startswith("|") and not cells[0].startswith("-"):
            last = ""
            names = []
            for name in head[1:]:
                # "asked" stands behind the column that it belongs to.
                names.append(f"{last} asked" if name == "asked" else name)
                last = name.removesuffix(" denied") if name.endswith(" denied") else last
            rates[cells[0].strip("`")] = dict(zip(names, cells[1:], strict=False))
        elif head and not line.startswith("|"):
            head = []
    return rates
