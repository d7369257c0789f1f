"""Check of paths in settings: a rule that narrows by `path_names` is asked about each of them.

Which table holds paths that the rule compares with those of operations is told by the table
itself: where most of its paths have a name that the rule is asked about, all of them need one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from guard.policy.annotations import RuleInfo
from guard.policy.lint_model import Linted, Problem

__all__ = ["paths"]

_SHOWN = 5
# What stands in a path for any name, and letters of patterns: such entries name nothing surely.
_UNSURE = frozenset("*?[]\\^$()|: \t=")


def paths(linted: Linted) -> Iterator[Problem]:
    """Each path in a table of paths has a name in a table of `path_names`."""
    for rule in linted.rules.values():
        when = rule.asked_when
        if when is not None and when.path_names:
            yield from _unasked(linted, rule, when.path_names)


def _unasked(linted: Linted, rule: RuleInfo, tables: list[str]) -> Iterator[Problem]:
    settings = linted.settings_of(rule)
    names = {name.lower() for table in tables for name in _entries(settings.get(table))}
    file = f"guard/settings/{rule.id.replace('.', '/')}/data.json"
    for key, table in settings.items():
        if key in tables:
            continue
        listed = [entry for entry in _entries(table) if _is_path(entry)]
        missing = [entry for entry in listed if names.isdisjoint(entry.lower().split("/"))]
        if missing and len(missing) * 2 < len(listed):
            told = ", ".join(f"`{entry}`" for entry in missing[:_SHOWN])
            told += f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
            where = " or ".join(f"`{name}`" for name in tables)
            told = f"the rule is never asked about {told} in `{key}`"
            yield Problem(file, 0, f"{told}: add a name of the path to {where}")


def _entries(table: Any) -> list[str]:
    """Return the texts of a list, or the keys of a table that are not switched off."""
    if isinstance(table, dict):
        return [key for key, wanted in table.items() if wanted is not False]
    return [item for item in table if isinstance(item, str)] if isinstance(table, list) else []


def _is_path(entry: str) -> bool:
    return "/" in entry and entry.strip("/~") != "" and _UNSURE.isdisjoint(entry)
