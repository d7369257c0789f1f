"""The table of operations that policy checks, against the types that the readers write."""

from __future__ import annotations

import json
import types
from pathlib import Path
from typing import Any, Literal, Required, Union, get_args, get_origin, get_type_hints

from guard import operations

SCHEMA = json.loads(
    (Path(__file__).parent.parent / "rego/guard/schema/data.json").read_text(encoding="utf-8")
)
KINDS = {get_args(get_type_hints(kind)["kind"])[0]: kind for kind in get_args(operations.Operation)}


def names_of(hint: Any) -> set[str]:
    """Return what Rego's `type_name` says of the values of a type."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return {name for part in get_args(hint) for name in names_of(part)}
    if origin is Literal or hint is str:
        return {"string"}
    plain = {int: "number", bool: "boolean", list: "array", dict: "object", type(None): "null"}
    return {plain[origin or hint]}


def required_of(typed: Any) -> set[str]:
    """Return the keys that an operation must have (`__required_keys__` misses quoted hints)."""
    hints = get_type_hints(typed, include_extras=True)
    return {key for key, hint in hints.items() if get_origin(hint) is Required}


def test_the_schema_knows_every_kind_and_key() -> None:
    """Each kind of operation stands there with every key, its types, and what is required."""
    types_ = {
        kind: {key: names_of(hint) for key, hint in get_type_hints(typed).items()}
        for kind, typed in KINDS.items()
    }
    table = {
        kind: {key: {name for name, wanted in row.items() if wanted} for key, row in rows.items()}
        for kind, rows in SCHEMA["types"].items()
    }
    assert table == types_
    required = {kind: set(rows) for kind, rows in SCHEMA["required"].items()}
    assert required == {kind: required_of(typed) for kind, typed in KINDS.items()}
