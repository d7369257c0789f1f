"""Labelled rows and where they come from: the folder outside, and the project's own cases."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

__all__ = ["Row", "RowError", "own_cases", "read_file", "read_folder"]

_TEXT_FIELDS = ("id", "source", "label", "category", "tool")
_PROFILE = "baseline"


class RowError(ValueError):
    """A row that cannot be scored. The message names file and line."""


@dataclass(frozen=True, slots=True)
class Row:
    """One call and the label that somebody gave it. `extra` holds what only some rows have."""

    file: str
    id: str
    source: str
    label: str
    category: str
    tool: str
    arguments: Mapping[str, Any]
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The command, code or query; "" for other tools."""
        for name in ("command", "code", "query"):
            if isinstance(value := self.arguments.get(name), str):
                return value
        return ""


def read_file(path: Path) -> list[Row]:
    """The rows of one `NAME.dev.jsonl`. Raises RowError for a line of another shape."""
    name = path.name.partition(".")[0]
    rows = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                value = json.loads(line)
            except ValueError:
                raise RowError(f"line {number} of `{path}` is not JSON: repair the file") from None
            rows.append(_row(name, value, f"line {number} of `{path}`"))
    return rows


def _row(file: str, value: object, where: str) -> Row:
    if not isinstance(value, dict):
        raise RowError(f"{where} is not a JSON object: one row a line is expected")
    for name in _TEXT_FIELDS:
        if not isinstance(value.get(name), str):
            raise RowError(f"{where} has no text `{name}`: give it one")
    if not isinstance(value.get("args"), dict):
        raise RowError(f"{where} has no object `args`: give the call's arguments")
    known = {name: value[name] for name in _TEXT_FIELDS}
    extra = {k: v for k, v in value.items() if k not in known and k != "args"}
    return Row(file=file, arguments=value["args"], extra=extra, **known)


def read_folder(folder: Path) -> dict[str, list[Row]]:
    """The files of a folder by their names; empty where there is none.

    Raises RowError where an id stands twice in a file, since counts would then lie.
    """
    files = {path.name.partition(".")[0]: read_file(path) for path in folder.glob("*.dev.jsonl")}
    for name, rows in files.items():
        if len({row.id for row in rows}) != len(rows):
            raise RowError(f"`{name}` has an id twice: every row needs its own")
    return dict(sorted(files.items()))


def own_cases(folder: Path) -> list[Row]:
    """The project's own decision tables (`tests/cases/*.yaml`); the label is the effect owed."""
    return [
        Row(
            file="own_cases",
            id=f"{path.stem}: {case['name']}",
            source=path.stem,
            label=case["effect"],
            category=case.get("profile", _PROFILE),
            tool=case["tool"],
            arguments=case["arguments"],
        )
        for path in sorted(folder.glob("*.yaml"))
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]
