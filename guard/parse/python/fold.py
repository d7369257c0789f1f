"""Operators and methods on known values: what a program could hide a command in.

Pure and bounded: every function here returns `NOTHING` rather than build something
large, and never raises to its caller.
"""

from __future__ import annotations

import codecs
import operator
import re
from collections.abc import Callable
from typing import Any

from guard.parse.python.values import (
    HEAVY,
    NOTHING,
    Either,
    Object,
    Unknown,
    Value,
    alternatives,
    either,
    is_known,
    joined_path,
    origins,
    weight,
)
from guard.parse.reading import UNKNOWN

__all__ = [
    "LARGEST",
    "as_text",
    "attempt",
    "binary",
    "compare",
    "formatted",
    "method",
    "recode",
    "replace",
    "subscript",
    "unary",
    "unknown_from",
]

LARGEST = 65_536


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ENCODINGS = _words(
    """utf8 ascii usascii latin1 iso88591 l1 utf16 utf16le utf16be utf32 utf32le utf32be cp1252
    cp437 cp037 cp500 unicodeescape rawunicodeescape utf8sig utf7 hex rot13 base64 hexcodec
    base64codec"""
)


_LONG_NUMBER = re.compile(r"[0-9]{4}|\*")


def _bounded(value: Value) -> Value:
    """Large results are not kept."""
    if isinstance(value, str | bytes | bytearray | list | tuple | dict | set):
        return value if len(value) <= LARGEST else NOTHING
    if isinstance(value, int) and value.bit_length() > 8192:
        return NOTHING
    return value


def as_text(value: Value, depth: int = 0) -> str:
    """A value as `str()` would show it, unknown ones as one unknown piece."""
    kind = type(value)
    if kind is str:
        return value  # type: ignore[no-any-return]
    if isinstance(value, Object) and value.kind == "path":
        return as_text(value.fields.get("path", NOTHING))
    if kind in (int, float, bool, type(None)) or (is_known(value) and weight(value) <= LARGEST):
        return str(value)
    if kind in (list, tuple, dict) and depth < 2:
        # The items are shown, so that a mention of a known one is not lost.
        items = value.values() if kind is dict else value
        return UNKNOWN.join(as_text(item, depth + 1) for item in list(items)[:64]) or UNKNOWN
    return UNKNOWN


_BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "Add": operator.add,
    "Sub": operator.sub,
    "Mult": operator.mul,
    "Div": operator.truediv,
    "FloorDiv": operator.floordiv,
    "Mod": operator.mod,
    "Pow": operator.pow,
    "LShift": operator.lshift,
    "RShift": operator.rshift,
    "BitXor": operator.xor,
    "BitOr": operator.or_,
    "BitAnd": operator.and_,
}


_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "Eq": operator.eq,
    "NotEq": operator.ne,
    "Lt": operator.lt,
    "LtE": operator.le,
    "Gt": operator.gt,
    "GtE": operator.ge,
    "In": lambda a, b: a in b,
    "NotIn": lambda a, b: a not in b,
    "Is": lambda a, b: a is b if a is None or b is None else a == b,
    "IsNot": lambda a, b: a is not b if a is None or b is None else a != b,
}


def binary(name: str, left: Value, right: Value) -> Value:
    """`left op right`. Unknown pieces of texts and lists stay pieces."""
    if isinstance(left, Either) or isinstance(right, Either):
        return either(
            [binary(name, a, b) for a in alternatives(left) for b in alternatives(right)][:64]
        )
    if isinstance(left, Object) and left.kind == "path" and name == "Div":
        return Object("path", {"path": joined_path([as_text(left), as_text(right)])})
    if name == "Add":
        return _add(left, right)
    if name == "Mod" and isinstance(left, str | bytes):
        return _percent(left, right)
    if name == "Mult":
        return _times(left, right)
    if not (is_known(left) and is_known(right)):
        return unknown_from(left, right)
    if name == "Pow" and not (_small(left, 4096) and _small(right, 512)):
        return NOTHING
    if name == "LShift" and not _small(right, 8192):
        return NOTHING
    function = _BINARY.get(name)
    return attempt(function, left, right) if function else NOTHING


