"""Here-documents: their delimiters and where their bodies end. Nothing of commands."""

from __future__ import annotations

from guard.parse.shell.syntax_words import WordReader
from guard.parse.shell.tree import Literal, Redirect, Word

__all__ = ["DocumentReader"]

_QUOTES = frozenset("'\"\\")


class DocumentReader(WordReader):
    """Keeps the here-documents that were announced until the next newline."""

    __slots__ = ()

    def announce(self, redirect: Redirect, word: Word, written: str) -> None:
        """Note a here-document. Any quoting in the delimiter makes its body literal."""
        if all(isinstance(part, Literal) for part in word.parts):
            delimiter = "".join(part.text for part in word.parts if isinstance(part, Literal))
            quoted = any(isinstance(part, Literal) and part.quoted for part in word.parts)
        else:
            # Nothing in a delimiter is expanded: `<<$x` ends at a line `$x`.
            plain = written.replace("\\\n", "")
            delimiter = "".join(_unquoted(plain))
            quoted = not _QUOTES.isdisjoint(plain)
        self.pending.append((redirect, delimiter, quoted))

    def documents(self) -> None:
        """Read the bodies of all that were announced, at the begin of a line."""
        pending, self.pending = self.pending, []
        for redirect, delimiter, quoted in pending:
            start = self.pos
            lines = self._lines(delimiter, quoted, redirect.operator == "<<-")
            body = "".join(lines)
            at, to = start + self.offset, self.pos + self.offset
            self.budget.node(self.depth)
            if quoted or not body:
                redirect.target = Word((Literal(body, quoted),) if body else (), at, to)
            else:
                self.enter()
                redirect.target = Word(self.inner(body, start).body(), at, to)
                self.depth -= 1

    def _lines(self, delimiter: str, quoted: bool, strip: bool) -> list[str]:
        """Read lines up to the delimiter or the end of the text."""
        lines: list[str] = []
        while self.pos < self.end:
            start = self.pos
            self.budget.tick()
            line, newline = self._line(quoted)
            joined = self.pos - start != len(line) + len(newline)
            tabs = len(line) - len(line.lstrip("\t")) if strip else 0
            line = line[tabs:]
            if line == delimiter:
                break
            if (
                self.in_substitution
                and line.startswith(delimiter)
                and ")" in line[len(delimiter) :]
            ):
                # Inside of `$(` bash 5.2 ends the document here and reads on after the
                # delimiter, on the same line.
                if joined:
                    self.fail("unsupported", "here-document ends in a continued line", start)
                self.pos = start + tabs + len(delimiter)
                break
            lines.append(line + newline)
        return lines

    def _line(self, quoted: bool) -> tuple[str, str]:
        """Read one line, joined with the next where it ends in an unquoted backslash."""
        text = self.text
        pieces: list[str] = []
        while True:
            start = self.pos
            newline = text.find("\n", start)
            if newline < 0:
                self.pos = self.end
                pieces.append(text[start:])
                return "".join(pieces), ""
            self.pos = newline + 1
            piece = text[start:newline]
            if quoted or not piece.endswith("\\"):
                break
            backslashes = len(piece) - len(piece.rstrip("\\"))
            if backslashes % 2 == 0:
                break
            pieces.append(piece[:-1])
        if not pieces:
            return piece, "\n"
        pieces.append(piece)
        return "".join(pieces), "\n"


def _unquoted(text: str) -> list[str]:
    """The characters of a delimiter without its quotes."""
    out: list[str] = []
    position, quote = 0, ""
    while position < len(text):
        char = text[position]
        if quote != "'" and char == "\\" and position + 1 < len(text):
            position += 1
            out.append(text[position])
        elif not quote and char in "'\"":
            quote = char
        elif char == quote:
            quote = ""
        else:
            out.append(char)
        position += 1
    return out
