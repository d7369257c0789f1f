"""Brace expansion (`{a,b}`, `{1..9}`) of one word: counted first, built after.

INVARIANT: nothing is built before its number is known to lie within the budget.
"""

from __future__ import annotations

import itertools
from typing import TypeAlias

from guard.parse.budget import Budget, BudgetExceededError
from guard.parse.shell.tree import Literal, Part

__all__ = ["expand_braces"]

# A character of unquoted text, or a part that braces leave alone.
_Item: TypeAlias = "str | Part"
# A piece of a word: items as they are, or a choice between several sequences of pieces.
_Piece: TypeAlias = "list[_Item] | _Choice"


class _Choice:
    __slots__ = ("options",)

    def __init__(self, options: list[list[_Piece]]) -> None:
        self.options = options


def expand_braces(parts: tuple[Part, ...], budget: Budget) -> list[tuple[Part, ...]]:
    """Return the words that brace expansion makes of one word, at least one.

    Raises:
        BudgetExceededError: more results than `limits.braces`, or braces nested too deeply.
    """
    items: list[_Item] = []
    for part in parts:
        if isinstance(part, Literal) and not part.quoted:
            items.extend(part.text)
        else:
            items.append(part)
    closing = _pairs(items, budget)
    if not closing:
        return [parts]
    pieces = _read(items, 0, len(items), closing, budget)
    if _count(pieces) > budget.limits.braces:
        raise BudgetExceededError("braces", "its braces expand to too many words")
    return [_word(flat) for flat in _build(pieces)]


def _pairs(items: list[_Item], budget: Budget) -> dict[int, int]:
    """Return where each `{` that is closed is closed."""
    opened: list[int] = []
    closing: dict[int, int] = {}
    for i, item in enumerate(items):
        if item == "{":
            opened.append(i)
        elif item == "}" and opened:
            closing[opened.pop()] = i
            if len(opened) > budget.limits.depth:
                raise BudgetExceededError("depth", "its braces are nested too deeply")
    budget.tick(len(items))
    return closing


def _read(
    items: list[_Item], start: int, end: int, closing: dict[int, int], budget: Budget
) -> list[_Piece]:
    pieces: list[_Piece] = []
    plain: list[_Item] = []
    i = start
    while i < end:
        close = closing.get(i)
        choice = None if close is None else _choice(items, i, close, closing, budget)
        if close is None or choice is None:
            plain.append(items[i])
            i += 1
            continue
        if plain:
            pieces.append(plain)
            plain = []
        pieces.append(choice)
        i = close + 1
    if plain:
        pieces.append(plain)
    return pieces


def _choice(
    items: list[_Item], start: int, close: int, closing: dict[int, int], budget: Budget
) -> _Choice | None:
    commas: list[int] = []
    i = start + 1
    while i < close:
        if i in closing:
            i = closing[i]
        elif items[i] == ",":
            commas.append(i)
        i += 1
    budget.tick(close - start)
    if not commas:
        return _sequence(items[start + 1 : close], budget)
    edges = [start, *commas, close]
    return _Choice(
        [_read(items, low + 1, high, closing, budget) for low, high in itertools.pairwise(edges)]
    )


def _sequence(items: list[_Item], budget: Budget) -> _Choice | None:
    """`{x..y}` and `{x..y..step}` of whole numbers or single letters."""
    if len(items) > 64 or not all(isinstance(item, str) for item in items):
        return None
    ends = "".join(str(item) for item in items).split("..")
    if len(ends) not in (2, 3) or not all(ends):
        return None
    try:
        step = abs(int(ends[2])) if len(ends) == 3 else 1
    except ValueError:
        return None
    step = step or 1
    letters = len(ends[0]) == len(ends[1]) == 1 and (ends[0] + ends[1]).isalpha()
    try:
        low, high = (ord(ends[0]), ord(ends[1])) if letters else (int(ends[0]), int(ends[1]))
    except ValueError:
        return None
    if abs(high - low) // step + 1 > budget.limits.braces:
        raise BudgetExceededError("braces", "its braces expand to too many words")
    values = range(low, high + 1, step) if low <= high else range(low, high - 1, -step)
    if letters:
        return _Choice([[[chr(value)]] for value in values])
    padded = any(len(e.lstrip("-")) > 1 and e.lstrip("-")[0] == "0" for e in ends[:2])
    width = max(len(ends[0]), len(ends[1])) if padded else 0
    return _Choice([[list(f"{value:0{width}d}")] for value in values])


def _count(pieces: list[_Piece]) -> int:
    total = 1
    for piece in pieces:
        if isinstance(piece, _Choice):
            total *= sum(_count(option) for option in piece.options)
    return total


def _build(pieces: list[_Piece]) -> list[list[_Item]]:
    results: list[list[_Item]] = [[]]
    for piece in pieces:
        if isinstance(piece, _Choice):
            tails = [tail for option in piece.options for tail in _build(option)]
            results = [head + tail for head in results for tail in tails]
        else:
            results = [head + piece for head in results]
    return results


def _word(items: list[_Item]) -> tuple[Part, ...]:
    parts: list[Part] = []
    text: list[str] = []
    for item in items:
        if isinstance(item, str):
            text.append(item)
            continue
        if text:
            parts.append(Literal("".join(text), quoted=False))
            text = []
        parts.append(item)
    if text:
        parts.append(Literal("".join(text), quoted=False))
    return tuple(parts)