def unknown_from(*values: Value) -> Unknown:
    for value in values:
        for origin in sorted(origins(value)):
            return Unknown(origin)
    return NOTHING


def _small(value: Value, limit: int) -> bool:
    return isinstance(value, int | float) and abs(value) <= limit


def _add(left: Value, right: Value) -> Value:
    if isinstance(left, Unknown) and isinstance(right, Unknown):
        return left if left.origin else right
    for one, other in ((left, right), (right, left)):
        if isinstance(other, Unknown):
            if isinstance(one, str):
                return _bounded(one + UNKNOWN if one is left else UNKNOWN + one)
            if isinstance(one, bytes):
                mark = UNKNOWN.encode()
                return _bounded(one + mark if one is left else mark + one)
            if isinstance(one, list):
                return [*one, other] if one is left else [other, *one]
            return unknown_from(other)
    if isinstance(left, str | bytes | list | tuple | int | float | bytearray):
        size = sum(len(one) for one in (left, right) if hasattr(one, "__len__"))
        if size > LARGEST:
            return NOTHING
        return attempt(operator.add, left, right)
    return NOTHING


def _times(left: Value, right: Value) -> Value:
    for one, other in ((left, right), (right, left)):
        if isinstance(one, str | bytes | list | tuple | bytearray):
            if not isinstance(other, int) or len(one) * max(other, 0) > LARGEST:
                return NOTHING
            return one * other
    return attempt(operator.mul, left, right) if is_known(left) and is_known(right) else NOTHING


def _count_percents(text: str | bytes) -> int:
    return text.count("%") if isinstance(text, str) else text.count(b"%")


def _percent(left: str | bytes, right: Value) -> Value:
    """`%` formatting with unknown pieces."""
    if _LONG_NUMBER.search(left if isinstance(left, str) else left.decode("latin-1")):
        return NOTHING
    values = right if isinstance(right, tuple) else (right,)
    fields = 1 if isinstance(right, tuple) else _count_percents(left)
    if fields * weight(right) > HEAVY:
        return NOTHING
    if isinstance(right, dict):
        return attempt(operator.mod, left, {k: _piece(v) for k, v in right.items()})
    if isinstance(left, bytes):
        return attempt(operator.mod, left, right) if is_known(right) else NOTHING
    result = attempt(operator.mod, left, tuple(_piece(value) for value in values))
    if isinstance(result, Unknown) and not is_known(right):
        return re.sub(r"%[-+ #0]*[0-9]*(?:\.[0-9]+)?[a-zA-Z]", UNKNOWN, left)
    return result


def _piece(value: Value) -> Value:
    return value if is_known(value) else as_text(value)


def compare(name: str, left: Value, right: Value) -> Value:
    """`left op right` as a truth value, or unknown."""
    if not (is_known(left) and is_known(right)):
        return NOTHING
    return attempt(_COMPARE[name], left, right)


def unary(name: str, value: Value) -> Value:
    """`-x`, `+x`, `~x`, `not x`."""
    if not is_known(value):
        return NOTHING
    functions: dict[str, Callable[[Any], Any]] = {
        "USub": operator.neg,
        "UAdd": operator.pos,
        "Invert": operator.invert,
        "Not": operator.not_,
    }
    return attempt(functions[name], value)


def attempt(function: Callable[..., Any], *args: Any, **keywords: Any) -> Value:
    try:
        return _bounded(function(*args, **keywords))
    except Exception:  # noqa: BLE001 - each function has failures of its own (zlib.error, ...)
        return NOTHING


