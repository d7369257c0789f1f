"""The shell's patterns (glob(7)), matched without regular expressions.

A pattern is text in which a backslash takes a character's meaning away. All positions
are followed at once, so the cost is the product of the two lengths at worst.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import TypeAlias

from guard.parse.budget import Budget

__all__ = ["Piece", "compile_pattern", "escape", "match", "replace", "strip_prefix", "strip_suffix"]

# A literal character, "*" as True, or a test of one character (`?`, `[...]`).
Piece: TypeAlias = "str | bool | Callable[[str], bool]"

_LONGEST = 4096  # characters of a pattern that is followed
_SPECIAL = re.compile(r"[*?\[\\]|[+@!]\(")
_SHORT = 64  # and of one that is remembered
_CLASSES: dict[str, Callable[[str], bool]] = {
    "alpha": str.isalpha,
    "digit": str.isdigit,
    "alnum": str.isalnum,
    "upper": str.isupper,
    "lower": str.islower,
    "space": str.isspace,
    "blank": lambda c: c in " \t",
    "punct": lambda c: c.isascii() and c.isprintable() and not c.isalnum() and c != " ",
    "xdigit": lambda c: c in "0123456789abcdefABCDEF",
    "print": str.isprintable,
    "graph": lambda c: c.isprintable() and c != " ",
    "cntrl": lambda c: ord(c) < 32 or ord(c) == 127,
}


def escape(text: str) -> str:
    """Return a pattern that matches `text` and nothing else."""
    if not any(c in text for c in "*?[\\"):
        return text
    return "".join("\\" + c if c in "*?[]\\" else c for c in text)


def compile_pattern(pattern: str) -> list[Piece] | None:
    """Return a pattern's pieces, or None for one not followed: `@(a|b)`, a huge one.

    They are shared by all who ask: not to be changed.
    """
    if len(pattern) > _LONGEST:
        return None
    return _compiled_short(pattern) if len(pattern) <= _SHORT else _compiled(pattern)


def _compiled(pattern: str) -> list[Piece] | None:
    pieces: list[Piece] = []
    i = 0
    while i < len(pattern):
        c = pattern[i]
        if c in "?*+@!" and pattern[i + 1 : i + 2] == "(":
            return None
        if c == "\\" and i + 1 < len(pattern):
            pieces.append(pattern[i + 1])
            i += 2
            continue
        if c == "*":
            if not pieces or pieces[-1] is not True:
                pieces.append(True)
        elif c == "?":
            pieces.append(_any)
        elif c == "[":
            test, end = _bracket(pattern, i)
            if test is not None:
                pieces.append(test)
                i = end
                continue
            pieces.append(c)
        else:
            pieces.append(c)
        i += 1
    return pieces


_compiled_short = functools.lru_cache(maxsize=256)(_compiled)


def _any(_: str) -> bool:
    return True


def _bracket(pattern: str, start: int) -> tuple[Callable[[str], bool] | None, int]:
    """Read `[...]` at `start`; the test is None where no bracket closes it."""
    i = start + 1
    negated = pattern[i : i + 1] in ("!", "^")
    i += negated
    singles: set[str] = set()
    ranges: list[tuple[str, str]] = []
    classes: list[Callable[[str], bool]] = []
    first = True
    while i < len(pattern):
        c = pattern[i]
        if c == "]" and not first:
            return _bracket_test(negated, singles, ranges, classes), i + 1
        first = False
        if c == "[" and pattern[i + 1 : i + 2] == ":":
            end = pattern.find(":]", i + 2, i + 12)
            if end > 0:
                classes.append(_CLASSES.get(pattern[i + 2 : end], _any))
                i = end + 2
                continue
        if c == "\\" and i + 1 < len(pattern):
            i += 1
            c = pattern[i]
        if pattern[i + 1 : i + 2] == "-" and pattern[i + 2 : i + 3] not in ("", "]"):
            ranges.append((c, pattern[i + 2]))
            i += 3
            continue
        singles.add(c)
        i += 1
    return None, start


def _bracket_test(
    negated: bool,
    singles: set[str],
    ranges: list[tuple[str, str]],
    classes: list[Callable[[str], bool]],
) -> Callable[[str], bool]:
    def test(c: str) -> bool:
        found = (
            c in singles
            or any(low <= c <= high for low, high in ranges)
            or any(member(c) for member in classes)
        )
        return found is not negated

    return test


def _ends(pieces: list[Piece], text: str, budget: Budget, start: int = 0) -> list[int]:
    """Return the positions at which a match that begins at `start` can end, ascending."""
    size = len(pieces)
    ends: list[int] = []
    alive = _close({0}, pieces)
    position = start
    while alive:
        if size in alive:
            ends.append(position)
        if position == len(text):
            break
        budget.tick(len(alive))
        c = text[position]
        moved: set[int] = set()
        for i in alive:
            if i == size:
                continue
            piece = pieces[i]
            if piece is True:
                moved.add(i)
            elif piece == c if isinstance(piece, str) else callable(piece) and piece(c):
                moved.add(i + 1)
        alive = _close(moved, pieces)
        position += 1
    return ends


def _close(alive: set[int], pieces: list[Piece]) -> set[int]:
    for i in tuple(alive):
        at = i
        while at < len(pieces) and pieces[at] is True:
            at += 1
            alive.add(at)
    return alive


def match(pattern: str, text: str, budget: Budget) -> bool | None:
    """Say if all of `text` matches; None for a pattern of a kind that is not read."""
    pieces = compile_pattern(pattern)
    if pieces is None:
        return None
    ends = _ends(pieces, text, budget)
    return bool(ends) and ends[-1] == len(text)


def strip_prefix(pattern: str, text: str, budget: Budget, *, longest: bool) -> str | None:
    """`${text#pattern}` and `##`; None for a pattern of a kind that is not read."""
    if not _SPECIAL.search(pattern):
        return text.removeprefix(pattern)
    if pattern[0] == "*" and pattern[1:2] not in ("", "(") and not _SPECIAL.search(pattern, 1):
        # `*/`, the most frequent of all.
        at = text.rfind(pattern[1:]) if longest else text.find(pattern[1:])
        return text if at < 0 else text[at + len(pattern) - 1 :]
    pieces = compile_pattern(pattern)
    if pieces is None:
        return None
    ends = _ends(pieces, text, budget)
    return text[ends[-1 if longest else 0] :] if ends else text


def strip_suffix(pattern: str, text: str, budget: Budget, *, longest: bool) -> str | None:
    """`${text%pattern}` and `%%`; None for a pattern of a kind that is not read."""
    if not _SPECIAL.search(pattern):
        return text.removesuffix(pattern)
    pieces = compile_pattern(pattern)
    if pieces is None:
        return None
    ends = _ends(pieces[::-1], text[::-1], budget)
    return text[: len(text) - ends[-1 if longest else 0]] if ends else text


def replace(
    pattern: str, text: str, new: str, budget: Budget, *, every: bool, anchor: str = ""
) -> str | None:
    """`${text/pattern/new}`, `//`, `/#` and `/%` (anchor "#" or "%")."""
    pieces = compile_pattern(pattern)
    if pieces is None:
        return None
    if not pieces and not anchor:
        return text
    if anchor == "#":
        ends = _ends(pieces, text, budget)
        return new + text[ends[-1] :] if ends else text
    if anchor == "%":
        ends = _ends(pieces[::-1], text[::-1], budget)
        return text[: len(text) - ends[-1]] + new if ends else text
    out: list[str] = []
    position = 0
    while position < len(text):
        ends = _ends(pieces, text, budget, position)
        if ends and ends[-1] > position:
            out.append(new)
            position = ends[-1]
            if not every:
                break
        else:
            out.append(text[position])
            position += 1
    out.append(text[position:])
    return "".join(out)
