"""`${...}` and its arguments (Bash Reference Manual 3.5.3). Nothing of commands."""

from __future__ import annotations

import re

from guard.parse.shell.syntax_quoting import QuoteReader
from guard.parse.shell.syntax_reader import ARGUMENT_ESCAPES, CONTINUATION, READ_AGAIN, Parts
from guard.parse.shell.tree import CommandSubstitution, Literal, Parameter, Part, Word

__all__ = ["ParameterReader"]

_ARGUMENT_RUN = re.compile(r"[^}/:()?<>\\'\"`$]+")
_NAME = re.compile(rf"[A-Za-z_](?:{CONTINUATION}[A-Za-z0-9_])*")
# ${name} and ${name[...]}: a name, a number or a special parameter.
_PARAMETER = re.compile(
    rf"[A-Za-z_](?:{CONTINUATION}[A-Za-z0-9_])*|[0-9](?:{CONTINUATION}[0-9])*|[@*#?$!-]"
)
_OPERATOR = re.compile(
    rf":{CONTINUATION}[-=?+]|[-=?+]|:|#{CONTINUATION}#|\#|%{CONTINUATION}%|%"
    rf"|/{CONTINUATION}[/#%]|/|\^{CONTINUATION}\^|\^|,{CONTINUATION},|,|~{CONTINUATION}~|~|@"
)
_TRANSFORMS = frozenset("UuLQEPAKak")
_DOLLAR_QUOTE = re.compile(rf"\${CONTINUATION}['\"]")
# Operators whose argument is a pattern: within double quotes single quotes still quote there.
_PATTERN_OPERATORS = frozenset(("#", "##", "%", "%%", "/", "//", "/#", "/%", "^", "^^", ",", ",,"))