def formatted(value: Value, conversion: int, spec: str) -> str:
    """One replacement field of an f-string."""
    if not is_known(value) or weight(value) > LARGEST:
        return as_text(value)
    if _LONG_NUMBER.search(spec):
        return UNKNOWN
    if conversion == ord("r"):
        value = repr(value)
    elif conversion == ord("s"):
        value = str(value)
    result = attempt(format, value, spec)
    return result if isinstance(result, str) else UNKNOWN


def subscript(value: Value, index: Value) -> Value:
    """`value[index]` on known containers, unknown items included."""
    if isinstance(value, str | bytes | list | tuple | bytearray | dict):
        if isinstance(index, slice) or is_known(index):
            return attempt(operator.getitem, value, index)
        if isinstance(value, list | tuple) and value:
            return either(list(value)[:16])
        if isinstance(value, dict) and value:
            return either(list(value.values())[:16])
    return unknown_from(value)


_TEXT_METHODS = _words(
    """strip lstrip rstrip lower upper title capitalize casefold swapcase split rsplit splitlines
    partition rpartition removeprefix removesuffix startswith endswith isdigit isalpha index find
    count hex isalnum isspace"""
)


_WIDTH_METHODS = frozenset({"zfill", "ljust", "rjust", "center", "expandtabs"})


def method(owner: Value, name: str, args: list[Value], keywords: dict[str, Value]) -> Value:
    """Call a method of a known value. Lists and dicts are changed in place."""
    if isinstance(owner, str | bytes | bytearray):
        return _text_method(owner, name, args, keywords)
    if isinstance(owner, list):
        return _list_method(owner, name, args)
    if isinstance(owner, dict):
        return _dict_method(owner, name, args, keywords)
    if isinstance(owner, int) and name in ("to_bytes", "bit_length"):
        if args and not _small(args[0], LARGEST):
            return NOTHING
        return attempt(getattr(owner, name), *args, **keywords) if is_known(args) else NOTHING
    if isinstance(owner, tuple) and name in ("index", "count") and is_known(args):
        return attempt(getattr(owner, name), *args)
    return NOTHING


def _text_method(
    owner: str | bytes | bytearray, name: str, args: list[Value], keywords: dict[str, Value]
) -> Value:
    if name == "join":
        return _join(owner, args[0] if args else NOTHING)
    if name == "format" and isinstance(owner, str):
        if _LONG_NUMBER.search(owner) or "{:{" in owner:
            return UNKNOWN
        if owner.count("{") * (weight(args) + weight(keywords)) > HEAVY:
            return _without_fields(owner)
        result = attempt(
            owner.format, *map(_piece, args), **{k: _piece(v) for k, v in keywords.items()}
        )
        return result if isinstance(result, str) else _without_fields(owner)
    if name == "format_map" and isinstance(owner, str) and args and isinstance(args[0], dict):
        return _text_method(owner, "format", [], args[0])
    if name in ("encode", "decode"):
        encoding = args[0] if args else keywords.get("encoding", "utf-8")
        return recode(owner, encoding, "replace" if len(args) < 2 else args[1])
    if not is_known(args) or not is_known(keywords):
        return unknown_from(*args)
    if name == "replace" and len(args) >= 2:
        return replace(owner, args)
    if name == "translate" and args:
        table = args[0]
        longest = 1
        if isinstance(table, dict):
            longest = max((len(v) for v in table.values() if isinstance(v, str)), default=1)
        return attempt(owner.translate, *args) if len(owner) * longest <= LARGEST else NOTHING
    if name in _WIDTH_METHODS and (not args or _small(args[0], 1024)):
        return attempt(getattr(owner, name), *args)
    if name in _TEXT_METHODS:
        return attempt(getattr(owner, name), *args, **keywords)
    if name == "fromhex" and isinstance(owner, bytes | bytearray):
        return attempt(bytes.fromhex, *args)
    if name == "maketrans":
        return attempt(type(owner).maketrans, *args)
    return NOTHING


def _without_fields(text: str) -> str:
    return re.sub(r"\{[^{}]{0,200}\}", UNKNOWN, text)


