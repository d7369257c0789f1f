"""Simple programs of `sed`, followed on known text; None for all others."""

from __future__ import annotations

from dataclasses import dataclass

from guard.parse.budget import Budget
from guard.parse.shell.expressions import Matcher, matcher
from guard.parse.shell.textfilters import Files, known_source, literal_of, options, split_lines

__all__ = ["sed"]

_Address = int | Matcher | None  # a line's number (-1: the last), a pattern, or every line


@dataclass(slots=True)
class _Command:
    """One command of a script. `first` and `last` say on which lines it works."""

    name: str
    first: _Address = None
    last: _Address = None
    others: bool = False  # `!`: on all other lines
    literal: str = ""  # of `s`, where its pattern is plain text
    pattern: Matcher | None = None
    table: dict[int, str] | None = None
    replacement: str = ""
    everywhere: bool = False
    prints: bool = False
    inside: bool = False  # between the first line and the last


def sed(arguments: list[str], stdin: str | None, files: Files, budget: Budget) -> str | None:
    """What `sed` prints. Known commands: `s`, `y`, `d`, `p`, `q`, with addresses."""
    names = {"quiet": "n", "silent": "n", "expression": "e", "regexp-extended": "E"}
    read = options(arguments, "nErsuz", "e", names)
    if read is None or "z" in read[0]:
        return None
    found, operands = read
    scripts = [w for at, w in enumerate(arguments) if at and arguments[at - 1] == "-e"]
    script = "\n".join(scripts) if len(scripts) > 1 else found.get("e")
    if script is None:
        script = operands.pop(0)
    text = known_source(operands, stdin, files)
    if text is None:
        return None
    commands = _Script(script, budget, extended="E" in found or "r" in found).commands()
    if commands is None:
        return None
    lines = split_lines(text)
    printed = _run(commands, lines, budget, quiet="n" in found)
    out = "".join(line + "\n" for _, line in printed)
    if printed and printed[-1][0] == len(lines) and not text.endswith("\n"):
        return out[:-1]  # the last line had no end
    return out


def _run(
    commands: list[_Command], lines: list[str], budget: Budget, *, quiet: bool
) -> list[tuple[int, str]]:
    """What is printed, with the number of the line at which it is."""
    printed: list[tuple[int, str]] = []
    for number, given in enumerate(lines, 1):
        line, ended = given, False
        for command in commands:
            if not _selected(command, number, line, number == len(lines)):
                continue
            if command.name == "d":
                break
            if command.name == "p":
                printed.append((number, line))
            elif command.name == "q":
                ended = True
                break
            else:
                changed = _changed(command, line)
                budget.expand(len(changed))
                if command.prints and _matches(command, line):
                    printed.append((number, changed))
                line = changed
        else:
            if not quiet:
                printed.append((number, line))
        if ended:
            if not quiet:
                printed.append((number, line))
            break
    return printed


def _meets(address: _Address, number: int, line: str, last: bool) -> bool:
    if isinstance(address, int):
        return last if address < 0 else number == address
    return address is None or address.found(line)


def _selected(command: _Command, number: int, line: str, last: bool) -> bool:
    chosen: bool
    if command.last is None:
        chosen = _meets(command.first, number, line, last)
    elif command.inside:
        chosen = True
        command.inside = not _ends(command.last, number, line, last)
    else:
        chosen = _meets(command.first, number, line, last)
        past = isinstance(command.last, int) and 0 <= command.last <= number
        command.inside = chosen and not past and not last
    return chosen is not command.others


def _ends(address: _Address, number: int, line: str, last: bool) -> bool:
    if isinstance(address, int) and address >= 0:
        return number >= address
    return _meets(address, number, line, last)


def _matches(command: _Command, line: str) -> bool:
    if command.pattern is not None:
        return command.pattern.found(line)
    return command.literal in line


def _changed(command: _Command, line: str) -> str:
    if command.table is not None:
        return line.translate(command.table)
    if command.pattern is None:
        count = -1 if command.everywhere else 1
        return line.replace(command.literal, command.replacement, count)
    return command.pattern.replace(command.replacement, line, 0 if command.everywhere else 1)


class _Script:
    """Reads a script; `commands` is None for one with anything else in it."""

    def __init__(self, text: str, budget: Budget, *, extended: bool) -> None:
        self._text = text
        self._at = 0
        self._budget = budget
        self._extended = extended

    def commands(self) -> list[_Command] | None:
        found: list[_Command] = []
        while True:
            self._skip("; \t\n")
            if self._at >= len(self._text):
                return found
            command = self._command()
            if command is None:
                return None
            found.append(command)

    def _skip(self, chars: str) -> None:
        while self._at < len(self._text) and self._text[self._at] in chars:
            self._at += 1

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _command(self) -> _Command | None:
        command = _Command("")
        self._budget.tick()
        command.first = self._address()
        if self._peek() == ",":
            self._at += 1
            command.last = self._address()
            if command.last is None or command.first is None:
                return None
        self._skip(" ")
        if self._peek() == "!":
            command.others = True
            self._at += 1
            self._skip(" ")
        command.name = self._peek()
        self._at += 1
        if command.name in ("s", "y"):
            if not self._texts(command):
                return None
        elif command.name not in ("d", "p", "q") or not command.name:
            return None
        self._skip(" \t")
        return command if self._peek() in ("", ";", "\n") else None

    def _address(self) -> _Address:
        start = self._at
        while self._peek().isdigit():
            self._at += 1
        if self._at > start:
            number = int(self._text[start : self._at][:9])
            if not number or self._peek() in ("~", "+"):
                raise ValueError("an address that is not followed")
            return number
        if self._peek() == "$":
            self._at += 1
            return -1
        if self._peek() == "/":
            self._at += 1
            found = matcher(self._until("/"), self._budget, extended=self._extended)
            if found is None or self._peek() == "I":
                raise ValueError("a pattern that is not followed")
            return found
        return None

    def _until(self, mark: str) -> str:
        """The text up to a mark, which `\\` makes a plain character."""
        out: list[str] = []
        while self._at < len(self._text):
            char = self._text[self._at]
            self._at += 1
            if char == mark:
                return "".join(out)
            if char == "\\":
                after = self._peek()
                self._at += 1
                out.append(after if after == mark and mark not in "&.*[]^$" else char + after)
            else:
                out.append(char)
        raise ValueError("a text that does not end")

    def _texts(self, command: _Command) -> bool:
        mark = self._peek()
        self._at += 1
        if not mark or mark in "\\\n":
            return False
        old, new = self._until(mark), self._until(mark)
        start = self._at
        while self._peek().isalnum():
            self._at += 1
        flags = self._text[start : self._at]
        if command.name == "y":
            if flags or len(old) != len(new) or "\\" in old + new:
                return False
            command.table = {ord(a): b for a, b in zip(old, new, strict=True)}
            return True
        if set(flags) - set("gpiI"):
            return False
        command.everywhere, command.prints = "g" in flags, "p" in flags
        command.replacement = new
        folded = bool(set(flags) & set("iI"))
        literal = None if folded or "&" in new or "\\" in new else literal_of(old)
        if literal:
            command.literal = literal
            return True
        command.pattern = matcher(old, self._budget, extended=self._extended, ignore_case=folded)
        return command.pattern is not None
