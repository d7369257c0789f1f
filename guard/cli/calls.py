"""Reads calls from lines of JSON. Every line gives a call or the reason why it is none.

The shape of a line is the `_Line` below; keys that it does not have are refused, since a
misspelt one would silently change who is judged.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any, BinaryIO, NamedTuple, TypeAlias

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from guard.model import Sandbox, Session, Subject, ToolCall

__all__ = ["MAX_LINE", "Refused", "read_calls"]

# In bytes. Arguments beyond the engines' bound on a request are denied long before.
MAX_LINE = 4 * 1024 * 1024

# How pydantic calls the alternatives of a value that may have two types.
_BRANCHES = frozenset({"str", "int", "_Subject", "_Session"})

Id: TypeAlias = "str | int | None"


class Refused(NamedTuple):
    """A line that is no call, and why."""

    error: str


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Sandbox(_Model):
    id: str = ""
    ip: str = ""


class _Session(_Model):
    id: str = ""
    run: str = ""
    trajectory: str = ""
    episode: str = ""
    sandbox: _Sandbox = _Sandbox()


class _Subject(_Model):
    id: str
    type: str = "agent"
    properties: dict[str, Any] = {}


class _Line(_Model):
    id: str | int
    tool: Annotated[str, StringConstraints(min_length=1)]
    arguments: dict[str, Any]
    subject: str | _Subject | None = None
    session: str | _Session | None = None


def read_calls(file: BinaryIO) -> Iterator[tuple[Id, ToolCall | Refused]]:
    """Yield the id and the call, or the refusal, of each line, as soon as the line is there.

    The id is None where it cannot be read.
    """
    while line := file.readline(MAX_LINE + 1):
        if len(line) > MAX_LINE and not line.endswith(b"\n"):
            _skip(file)
            yield None, Refused(f"the line is longer than {MAX_LINE} bytes")
        else:
            yield _read(line)


def _skip(file: BinaryIO) -> None:
    """Read to the end of the line without keeping it."""
    while (piece := file.readline(MAX_LINE)) and not piece.endswith(b"\n"):
        pass


def _read(line: bytes) -> tuple[Id, ToolCall | Refused]:
    try:
        value = json.loads(line.decode(), object_pairs_hook=_object, parse_constant=_constant)
    except UnicodeDecodeError:
        return None, Refused("the line is not UTF-8")
    except RecursionError:
        return None, Refused("the line is nested too deeply")
    except ValueError as error:
        return None, Refused(f"the line is not JSON: {_first(error)}")
    if not isinstance(value, dict):
        return None, Refused("the line is no JSON object")
    name = value.get("id")
    if not isinstance(name, str | int) or isinstance(name, bool):
        name = None
    try:
        return name, _call(_Line.model_validate(value))
    except ValidationError as error:
        return name, Refused(_explain(error))


def _call(line: _Line) -> ToolCall:
    subject, session = Subject(), Session()
    if isinstance(line.subject, str):
        subject = Subject(id=line.subject)
    elif line.subject is not None:
        subject = Subject(**dict(line.subject))
    if isinstance(line.session, str):
        session = Session(id=line.session)
    elif line.session is not None:
        fields = dict(line.session)
        session = Session(**{**fields, "sandbox": Sandbox(**dict(line.session.sandbox))})
    return ToolCall(
        line.tool,
        line.arguments,
        id=_text(line.id),
        subject=subject,
        session=session,
        source="cli",
    )


def _text(id: str | int) -> str:
    return id if isinstance(id, str) else f"{id}"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        # Readers differ in which of two they take: what is judged might not be what runs.
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key `{twice:.60}` stands there twice")
    return value


def _constant(name: str) -> None:
    raise ValueError(f"`{name}` is no JSON number")


def _first(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg[:1].lower()}{error.msg[1:]} at column {error.colno}"
    return str(error).partition("\n")[0]


def _explain(error: ValidationError) -> str:
    """Say one thing that is wrong, in the words of the line."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    # Of a value that may have two types, the deepest error is about the one that was meant.
    first = max(found, key=lambda item: len(item["loc"]))
    # pydantic adds the branch of a union that it tried; it is no key of the line.
    path = [str(part) for part in first["loc"] if part not in _BRANCHES]
    where = ".".join(path)
    if first["type"] == "missing":
        return f"the call has no `{where}`"
    if first["type"] == "extra_forbidden":
        return f"the call has a key `{where:.60}` that is not known"
    message = first["msg"].replace("Input should be", "must be")
    return f"the call's `{where}` {message[:1].lower()}{message[1:]}"
