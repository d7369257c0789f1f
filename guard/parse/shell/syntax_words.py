"""Words of the shell language: quoting, expansions, arithmetic text. No commands.

One pass over the text, which is never copied: `pos` moves on, compiled patterns take runs of
ordinary characters. Facts: POSIX.1-2024 XCU 2.2-2.6, Bash Reference Manual 3.1.2 and 3.5, and
bash 5.2 itself where they are silent.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import NoReturn

from guard.parse.budget import Budget
from guard.parse.shell.syntax_errors import Kind, ShellSyntaxError
from guard.parse.shell.syntax_quotes import ansi_c
from guard.parse.shell.tree import (
    ArithmeticSubstitution,
    CommandSubstitution,
    Literal,
    Parameter,
    Part,
    ProcessSubstitution,
    Redirect,
    Script,
    Word,
)

__all__ = ["CONTINUATION", "WORD_BREAK", "Parts", "WordReader"]

# Backslash-newline vanishes between any two characters outside of single quotes.
CONTINUATION = r"(?:\\\n)*"
WORD_BREAK = frozenset(" \t\n|&;()<>")

_RUN = re.compile(r"[^ \t\n|&;()<>\\'\"`$]+")
_DOUBLE_RUN = re.compile(r"[^\"\\$`]+")
_BODY_RUN = re.compile(r"[^\\$`]+")
_BACKTICK_RUN = re.compile(r"[^`\\]+")
_ANSI_RUN = re.compile(r"(?:[^'\\]|\\.)*", re.DOTALL)
_MATCHED_RUN = re.compile(r"[^()\\'\"`$]+")
_SUBSCRIPT_RUN = re.compile(r"[^\[\]\\'\"`$]+")
_FLAT = {
    "(": _MATCHED_RUN,
    "[": _SUBSCRIPT_RUN,
    "{": re.compile(r"[^}\\'\"`$]+"),
}
_ARGUMENT_RUN = re.compile(r"[^}/:()?<>\\'\"`$]+")
_CONTINUATIONS = re.compile(CONTINUATION)
_NAME = re.compile(rf"[A-Za-z_](?:{CONTINUATION}[A-Za-z0-9_])*")
_SPECIAL = frozenset("@*#?-$!0123456789")
_BRACKETED = re.compile(rf"[A-Za-z_](?:{CONTINUATION}[A-Za-z0-9_])*{CONTINUATION}\[")
_BRACKET = re.compile(r"\[")
# ${name} and ${name[...]}: a name, a number or a special parameter.
_PARAMETER = re.compile(
    rf"[A-Za-z_](?:{CONTINUATION}[A-Za-z0-9_])*|[0-9](?:{CONTINUATION}[0-9])*|[@*#?$!-]"
)
_OPERATOR = re.compile(
    rf":{CONTINUATION}[-=?+]|[-=?+]|:|#{CONTINUATION}#|\#|%{CONTINUATION}%|%"
    rf"|/{CONTINUATION}[/#%]|/|\^{CONTINUATION}\^|\^|,{CONTINUATION},|,|~{CONTINUATION}~|~|@"
)
_TRANSFORMS = frozenset("UuLQEPAKak")
_DOUBLE_ESCAPES = frozenset('$`"\\')
_DOUBLED = re.compile(rf"{CONTINUATION}[({{]")
_DOLLAR_QUOTE = re.compile(rf"\${CONTINUATION}['\"]")
_JOINED = re.compile(r'(?:\$?"|\\\n)+[A-Za-z0-9_]')
_READ_AGAIN = "$`\"'\\}"
_BODY_ESCAPES = frozenset("$`\\")
_ARGUMENT_ESCAPES = frozenset('$`"\\}')
# Operators whose argument is a pattern: within double quotes single quotes still quote there.
_PATTERN_OPERATORS = frozenset(("#", "##", "%", "%%", "/", "//", "/#", "/%", "^", "^^", ",", ",,"))


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


class WordReader(ABC):
    """Reads words. What stands inside of substitutions is read by the subclass.

    `offset` is added to every position: texts inside of backticks and here-documents are
    read by a reader of their own. `depth` counts nesting across readers.
    """

    __slots__ = (
        "_attempts",
        "_bare",
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
        # True inside of a `${...}` that stands in double quotes or in a here-document.
        self._outer = False
        self._memo: dict[tuple[int, bool], tuple[Part, int]] = {}

    @abstractmethod
    def script(self) -> Script:
        """Read statements until one cannot begin here."""

    @abstractmethod
    def inner(self, text: str, offset: int) -> WordReader:
        """A reader for a text within the text."""

    # errors and nesting

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

    # words

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
        if brackets:
            self._bracketed(out, first)
        while self.pos < self.end:
            match = _RUN.match(text, self.pos)
            if match:
                out.text(match.group(), False)
                self.pos = match.end()
                if self.pos == self.end:
                    break
            char = text[self.pos]
            if char not in WORD_BREAK:
                self.piece(out)
            elif char == "(":
                if not self._extended_glob(start, first):
                    break
                self._matched(out, "(")
            elif char in "<>" and self._opens_process(self.pos):
                self._process_substitution(out)
            else:
                break
        if self.pos == start:
            return None
        self.budget.node(self.depth)
        return Word(out.done(), start + self.offset, self.pos + self.offset)

    def _bracketed(self, out: Parts, first: bool) -> None:
        """Read `name[...]` (`[...]` in an array) at the begin of a word, whatever it holds."""
        match = (_BRACKETED if first else _BRACKET).match(self.text, self.pos)
        if match is None:
            return
        self.pos = match.end() - 1
        out.text(match.group().replace("\\\n", ""), False)
        for part in self.subscript().parts:
            if isinstance(part, Literal):
                out.text(part.text, part.quoted)
            else:
                out.part(part)
        out.text("]", False)

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
        if self.text[start:pos] == "!":
            return False
        following = pos + 1
        while following < self.end and self.text[following] in " \t":
            following += 1
        return not self.text.startswith(")", following)

    def _opens_process(self, pos: int) -> bool:
        text = self.text
        if text.startswith("\\\n", pos + 1):
            match = _CONTINUATIONS.match(text, pos + 1)
            return match is not None and text.startswith("(", match.end())
        return text.startswith("(", pos + 1)

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
            self._dollar(out, False)
        else:
            self._backtick(out, False)

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
        while self.pos < self.end:
            match = _DOUBLE_RUN.match(text, self.pos)
            if match:
                out.text(match.group(), True)
                self.pos = match.end()
                if self.pos == self.end:
                    break
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
                self._escape(out, _DOUBLE_ESCAPES, True)
            elif char == "$":
                self._dollar(out, True)
            else:
                self._backtick(out, True)
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
        run, escapes = (_DOUBLE_RUN, _ARGUMENT_ESCAPES) if argument else (_BODY_RUN, _BODY_ESCAPES)
        while self.pos < self.end:
            match = run.match(text, self.pos)
            if match:
                out.text(match.group(), False)
                self.pos = match.end()
                if self.pos == self.end:
                    break
            char, start, depth = text[self.pos], self.pos, self.depth
            if char == "\\":
                self._escape(out, escapes, False)
                continue
            if char == '"':
                self.pos += 1
                continue
            try:
                if char == "$":
                    self._dollar(out, True, body=not argument)
                else:
                    self._backtick(out, True)
            except ShellSyntaxError:
                self.depth = depth
                self.pos = self.end
                out.part(CommandSubstitution(None, True, text[start:]))
        return out.done()

    # what begins with a dollar sign

    def _dollar(self, out: Parts, quoted: bool, *, body: bool = False) -> None:
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
        run = _MATCHED_RUN if opener == "(" else _SUBSCRIPT_RUN
        level = 0
        while self.pos < self.end:
            match = run.match(text, self.pos)
            if match:
                out.text(match.group(), False)
                self.pos = match.end()
                if self.pos == self.end:
                    break
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
                self._escape(out, _DOUBLE_ESCAPES, False)
            elif char == '"':
                self._double(out)
            elif char == "$":
                self._nested(out, True, opener)
            else:
                self._backtick(out, True)
        self.unterminated("((" if opener == "(" else "$[", start)

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

    # ${...}

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
        while self.pos < self.end:
            match = _ARGUMENT_RUN.match(text, self.pos)
            if match:
                out.text(match.group(), quoted)
                self.pos = match.end()
                if self.pos == self.end:
                    break
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
                self._escape(out, _ARGUMENT_ESCAPES, True)
            elif char == "`":
                self._backtick(out, quoted)
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
            self._nested(out, quoted, "{", body=body and quoted)
        elif body and not quoted:
            self.fail("unsupported", "`$` before a quote in a pattern of a here-document")
        elif body:
            self._dollar(out, quoted, body=True)
        elif match.group().endswith('"'):
            if quoted:
                self._joins(self.pos)
            self.pos = match.end() - 1
            self._double(out, argument=quoted)
        elif self._outer or hidden:
            self.pos = match.end() - 2
            self._hidden_ansi(out, _READ_AGAIN if hidden else "$`")
        else:
            self._dollar(out, False)

    def _hidden_ansi(self, out: Parts, refused: str = _READ_AGAIN) -> None:
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

    def subscript(self) -> Word:
        """Read `[...]` at its bracket."""
        text, start = self.text, self.pos
        self.enter()
        self.pos += 1
        out = Parts()
        level = 0
        while self.pos < self.end:
            match = _SUBSCRIPT_RUN.match(text, self.pos)
            if match:
                out.text(match.group(), False)
                self.pos = match.end()
                if self.pos == self.end:
                    break
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
        while self.pos < self.end:
            match = _MATCHED_RUN.match(text, self.pos)
            if match:
                out.text(match.group(), False)
                self.pos = match.end()
                if self.pos == self.end:
                    break
            char = text[self.pos]
            if char in "()":
                level += 1 if char == "(" else -1
                self.budget.node(self.depth + level)
                out.text(char, False)
                self.pos += 1
                if not level:
                    return
            elif char == "$" and not text.startswith(("'", '"'), self.pos + 1):
                self._nested(out, False, opener)
            else:
                self.piece(out)
        self.unterminated(opener, start)

    def regex_operand(self) -> Word | None:
        """Read the word after `=~`, where parentheses and bars are ordinary."""
        text, start = self.text, self.pos
        out = Parts()
        while self.pos < self.end:
            match = _RUN.match(text, self.pos)
            if match:
                out.text(match.group(), False)
                self.pos = match.end()
                if self.pos == self.end:
                    break
            char = text[self.pos]
            if char == "(":
                self._matched(out, "(")
            elif char == "|":
                out.text("|", False)
                self.pos += 1
            elif char in "<>" and self._opens_process(self.pos):
                self._process_substitution(out)
            elif char in WORD_BREAK:
                break
            else:
                self.piece(out)
        if self.pos == start:
            return None
        self.budget.node(self.depth)
        return Word(out.done(), start + self.offset, self.pos + self.offset)

    # substitutions of commands

    def _process_substitution(self, out: Parts) -> None:
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

    def _process_in_argument(self, out: Parts) -> None:
        """Read `<(...)` within `${...}`, of which bash does not know when it looks for `}`."""
        start = self.pos
        self._process_substitution(out)
        self._agree(start, "{")

    def _nested(self, out: Parts, quoted: bool, opener: str, *, body: bool = False) -> None:
        """Read what begins with a dollar sign between `opener` and the closer it needs."""
        start = self.pos
        self._dollar(out, quoted, body=body)
        if self.text[start + 1 : start + 2] in "({[\\":
            self._agree(start, opener)

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

    def _backtick(self, out: Parts, quoted: bool) -> None:
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
