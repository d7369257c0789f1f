"""What every layer of the shell reader shares: the position, errors, nesting. No grammar.

One pass over the text, which is never copied: `pos` moves on, compiled patterns take runs of
ordinary characters. The layers are classes, each built on the one before: quoting, parameters,
expansions, words, here-documents, simple commands, conditionals, commands.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import NoReturn, Self

from guard.parse.budget import Budget
from guard.parse.shell.syntax_errors import Kind, ShellSyntaxError
from guard.parse.shell.tree import Literal, Part, Redirect, Script, Word

__all__ = [
    "ARGUMENT_ESCAPES",
    "CONTINUATION",
    "DOUBLE_ESCAPES",
    "MATCHED_RUN",
    "READ_AGAIN",
    "SUBSCRIPT_RUN",
    "WORD_BREAK",
    "Parts",
    "Reader",
]


# Backslash-newline vanishes between any two characters outside of single quotes.
CONTINUATION = r"(?:\\\n)*"
WORD_BREAK = frozenset(" \t\n|&;()<>")
# Ordinary characters between brackets.
MATCHED_RUN = re.compile(r"[^()\\'\"`$]+")
SUBSCRIPT_RUN = re.compile(r"[^\[\]\\'\"`$]+")
# What a backslash quotes in double quotes, and in the argument of a quoted `${...}`.
DOUBLE_ESCAPES = frozenset('$`"\\')
ARGUMENT_ESCAPES = frozenset('$`"\\}')
# What bash would see when it reads the same characters a second time.
READ_AGAIN = "$`\"'\\}"
_CONTINUATIONS = re.compile(CONTINUATION)


class Parts:
    """Collects the parts of one word; neighbouring literals of one kind become one."""

    __slots__ = ("_buffer", "_quoted", "parts")

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self._buffer: list[str] = []
        self._quoted = False

    def text(self, text: str, quoted: bool) -> None:
        if quoted is not self._quoted:
            self._flush()
            self._quoted = quoted
        self._buffer.append(text)

    def part(self, part: Part) -> None:
        self._flush()
        self.parts.append(part)

    def done(self) -> tuple[Part, ...]:
        self._flush()
        return tuple(self.parts)

    def _flush(self) -> None:
        if self._buffer:
            self.parts.append(Literal("".join(self._buffer), self._quoted))
            self._buffer.clear()


class Reader(ABC):
    """Reads one text once. What a higher layer reads is abstract here.

    `offset` is added to every position: texts inside of backticks and here-documents are
    read by a reader of their own. `depth` counts nesting across readers.
    """

    __slots__ = (
        "_attempts",
        "_bare",
        "_closable",
        "_loose",
        "_memo",
        "_outer",
        "_quotes",
        "budget",
        "depth",
        "end",
        "in_substitution",
        "offset",
        "pending",
        "pos",
        "text",
    )

    def __init__(self, text: str, budget: Budget, *, depth: int = 0, offset: int = 0) -> None:
        self.text = text
        self.pos = 0
        self.end = len(text)
        self.budget = budget
        self.depth = depth
        self.offset = offset
        self.pending: list[tuple[Redirect, str, bool]] = []
        self.in_substitution = False
        # `((` is read as arithmetic first and as a subshell if that fails; what is nested
        # inside is remembered by position, so trying twice never doubles with each level.
        self._attempts = 0
        # Where the last `$name` and the last `$` without a name ended.
        self._bare = self._loose = -1
        # Where quotes began and ended: what two views of a text must agree on.
        self._quotes: dict[int, int] = {}
        # True after a compound command: a reserved word may follow it without a separator.
        self._closable = False
        # True inside of a `${...}` that stands in double quotes or in a here-document.
        self._outer = False
        self._memo: dict[tuple[int, bool], tuple[Part, int]] = {}

    @abstractmethod
    def script(self) -> Script:
        """Read statements until one cannot begin here."""

    def inner(self, text: str, offset: int) -> Self:
        """A reader for a text within the text, which begins at `offset`."""
        return type(self)(text, self.budget, depth=self.depth, offset=self.offset + offset)

    def fail(self, kind: Kind, message: str, position: int | None = None) -> NoReturn:
        raise ShellSyntaxError(
            kind, message, (self.pos if position is None else position) + self.offset
        )

    def unterminated(self, opener: str, position: int) -> NoReturn:
        self.fail("incomplete", f"`{opener}` is never closed", position)

    def enter(self) -> None:
        self.depth += 1
        self.budget.node(self.depth)

    def skip_continuations(self) -> None:
        if self.text.startswith("\\\n", self.pos):
            match = _CONTINUATIONS.match(self.text, self.pos)
            if match:
                self.pos = match.end()

    def ordinary(self, run: re.Pattern[str], out: Parts, quoted: bool) -> bool:
        """Read a run of ordinary characters, if one stands here; False where the text ends."""
        match = run.match(self.text, self.pos)
        if match:
            out.text(match.group(), quoted)
            self.pos = match.end()
        return self.pos < self.end

    @abstractmethod
    def dollar(self, out: Parts, quoted: bool, *, body: bool = False) -> None:
        """Read what begins with a dollar sign."""

    @abstractmethod
    def backtick(self, out: Parts, quoted: bool) -> None:
        """Read a command substitution in backticks."""

    @abstractmethod
    def nested(self, out: Parts, quoted: bool, opener: str, *, body: bool = False) -> None:
        """Read what begins with a dollar sign between `opener` and the closer it needs."""

    @abstractmethod
    def process_substitution(self, out: Parts) -> None:
        """Read `<(...)` or `>(...)`."""

    @abstractmethod
    def subscript(self) -> Word:
        """Read `[...]` at its bracket."""
