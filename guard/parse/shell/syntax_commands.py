"""Commands of the shell language: lists, pipelines, compound commands.

A recursive descent over the grammar of POSIX.1-2024 XCU 2.10 and of bash 5.2 (its manual,
chapter 3). Every nested construct is counted by `enter`, so the depth of Python's own stack
is bounded by `Limits.depth`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import ClassVar, TypeAlias

from guard.parse.shell.syntax_conditional import ConditionalReader
from guard.parse.shell.syntax_reader import CONTINUATION
from guard.parse.shell.syntax_simple import EMPTY_PARENTHESES, KEYWORD
from guard.parse.shell.tree import (
    AndOr,
    Arithmetic,
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
_AND_OR = re.compile(rf"&{_C}&|\|{_C}\|")
_BAR = re.compile(rf"\|{_C}&|\|(?!{_C}\|)")
_TERMINATOR = re.compile(rf";{_C};{_C}&|;{_C};|;{_C}&")
_TIME_OPTION = re.compile(r"(?:[ \t]|\\\n)*(-p|--)(?=[ \t\n;&|()<>]|\Z)")
_ARITHMETIC_OPENER = re.compile(rf"\({_C}\(")
_CLOSING = frozenset(("then", "else", "elif", "fi", "do", "done", "esac", "in", "}"))


class CommandReader(ConditionalReader):
    """Reads commands."""

    __slots__ = ()

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
            match = KEYWORD.match(self.text, self.pos)
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

    def _command(self) -> Command | None:
        """Read one command; None if a closing reserved word stands here."""
        text = self.text
        if text.startswith("(", self.pos):
            return self._compound()
        match = KEYWORD.match(text, self.pos)
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
            match = KEYWORD.match(self.text, self.pos)
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

    def _function(self) -> Function:
        self.expect("function")
        self.blanks()
        name = self._raw_word()
        self.blanks()
        match = EMPTY_PARENTHESES.match(self.text, self.pos)
        if match:
            self.pos = match.end()
        return self.function_body(name)

    def function_body(self, name: str) -> Function:
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

    _HANDLERS: ClassVar[dict[str, Callable[[CommandReader], _Compound]]] = {
        "{": _group,
        "if": _if,
        "while": _while,
        "until": _until,
        "for": _for,
        "select": _select,
        "case": _case,
        "[[": ConditionalReader.conditional,
    }
