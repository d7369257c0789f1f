"""Builtins that read input into variables: `read`, `mapfile`, `getopts`."""

from __future__ import annotations

from guard.parse.reading import UNKNOWN
from guard.parse.shell.expand import Expander, resolve
from guard.parse.shell.machine import Machine
from guard.parse.shell.state import Texts, Variable
from guard.parse.shell.worlds import Worlds

__all__ = ["getopts", "mapfile", "read", "run_subscripts"]


def run_subscripts(machine: Machine, names: list[str]) -> None:
    """A subscript in a name is arithmetic, and runs the commands that it holds."""
    for name in names:
        if "[" in name and ("$(" in name or "`" in name):
            machine.evaluate(name)


def _line(machine: Machine, descriptor: int, delimiter: str) -> tuple[Texts, bool | None]:
    """The next line of a descriptor, and if there was one."""
    channel = machine.channel(descriptor)
    if channel.kind == "null":
        return ("",), False
    if channel.kind != "text":
        return (UNKNOWN,), None
    if len(channel.texts) > 1:
        lines = tuple(dict.fromkeys(t.partition(delimiter)[0] for t in channel.texts))
        channel.texts, channel.offset = (UNKNOWN,), 0
        return lines, None
    text = channel.texts[0]
    if channel.offset >= len(text):
        return ("",), False
    end = text.find(delimiter, channel.offset) if delimiter else text.find("\0")
    stop = len(text) if end < 0 else end
    line = text[channel.offset : stop]
    if UNKNOWN in line:
        # It may hold any number of lines; from here on nothing is known.
        channel.texts, channel.offset = (UNKNOWN,), 0
        return (line if end >= 0 and line != UNKNOWN else UNKNOWN,), None
    channel.offset = stop + 1
    return (line,), end >= 0


def read(machine: Machine, arguments: list[str]) -> bool | None:
    descriptor, delimiter, array, raw = 0, "\n", "", False
    names: list[str] = []
    size: int | None = None
    words = iter(arguments)
    for word in words:
        if len(word) < 2 or word[0] != "-" or names:
            names.append(word)
            continue
        for at, letter in enumerate(word[1:], 2):
            if letter in "adiNnptu":
                value = word[at:] or next(words, "")
                if letter == "u":
                    descriptor = int(value) if value.isdigit() else 0
                elif letter == "d":
                    delimiter = value[:1]
                elif letter == "a":
                    array = value
                elif letter in "nN":
                    size = int(value) if value.isdigit() else None
                break
            raw = raw or letter == "r"
    run_subscripts(machine, [*names, array])
    lines, status = _line(machine, descriptor, delimiter)
    if size is not None:
        lines = tuple(line[:size] for line in lines)
    if not raw:
        lines = tuple(line.replace("\\\n", "").replace("\\", "") for line in lines)
    _fill(
        machine,
        lines,
        names or ([] if array else ["REPLY"]),
        array,
        machine.channel(descriptor).origin,
    )
    return status


def _fill(machine: Machine, lines: Texts, names: list[str], array: str, origin: str) -> None:
    """Split lines over names; the last one gets the rest."""
    split = Expander(machine, Worlds(machine.budget.limits.alternatives)).split_text
    columns: list[list[str]] = [[] for _ in names]
    for line in lines:
        fields = split(line, len(names) if names else 0)
        if line == UNKNOWN:
            fields = [UNKNOWN] * max(len(names), 1)
        if array:
            items = {str(at): (field,) for at, field in enumerate(fields)}
            machine.state.variables[resolve(machine, array)] = Variable(("",), items)
        for at, column in enumerate(columns):
            column.append(fields[at] if at < len(fields) else "")
    machine.origin = origin
    for name, texts in zip(names, columns, strict=True):
        machine.assign(name, tuple(dict.fromkeys(texts)))


def mapfile(machine: Machine, arguments: list[str]) -> bool | None:
    descriptor, trim, callback, delimiter = 0, False, "", "\n"
    counts = {"n": 0, "s": 0, "O": 0}
    name = "MAPFILE"
    words = iter(arguments)
    for word in words:
        if len(word) < 2 or word[0] != "-":
            name = word
            continue
        for at, letter in enumerate(word[1:], 2):
            if letter in "dnOsuCc":
                value = word[at:] or next(words, "")
                if letter == "u" and value.isdigit():
                    descriptor = int(value)
                if letter in counts:
                    counts[letter] = int(value[:6]) if value.isdecimal() else 0
                callback = value if letter == "C" else callback
                delimiter = value[:1] if letter == "d" else delimiter
                break
            trim = trim or letter == "t"
    if callback:
        with machine.maybe():
            machine.run_text(f"{callback} 0 {UNKNOWN}", via="mapfile -C")
    texts, _ = machine.rest(machine.channel(descriptor))
    text = texts[0] if len(texts) == 1 else UNKNOWN
    if UNKNOWN in text:
        items: dict[str, Texts] = {"0": (UNKNOWN,)}
    else:
        lines = text.split(delimiter or "\0")
        if lines[-1] == "":
            lines.pop()
        if not trim:
            lines = [line + delimiter for line in lines]
        machine.budget.tick(len(lines))
        lines = lines[counts["s"] :][: counts["n"] or None]
        items = {str(at): (line,) for at, line in enumerate(lines, counts["O"])}
    machine.state.variables[resolve(machine, name)] = Variable(("",), items)
    return True


def getopts(machine: Machine, arguments: list[str]) -> bool | None:
    """One step of `getopts`: sets the name, OPTARG and OPTIND. False at the end of options."""
    if len(arguments) < 2:
        return False
    letters, name, words = arguments[0], arguments[1], arguments[2:]
    words = words or list(machine.state.arguments)
    index = Expander(machine, Worlds(machine.budget.limits.alternatives)).scalar("OPTIND") or "1"
    at, inside = machine.options_read if index.isdigit() else (0, 0)
    if index.isdigit() and int(index[:6]) != at + 1:
        at, inside = int(index[:6]) - 1, 0
    word = words[at] if 0 <= at < len(words) else ""
    if not index.isdigit() or UNKNOWN in letters + word:
        for one in (name, "OPTARG", "OPTIND"):
            machine.assign(one, (UNKNOWN,))
        return None
    if not inside and (len(word) < 2 or word[0] != "-" or word == "--"):
        machine.options_read = (at + (word == "--"), 0)
        machine.assign("OPTIND", (str(at + 1 + (word == "--")),))
        machine.assign(name, ("?",))
        return False
    inside = inside or 1
    letter, found, argument = word[inside], letters.find(word[inside]), ""
    inside += 1
    if found < 0 or letter == ":":
        argument, letter = letter if letters[:1] == ":" else "", "?"
    elif letters[found + 1 : found + 2] == ":":
        if inside < len(word):
            argument = word[inside:]
        elif at + 1 < len(words):
            at += 1
            argument = words[at]
        else:
            argument, letter = (letter, ":") if letters[:1] == ":" else ("", "?")
        inside = len(words[at])
    if inside >= len(words[at]) or argument:
        at, inside = at + 1, 0
    machine.options_read = (at, inside)
    machine.assign("OPTIND", (str(at + 1),))
    machine.assign("OPTARG", (argument,))
    machine.assign(name, (letter,))
    return True
