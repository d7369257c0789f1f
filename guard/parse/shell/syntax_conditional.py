"""`[[ ... ]]` (Bash Reference Manual 3.2.5.2): its words and operators, in order."""

from __future__ import annotations

import re

from guard.parse.shell.syntax_reader import CONTINUATION, WORD_BREAK
from guard.parse.shell.syntax_simple import SimpleReader
from guard.parse.shell.tree import Conditional, Literal, Word

__all__ = ["ConditionalReader"]

_C = CONTINUATION
_AND_OR = re.compile(rf"&{_C}&|\|{_C}\|")
_UNARY = frozenset(f"-{letter}" for letter in "abcdefghknoprstuvwxzGLNORS")
_BINARY = frozenset(
    "= == != =~ < > -eq -ne -lt -le -gt -ge -nt -ot -ef".split()  # noqa: SIM905 - reads better
)
_PARENTHESIS = re.compile(r"[()]")
_ANGLE = re.compile(r"[<>]")


class ConditionalReader(SimpleReader):
    """Reads conditional commands."""

    __slots__ = ()

    def conditional(self) -> Conditional:
        words: list[Word] = []
        self._condition_or(words)
        self.blanks()
        if not self._condition_ends():
            self.unexpected()
        self.pos += 2
        return Conditional(tuple(words))

    def _condition_ends(self) -> bool:
        following = self.pos + 2
        return self.text.startswith("]]", self.pos) and (
            following >= self.end or self.text[following] in WORD_BREAK
        )

    def _condition_or(self, words: list[Word]) -> None:
        """Read terms joined by `&&` and `||`, in order; their ranks are not kept."""
        while True:
            self._condition_term(words)
            self.newlines()
            match = _AND_OR.match(self.text, self.pos)
            if match is None:
                return
            self._operator(words, match)

    def _operator(self, words: list[Word], match: re.Match[str]) -> None:
        self.pos = match.end()
        at, to = match.start() + self.offset, match.end() + self.offset
        words.append(Word((Literal(match.group().replace("\\\n", ""), False),), at, to))

    def _condition_term(self, words: list[Word]) -> None:
        self.newlines()
        while self.keyword() == "!":
            self._condition_word(words)
            self.newlines()
        if self.text.startswith("(", self.pos):
            self.enter()
            self._operator(words, _PARENTHESIS.match(self.text, self.pos))  # type: ignore[arg-type]
            self._condition_or(words)
            self.newlines()
            if not self.text.startswith(")", self.pos):
                self.unexpected()
            self._operator(words, _PARENTHESIS.match(self.text, self.pos))  # type: ignore[arg-type]
            self.depth -= 1
            return
        if self._condition_ends():
            self.unexpected()
        left = self._condition_word(words)
        self.blanks()
        if left in _UNARY:
            if self._condition_ends():
                self.unexpected()
            self._condition_word(words)
            return
        self._condition_right(words)

    def _condition_breaks(self) -> bool:
        return self.text[self.pos : self.pos + 1] in "|&)" or self._condition_ends()

    def _condition_right(self, words: list[Word]) -> None:
        """Read a binary operator and its right side, if one stands here."""
        text, pos = self.text, self.pos
        if text.startswith(("<", ">"), pos) and not self._opens_process(pos):
            self._operator(words, _ANGLE.match(text, pos))  # type: ignore[arg-type]
        elif self._condition_breaks():
            return
        else:
            operator = self._condition_word(words)
            if operator not in _BINARY:
                self.fail("invalid", f"`{operator[:20]}` is no operator of `[[`", pos)
            if operator == "=~":
                self.blanks()
                if self._condition_ends():
                    self.unexpected()
                operand = self.regex_operand()
                if operand is None:
                    self.unexpected()
                words.append(operand)
                return
        self.blanks()
        if self._condition_ends():
            self.unexpected()
        self._condition_word(words)

    def _condition_word(self, words: list[Word]) -> str:
        start = self.pos
        word = self.word()
        if word is None:
            self.unexpected()
        words.append(word)
        return self.text[start : self.pos].replace("\\\n", "")
