"""Quoting in the shell language, and where two views of a quoted text could differ.

Facts: POSIX.1-2024 XCU 2.2, Bash Reference Manual 3.1.2, and bash 5.2 itself, which reads
`${...}` and `$((...))` twice by different rules. What the two rules could disagree on is refused.
"""

from __future__ import annotations

import re

from guard.parse.shell.syntax_errors import ShellSyntaxError
from guard.parse.shell.syntax_escapes import ansi_c
from guard.parse.shell.syntax_reader import (
    ARGUMENT_ESCAPES,
    CONTINUATION,
    DOUBLE_ESCAPES,
    MATCHED_RUN,
    READ_AGAIN,
    SUBSCRIPT_RUN,
    Parts,
    Reader,
)
from guard.parse.shell.tree import CommandSubstitution, Literal, Part

__all__ = ["QuoteReader"]

_DOUBLE_RUN = re.compile(r"[^\"\\$`]+")
_BODY_RUN = re.compile(r"[^\\$`]+")
_ANSI_RUN = re.compile(r"(?:[^'\\]|\\.)*", re.DOTALL)
_FLAT = {
    "(": MATCHED_RUN,
    "[": SUBSCRIPT_RUN,
    "{": re.compile(r"[^}\\'\"`$]+"),
}
_CONTINUATIONS = re.compile(CONTINUATION)
_JOINED = re.compile(r'(?:\$?"|\\\n)+[A-Za-z0-9_]')
_BODY_ESCAPES = frozenset("$`\\")