def _join(separator: Value, items: Value) -> Value:
    if isinstance(items, dict | set):
        items = list(items)
    if isinstance(items, str):
        items = list(items)
    if not isinstance(items, list | tuple):
        return UNKNOWN if isinstance(separator, str) else unknown_from(items)
    if isinstance(separator, str):
        texts = [item if type(item) is str else as_text(item) for item in items]
        size = sum(map(len, texts)) + len(separator) * len(texts)
        return separator.join(texts) if size <= LARGEST else UNKNOWN
    if is_known(items) and sum(len(item) for item in items if hasattr(item, "__len__")) < LARGEST:
        return attempt(separator.join, items)
    return NOTHING


def replace(owner: Any, args: list[Value]) -> Value:
    old, new = args[0], args[1]
    if type(old) is not type(new) or not hasattr(old, "__len__"):
        return NOTHING
    growth = (len(owner) + 1) * len(new) if not len(old) else owner.count(old) * len(new)
    return attempt(owner.replace, *args) if growth + len(owner) <= 2 * LARGEST else NOTHING


def recode(owner: Any, encoding: Value, errors: Value) -> Value:
    if not isinstance(encoding, str) or not isinstance(errors, str):
        return NOTHING
    plain = encoding.lower().replace("-", "").replace("_", "")
    if plain not in _ENCODINGS:
        return NOTHING
    if errors not in ("strict", "ignore", "replace", "surrogateescape", "backslashreplace"):
        errors = "replace"
    if isinstance(owner, str):
        if plain in ("rot13", "hex", "base64"):
            return attempt(codecs.encode, owner, encoding)
        return attempt(owner.encode, encoding, errors)
    if plain in ("hex", "base64", "hexcodec", "base64codec"):
        return attempt(codecs.decode, bytes(owner), encoding)
    return attempt(bytes(owner).decode, encoding, errors)


def _list_method(owner: list[Value], name: str, args: list[Value]) -> Value:
    if len(owner) > LARGEST:
        return NOTHING
    if name == "append" and args:
        owner.append(args[0])
    elif name == "extend" and args:
        items = args[0]
        if isinstance(items, list | tuple | str | set | dict):
            owner.extend(list(items)[:LARGEST])
        else:
            owner.append(items)
    elif name == "insert" and len(args) == 2 and isinstance(args[0], int):
        owner.insert(args[0], args[1])
    elif name == "reverse":
        owner.reverse()
    elif name == "pop":
        return attempt(owner.pop, *args) if is_known(args) else NOTHING
    elif name == "copy":
        return list(owner)
    elif name == "sort" and not args and is_known(owner):
        attempt(owner.sort)
    elif name in ("index", "count") and is_known(owner) and is_known(args):
        return attempt(getattr(owner, name), *args)
    elif name == "clear":
        owner.clear()
    else:
        return NOTHING
    return None


def _dict_method(
    owner: dict[Value, Value], name: str, args: list[Value], keywords: dict[str, Value]
) -> Value:
    if name in ("get", "pop", "setdefault") and args and is_known(args[0]):
        default = args[1] if len(args) > 1 else None
        try:
            if name == "setdefault":
                return owner.setdefault(args[0], default)
            return owner.get(args[0], default)
        except TypeError:
            return NOTHING
    if name == "items":
        return list(owner.items())
    if name == "keys":
        return list(owner)
    if name == "values":
        return list(owner.values())
    if name == "copy":
        return dict(owner)
    if name == "update":
        more = _pairs(args[0]) if args else {}
        if isinstance(more, dict):
            owner.update(more, **keywords)
            return None
    return NOTHING


def _pairs(value: Value) -> Value:
    """What `dict.update` takes: a dict, or pairs of keys and values."""
    if not isinstance(value, list | tuple):
        return value
    if all(isinstance(one, list | tuple) and len(one) == 2 and is_known(one[0]) for one in value):
        return attempt(dict, value)
    return NOTHING
