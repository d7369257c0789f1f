"""Commands of the shell language: lists, pipelines, compound commands, redirections.

A recursive descent over the grammar of POSIX.1-2024 XCU 2.10 and of bash 5.2 (its manual,
chapter 3). Every nested construct is counted by `enter`, so the depth of Python's own stack
is bounded by `Limits.depth`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import ClassVar, NoReturn, TypeAlias

from guard.parse.budget import Budget
from guard.parse.shell.syntax_heredoc import DocumentReader
from guard.parse.shell.syntax_words import CONTINUATION, WORD_BREAK
from guard.parse.shell.tree import (
    AndOr,
    Arithmetic,
    ArrayItem,
    Assignment,
    Case,
    CaseArm,
    Command,
    Conditional,
    Coproc,
    CStyleFor,
    For,
    Function,
    Group,
    If,
    Literal,
    Pipeline,
    Redirect,
    Script,
    Select,
    Simple,
    Statement,
    Subshell,
    While,
    Word,
)

__all__ = ["CommandReader"]

_Compound: TypeAlias = (
    Subshell | Group | If | While | For | CStyleFor | Select | Case | Conditional | Arithmetic
)

_C = CONTINUATION
_BLANKS = re.compile(r"(?:[ \t]|\\\n)*(?:#[^\n]*)?")
_LINES = re.compile(r"(?:[ \t\n]+|\\\n|#[^\n]*)*")
# A word that may be reserved: unquoted, and whole.
_KEYWORD = re.compile(
    rf"(?:[a-z](?:{_C}[a-z])*|[{{}}!]|\[{_C}\[)(?={_C}(?:[ \t\n|&;()]|[<>](?!{_C}\()|\Z))"
)
_REDIRECT = re.compile(
    rf"(?:([0-9](?:{_C}[0-9])*)|\{{([A-Za-z_][A-Za-z0-9_]*(?:\[[^\]\s]*\])?)\}})?{_C}"
    rf"(<{_C}<{_C}<|<{_C}<{_C}-|<{_C}<|<{_C}>|<{_C}&|>{_C}>|>{_C}\||>{_C}&|[<>](?!{_C}\())"
    rf"|&{_C}>{_C}>|&{_C}>"
)
_AND_OR = re.compile(rf"&{_C}&|\|{_C}\|")
_BAR = re.compile(rf"\|{_C}&|\|(?!{_C}\|)")
_TERMINATOR = re.compile(rf";{_C};{_C}&|;{_C};|;{_C}&")
_ASSIGNMENT = re.compile(rf"([A-Za-z_](?:{_C}[A-Za-z0-9_])*){_C}(\+?{_C}=|\[)")
_SUBSCRIPTED = re.compile(rf"{_C}(\+?{_C}=)")
_TIME_OPTION = re.compile(r"(?:[ \t]|\\\n)*(-p|--)(?=[ \t\n;&|()<>]|\Z)")
_UNCOMMON = frozenset((" ", "\t", "\\", "#"))
_ARITHMETIC_OPENER = re.compile(rf"\({_C}\(")

_CLOSING = frozenset(("then", "else", "elif", "fi", "do", "done", "esac", "in", "}"))
# Only these may have `name=( ... )` among their arguments.
_DECLARING = frozenset(
    ("declare", "typeset", "local", "export", "readonly", "alias", "eval", "let")
)
_UNARY = frozenset(f"-{letter}" for letter in "abcdefghknoprstuvwxzGLNORS")
_BINARY = frozenset(
    "= == != =~ < > -eq -ne -lt -le -gt -ge -nt -ot -ef".split()  # noqa: SIM905 - reads better
)


class CommandReader(DocumentReader):
    """Reads commands. One object reads one text once."""

    __slots__ = ("_closable",)

    def __init__(self, text: str, budget: Budget, *, depth: int = 0, offset: int = 0) -> None:
        super().__init__(text, budget, depth=depth, offset=offset)
        # True after a compound command: a reserved word may follow it without a separator.
        self._closable = False

    def inner(self, text: str, offset: int) -> CommandReader:
        return CommandReader(text, self.budget, depth=self.depth, offset=self.offset + offset)

    # spaces

    def blanks(self) -> None:
        match = _BLANKS.match(self.text, self.pos)
        if match:
            self.pos = match.end()

    def newlines(self) -> None:
        """Skip blanks, comments and newlines; here-documents begin after a newline."""
        while True:
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
        match = _KEYWORD.match(self.text, self.pos)
        return match.group().replace("\\\n", "") if match else ""

    def take(self, word: str) -> bool:
        """Read a reserved word if it stands here."""
        match = _KEYWORD.match(self.text, self.pos)
        if match is None or match.group().replace("\\\n", "") != word:
            return False
        self.pos = match.end()
        return True

    def expect(self, word: str) -> None:
        if not self.take(word):
            self.unexpected()

    # lists

    def script(self) -> Script:
        statements: list[Statement] = []
        self.read_statements(statements)
        return Script(tuple(statements))

    def filled(self) -> Script:
        """Read at least one statement."""
        script = self.script()
        if not script.statements:
            self.unexpected()
        return script

    def read_statements(self, statements: list[Statement]) -> None:
        """Read statements into a list, up to what cannot begin one."""
        text = self.text
        while True:
            self.newlines()
            pos = self.pos
            if pos >= self.end or text[pos] == ")" or _TERMINATOR.match(text, pos):
                return
            command = self._and_or()
            if command is None:
                return
            self.blanks()
            pos = self.pos
            char = text[pos : pos + 1]
            if char == "&":
                self.pos += 1
                statements.append(Statement(command, background=True))
                continue
            if char == ";" and not _TERMINATOR.match(text, pos):
                self.pos += 1
            elif (
                char and char not in ";\n)" and not (self._closable and self.keyword() in _CLOSING)
            ):
                self.unexpected()
            statements.append(Statement(command))

    def _and_or(self) -> Command | None:
        command = self._pipeline()
        if command is None:
            return None
        match = _AND_OR.match(self.text, self.pos)
        if match is None:
            return command
        pipelines, operators = [command], []
        while match:
            operators.append(match.group().replace("\\\n", ""))
            self.pos = match.end()
            self.newlines()
            following = self._pipeline()
            if following is None:
                self.unexpected()
            pipelines.append(following)
            match = _AND_OR.match(self.text, self.pos)
        return AndOr(tuple(pipelines), tuple(operators))

    def _pipeline(self) -> Command | None:
        """Read `[time [-p]] [!] a | b`; None if a closing reserved word stands here.

        Leaves the position after the blanks that follow.
        """
        text = self.text
        negated = timed = prefixed = False
        if text[self.pos : self.pos + 1] in ("!", "t"):
            negated, timed, prefixed = self._pipeline_prefix()
        if prefixed and (self.pos >= self.end or text[self.pos] in ";\n"):
            self._closable = False
            return Pipeline((Simple((), ()),), negated, timed)
        command = self._command()
        if command is None:
            if prefixed:
                self.unexpected()
            return None
        self.blanks()
        match = _BAR.match(text, self.pos)
        if match is None:
            return Pipeline((command,), negated, timed) if prefixed else command
        commands, merges = [command], []
        while match:
            merges.append(len(match.group()) > 1)
            self.pos = match.end()
            self.newlines()
            command = self._command()
            if command is None:
                self.unexpected()
            commands.append(command)
            self.blanks()
            match = _BAR.match(text, self.pos)
        return Pipeline(tuple(commands), negated, timed, tuple(merges))

    def _pipeline_prefix(self) -> tuple[bool, bool, bool]:
        negated = timed = prefixed = False
        while True:
            match = _KEYWORD.match(self.text, self.pos)
            word = match.group() if match else ""
            if word == "!":
                negated = not negated
            elif word.replace("\\\n", "") == "time":
                timed = True
            else:
                return negated, timed, prefixed
            self.budget.node(self.depth)
            prefixed = True
            self.pos += len(word)
            if word != "!":
                self._time_options()
            self.blanks()

    def _time_options(self) -> None:
        match = _TIME_OPTION.match(self.text, self.pos)
        if match:
            self.pos = match.end()
            if match.group(1) == "-p":
                match = _TIME_OPTION.match(self.text, self.pos)
                if match and match.group(1) == "--":
                    self.pos = match.end()

    # commands

    def _command(self) -> Command | None:
        """Read one command; None if a closing reserved word stands here."""
        text = self.text
        if text.startswith("(", self.pos):
            return self._compound()
        match = _KEYWORD.match(text, self.pos)
        if match is None:
            return self._simple()
        word = match.group().replace("\\\n", "")
        if word in self._HANDLERS:
            return self._compound()
        if word in _CLOSING:
            return None
        if word == "function":
            return self._function()
        if word == "coproc":
            return self._coproc()
        if word == "!":
            self.unexpected()
        return self._simple()

    def _compound(self) -> _Compound | None:
        """Read a compound command with its redirections; None if none begins here."""
        handler: Callable[[CommandReader], _Compound] = CommandReader._parenthesis
        if not self.text.startswith("(", self.pos):
            match = _KEYWORD.match(self.text, self.pos)
            found = self._HANDLERS.get(match.group().replace("\\\n", "")) if match else None
            if match is None or found is None:
                return None
            handler = found
            self.pos = match.end()
        self.enter()
        node = handler(self)
        self.depth -= 1
        redirects: list[Redirect] = []
        while self.redirect(redirects):
            pass
        self._closable = not redirects
        node.redirects = tuple(redirects)
        return node

    def _parenthesis(self) -> Subshell | Arithmetic:
        start = self.pos
        match = _ARITHMETIC_OPENER.match(self.text, start)
        if match:
            expression = self.arithmetic_attempt(match.end() - 1, start)
            if expression is not None:
                return Arithmetic(expression)
        self.pos = start + 1
        body = self.filled()
        if not self.text.startswith(")", self.pos):
            self.unexpected()
        self.pos += 1
        return Subshell(body)

    def _group(self) -> Group:
        body = self.filled()
        self.expect("}")
        return Group(body)

    def _if(self) -> If:
        branches: list[tuple[Script, Script]] = []
        otherwise = None
        while True:
            condition = self.filled()
            self.expect("then")
            branches.append((condition, self.filled()))
            if not self.take("elif"):
                break
        if self.take("else"):
            otherwise = self.filled()
        self.expect("fi")
        return If(tuple(branches), otherwise)

    def _while(self) -> While:
        condition = self.filled()
        return While(condition, self._do())

    def _until(self) -> While:
        condition = self.filled()
        return While(condition, self._do(), until=True)

    def _do(self) -> Script:
        self.expect("do")
        body = self.filled()
        self.expect("done")
        return body

    def _loop_body(self) -> Script:
        """Read `do ... done`, or `{ ... }` which bash takes as well."""
        if not self.take("{"):
            return self._do()
        body = self.filled()
        self.expect("}")
        return body

    def _for(self) -> For | CStyleFor:
        self.blanks()
        match = _ARITHMETIC_OPENER.match(self.text, self.pos)
        if match is None:
            name, words, body = self._items()
            return For(name, words, body)
        start = self.pos
        header = self.arithmetic_attempt(match.end() - 1, start)
        if header is None:
            self.fail("invalid", "`for ((` does not end in `))`", start)
        self._separator()
        return CStyleFor(header, self._loop_body())

    def _select(self) -> Select:
        self.blanks()
        name, words, body = self._items()
        return Select(name, words, body)

    def _separator(self) -> None:
        self.blanks()
        if self.text.startswith(";", self.pos):
            self.pos += 1
        self.newlines()

    def _items(self) -> tuple[str, tuple[Word, ...] | None, Script]:
        """Read `name [in word ...] ; body`."""
        name = self._raw_word()
        self.blanks()
        if self.text.startswith(";", self.pos):
            self._separator()
            return name, None, self._loop_body()
        crossed = self.pos
        self.newlines()
        if not self.take("in"):
            if self.pos == crossed and self.keyword() != "do":
                self.unexpected()
            return name, None, self._loop_body()
        words: list[Word] = []
        while True:
            self.blanks()
            word = self.word()
            if word is None:
                break
            words.append(word)
        if self.text[self.pos : self.pos + 1] not in (";", "\n"):
            self.unexpected()
        self._separator()
        return name, tuple(words), self._loop_body()

    def _raw_word(self) -> str:
        """Read one word and return it as it is written."""
        start = self.pos
        word = self.word()
        if word is None:
            self.unexpected()
        return self.text[start : self.pos].replace("\\\n", "")

    def _case(self) -> Case:
        self.blanks()
        word = self.word()
        if word is None:
            self.unexpected()
        self.newlines()
        self.expect("in")
        arms: list[CaseArm] = []
        while True:
            self.newlines()
            if self.take("esac"):
                return Case(word, tuple(arms))
            patterns = self._patterns()
            body = self.script()
            match = _TERMINATOR.match(self.text, self.pos)
            if match is None:
                arms.append(CaseArm(patterns, body))
                self.expect("esac")
                return Case(word, tuple(arms))
            self.pos = match.end()
            arms.append(CaseArm(patterns, body, match.group().replace("\\\n", "")))

    def _patterns(self) -> tuple[Word, ...]:
        """Read `[(] pattern | pattern )`."""
        if self.text.startswith("(", self.pos):
            self.pos += 1
        patterns: list[Word] = []
        while True:
            self.blanks()
            pattern = self.word()
            if pattern is None:
                self.unexpected()
            patterns.append(pattern)
            self.blanks()
            if self.text.startswith(")", self.pos):
                self.pos += 1
                return tuple(patterns)
            if not _BAR.match(self.text, self.pos):
                self.unexpected()
            self.pos += 1

    def _conditional(self) -> Conditional:
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

    def _function(self) -> Function:
        self.expect("function")
        self.blanks()
        name = self._raw_word()
        self.blanks()
        match = _EMPTY_PARENTHESES.match(self.text, self.pos)
        if match:
            self.pos = match.end()
        return self._function_body(name)

    def _function_body(self, name: str) -> Function:
        self.newlines()
        body = self._compound()
        if body is None:
            self.unexpected()
        return Function(name, body)

    def _coproc(self) -> Coproc:
        """Read `coproc [NAME] compound` or `coproc simple`."""
        self.expect("coproc")
        self.enter()
        self.blanks()
        name = "COPROC"
        body: Command | None = self._compound()
        if body is None:
            start = self.pos
            if self.keyword() in ("coproc", "function", "!", *_CLOSING):
                self.unexpected()
            self._attempts += 1
            self.word()
            self._attempts -= 1
            end = self.pos
            self.blanks()
            body = self._compound() if end > start else None
            if body is None:
                self.pos = start
                body = self._simple()
            else:
                name = self.text[start:end].replace("\\\n", "")
        self.depth -= 1
        return Coproc(name, body)

    # simple commands

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
                    match = _EMPTY_PARENTHESES.match(text, self.pos)
                    if match:
                        self.pos = match.end()
                        return self._function_body(text[start:end].replace("\\\n", ""))
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

    # redirections

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

    _HANDLERS: ClassVar[dict[str, Callable[[CommandReader], _Compound]]] = {
        "{": _group,
        "if": _if,
        "while": _while,
        "until": _until,
        "for": _for,
        "select": _select,
        "case": _case,
        "[[": _conditional,
    }


_PARENTHESIS = re.compile(r"[()]")
_ANGLE = re.compile(r"[<>]")
_EMPTY_PARENTHESES = re.compile(r"\((?:[ \t]|\\\n)*\)")
_ARRAY_ARGUMENT = re.compile(rf"[A-Za-z_](?:{_C}[A-Za-z0-9_])*{_C}(?:\+{_C})?={_C}(?=\()")
