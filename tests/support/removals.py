"""Documents that lack one of their keys: what invariant 5 is tried with."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

__all__ = ["removals", "without"]


def removals(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Paths of every key of every object in a document."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield (*path, key)
            yield from removals(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from removals(item, (*path, index))


def without(document: Any, path: tuple[Any, ...]) -> Any:
    """Return a copy of a document that lacks the key at a path."""
    result = copy.deepcopy(document)
    holder = result
    for step in path[:-1]:
        holder = holder[step]
    del holder[path[-1]]
    return result
