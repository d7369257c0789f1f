"""The JSON Schema of a request, made from the types that the guard builds requests with.

For editors and for `opa check --schema`: a misspelt field in a rule is an error there, where
an engine would take it to be undefined. Requests are not checked by it; `guard.main` does that.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any, Literal, Required, Union, get_args, get_origin, get_type_hints, is_typeddict

from guard import operations
from guard.model import Parsed, ToolCall
from guard.request import VERSION, build_request

__all__ = ["request_schema"]

_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}
# Parts of a request whose keys are the caller's, by their path.
_OPEN = frozenset(
    {"subject.properties", "resource.properties.arguments", "context.history", "context.budgets"}
)


def request_schema() -> dict[str, Any]:
    """Return the schema of version 1 of the request, draft-07."""
    sample = build_request(ToolCall("bash"), {}, Parsed(), profile="baseline", time_ns=0)
    schema = _of_value(sample, "")
    context = schema["properties"]["context"]["properties"]
    kinds = [_of_type(kind) for kind in get_args(operations.Operation)]
    context["operations"] = {"type": "array", "items": {"anyOf": kinds}}
    context["opaque"] = {"type": "array", "items": _of_type(operations.Opaque)}
    context["files"] = {"type": "array", "items": _of_type(dict[str, str])}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"Request of regoguard, version {VERSION}",
        **schema,
    }


def _of_value(value: Any, path: str) -> dict[str, Any]:
    """Return the schema of what a request holds at a path, after an example of it."""
    if not isinstance(value, Mapping):
        return {"type": "array"} if isinstance(value, list) else {"type": _PLAIN[type(value)]}
    if path in _OPEN:
        return {"type": "object"}
    fields = {key: _of_value(value[key], f"{path}.{key}".lstrip(".")) for key in value}
    return _object(fields, sorted(value))


def _of_type(hint: Any) -> dict[str, Any]:
    """Return the schema of the values of a type."""
    origin, arguments = get_origin(hint), get_args(hint)
    if is_typeddict(hint):
        fields = get_type_hints(hint)
        full = get_type_hints(hint, include_extras=True)
        required = sorted(key for key, type_ in full.items() if get_origin(type_) is Required)
        return _object({key: _of_type(fields[key]) for key in sorted(fields)}, required)
    if origin in (Union, types.UnionType):
        return {"anyOf": [_of_type(part) for part in arguments]}
    if origin is Literal:
        return {"type": "string", "enum": list(arguments)}
    if origin is list:
        return {"type": "array", "items": _of_type(arguments[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": _of_type(arguments[1])}
    return {"type": _PLAIN[hint]}


def _object(fields: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": fields,
        "required": required,
        "additionalProperties": False,
    }
