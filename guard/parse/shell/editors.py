"""Simple programs of `sed` and `awk`, followed on known text; None for all others."""

from __future__ import annotations

from guard.parse.budget import Budget
from guard.parse.shell.formats import ansi_c
from guard.parse.shell.textfilters import (
    Files,
    join_lines,
    known_source,
    literal_of,
    options,
    split_lines,
)

__all__ = ["awk", "sed"]


def sed(arguments: list[str], stdin: str | None, files: Files, _: Budget) -> str | None:
    read = options(arguments, "nEr", "e", {"quiet": "n", "expression": "e"})
    if read is None or arguments.count("-e") > 1:
        return None
    found, operands = read
    script = found["e"] if "e" in found else operands.pop(0)
    text = known_source(operands, stdin, files)
    if text is None:
        return None
    if "n" in found:
        line = script.removesuffix("p").strip()
        if not script.endswith("p") or not line.isdigit():
            return None
        return join_lines(split_lines(text)[int(line) - 1 : int(line)])
    lines = split_lines(text)
    for command in _commands(script):
        changed = _edit(command, lines)
        if changed is None:
            return None
        lines = changed
    return "\n".join(lines) + ("\n" if text.endswith("\n") and lines else "")


def _commands(script: str) -> list[str]:
    """Split a script of `s` and `y` commands at `;` and newlines outside of their texts."""
    commands: list[str] = []
    i = 0
    while i < len(script):
        if script[i] in "; \t\n":
            i += 1
            continue
        start = i
        if script[i] in "sy" and i + 1 < len(script):
            mark = script[i + 1]
            i += 2
            seen = 0
            while i < len(script) and seen < 2:
                seen += script[i] == mark
                i += 2 if script[i] == "\\" else 1
        while i < len(script) and script[i] not in ";\n":
            i += 1
        commands.append(script[start:i].strip())
    return commands


def _edit(command: str, lines: list[str]) -> list[str] | None:
    if command == "d":
        return []
    if command[:-1].isdigit() and command[-1] in "dq":
        number = int(command[:-1])
        return lines[: number - 1] + lines[number:] if command[-1] == "d" else lines[:number]
    if len(command) < 4 or command[0] not in "sy":
        return None
    mark = command[1]
    parts = command[2:].split(mark)
    if len(parts) != 3 or ("\\" in parts[0] + parts[1] and mark in "\\"):
        return None
    old, new, flags = parts
    if command[0] == "y":
        if flags or len(old) != len(new) or "\\" in old + new:
            return None
        table = str.maketrans(old, new)
        return [line.translate(table) for line in lines]
    return _substitute(old, new, flags, lines)


def _substitute(old: str, new: str, flags: str, lines: list[str]) -> list[str] | None:
    if flags not in ("", "g") or "&" in new or "\\" in new:
        return None
    if old == "^":
        return [new + line for line in lines]
    if old == "$":
        return [line + new for line in lines]
    front, back = old.startswith("^"), old.endswith("$") and not old.endswith("\\$")
    literal = literal_of(old[front : len(old) - back])
    if not literal or (front and back):
        return None
    if front:
        return [new + r.removeprefix(literal) if r.startswith(literal) else r for r in lines]
    if back:
        return [r.removesuffix(literal) + new if r.endswith(literal) else r for r in lines]
    return [line.replace(literal, new, -1 if flags else 1) for line in lines]


def awk(arguments: list[str], stdin: str | None, files: Files, _: Budget) -> str | None:
    """`{print $1 "x" $2}` and `BEGIN{print "x"}`; commas put a space between."""
    read = options(arguments, "", "F")
    if read is None or not read[1]:
        return None
    found, operands = read
    program = operands[0].strip()
    begin = program.startswith("BEGIN")
    body = program.removeprefix("BEGIN").strip()
    if not (body.startswith("{") and body.endswith("}")):
        return None
    statement = body[1:-1].strip().rstrip(";").strip()
    kind = "printf" if statement.startswith("printf") else "print"
    if not statement.startswith(kind):
        return None
    items = _items(statement[len(kind) :].strip().removeprefix("(").removesuffix(")"))
    if items is None or (kind == "printf" and any("%" in i or i == " " for i in items[:1])):
        return None
    end = "\n" if kind == "print" else ""
    if begin:
        return None if any(i[:1] == "$" for i in items) else _print(items, [], "") + end
    text = known_source(operands[1:], stdin, files)
    if text is None:
        return None
    separator = found.get("F")
    if separator is not None and (len(separator) != 1 or separator in "\\"):
        return None
    out: list[str] = []
    for line in split_lines(text):
        fields = line.split() if separator in (None, " ") else line.split(separator)
        out.append(_print(items, fields, line) + end)
    return "".join(out)


def _items(text: str) -> list[str] | None:
    """Literals (after a `"`), fields (`$1`) and commas of a print statement."""
    items: list[str] = []
    i = 0
    while i < len(text):
        c = text[i]
        if c == " ":
            i += 1
        elif c == ",":
            items.append('" ')
            i += 1
        elif c == '"':
            end = i + 1
            while end < len(text) and text[end] != '"':
                end += 2 if text[end] == "\\" else 1
            if end >= len(text):
                return None
            items.append('"' + ansi_c(text[i + 1 : end], zero=False)[0].replace('\\"', '"'))
            i = end + 1
        elif c == "$" and text[i + 1 : i + 2].isdigit():
            end = i + 1
            while text[end : end + 1].isdigit():
                end += 1
            items.append(text[i:end])
            i = end
        elif text.startswith("$NF", i) and not text[i + 3 : i + 4].isalnum():
            items.append("$NF")
            i += 3
        else:
            return None
    return items or ["$0"]


def _print(items: list[str], fields: list[str], line: str) -> str:
    out: list[str] = []
    for item in items:
        if item[0] == '"':
            out.append(item[1:])
        elif item == "$NF":
            out.append(fields[-1] if fields else line)
        else:
            number = int(item[1:])
            out.append(line if not number else fields[number - 1] if number <= len(fields) else "")
    return "".join(out)