class QuoteReader(Reader):
    """Reads quotes, and bodies of here-documents."""

    __slots__ = ()

    def piece(self, out: Parts) -> None:
        r"""Read what begins with one of `\ ' " $` and the backtick, outside of quotes."""
        text, pos = self.text, self.pos
        char = text[pos]
        self.budget.tick()
        if char == "\\":
            self.pos = pos + 2
            if pos + 1 >= self.end:
                self.pos = self.end
                out.text("\\", True)
            elif text[pos + 1] != "\n":
                out.text(text[pos + 1], True)
        elif char == "'":
            close = text.find("'", pos + 1)
            if close < 0:
                self.unterminated("'", pos)
            out.text(text[pos + 1 : close], True)
            self.pos = self._quotes[pos] = close + 1
        elif char == '"':
            self._double(out)
        elif char == "$":
            self.dollar(out, False)
        else:
            self.backtick(out, False)

    def _double(self, out: Parts, *, argument: bool = False) -> None:
        """Read `"..."`. `argument`: within the argument of a quoted `${...}`."""
        text, start = self.text, self.pos
        if argument:
            self._joins(start)
        self.pos += 1
        if text.startswith('"', self.pos):
            out.text("", True)
            self.pos += 1
            self._quotes[start] = self.pos
            return
        while self.ordinary(_DOUBLE_RUN, out, True):
            char = text[self.pos]
            if char == '"':
                if argument:
                    self._joins(self.pos)
                self.pos += 1
                self._quotes[start] = self.pos
                return
            if char == "\\" and argument:
                self.piece(out)
            elif char == "\\":
                self._escape(out, DOUBLE_ESCAPES, True)
            elif char == "$":
                self.dollar(out, True)
            else:
                self.backtick(out, True)
        self.unterminated('"', start)

    def _joins(self, pos: int) -> None:
        """Refuse a double quote on which the name of an expansion hinges.

        Within `"${name-...}"` bash takes double quotes off before it expands, so
        `"${x-$a"b"}"` means `$ab`, and `"${x-"$"(id)}"` runs `id`.
        """
        if self._loose == pos or (self._bare == pos and _JOINED.match(self.text, pos)):
            self.fail("unsupported", "a double quote that ends a name inside of `${`", pos)

    def _escape(self, out: Parts, escapable: frozenset[str], quoted: bool) -> None:
        """Read a backslash where it only quotes some characters."""
        pos = self.pos
        following = self.text[pos + 1 : pos + 2]
        self.pos = min(pos + 2, self.end)
        if following in escapable:
            out.text(following, True)
        elif following != "\n":
            out.text("\\" + following, quoted)
        elif self._bare == pos:
            self._bare = self.pos

    def _ansi(self, out: Parts) -> None:
        """Read `'...'` after a dollar sign."""
        start = self.pos
        match = _ANSI_RUN.match(self.text, start + 1)
        if match is None or not self.text.startswith("'", match.end()):
            self.unterminated("$'", start - 1)
        out.text(ansi_c(match.group()), True)
        self.pos = self._quotes[start] = match.end() + 1

    def body(self, *, argument: bool = False) -> tuple[Part, ...]:
        """Read all of the text as a here-document: only `$`, backtick and backslash count.

        `argument`: as the argument of a quoted `${...}`, from which double quotes vanish.
        Bash reads what stands inside of it when it expands it, so a substitution that
        cannot be read is no error of the text around.
        """
        text, out = self.text, Parts()
        run, escapes = (_DOUBLE_RUN, ARGUMENT_ESCAPES) if argument else (_BODY_RUN, _BODY_ESCAPES)
        while self.ordinary(run, out, False):
            char, start, depth = text[self.pos], self.pos, self.depth
            if char == "\\":
                self._escape(out, escapes, False)
                continue
            if char == '"':
                self.pos += 1
                continue
            try:
                if char == "$":
                    self.dollar(out, True, body=not argument)
                else:
                    self.backtick(out, True)
            except ShellSyntaxError:
                self.depth = depth
                self.pos = self.end
                out.part(CommandSubstitution(None, True, text[start:]))
        return out.done()

    def _hidden_single(self, out: Parts, quoted: bool) -> None:
        """Read `'...'` where single quotes are kept as text.

        In arithmetic, and in `"${name-...}"`, bash skips over single quotes when it looks
        for the end, but expands what they hold: `$(( '$(id)' ))` runs `id`.
        """
        start = self.pos
        close = self.text.find("'", start + 1)
        if close < 0:
            self.unterminated("'", start)
        if quoted and '"' in self.text[start:close]:
            self.fail("unsupported", "a double quote in single quotes inside of `${`", start)
        self.pos = self._quotes[start] = close + 1
        self.enter()
        out.text("'", quoted)
        for part in self.inner(self.text[start + 1 : close], start + 1).body(argument=True):
            if isinstance(part, Literal):
                out.text(part.text, quoted)
            else:
                out.part(part)
        out.text("'", quoted)
        self.depth -= 1

    def _hidden_ansi(self, out: Parts, refused: str = READ_AGAIN) -> None:
        """Read `$'...'` where bash puts the decoded text back and reads it again.

        What could have a meaning the second time is refused.
        """
        start = self.pos
        self.pos += 1
        inside = Parts()
        self._ansi(inside)
        text = "".join(part.text for part in inside.done() if isinstance(part, Literal))
        if any(char in refused for char in text):
            self.fail("unsupported", "`$'` with special characters is read twice here", start)
        out.text(text, True)

    def _pattern_single(self, out: Parts) -> None:
        """Read `'...'` in a pattern within `"${...}"`.

        It quotes there, but bash still looks for the end of what seems to begin inside.
        """
        start = self.pos
        self.piece(out)
        inside = self.text[start + 1 : self.pos - 1]
        if "$" in inside or "`" in inside:
            self.enter()
            for part in self.inner(inside, start + 1).body():
                if isinstance(part, CommandSubstitution) and part.script is None:
                    self.fail("unsupported", "half of a substitution in single quotes", start)
            self.depth -= 1

    def _agree(self, start: int, opener: str) -> None:
        """Refuse a nested expansion that does not end in the same place in every view.

        Looking for the closer of `((`, `@(`, `$[` or `${`, some versions of bash only count
        brackets and skip over quotes; others read the nested expansion as what it is.
        """
        text, pos, end, level = self.text, start, self.pos, 0
        run = _FLAT[opener]
        while pos < end:
            match = run.match(text, pos, end)
            if match:
                pos = match.end()
                continue
            char = text[pos]
            if char == "\\":
                pos += 2
            elif char in "'\"`":
                pos = self._quotes.get(pos, end + 1)
            elif char == "$":
                pos += 1
                if opener == "{" and text.startswith("{", pos):
                    level += 1
                    pos += 1
            else:
                pos += 1
                level += 1 if char == opener else -1
                if level < 0:
                    break
        if level or pos != end:
            self.fail("unsupported", f"brackets or quotes that do not pair in `{opener}`", start)

    def _opens_process(self, pos: int) -> bool:
        text = self.text
        if text.startswith("\\\n", pos + 1):
            match = _CONTINUATIONS.match(text, pos + 1)
            return match is not None and text.startswith("(", match.end())
        return text.startswith("(", pos + 1)
