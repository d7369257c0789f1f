"""One form for the arguments of a call: JSON values, their bytes, their hash.

Pure; knows nothing of policies or tools. What cannot be put into this form
cannot be judged, and raises `InputError`.
"""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import hashlib
import math
import pathlib
import uuid
from collections.abc import Mapping
from typing import Any, TypeAlias

import orjson

from guard.errors import InputError

__all__ = ["MAX_DEPTH", "MAX_ITEMS", "Json", "bounded", "digest", "dumps", "jsonable"]

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

# regorus refuses JSON nested deeper than 128; the request adds a few levels of its own.
MAX_DEPTH = 64
# What a call may bring: more items, or more text, is refused before it costs anything.
MAX_ITEMS = 20_000
MAX_CHARACTERS = 8_000_000
# Larger integers lose precision on the way through an engine's JSON numbers.
_SAFE_INTEGER = 2**53


def _encode(value: object) -> bytes:
    """Encode values that `jsonable` made, which has refused NaN and large integers."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError as error:
        raise InputError(f"a value cannot be put into JSON: {error}") from None


def bounded(value: object, *, where: str = "arguments") -> None:
    """Look at how large a value is, without walking further than the bounds.

    Raises:
        InputError: more than `MAX_ITEMS` items or `MAX_CHARACTERS` characters.
    """
    items, characters, stack = 0, 0, [value]
    while stack:
        part = stack.pop()
        if isinstance(part, str):
            characters += len(part)
        elif isinstance(part, Mapping):
            items += len(part)
            if items <= MAX_ITEMS:
                stack += part.values()
                stack += part
        elif isinstance(part, list | tuple | set | frozenset):
            items += len(part)
            if items <= MAX_ITEMS:
                stack += part
        if items > MAX_ITEMS or characters > MAX_CHARACTERS:
            raise InputError(
                f"`{where}` holds more than {MAX_ITEMS} items or {MAX_CHARACTERS} characters",
                help="pass large data by file",
            )


def jsonable(value: object, *, where: str = "arguments", depth: int = 0) -> Json:
    """Return `value` as plain JSON values.

    Paths, decimals, dates, UUIDs, enums, dataclasses and pydantic models have an
    obvious JSON form and get it; integers beyond 2**53 become strings.

    Raises:
        InputError: bytes, NaN, lone surrogates, foreign objects, non-text keys, or
            nesting deeper than `MAX_DEPTH`.
    """
    kind = type(value)
    if kind is str:
        return _text(value, where)  # type: ignore[arg-type]
    if value is None or kind is bool:
        return value  # type: ignore[return-value]
    if kind is int:
        return value if -_SAFE_INTEGER <= value <= _SAFE_INTEGER else _digits(value, where)  # type: ignore[operator,return-value,arg-type]
    if depth >= MAX_DEPTH:
        raise InputError(f"`{where}` is nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, Mapping):
        return {
            _key(key, where): jsonable(item, where=f"{where}.{key}", depth=depth + 1)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [
            jsonable(item, where=f"{where}[{index}]", depth=depth + 1)
            for index, item in enumerate(value)
        ]
    return _other(value, where, depth)


def _text(value: str, where: str) -> str:
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise InputError(
                f"`{where}` holds half of a surrogate pair, which is no text",
                help="send valid Unicode",
            ) from None
    return value


def _digits(value: int, where: str) -> str:
    try:
        return str(value)
    except ValueError:
        raise InputError(f"`{where}` is an integer of too many digits") from None


def _key(key: object, where: str) -> str:
    if not isinstance(key, str):
        raise InputError(f"`{where}` has a key that is not text: `{key!r:.60}`")
    return _text(str(key), where)


def _other(value: object, where: str, depth: int) -> Json:
    """Values that are not JSON by type but have one obvious JSON form."""
    if isinstance(value, enum.Enum):
        return jsonable(value.value, where=where, depth=depth + 1)
    if isinstance(value, bool | int):
        return jsonable(int(value), where=where, depth=depth + 1)
    if isinstance(value, str):
        return _text(str(value), where)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise InputError(f"`{where}` is `{value}`, which JSON cannot hold")
        return float(value)
    if isinstance(value, pathlib.PurePath | decimal.Decimal | uuid.UUID):
        return _text(str(value), where)
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        items = [jsonable(item, where=where, depth=depth + 1) for item in value]
        return sorted(items, key=_encode)
    dump = getattr(value, "model_dump", None)
    if callable(dump) and hasattr(type(value), "model_fields"):
        return jsonable(dump(), where=where, depth=depth + 1)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields: dict[str, Any] = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        return jsonable(fields, where=where, depth=depth + 1)
    raise InputError(
        f"`{where}` is a {type(value).__name__}, which cannot be judged",
        help="pass text, numbers, lists and mappings to guarded tools",
    )


def dumps(value: Json) -> str:
    """Return `value` in canonical JSON: sorted keys, no spaces, no NaN.

    The order of keys is by code point, as RFC 8785 has it for all keys of the
    Basic Multilingual Plane.

    Raises:
        InputError: a value that `jsonable` would refuse.
    """
    return _encode(value).decode()


def digest(value: Json) -> str:
    """Return the SHA-256 of `value` in canonical JSON, in hexadecimal."""
    return hashlib.sha256(_encode(value)).hexdigest()
