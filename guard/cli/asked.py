"""Which rules a call is put to, by what their metadata say (`asked_when`). For people alone.

Engines decide by an index of their own; nothing here takes part in a decision.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from guard.operations import UNRESOLVED
from guard.policy.annotations import AskedWhen

__all__ = ["concerning", "looks_at"]

_WILDCARDS = "*?["


def concerning(
    when: AskedWhen | None,
    tables: Mapping[str, Any],
    operations: Sequence[Mapping[str, Any]],
    opaque: Sequence[Any],
) -> list[str]:
    """Return what of a call a rule is asked about: kinds of operations, and parts not seen.

    Empty means that the rule is not asked. `tables` are the rule's settings.
    """
    if when is None:
        return ["the whole call"]
    kinds = dict.fromkeys(
        str(operation.get("kind", "?"))
        for operation in operations
        if _concerns(when, tables, operation)
    )
    return [*kinds, *(["parts that were not seen"] if when.opaque and opaque else ())]


def looks_at(when: AskedWhen) -> str:
    """Return in words what a rule is asked about."""
    kinds = [
        f"{kind} of paths in {_names(when.path_names)}"
        if when.path_names and kind.startswith("file.")
        else kind
        for kind in when.operations
    ]
    parts = [
        *kinds,
        *([f"starts of programs in {_names(when.programs)}"] if when.programs else ()),
        *([f"data.query with verbs in {_names(when.verbs)}"] if when.verbs else ()),
        *(f"operations with `{key}`" for key in when.keys),
        *(["parts that were not seen"] if when.opaque else ()),
    ]
    return ", ".join(parts) or "nothing"


def _concerns(when: AskedWhen, tables: Mapping[str, Any], operation: Mapping[str, Any]) -> bool:
    kind = operation.get("kind", "")
    if any(key in operation for key in when.keys):
        return True
    if kind == "process.exec" and _listed(operation.get("program", ""), tables, when.programs):
        return True
    if kind == "data.query" and _listed(operation.get("verb", ""), tables, when.verbs):
        return True
    if kind not in when.operations:
        return False
    if not when.path_names or not kind.startswith("file."):
        return True
    segments = str(operation.get("path", "")).split("/")
    return any(
        _listed(segment, tables, when.path_names)
        or UNRESOLVED in segment
        or any(sign in segment for sign in _WILDCARDS)
        for segment in segments
    )


def _listed(name: str, tables: Mapping[str, Any], keys: Iterable[str]) -> bool:
    rows = (tables.get(key, {}) for key in keys)
    return any(row.get(form) not in (None, False) for row in rows for form in {name, name.lower()})


def _names(keys: Sequence[str]) -> str:
    return " and ".join(f"`{key}`" for key in keys)
