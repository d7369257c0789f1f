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
    """Return one table as program -> facts. A key may list several programs, parted by blanks.

    A row with `base` is that program's row; its own keys replace those, and the options in
    `plus` count before the ones of that name.
    """
    with open(f"{__file__.removesuffix('tables.py')}{name}.json", encoding="utf-8") as file:
        rows = json.load(file)
    table = {program: row for programs, row in rows.items() for program in programs.split(" ")}
    for program, row in table.items():
        if isinstance(row, dict) and "base" in row:
            base = table[row["base"]]
            options = f"{base['options']} {row['plus']}"
            table[program] = {**base, **row, "options": options}
    return table
