"""What begins with a dollar sign or a backtick: parameters, substitutions, arithmetic.

Facts: POSIX.1-2024 XCU 2.6, Bash Reference Manual 3.5.3-3.5.6.
"""

from __future__ import annotations

import re

from guard.parse.shell.syntax_errors import ShellSyntaxError
from guard.parse.shell.syntax_parameters import ParameterReader
from guard.parse.shell.syntax_reader import (
    CONTINUATION,
    DOUBLE_ESCAPES,
    MATCHED_RUN,
    SUBSCRIPT_RUN,
    Parts,
)
from guard.parse.shell.tree import (
    ArithmeticSubstitution,
    CommandSubstitution,
    Parameter,
    Part,
    ProcessSubstitution,
    Script,
    Word,
)

__all__ = ["ExpansionReader"]

_BACKTICK_RUN = re.compile(r"[^`\\]+")
_NAME = re.compile(rf"[A-Za-z_](?:{CONTINUATION}[A-Za-z0-9_])*")
_SPECIAL = frozenset("@*#?-$!0123456789")
_DOUBLED = re.compile(rf"{CONTINUATION}[({{]")


class ExpansionReader(ParameterReader):
    """Reads expansions. The statements inside are read by the layer of commands."""

    __slots__ = ()

    def dollar(self, out: Parts, quoted: bool, *, body: bool = False) -> None:
        text = self.text
        self.pos += 1
        self.skip_continuations()
        match = _NAME.match(text, self.pos)
        if match:
            self.pos = self._bare = match.end()
            self.budget.node(self.depth)
            out.part(Parameter(match.group().replace("\\\n", ""), quoted))
            return
        char = text[self.pos : self.pos + 1]
        if char == "(":
            self._substitution(out, quoted)
        elif char == "{":
            self._braced(out, quoted, body)
        elif char and char in _SPECIAL:
            self.pos += 1
            if char == "$" and _DOUBLED.match(text, self.pos):
                # Bash finds the end of `"$$(..."` as if a substitution began there, and
                # expands it as none, so quotes inside mean two things at once.
                self.fail("unsupported", "`$$` before a bracket", self.pos - 2)
            self.budget.node(self.depth)
            out.part(Parameter(char, quoted))
        elif char == "[":
            self._old_arithmetic(out, quoted)
        elif char == "'" and not quoted:
            self._ansi(out)
        elif char == '"' and not quoted:
            self._double(out)
        else:
            out.text("$", quoted if not body else False)
            self._loose = self.pos

    def nested(self, out: Parts, quoted: bool, opener: str, *, body: bool = False) -> None:
        """Read what begins with a dollar sign between `opener` and the closer it needs."""
        start = self.pos
        self.dollar(out, quoted, body=body)
        if self.text[start + 1 : start + 2] in "({[\\":
            self._agree(start, opener)

    def _substitution(self, out: Parts, quoted: bool) -> None:
        """Read `$(...)` or `$((...))`, at the first parenthesis."""
        start = self.pos
        known = self._memo.get((start, quoted))
        if known is not None:
            out.part(known[0])
            self.pos = known[1]
            return
        self.enter()
        self.pos += 1
        self.skip_continuations()
        part: Part
        arithmetic = None
        attempted = self.text.startswith("(", self.pos)
        if attempted:
            arithmetic = self.arithmetic_attempt(self.pos, start - 1)
        if arithmetic is not None:
            part = ArithmeticSubstitution(arithmetic, quoted)
        else:
            inside = start + 1
            self.pos = inside
            script = self._enclosed_script("$(", start - 1)
            if attempted:
                self._agree(start, "(")
            part = CommandSubstitution(script, quoted, self.text[inside : self.pos - 1])
        self.depth -= 1
        if self._attempts:
            self._memo[start, quoted] = part, self.pos
        out.part(part)

    def _enclosed_script(self, opener: str, start: int) -> Script:
        """Read statements and the `)` that ends them."""
        pending, self.pending = self.pending, []
        outer = self.in_substitution, self._outer
        self.in_substitution, self._outer = True, False
        script = self.script()
        if not self.text.startswith(")", self.pos):
            if self.pos >= self.end:
                self.unterminated(opener, start)
            self.fail("invalid", f"unexpected `{self.text[self.pos : self.pos + 10]}`")
        if self.pending:
            # Bash warns, and takes the document from the lines after the current one.
            self.fail("unsupported", f"here-document begins on the line that closes `{opener}`")
        self.pos += 1
        self.pending = pending
        self.in_substitution, self._outer = outer
        return script

    def arithmetic_attempt(self, inner: int, start: int) -> Word | None:
        """Read `(( ... ))` from its second parenthesis; None if it does not end in `))`.

        Bash decides in the same way: the parenthesis that closes the outer one must follow
        the one that closes the inner one.
        """
        self._attempts += 1
        self.pos = inner + 1
        out = Parts()
        self._arithmetic(out, "(", ")", start)
        self._attempts -= 1
        end = self.pos
        self.pos += 1
        self.skip_continuations()
        if self.pos >= self.end:
            self.unterminated("((", start)
        if self.text[self.pos] != ")":
            return None
        self.pos += 1
        return Word(out.done(), inner + 1 + self.offset, end + self.offset)

    def _old_arithmetic(self, out: Parts, quoted: bool) -> None:
        """Read `$[...]` at its bracket."""
        self.enter()
        start = self.pos
        self.pos += 1
        inside = Parts()
        self._arithmetic(inside, "[", "]", start - 1)
        word = Word(inside.done(), start + 1 + self.offset, self.pos + self.offset)
        self.pos += 1
        self.depth -= 1
        out.part(ArithmeticSubstitution(word, quoted))

    def _arithmetic(self, out: Parts, opener: str, closer: str, start: int) -> None:
        """Read arithmetic text up to the closer that nothing inside opened; stop before it."""
        text = self.text
        run = MATCHED_RUN if opener == "(" else SUBSCRIPT_RUN
        level = 0
        while self.ordinary(run, out, False):
            char = text[self.pos]
            if char == closer:
                if not level:
                    return
                level -= 1
                out.text(char, False)
                self.pos += 1
            elif char == opener:
                level += 1
                self.budget.node(self.depth + level)
                out.text(char, False)
                self.pos += 1
            elif char == "'":
                self._hidden_single(out, False)
            elif char == "$" and text.startswith("'", self.pos + 1):
                self._hidden_ansi(out)
            elif char == "\\":
                self._escape(out, DOUBLE_ESCAPES, False)
            elif char == '"':
                self._double(out)
            elif char == "$":
                self.nested(out, True, opener)
            else:
                self.backtick(out, True)
        self.unterminated("((" if opener == "(" else "$[", start)

    def process_substitution(self, out: Parts) -> None:
        """Read `<(...)` or `>(...)`."""
        start = self.pos
        self.enter()
        self.pos += 1
        self.skip_continuations()
        self.pos += 1
        inside = self.pos
        script = self._enclosed_script(self.text[start] + "(", start)
        if self.text.startswith("(", inside):
            self._agree(inside - 1, "(")
        self.depth -= 1
        out.part(ProcessSubstitution(script, self.text[start]))

    def backtick(self, out: Parts, quoted: bool) -> None:
        """Read a command substitution in backticks, whose backslashes are taken off first."""
        text, start = self.text, self.pos
        known = self._memo.get((start, quoted))
        if known is not None:
            out.part(known[0])
            self.pos = known[1]
            return
        self.enter()
        pieces: list[str] = []
        escapes = '$`\\"' if quoted else "$`\\"
        pos = start + 1
        while True:
            match = _BACKTICK_RUN.match(text, pos)
            if match:
                pieces.append(match.group())
                pos = match.end()
            if pos >= self.end:
                self.unterminated("`", start)
            if text[pos] == "`":
                break
            following = text[pos + 1 : pos + 2]
            pieces.append(following if following and following in escapes else "\\" + following)
            pos += 2
        self.pos = self._quotes[start] = pos + 1
        inside = "".join(pieces)
        script: Script | None
        try:
            reader = self.inner(inside, start + 1)
            script = reader.script()
            if reader.pos < reader.end:
                script = None
        except ShellSyntaxError:
            script = None
        self.depth -= 1
        part = CommandSubstitution(script, quoted, inside)
        if self._attempts:
            self._memo[start, quoted] = part, self.pos
        out.part(part)