class ParameterReader(QuoteReader):
    """Reads parameter expansions."""

    __slots__ = ()

    def _braced(self, out: Parts, quoted: bool, body: bool) -> None:
        """Read `${...}` at its brace."""
        text, start = self.text, self.pos
        self.enter()
        self.pos += 1
        self.skip_continuations()
        outer = self._outer
        if text[self.pos : self.pos + 1] in (" ", "\t", "\n", "|"):
            self._outer = False
            out.part(self._function_substitution(quoted, start))
        else:
            self._outer = outer or quoted
            out.part(self._parameter(quoted, body, start))
        self._outer = outer
        self.depth -= 1

    def _function_substitution(self, quoted: bool, start: int) -> Part:
        """`${ command; }` and `${| command; }` of bash 5.3."""
        text = self.text
        if text[self.pos] == "|":
            self.pos += 1
        inside = self.pos
        pending, self.pending = self.pending, []
        script = self.script()
        if not text.startswith("}", self.pos):
            if self.pos >= self.end:
                self.unterminated("${", start - 1)
            self.fail("invalid", f"unexpected `{text[self.pos : self.pos + 10]}`")
        if self.pending:
            self.fail("unsupported", "here-document begins on the line that closes `${`")
        self.pending = pending
        self.pos += 1
        return CommandSubstitution(script, quoted, text[inside : self.pos - 1])

    def _parameter(self, quoted: bool, body: bool, start: int) -> Part:
        text = self.text
        prefix = self._prefix()
        match = _PARAMETER.match(text, self.pos)
        if match is None:
            return self._bad(quoted, body, start)
        self.pos = match.end()
        parameter = Parameter(match.group().replace("\\\n", ""), quoted)
        parameter.length = prefix == "#"
        parameter.indirect = prefix == "!"
        self.skip_continuations()
        if text.startswith("[", self.pos) and _NAME.match(parameter.name):
            bracket = self.pos
            parameter.index = self.subscript()
            self._agree(bracket, "{")
            self.skip_continuations()
        if text.startswith("}", self.pos):
            self.pos += 1
            return parameter
        if self.pos >= self.end:
            self.unterminated("${", start - 1)
        if prefix == "!" and text[self.pos] in "*@" and text.startswith("}", self.pos + 1):
            parameter.operator = "!" + text[self.pos]
            parameter.indirect = False
            self.pos += 2
            return parameter
        if prefix == "#":
            return self._bad(quoted, body, start)
        return self._operation(parameter, body, start)

    def _prefix(self) -> str:
        """Read `#` (length) or `!` (indirection), unless it is the parameter itself."""
        text, pos = self.text, self.pos
        char = text[pos : pos + 1]
        if char not in ("#", "!") or not char:
            return ""
        match = _PARAMETER.match(text, pos + 1)
        if match is None:
            return ""
        following = text[match.end() : match.end() + 1]
        named = match.group()[0] not in "@*#?$!-"
        # `${#-}` is the length of `$-`, `${#-x}` is `$#` with a default.
        if named or following == "}" or (char == "!" and match.group() in ("@", "*")):
            self.pos = pos + 1
            return char
        return ""

    def _bad(self, quoted: bool, body: bool, start: int) -> Part:
        """A substitution that bash reads and refuses when it comes to expand it."""
        self.pos = start + 1
        argument = self._argument("", quoted, body, "-", start)
        self.pos += 1
        return Parameter("", quoted, "bad", argument)

    def _operation(self, parameter: Parameter, body: bool, start: int) -> Part:
        text, quoted = self.text, parameter.quoted
        match = _OPERATOR.match(text, self.pos)
        if match is None:
            return self._bad(quoted, body, start)
        operator = parameter.operator = match.group().replace("\\\n", "")
        self.pos = match.end()
        if operator == "@":
            letter = text[self.pos : self.pos + 1]
            if letter not in _TRANSFORMS or not text.startswith("}", self.pos + 1):
                return self._bad(quoted, body, start)
            at = self.pos + self.offset
            parameter.argument = Word((Literal(letter, False),), at, at + 1)
            self.pos += 2
            return parameter
        stop = "/" if operator[0] == "/" else ":" if operator == ":" else ""
        parameter.argument = self._argument(stop, quoted, body, operator, start)
        if stop and text.startswith(stop, self.pos):
            self.pos += 1
            parameter.replacement = self._argument("", quoted, body, operator, start)
        self.pos += 1
        return parameter

    def _argument(self, stop: str, quoted: bool, body: bool, operator: str, start: int) -> Word:
        """Read up to the closing brace or `stop`; stop before it.

        Blanks and operators of the shell are ordinary here. A pattern is read as outside
        of quotes even within them; otherwise single quotes are ordinary within quotes.
        """
        text, begin = self.text, self.pos
        out = Parts()
        quoted = quoted and operator not in _PATTERN_OPERATORS
        # The offsets of a substring are arithmetic text.
        hidden = quoted or operator == ":"
        level = ternary = 0
        while self.ordinary(_ARGUMENT_RUN, out, quoted):
            char = text[self.pos]
            if char == "}":
                return Word(out.done(), begin + self.offset, self.pos + self.offset)
            if char == stop and not level:
                if not ternary:
                    return Word(out.done(), begin + self.offset, self.pos + self.offset)
                ternary -= 1
            if char in "'\"$":
                self._argument_quote(out, quoted, hidden, body)
            elif char == "\\" and quoted:
                self._escape(out, ARGUMENT_ESCAPES, True)
            elif char == "`":
                self.backtick(out, quoted)
            elif char == "\\":
                self.piece(out)
            elif char in "<>" and not quoted and self._opens_process(self.pos):
                self._process_in_argument(out)
            else:
                if stop == ":":
                    level += (char == "(") - (char == ")")
                    ternary += char == "?"
                out.text(char, quoted)
                self.pos += 1
        return self.unterminated("${", start - 1)

    def _argument_quote(self, out: Parts, quoted: bool, hidden: bool, body: bool) -> None:
        """Read what begins with a quote or a dollar sign in an argument of `${...}`."""
        char = self.text[self.pos]
        if char == "'":
            if hidden:
                self._hidden_single(out, quoted)
            elif self._outer:
                self._pattern_single(out)
            else:
                self.piece(out)
            return
        if char == '"':
            self._double(out, argument=quoted)
            return
        match = _DOLLAR_QUOTE.match(self.text, self.pos)
        if match is None:
            self.nested(out, quoted, "{", body=body and quoted)
        elif body and not quoted:
            self.fail("unsupported", "`$` before a quote in a pattern of a here-document")
        elif body:
            self.dollar(out, quoted, body=True)
        elif match.group().endswith('"'):
            if quoted:
                self._joins(self.pos)
            self.pos = match.end() - 1
            self._double(out, argument=quoted)
        elif self._outer or hidden:
            self.pos = match.end() - 2
            self._hidden_ansi(out, READ_AGAIN if hidden else "$`")
        else:
            self.dollar(out, False)

    def _process_in_argument(self, out: Parts) -> None:
        """Read `<(...)` within `${...}`, of which bash does not know when it looks for `}`."""
        start = self.pos
        self.process_substitution(out)
        self._agree(start, "{")
