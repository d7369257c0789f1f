"""Lays a user's settings over those of a bundle, and refuses what the bundle does not know.

Settings are `data.guard.settings.<category>.<rule>.<setting>`. Down to the setting, names
are fixed; below it, keys are the user's (a table of programs, say). Pure.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from guard.errors import PolicyError

__all__ = ["apply_settings"]

_FIXED_LEVELS = 3
_NAMES = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "text",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


def apply_settings(data: dict[str, Any], settings: Mapping[str, Any], file: str = "") -> None:
    """Merge `settings` into `data.guard.settings`: objects merge, all else replaces.

    `file` is where they were read, for people.

    Raises:
        PolicyError: an unknown name, with the nearest known ones, or another type.
    """
    known = data.get("guard", {}).get("settings")
    if not isinstance(known, dict):
        raise PolicyError(
            "the bundle has no settings to change", help="add guard/settings/data.json to it"
        )
    try:
        _merge(known, settings, ())
    except PolicyError as error:
        if not file:
            raise
        raise PolicyError(f"cannot use `{file}`: {error.message}", help=error.help) from None


def _merge(known: dict[str, Any], given: Mapping[str, Any], at: tuple[str, ...]) -> None:
    table = len(at) >= _FIXED_LEVELS
    pattern = _common_type(known.values()) if table else None
    for key, value in given.items():
        path = (*at, key)
        if key in known:
            if isinstance(known[key], dict) and isinstance(value, dict):
                _merge(known[key], value, path)
                continue
            _check_type(path, known[key], value)
        elif not table:
            raise PolicyError(
                f"there is no setting `{'.'.join(path)}`", help=_suggest(key, known, at)
            )
        elif pattern is not None and _NAMES[type(value)] != pattern:
            raise PolicyError(
                f"the setting `{'.'.join(path)}` is {_NAMES[type(value)]}",
                help=f"give {pattern}, as its neighbours are",
            )
        known[key] = value


def _check_type(path: tuple[str, ...], old: Any, new: Any) -> None:
    name = ".".join(path)
    expected, found = _NAMES[type(old)], _NAMES[type(new)]
    if expected != found:
        raise PolicyError(f"the setting `{name}` is {found}", help=f"give {expected}")
    if isinstance(old, list) and (pattern := _common_type(old)) is not None:
        for index, item in enumerate(new):
            if _NAMES[type(item)] != pattern:
                raise PolicyError(
                    f"the setting `{name}` holds {_NAMES[type(item)]} at position {index}",
                    help=f"give {pattern}, as in the list that it replaces",
                )


def _common_type(values: Iterable[Any]) -> str | None:
    names = {_NAMES[type(value)] for value in values}
    return names.pop() if len(names) == 1 else None


def _suggest(key: str, known: Mapping[str, Any], at: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(key, known, n=3, cutoff=0.5)
    if near:
        return "did you mean " + " or ".join(f"`{'.'.join((*at, n))}`" for n in near) + "?"
    return "known here: " + ", ".join(f"`{name}`" for name in sorted(known))
