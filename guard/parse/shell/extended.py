"""Patterns with `?(..)`, `*(..)`, `+(..)`, `@(..)` and `!(..)` (bash(1), "Pattern Matching").

A match is followed as the set of positions that it can have reached, which are the bits of a
number: no step is taken twice, so nothing backtracks. Not read is a pattern that is malformed,
that would cost too many steps, or with which bash 5.2 departs from its manual.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from guard.parse.budget import Budget
from guard.parse.shell.brackets import UnreadError, bracket

__all__ = ["match", "replace", "strip_prefix", "strip_suffix"]

_LONGEST = 1024  # characters of a pattern that is followed
_DEEPEST = 12  # groups within groups
_STEPS = 20_000  # pieces times positions that one comparison may take


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """`kind(alternative|alternative)`."""

    kind: str
    alternatives: tuple[_Sequence, ...]


# A literal character, "*" as True, a test of one character (`?`, `[...]`), or a group.
_Node: TypeAlias = "str | bool | Callable[[str], bool] | _Group"
_Sequence: TypeAlias = "tuple[_Node, ...]"


class _Parser:
    """Reads one pattern."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def whole(self) -> _Sequence:
        sequence = self._sequence(0)
        if self.at < len(self.pattern):
            raise UnreadError
        return sequence

    def _sequence(self, depth: int) -> _Sequence:
        """Read up to the end, or within a group to its `|` or `)`."""
        pattern = self.pattern
        nodes: list[_Node] = []
        plain = 0  # parentheses that open no group, which bash pairs all the same
        while self.at < len(pattern):
            c = pattern[self.at]
            if depth and not plain and c in "|)":
                break
            self.at += 1
            if c in "?*+@!" and pattern.startswith("(", self.at):
                group = self._group(c, depth + 1)
                if nodes and nodes[-1] in (True, _any) and (c == "!" or _empty(group)):
                    raise UnreadError  # bash does not always try the end of the text here
                nodes.append(group)
            elif c == "\\" and self.at < len(pattern):
                nodes.append(pattern[self.at])
                self.at += 1
            elif c == "*":
                nodes.append(True)
            elif c == "?":
                nodes.append(_any)
            elif c == "[":
                test, end = bracket(pattern, self.at - 1)
                if test is None and depth:
                    raise UnreadError
                nodes.append(c if test is None else test)
                self.at = self.at if test is None else end
            else:
                plain += (c == "(") - (c == ")")
                nodes.append(c)
        return tuple(nodes)

    def _group(self, kind: str, depth: int) -> _Group:
        if depth > _DEEPEST:
            raise UnreadError
        alternatives: list[_Sequence] = []
        while True:
            self.at += 1  # the parenthesis, or a bar
            alternatives.append(self._sequence(depth))
            if self.at >= len(self.pattern):
                raise UnreadError
            if self.pattern[self.at] == ")":
                self.at += 1
                return _Group(kind, tuple(alternatives))


def _any(_: str) -> bool:
    return True


def _empty(node: _Node) -> bool:
    """Say if a piece may match the empty text."""
    if isinstance(node, _Group):
        return node.kind in "?*!" or any(all(map(_empty, one)) for one in node.alternatives)
    return node is True


def _reversed(sequence: _Sequence) -> _Sequence:
    return tuple(
        _Group(node.kind, tuple(_reversed(one) for one in node.alternatives))
        if isinstance(node, _Group)
        else node
        for node in sequence[::-1]
    )


