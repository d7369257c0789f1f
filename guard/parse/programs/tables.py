"""Tables of facts, read from the JSON files beside this module when they are first needed."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

__all__ = ["TABLES", "load"]

TABLES = (
    "clients",
    "described",
    "development",
    "disguises",
    "files",
    "grammars",
    "interpreters",
    "miners",
    "modules",
    "tunnels",
    "wallets",
    "wrappers",
)


@cache
def load(name: str) -> dict[str, Any]:
    """Return one table as program -> facts. A key may list several programs, parted by blanks."""
    with open(f"{__file__.removesuffix('tables.py')}{name}.json", encoding="utf-8") as file:
        rows = json.load(file)
    return {program: row for programs, row in rows.items() for program in programs.split(" ")}
