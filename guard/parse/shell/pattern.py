"""The shell's patterns (glob(7)), matched without regular expressions.

A pattern is text in which a backslash takes a character's meaning away. All positions
are followed at once, so the cost is the product of the two lengths at worst. `@(a|b)` and
its like, which bash reads with `extglob`, are in `extended`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import TypeAlias

from guard.parse.budget import Budget
from guard.parse.shell import extended
from guard.parse.shell.brackets import UnreadError, bracket

__all__ = ["Piece", "compile_pattern", "escape", "match", "replace", "strip_prefix", "strip_suffix"]

# A literal character, "*" as True, or a test of one character (`?`, `[...]`).
Piece: TypeAlias = "str | bool | Callable[[str], bool]"

_LONGEST = 4096  # characters of a pattern that is followed
_SPECIAL = re.compile(r"[*?\[\\]|[+@!]\(")
_GROUP = re.compile(r"[?*+@!]\(")
# What a quoted text must not mean in a pattern; a last `+` could stand before a parenthesis.
_QUOTES = re.compile(r"[*?\[\]\\()|]|[+@!]\Z")
_SHORT = 64  # and of one that is remembered


def escape(text: str) -> str:
    """Return a pattern that matches `text` and nothing else, whatever follows it."""
    if not _QUOTES.search(text):
        return text
    return _QUOTES.sub(r"\\\g<0>", text)


def compile_pattern(pattern: str) -> list[Piece] | None:
    """Return a pattern's pieces without `extglob`, or None for one not followed: a huge one.

    They are shared by all who ask: not to be changed.
    """
    if len(pattern) > _LONGEST:
        return None
    return _compiled_short(pattern) if len(pattern) <= _SHORT else _compiled(pattern)


def _compiled(pattern: str) -> list[Piece] | None:
    try:
        return _pieces(pattern)
    except UnreadError:
        return None


def _pieces(pattern: str) -> list[Piece]:
    pieces: list[Piece] = []
    i = 0
    while i < len(pattern):
        c = pattern[i]
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
            test, end = bracket(pattern, i)
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


def match(pattern: str, text: str, budget: Budget, *, extglob: bool | None = None) -> bool | None:
    """Say if all of `text` matches; None for a pattern of a kind that is not read.

    `extglob`: whether the shell knows `@(a|b)`; None where that is not known.
    """
    if extglob is not False and _GROUP.search(pattern):
        return extended.match(pattern, text, budget) if extglob else None
    pieces = compile_pattern(pattern)
    if pieces is None:
        return None
    ends = _ends(pieces, text, budget)
    return bool(ends) and ends[-1] == len(text)


def strip_prefix(
    pattern: str, text: str, budget: Budget, *, longest: bool, extglob: bool | None = None
) -> str | None:
    """`${text#pattern}` and `##`; None for a pattern of a kind that is not read."""
    if not _SPECIAL.search(pattern):
        return text.removeprefix(pattern)
    if extglob is not False and _GROUP.search(pattern):
        return extended.strip_prefix(pattern, text, budget, longest=longest) if extglob else None
    if pattern[0] == "*" and pattern[1:2] not in ("", "(") and not _SPECIAL.search(pattern, 1):
        # `*/`, the most frequent of all.
        at = text.rfind(pattern[1:]) if longest else text.find(pattern[1:])
        return text if at < 0 else text[at + len(pattern) - 1 :]
    pieces = compile_pattern(pattern)
    if pieces is None:
        return None
    ends = _ends(pieces, text, budget)
    return text[ends[-1 if longest else 0] :] if ends else text


def strip_suffix(
    pattern: str, text: str, budget: Budget, *, longest: bool, extglob: bool | None = None
) -> str | None:
    """`${text%pattern}` and `%%`; None for a pattern of a kind that is not read."""
    if not _SPECIAL.search(pattern):
        return text.removesuffix(pattern)
    if extglob is not False and _GROUP.search(pattern):
        return extended.strip_suffix(pattern, text, budget, longest=longest) if extglob else None
    pieces = compile_pattern(pattern)
    if pieces is None:
        return None
    ends = _ends(pieces[::-1], text[::-1], budget)
    return text[: len(text) - ends[-1 if longest else 0]] if ends else text


def replace(
    pattern: str,
    text: str,
    new: str | Callable[[str], str],
    budget: Budget,
    *,
    every: bool,
    anchor: str = "",
    extglob: bool | None = None,
) -> str | None:
    """`${text/pattern/new}`, `//`, `/#` and `/%` (anchor "#" or "%").

    `new`: the text itself, or what makes it of the text that is replaced.
    """
    if pattern[:1] == "*" and pattern.endswith("\\*"):
        return None  # bash takes the last star for one that is not quoted
    make = new if callable(new) else lambda _: new
    if extglob is not False and (_GROUP.search(pattern) or (extglob and pattern[:1] == "(")):
        if not extglob:
            return None
        return extended.replace(pattern, text, make, budget, every=every, anchor=anchor)
    pieces = compile_pattern(pattern)
    if pieces is None:
        return None
    if not pieces and not anchor:
        return text
    if anchor == "#":
        ends = _ends(pieces, text, budget)
        return make(text[: ends[-1]]) + text[ends[-1] :] if ends else text
    if anchor == "%":
        ends = _ends(pieces[::-1], text[::-1], budget)
        at = len(text) - ends[-1] if ends else 0
        return text[:at] + make(text[at:]) if ends else text
    if not text:
        return make("") if all(piece is True for piece in pieces) else ""
    out: list[str] = []
    position = 0
    while position < len(text):
        ends = _ends(pieces, text, budget, position)
        if ends and ends[-1] > position:
            out.append(make(text[position : ends[-1]]))
            position = ends[-1]
            if not every:
                break
        else:
            out.append(text[position])
            position += 1
    out.append(text[position:])
    return "".join(out)
