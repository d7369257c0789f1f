"""What an expression of the read program can be. Plain Python values stand for themselves."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from guard.parse.reading import UNKNOWN

__all__ = [
    "HEAVY",
    "NOTHING",
    "Bound",
    "Call",
    "Class",
    "Either",
    "Function",
    "Handler",
    "Object",
    "Ref",
    "Scope",
    "Unknown",
    "Value",
    "alternatives",
    "either",
    "is_known",
    "joined_path",
    "origins",
    "text_of",
    "weight",
]

# str, bytes, int, float, bool, None, list, tuple, dict, set, or one of the classes below.
Value: TypeAlias = Any

# More readings of one value than this are one unknown value.
_MOST_READINGS = 8


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody knows. `origin` says where it came from: `socket`, `http`, `file:/etc/passwd`."""

    origin: str = ""


NOTHING = Unknown()


@dataclass(frozen=True, slots=True)
class Either:
    """One of several values, after branches."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Ref:
    """A module or something in a module, by its full name: `os.system`."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function of the read program."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scope: Scope
    this: Object | None = None


@dataclass(slots=True, eq=False)
class Class:
    """A class of the read program."""

    name: str
    scope: Scope
    bases: list[Value]


@dataclass(slots=True, eq=False)
class Object:
    """An instance: of a class of the program (`kind` is `instance`), or of a library."""

    kind: str
    fields: dict[str, Value] = field(default_factory=dict)
    of: Class | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """A method that has not been called yet."""

    owner: Value
    name: str


@dataclass(slots=True, eq=False)
class Scope:
    """Names of one function or module, and where to look next."""

    names: dict[str, Value]
    parent: Scope | None = None
    is_class: bool = False
    is_closed: bool = False  # some function that is made in it may use its names later
    outer: set[str] = field(default_factory=set)  # names declared global or nonlocal


@dataclass(slots=True)
class Call:
    """A call whose arguments have been evaluated."""

    name: str
    args: list[Value]
    keywords: dict[str, Value]
    node: ast.Call | None = None

    def get(self, position: int, *names: str, default: Value = NOTHING) -> Value:
        """The argument at a position, or under one of its names."""
        if 0 <= position < len(self.args):
            return self.args[position]
        for name in names:
            if name in self.keywords:
                return self.keywords[name]
        return default

    def text(self, position: int, *names: str) -> str:
        """The same as text; what is not known is `UNKNOWN`."""
        return text_of(self.get(position, *names))

    def every(self) -> list[Value]:
        """All arguments."""
        return [*self.args, *self.keywords.values()]


Handler: TypeAlias = Callable[[Any, Call], Value]


def either(values: list[Value]) -> Value:
    """One value for several readings."""
    flat: list[Value] = []
    for value in values:
        for item in value.values if isinstance(value, Either) else (value,):
            if not any(_same(item, seen) for seen in flat):
                flat.append(item)
                if len(flat) > _MOST_READINGS:
                    return NOTHING
    if len(flat) == 1:
        return flat[0]
    return Either(tuple(flat)) if flat else NOTHING


def _same(left: Value, right: Value) -> bool:
    if left is right:
        return True
    return type(left) is type(right) and isinstance(left, _COMPARABLE) and bool(left == right)


_COMPARABLE = (str, bytes, int, float, Unknown, Ref)


def alternatives(value: Value) -> tuple[Value, ...]:
    """The readings of a value."""
    return value.values if isinstance(value, Either) else (value,)


def is_known(value: Value) -> bool:
    """True for plain values through and through. What is too large to look at is unknown."""
    kind = type(value)
    if kind is str:
        return UNKNOWN not in value
    if kind in _PLAIN:
        return True
    if kind not in _CONTAINERS:
        return False
    # Values may share parts: walking is counted, not trusted to end soon.
    waiting: list[Value] = [value]
    walked = 0
    while waiting:
        one = waiting.pop()
        kind = type(one)
        if kind is str:
            if UNKNOWN in one:
                return False
        elif kind in _CONTAINERS:
            walked += len(one)
            if walked > _MOST_WALKED:
                return False
            waiting.extend(one)
            if kind is dict:
                waiting.extend(one.values())
        elif kind not in _PLAIN:
            return False
    return True


_PLAIN = frozenset({bytes, int, float, bool, type(None), complex, bytearray})
_CONTAINERS = frozenset({list, tuple, set, frozenset, dict})
_MOST_WALKED = 70_000
HEAVY = 262_144


def weight(value: Value) -> int:
    """How many characters a value would have as text, counted up to `HEAVY`."""
    kind = type(value)
    if kind is str or kind is bytes or kind is bytearray:
        return len(value)
    if kind not in _CONTAINERS:
        return 20
    waiting: list[Value] = [value]
    total = 0
    while waiting and total <= HEAVY:
        one = waiting.pop()
        kind = type(one)
        if kind in _CONTAINERS:
            total += 2 * len(one)
            waiting.extend(one)
            if kind is dict:
                waiting.extend(one.values())
        else:
            total += len(one) if kind in (str, bytes, bytearray) else 4
    return total


def text_of(value: Value) -> str:
    """A value as the text of a path, a host or an argument."""
    if type(value) is str:
        return value
    if isinstance(value, bytes | bytearray):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, Object) and value.kind in ("path", "file"):
        return text_of(value.fields.get("path", NOTHING))
    if isinstance(value, Either):
        return text_of(value.values[0])
    if type(value) in (int, float, bool):
        return str(value)
    return UNKNOWN


def origins(value: Value) -> set[str]:
    """Where the unknown parts of a value come from; files that are handed over count too."""
    found: set[str] = set()
    waiting: list[Value] = [value]
    for _ in range(512):
        if not waiting:
            break
        one = waiting.pop()
        if isinstance(one, Unknown):
            if one.origin:
                found.add(one.origin)
        elif isinstance(one, Object):
            if one.kind == "asked":
                found.add("socket")
            elif one.kind == "file":
                found.add(f"file:{text_of(one)}")
        elif isinstance(one, Either):
            waiting.extend(one.values)
        elif isinstance(one, list | tuple):
            waiting.extend(one[:256])
        elif isinstance(one, dict):
            waiting.extend(list(one.values())[:256])
    return found


def joined_path(parts: list[str]) -> str:
    """Join as os.path.join does: an absolute part starts anew."""
    path = ""
    for part in parts:
        if part.startswith("/") or not path:
            path = part
        else:
            path = path + part if path.endswith("/") else f"{path}/{part}"
    return path
