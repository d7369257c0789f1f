"""Performs obligations on the text of a result: `redact`, `limit`. No policy, no engine.

INVARIANT: an obligation that is unknown, or whose properties are not understood, makes
the decision deny before anything runs; a result on which it cannot be performed is withheld.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

from guard.errors import ObligationError
from guard.model import APPROVE, Obligation

__all__ = ["MapText", "TextFunction", "map_text", "prepare"]

TextFunction: TypeAlias = Callable[[str], str]
# Applies a text function to every text of a result, and raises ObligationError where it cannot.
MapText: TypeAlias = Callable[[Any, TextFunction], Any]
_T = TypeVar("_T")


def prepare(obligations: Sequence[Obligation]) -> list[TextFunction]:
    """Return what must be applied to the text of the result, in order.

    Raises:
        ObligationError: an obligation is unknown or cannot be performed.
    """
    functions = []
    for obligation in obligations:
        if obligation.type == APPROVE:  # performed by whoever settles the decision
            continue
        make = _MAKERS.get(obligation.type)
        if make is None:
            known = ", ".join(f"`{name}`" for name in sorted([APPROVE, *_MAKERS]))
            raise ObligationError(
                f"unknown obligation `{obligation.type:.60}`", help=f"known ones are {known}"
            )
        functions.append(make(obligation.properties))
    return functions


def _redact(properties: Mapping[str, Any]) -> TextFunction:
    """`{"patterns": [regular expression, ...], "replacement": text}`."""
    _only(properties, "redact", "patterns", "replacement")
    patterns, replacement = properties.get("patterns"), properties.get("replacement", "[redacted]")
    if not isinstance(patterns, list | tuple) or not patterns or not isinstance(replacement, str):
        raise ObligationError("obligation `redact` needs a list `patterns` of regular expressions")
    try:
        compiled = [re.compile(pattern) for pattern in patterns]
    except (re.error, TypeError) as error:
        raise ObligationError(f"obligation `redact` has a bad pattern: {error}") from error

    def apply(text: str) -> str:
        for pattern in compiled:
            text = pattern.sub(lambda _: replacement, text)
        return text

    return apply


def _limit(properties: Mapping[str, Any]) -> TextFunction:
    """`{"output_chars": n}`: the agent sees at most n characters of each text."""
    _only(properties, "limit", "output_chars")
    size = properties.get("output_chars")
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise ObligationError("obligation `limit` needs `output_chars`, a number of characters")

    def apply(text: str) -> str:
        if len(text) <= size:
            return text
        return f"{text[:size]}\n[{len(text) - size} more characters withheld by policy]"

    return apply


def _only(properties: Mapping[str, Any], name: str, *known: str) -> None:
    if unknown := set(properties) - set(known):
        raise ObligationError(f"obligation `{name}` has an unknown property `{min(unknown)}`")


_MAKERS: Mapping[str, Callable[[Mapping[str, Any]], TextFunction]] = {
    "redact": _redact,
    "limit": _limit,
}


def map_text(result: _T, function: TextFunction) -> _T:
    """Return `result` with `function` applied to each text in it.

    Raises:
        ObligationError: the result holds something whose text cannot be reached.
    """
    value: Any = result
    if isinstance(value, str):
        return function(value)  # type: ignore[return-value]
    if value is None or isinstance(value, bool | int | float):
        return result
    if isinstance(value, dict):
        return {map_text(k, function): map_text(v, function) for k, v in value.items()}  # type: ignore[return-value]
    if type(value) in (list, tuple):
        return type(value)(map_text(item, function) for item in value)  # type: ignore[no-any-return]
    raise ObligationError(
        f"a result of type `{type(value).__name__}` has text that policy cannot reach"
    )
