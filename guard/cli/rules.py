"""`guard rules`: what is judged, with the metadata of each rule."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from guard.cli import show
from guard.errors import PolicyError
from guard.policy.bundle import Bundle

if TYPE_CHECKING:
    from guard.policy.annotations import RuleInfo

__all__ = ["run"]


def run(options: argparse.Namespace) -> int:
    """Print the rules; return 0."""
    bundle = Bundle.load(options.policy, options.settings, add=options.add_policy)
    if options.profile not in bundle.profiles:
        raise PolicyError(
            f"there is no profile `{options.profile}`",
            help=f"there is {', '.join(bundle.profiles) or 'none'}",
        )
    profile = bundle.data["guard"]["profiles"][options.profile]
    rules = bundle.rules()
    if options.json:
        rows = [{**rule.model_dump(), "effect": _effect(rule, profile)} for rule in rules]
        show.line(json.dumps(rows, indent=2))
    elif sys.stdout.isatty():
        _table(rules, profile, options.profile)
    else:
        for rule in rules:
            effect = _effect(rule, profile) or "-"
            show.line(f"{rule.id}\t{effect}\t{rule.severity or '-'}\t{rule.title}")
    return 0


def _effect(rule: RuleInfo, profile: dict[str, Any]) -> str:
    """Return what a finding of the rule means in a profile, "" where the rule itself says it."""
    effect: str = profile.get("effects", {}).get(rule.id, rule.effect)
    return "deny" if effect == "ask" and profile.get("ask") == "deny" else effect


def _table(rules: Sequence[RuleInfo], profile: dict[str, Any], name: str) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, title=None)
    for column in ("rule", f"in {name}", "severity", "what it looks for"):
        table.add_column(column, header_style="bold", overflow="fold")
    colours = {"deny": "red", "ask": "yellow", "off": "dim"}
    for rule in rules:
        effect = _effect(rule, profile)
        table.add_row(
            Text(rule.id, style="bold"),
            Text(effect or "-", style=colours.get(effect, "")),
            rule.severity or "-",
            Text(rule.title),
        )
    Console().print(table)