class _Matcher:
    """One text. Sets of positions are numbers: bit 3 is the position before `text[3]`."""

    def __init__(self, text: str, budget: Budget) -> None:
        self.text = text
        self.all = (1 << (len(text) + 1)) - 1
        self.cost = 1 + len(text) // 512
        self.budget = budget
        self.steps = 0
        self.masks: dict[object, int] = {}
        self.refused: dict[tuple[_Group, int], int] = {}

    def step(self) -> None:
        self.steps += self.cost
        self.budget.tick(self.cost)
        if self.steps > _STEPS:
            raise UnreadError

    def ends(self, sequence: _Sequence, starts: int) -> int:
        """Where matches that begin at any of `starts` can end."""
        for node in sequence:
            if not starts:
                return 0
            self.step()
            if node is True:
                starts = self.all & ~((starts & -starts) - 1)
            elif isinstance(node, _Group):
                starts = self._group(node, starts)
            else:
                starts = (starts & self._mask(node)) << 1
        return starts

    def _mask(self, node: str | bool | Callable[[str], bool]) -> int:
        """The positions before a character that one piece matches."""
        mask = self.masks.get(node)
        if mask is None:
            mask, bit = 0, 1
            self.steps += len(self.text) >> 4
            self.budget.tick(len(self.text) >> 2)
            for c in self.text:
                if node == c if isinstance(node, str) else callable(node) and node(c):
                    mask |= bit
                bit <<= 1
            self.masks[node] = mask
        return mask

    def _once(self, group: _Group, starts: int) -> int:
        found = 0
        for alternative in group.alternatives:
            found |= self.ends(alternative, starts)
        return found

    def _group(self, group: _Group, starts: int) -> int:
        if group.kind == "!":
            return self._negated(group, starts)
        found = self._once(group, starts)
        if group.kind in "*+":
            fresh = found
            while fresh:
                self.step()
                fresh = self._once(group, fresh) & ~found
                found |= fresh
        return found if group.kind in "@+" else found | starts

    def _negated(self, group: _Group, starts: int) -> int:
        """Anything but what an alternative matches, for each start by itself."""
        found = 0
        while starts:
            self.step()
            start = starts & -starts
            starts ^= start
            key = (group, start)
            refused = self.refused.get(key)
            if refused is None:
                refused = self.refused[key] = self._once(group, start)
            found |= self.all & ~(start - 1) & ~refused
        return found


def _read(pattern: str) -> _Sequence:
    if len(pattern) > _LONGEST:
        raise UnreadError
    return _Parser(pattern).whole()


def match(pattern: str, text: str, budget: Budget) -> bool | None:
    """Say if all of `text` matches; None for a pattern that is not read."""
    try:
        return bool(_Matcher(text, budget).ends(_read(pattern), 1) >> len(text))
    except UnreadError:
        return None


def strip_prefix(pattern: str, text: str, budget: Budget, *, longest: bool) -> str | None:
    """`${text#pattern}` and `##`; None for a pattern that is not read."""
    try:
        return text[_length(_read(pattern), text, budget, longest=longest) or 0 :]
    except UnreadError:
        return None


def strip_suffix(pattern: str, text: str, budget: Budget, *, longest: bool) -> str | None:
    """`${text%pattern}` and `%%`; None for a pattern that is not read."""
    try:
        sequence = _reversed(_read(pattern))
        return text[: len(text) - (_length(sequence, text[::-1], budget, longest=longest) or 0)]
    except UnreadError:
        return None


def _length(sequence: _Sequence, text: str, budget: Budget, *, longest: bool) -> int | None:
    """How much of a text's begin matches, None if nothing does."""
    ends = _Matcher(text, budget).ends(sequence, 1)
    if not ends:
        return None
    return (ends if longest else ends & -ends).bit_length() - 1


def replace(
    pattern: str,
    text: str,
    make: Callable[[str], str],
    budget: Budget,
    *,
    every: bool,
    anchor: str = "",
) -> str | None:
    """`${text/pattern/new}`; `make` gives the new text for what is replaced."""
    if pattern[:1] == "(" or (anchor == "%" and pattern[:2] == "?("):
        return None  # bash takes a short cut: it looks for `*(...*`, which is a group
    try:
        sequence = _read(pattern)
        if anchor:
            return _anchored(sequence, text, make, budget, front=anchor == "#")
        return _everywhere(sequence, text, make, budget, every=every)
    except UnreadError:
        return None


def _anchored(
    sequence: _Sequence, text: str, make: Callable[[str], str], budget: Budget, *, front: bool
) -> str:
    if front:
        length = _length(sequence, text, budget, longest=True)
        if length == 0 and not text:
            raise UnreadError  # bash finds the empty text in some of them only
        return text if length is None else make(text[:length]) + text[length:]
    length = _length(_reversed(sequence), text[::-1], budget, longest=True)
    if length is None:
        return text
    if not length:
        raise UnreadError  # as above
    at = len(text) - length
    return text[:at] + make(text[at:])


def _everywhere(
    sequence: _Sequence, text: str, make: Callable[[str], str], budget: Budget, *, every: bool
) -> str:
    """Replace from left to right; what matches the empty text is put before a character."""
    matcher = _Matcher(text, budget)
    if not text:
        if matcher.ends(sequence, 1):
            raise UnreadError  # as above
        return ""
    out: list[str] = []
    position = 0
    while position < len(text):
        ends = matcher.ends(sequence, 1 << position)
        if ends:
            end = ends.bit_length() - 1
            out.append(make(text[position:end]))
            if not every:
                return "".join(out) + text[end:]
            if end > position:
                position = end
                continue
        out.append(text[position])
        position += 1
    return "".join(out)
