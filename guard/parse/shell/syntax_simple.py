"""Simple commands: words, assignments, arrays, redirections. No lists, no compound commands."""

from __future__ import annotations

import re
from abc import abstractmethod
from typing import NoReturn

from guard.parse.shell.syntax_heredoc import DocumentReader
from guard.parse.shell.syntax_reader import CONTINUATION, WORD_BREAK
from guard.parse.shell.tree import ArrayItem, Assignment, Function, Literal, Redirect, Simple, Word

__all__ = ["EMPTY_PARENTHESES", "KEYWORD", "SimpleReader"]

_C = CONTINUATION
_BLANKS = re.compile(r"(?:[ \t]|\\\n)*(?:#[^\n]*)?")
_LINES = re.compile(r"(?:[ \t\n]+|\\\n|#[^\n]*)*")
# A word that may be reserved: unquoted, and whole.
KEYWORD = re.compile(
    rf"(?:[a-z](?:{_C}[a-z])*|[{{}}!]|\[{_C}\[)(?={_C}(?:[ \t\n|&;()]|[<>](?!{_C}\()|\Z))"
)
_REDIRECT = re.compile(
    rf"(?:([0-9](?:{_C}[0-9])*)|\{{([A-Za-z_][A-Za-z0-9_]*(?:\[[^\]\s]*\])?)\}})?{_C}"
    rf"(<{_C}<{_C}<|<{_C}<{_C}-|<{_C}<|<{_C}>|<{_C}&|>{_C}>|>{_C}\||>{_C}&|[<>](?!{_C}\())"
    rf"|&{_C}>{_C}>|&{_C}>"
)
_ASSIGNMENT = re.compile(rf"([A-Za-z_](?:{_C}[A-Za-z0-9_])*){_C}(\+?{_C}=|\[)")
_SUBSCRIPTED = re.compile(rf"{_C}(\+?{_C}=)")
# What blanks and comments begin with; what may stand between statements.
_UNCOMMON = frozenset((" ", "\t", "\\", "#"))
_BETWEEN = _UNCOMMON | {"\n"}
# Only these may have `name=( ... )` among their arguments.
_DECLARING = frozenset(
    ("declare", "typeset", "local", "export", "readonly", "alias", "eval", "let")
)
EMPTY_PARENTHESES = re.compile(r"\((?:[ \t]|\\\n)*\)")
_ARRAY_ARGUMENT = re.compile(rf"[A-Za-z_](?:{_C}[A-Za-z0-9_])*{_C}(?:\+{_C})?={_C}(?=\()")


