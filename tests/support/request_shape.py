"""Whether operations and opaque parts have the shape that `rego/schemas/request.json` gives them.

A checker of the few words of JSON Schema that our own schema uses, so that tests and the fuzzing
harness need no package for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["misshapen"]

_FILE = Path(__file__).parents[2] / "rego/schemas/request.json"
_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "array": list,
    "object": dict,
    "boolean": bool,
    "null": type(None),
    "integer": int,
    "number": (int, float),
}


def misshapen(operations: list[Any], opaque: list[Any]) -> list[str]:
    """Return what is wrong with the parts of a request, [] where nothing is."""
    kinds, part = _schemas()
    found: list[str] = []
    for operation in operations:
        schema = kinds.get(operation.get("kind"))
        if schema is None:
            found.append(f"no kind `{operation.get('kind')}`")
        else:
            found += _wrong(operation, schema, operation["kind"])
    for item in opaque:
        found += _wrong(item, part, "opaque")
    return found


@cache
def _schemas() -> tuple[dict[str, Any], dict[str, Any]]:
    schema = json.loads(_FILE.read_text(encoding="utf-8"))
    context = schema["properties"]["context"]["properties"]
    kinds = context["operations"]["items"]["anyOf"]
    return {one["properties"]["kind"]["enum"][0]: one for one in kinds}, context["opaque"]["items"]


def _wrong(value: Any, schema: Mapping[str, Any], where: str) -> Iterator[str]:
    held: Any = value  # what `isinstance` below narrows is not what is walked
    if "anyOf" in schema:
        if all(list(_wrong(value, one, where)) for one in schema["anyOf"]):
            yield f"{where}: {value!r:.80} is none of what it may be"
        return
    wanted: str = schema["type"]
    if not isinstance(value, _TYPES[wanted]) or (wanted == "integer" and isinstance(value, bool)):
        yield f"{where}: {value!r:.80} is no {wanted}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where}: {value!r:.80} is not in the list"
    if wanted == "array":
        for item in held:
            yield from _wrong(item, schema.get("items", {"type": "object"}), where)
    elif wanted == "object":
        yield from _object(held, schema, where)


def _object(value: Mapping[str, Any], schema: Mapping[str, Any], where: str) -> Iterator[str]:
    known: Any = schema.get("properties", {})
    others: Any = schema.get("additionalProperties", True)
    for key in schema.get("required", ()):
        if key not in value:
            yield f"{where}: there is no `{key}`"
    for key, item in value.items():
        inner: Any = known.get(key, others)
        if inner is False:
            yield f"{where}: `{key}` is not known"
        elif inner is not True:
            yield from _wrong(item, inner, f"{where}.{key}")
