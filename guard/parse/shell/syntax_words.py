"""Words of the shell language: literal text, expansions, patterns. No commands."""

from __future__ import annotations

import re

from guard.parse.shell.syntax_expansions import ExpansionReader
from guard.parse.shell.syntax_reader import (
    CONTINUATION,
    MATCHED_RUN,
    SUBSCRIPT_RUN,
    WORD_BREAK,
    Parts,
)
from guard.parse.shell.tree import Literal, Word

__all__ = ["WordReader"]

_RUN = re.compile(r"[^ \t\n|&;()<>\\'\"`$]+")
_BRACKETED = re.compile(rf"[A-Za-z_](?:{CONTINUATION}[A-Za-z0-9_])*{CONTINUATION}\[")
_BRACKET = re.compile(r"\[")


class WordReader(ExpansionReader):
    """Reads words."""

    __slots__ = ()

    def word(self, *, first: bool = False, brackets: bool = False) -> Word | None:
        """Read one word, or return None where none begins.

        `first`: in the place of a command's name, where `name(` begins a function.
        `brackets`: where an assignment could stand, so blanks in `a[1 + 2]` do not end it.
        """
        text, start = self.text, self.pos
        match = _RUN.match(text, start)
        if match:
            pos = match.end()
            if (pos == self.end or text[pos] in " \t\n;|&)") and not (
                brackets and "[" in match.group()
            ):
                self.pos = pos
                self.budget.node(self.depth)
                return Word(
                    (Literal(match.group(), False),), start + self.offset, pos + self.offset
                )
        out = Parts()
        if brackets and self._bracketed(out, first):
            match = _RUN.match(text, self.pos)
        while True:
            if match:
                out.text(match.group(), False)
                self.pos = match.end()
            if self.pos >= self.end:
                break
            char = text[self.pos]
            if char not in WORD_BREAK:
                self.piece(out)
            elif char == "(":
                if not self._extended_glob(start, first):
                    break
                self._matched(out, "(")
            elif char in "<>" and self._opens_process(self.pos):
                self.process_substitution(out)
            else:
                break
            match = _RUN.match(text, self.pos)
        if self.pos == start:
            return None
        self.budget.node(self.depth)
        return Word(out.done(), start + self.offset, self.pos + self.offset)

    def _bracketed(self, out: Parts, first: bool) -> bool:
        """Read `name[...]` (`[...]` in an array) at the begin of a word, whatever it holds."""
        match = (_BRACKETED if first else _BRACKET).match(self.text, self.pos)
        if match is None:
            return False
        self.pos = match.end() - 1
        out.text(match.group().replace("\\\n", ""), False)
        for part in self.subscript().parts:
            if isinstance(part, Literal):
                out.text(part.text, part.quoted)
            else:
                out.part(part)
        out.text("]", False)
        return True

    def _extended_glob(self, start: int, first: bool) -> bool:
        """True where `(` continues a pattern like `@(a|b)`.

        In the place of a command's name `!(` is a negated subshell and `x@()` a function
        (bash without extglob); elsewhere nothing but a pattern can be meant.
        """
        pos = self.pos
        if pos == start or self.text[pos - 1] not in "?*+@!":
            return False
        if not first:
            return True
        following = pos + 1
        while following < self.end and self.text[following] in " \t":
            following += 1
        return not self.text.startswith(")", following)

    def subscript(self) -> Word:
        """Read `[...]` at its bracket."""
        text, start = self.text, self.pos
        self.enter()
        self.pos += 1
        out = Parts()
        level = 0
        while self.ordinary(SUBSCRIPT_RUN, out, False):
            char = text[self.pos]
            if char == "]" and not level:
                self.pos += 1
                self.depth -= 1
                return Word(out.done(), start + 1 + self.offset, self.pos - 1 + self.offset)
            if char in "[]":
                level += 1 if char == "[" else -1
                self.budget.node(self.depth + level)
                out.text(char, False)
                self.pos += 1
            elif char == "'":
                self._subscript_single(out)
            elif char == "$" and text.startswith("'", self.pos + 1):
                self._hidden_ansi(out)
            else:
                self.piece(out)
        return self.unterminated("[", start)

    def _subscript_single(self, out: Parts) -> None:
        """Read `'...'` in a subscript: a key's quotes, or arithmetic that is expanded."""
        close = self.text.find("'", self.pos + 1)
        inside = self.text[self.pos : close]
        if "$" in inside or "`" in inside:
            self._hidden_single(out, False)
        else:
            self.piece(out)

    def _matched(self, out: Parts, opener: str) -> None:
        """Read `( ... )` within a pattern or a regular expression, as text with expansions."""
        text, start = self.text, self.pos
        level = 0
        while self.ordinary(MATCHED_RUN, out, False):
            char = text[self.pos]
            if char in "()":
                level += 1 if char == "(" else -1
                self.budget.node(self.depth + level)
                out.text(char, False)
                self.pos += 1
                if not level:
                    return
            elif char == "$" and not text.startswith(("'", '"'), self.pos + 1):
                self.nested(out, False, opener)
            else:
                self.piece(out)
        self.unterminated(opener, start)

    def regex_operand(self) -> Word | None:
        """Read the word after `=~`, where parentheses and bars are ordinary."""
        text, start = self.text, self.pos
        out = Parts()
        while self.ordinary(_RUN, out, False):
            char = text[self.pos]
            if char == "(":
                self._matched(out, "(")
            elif char == "|":
                out.text("|", False)
                self.pos += 1
            elif char in "<>" and self._opens_process(self.pos):
                self.process_substitution(out)
            elif char in WORD_BREAK:
                break
            else:
                self.piece(out)
        if self.pos == start:
            return None
        self.budget.node(self.depth)
        return Word(out.done(), start + self.offset, self.pos + self.offset)