class SimpleReader(DocumentReader):
    """Reads simple commands."""

    __slots__ = ()

    def blanks(self) -> None:
        if self.text[self.pos : self.pos + 1] not in _UNCOMMON:
            return
        match = _BLANKS.match(self.text, self.pos)
        if match:
            self.pos = match.end()

    def newlines(self) -> None:
        """Skip blanks, comments and newlines; here-documents begin after a newline."""
        while True:
            if self.text[self.pos : self.pos + 1] not in _BETWEEN:
                return
            match = (_BLANKS if self.pending else _LINES).match(self.text, self.pos)
            if match:
                self.pos = match.end()
            if not self.pending or not self.text.startswith("\n", self.pos):
                return
            self.pos += 1
            self.documents()

    def unexpected(self) -> NoReturn:
        """Raise: what stands here cannot stand here."""
        self.blanks()
        if self.pos >= self.end:
            self.fail("incomplete", "the text ends inside of a command")
        if self.text[self.pos] == "\n":
            self.fail("invalid", "unexpected end of the line")
        end = self.pos + 1
        while end < self.end and end < self.pos + 20 and self.text[end] not in WORD_BREAK:
            end += 1
        self.fail("invalid", f"unexpected `{self.text[self.pos : end]}`")

    def keyword(self) -> str:
        """The word that stands here if it may be a reserved one, or ""; reads nothing."""
        match = KEYWORD.match(self.text, self.pos)
        return match.group().replace("\\\n", "") if match else ""

    def take(self, word: str) -> bool:
        """Read a reserved word if it stands here."""
        match = KEYWORD.match(self.text, self.pos)
        if match is None or match.group().replace("\\\n", "") != word:
            return False
        self.pos = match.end()
        return True

    def expect(self, word: str) -> None:
        if not self.take(word):
            self.unexpected()

    def _raw_word(self) -> str:
        """Read one word and return it as it is written."""
        start = self.pos
        word = self.word()
        if word is None:
            self.unexpected()
        return self.text[start : self.pos].replace("\\\n", "")

    def _simple(self) -> Simple | Function:
        text, start = self.text, self.pos
        assignments: list[Assignment] = []
        words: list[Word] = []
        redirects: list[Redirect] = []
        arrays: list[tuple[int, Assignment]] = []
        declaring = False
        end = start
        while True:
            char = text[self.pos : self.pos + 1]
            if not char or char in "\n;|)":
                break
            if char in "<>&{0123456789" and self.redirect(redirects):
                pass
            elif char == "&":
                break
            elif char == "(":
                if len(words) == 1 and not assignments and not redirects:
                    match = EMPTY_PARENTHESES.match(text, self.pos)
                    if match:
                        self.pos = match.end()
                        return self.function_body(text[start:end].replace("\\\n", ""))
                self.unexpected()
            elif words:
                if not (declaring and self._array_argument(words, arrays)):
                    self._append_word(words, False)
            elif not self._assigns(assignments):
                declaring = self._append_word(words, True) in _DECLARING
            end = self.pos
            # One blank before an ordinary word is by far the most frequent case.
            if text.startswith(" ", end) and text[end + 1 : end + 2] not in _UNCOMMON:
                self.pos = end + 1
            else:
                self.blanks()
        if end == start:
            self.unexpected()
        self.budget.node(self.depth)
        self._closable = False
        return Simple(
            tuple(assignments),
            tuple(words),
            tuple(redirects),
            tuple(arrays),
            start + self.offset,
            end + self.offset,
        )

    def _append_word(self, words: list[Word], first: bool) -> str:
        """Read a word and return it as it is written."""
        start = self.pos
        word = self.word(first=first, brackets=first)
        if word is None:
            self.unexpected()
        words.append(word)
        return self.text[start : self.pos]

    def _assigns(self, assignments: list[Assignment]) -> bool:
        """Read an assignment if one stands here."""
        match = _ASSIGNMENT.match(self.text, self.pos)
        if match is None:
            return False
        start = self.pos
        name, operator = match.group(1).replace("\\\n", ""), match.group(2)
        self.pos = match.end()
        index = None
        if operator == "[":
            self.pos -= 1
            self._attempts += 1
            index = self.subscript()
            self._attempts -= 1
            match = _SUBSCRIPTED.match(self.text, self.pos)
            if match is None:
                self.pos = start
                return False
            operator = match.group(1)
            self.pos = match.end()
        self.budget.node(self.depth)
        self.skip_continuations()
        assignments.append(self._value(name, operator.startswith("+"), index))
        return True

    def _value(self, name: str, append: bool, index: Word | None) -> Assignment:
        if self.text.startswith("(", self.pos):
            return Assignment(name, None, append, index, self._array())
        at = self.pos + self.offset
        value = self.word() or Word((), at, at)
        return Assignment(name, value, append, index)

    def _array(self) -> tuple[ArrayItem, ...]:
        """Read `( ... )` after `name=`."""
        start = self.pos
        self.enter()
        self.pos += 1
        items: list[ArrayItem] = []
        while True:
            self.newlines()
            if self.pos >= self.end:
                self.unterminated("(", start)
            if self.text[self.pos] == ")":
                self.pos += 1
                self.depth -= 1
                return tuple(items)
            items.append(self._array_item())

    def _array_item(self) -> ArrayItem:
        index, append, start = None, False, self.pos
        if self.text.startswith("[", start):
            self._attempts += 1
            index = self.subscript()
            self._attempts -= 1
            match = _SUBSCRIPTED.match(self.text, self.pos)
            if match:
                append = match.group(1).startswith("+")
                self.pos = match.end()
                self.skip_continuations()
                at = self.pos + self.offset
                return ArrayItem(index, self.word() or Word((), at, at), append)
            self.pos = start
        value = self.word(brackets=True)
        if value is None:
            self.unexpected()
        return ArrayItem(None, value)

    def _array_argument(self, words: list[Word], arrays: list[tuple[int, Assignment]]) -> bool:
        """Read `name=( ... )` among the arguments of `declare` and its like."""
        match = _ARRAY_ARGUMENT.match(self.text, self.pos)
        if match is None:
            return False
        written = match.group().replace("\\\n", "")
        at = self.pos + self.offset
        self.pos = match.end()
        words.append(Word((Literal(written, False),), at, self.pos + self.offset))
        name = written.rstrip("+=")
        append = written.endswith("+=")
        arrays.append((len(words) - 1, Assignment(name, None, append, None, self._array())))
        return True

    def redirect(self, redirects: list[Redirect]) -> bool:
        """Read one redirection if one stands here."""
        self.blanks()
        match = _REDIRECT.match(self.text, self.pos)
        if match is None:
            return False
        number, variable, operator = match.groups()
        fd = None
        if number:
            fd = int(number.replace("\\\n", "")[:12])
            if fd > 0x7FFFFFFF:
                return False
        operator = (operator or match.group()).replace("\\\n", "")
        start = self.pos + self.offset
        self.pos = match.end()
        self.blanks()
        if operator.endswith("&") and self.text.startswith("-", self.pos):
            # `>&-` is whole: what follows without a blank is a word of its own.
            at = self.pos + self.offset
            self.pos += 1
            target = Word((Literal("-", False),), at, at + 1)
        else:
            written = self.pos
            word = self.word()
            if word is None:
                self.unexpected()
            target = word
            if operator in ("<<", "<<-"):
                target = Word((), word.end, word.end)
                redirects.append(Redirect(operator, fd, target, variable or "", start, word.end))
                self.announce(redirects[-1], word, self.text[written : self.pos])
                return True
        end = self.pos + self.offset
        self.budget.node(self.depth)
        redirects.append(Redirect(operator, fd, target, variable or "", start, end))
        return True

    @abstractmethod
    def function_body(self, name: str) -> Function:
        """Read the compound command after `name()`."""
