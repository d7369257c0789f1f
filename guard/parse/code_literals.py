"""Literals in code of languages that have no parser here, and variables that hold one.

What a literal says is here; what a call does with it is not.
"""

from __future__ import annotations

import re

from guard.parse.budget import Budget
from guard.parse.code_tables import (
    ASSIGNMENT,
    COMMA,
    ESCAPE,
    ESCAPES,
    JOINED,
    LANGUAGES,
    LITERAL,
    WORD,
)
from guard.parse.reading import UNKNOWN, Reading

__all__ = ["Literals", "unescaped"]


class Literals:
    """Reads literals of one text."""

    def __init__(
        self, reading: Reading, text: str, name: str, budget: Budget, *, cwd: str, home: str
    ) -> None:
        self.reading = reading
        self.text = text
        self.name = name
        self.budget = budget
        self.cwd = cwd
        self.home = home
        self.language = LANGUAGES.get(name)
        self.variables: dict[str, set[str]] | None = None

    def literals(self, position: int) -> list[str] | None:
        """The literals that stand at a position, separated by commas and brackets."""
        words: list[str] = []
        while len(words) < 64:
            self.budget.tick()
            match = LITERAL.match(self.text, position)
            if match is None:
                # A literal without an end was looked for as far as the text goes.
                self.budget.tick((len(self.text) - position) // 64)
                break
            word = self.decoded(match)
            position = match.end()
            joined = JOINED.match(self.text, position)
            while joined and joined.end() > position:
                follow = LITERAL.match(self.text, joined.end())
                if follow is None:
                    word += UNKNOWN
                    break
                word += self.decoded(follow)
                position = follow.end()
                joined = JOINED.match(self.text, position)
            words.append(word)
            comma = COMMA.match(self.text, position)
            if comma is None:
                break
            position = comma.end()
            if not LITERAL.match(self.text, position):
                if WORD.match(self.text, position) and self.name != "javascript":
                    words.append(UNKNOWN)
                break
        return words or None

    def decoded(self, match: re.Match[str]) -> str:
        double, single, back, long = match.groups()
        if single is not None and self.name not in ("javascript", "lua", "r"):
            return single.replace("\\'", "'").replace("\\\\", "\\")
        text = next(group for group in (double, single, back, long) if group is not None)
        if long is None:
            text = ESCAPE.sub(unescaped, text)
        if double is not None or back is not None:
            return self.interpolated(text)
        return text

    def interpolated(self, text: str) -> str:
        pattern = self.language.interpolates if self.language else None
        if pattern is None:
            return text
        if self.name in ("perl", "php"):
            return pattern.sub(lambda m: self.value_of(m.group().strip("${}@")) or UNKNOWN, text)
        return pattern.sub(UNKNOWN, text)

    def value_of(self, name: str) -> str | None:
        """The one literal that a variable is given, if it is one."""
        if self.variables is None:
            self.variables = {}
            for match in ASSIGNMENT.finditer(self.text):
                self.budget.tick()
                self.variables.setdefault(match[1], set()).add(match[2] or match[3] or "")
        values = self.variables.get(name, set())
        return next(iter(values)) if len(values) == 1 else None


def unescaped(match: re.Match[str]) -> str:
    """The character that a backslash and what follows stand for."""
    code = match.group(1)
    if code[0] in "xu" and len(code) > 1:
        return chr(int(code[1:], 16))
    if code[0] in "01234567" and code != "0":
        return chr(int(code, 8))
    return ESCAPES.get(code, code)
