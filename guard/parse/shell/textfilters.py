"""Filters of lines and characters: `head`, `tr`, `cut`, `sort`, `grep`, ...

Each gives the output for a known input, and None for an option or a program that is not
worth following, and for a pattern whose matching could take long.
"""

from __future__ import annotations

from collections.abc import Callable

from guard.parse.budget import Budget
from guard.parse.reading import UNKNOWN
from guard.parse.shell.expressions import matcher
from guard.parse.shell.formats import ansi_c

__all__ = [
    "Files",
    "cut",
    "fold",
    "grep",
    "head",
    "join_lines",
    "known_source",
    "literal_of",
    "options",
    "paste",
    "rev",
    "sort",
    "source",
    "split_lines",
    "tac",
    "tail",
    "tr",
    "uniq",
    "wc",
]

Files = Callable[[str], str | None]


def options(
    arguments: list[str], flags: str, valued: str = "", long: dict[str, str] | None = None
) -> tuple[dict[str, str], list[str]] | None:
    """Split options from operands; None for any option that is not named here.

    `long` maps the names of long options to the letters that they stand for.
    """
    found: dict[str, str] = {}
    operands: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            operands += words
        elif len(word) < 2 or word[0] != "-":
            operands.append(word)
        elif word.startswith("--"):
            name, given, value = word[2:].partition("=")
            letter = (long or {}).get(name)
            if letter is None:
                return None
            found[letter] = next(words, "") if letter in valued and not given else value
        else:
            for at, letter in enumerate(word[1:], 2):
                if letter in valued:
                    found[letter] = word[at:] or next(words, "")
                    break
                if letter not in flags:
                    return None
                found[letter] = ""
    return found, operands


def source(operands: list[str], stdin: str | None, files: Files) -> str | None:
    """The text of all operands, or of standard input where there are none."""
    if not operands:
        return stdin
    texts: list[str] = []
    for operand in operands:
        text = stdin if operand == "-" else files(operand)
        if text is None:
            return None
        texts.append(text)
    return "".join(texts)


def known_source(operands: list[str], stdin: str | None, files: Files) -> str | None:
    """As `source`, but None where a piece of the text is not known."""
    text = source(operands, stdin, files)
    return None if text is None or UNKNOWN in text else text


def split_lines(text: str) -> list[str]:
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return lines


def join_lines(lines: list[str]) -> str:
    return "".join(line + "\n" for line in lines)


def _count(arguments: list[str]) -> list[str]:
    """The old form `-5` for `-n 5`."""
    return [f"-n{a[1:]}" if a[:1] == "-" and a[1:].isdigit() else a for a in arguments]


def head(arguments: list[str], stdin: str | None, files: Files, _: Budget) -> str | None:
    read = options(_count(arguments), "q", "nc", {"lines": "n", "bytes": "c"})
    text = None if read is None else known_source(read[1], stdin, files)
    if read is None or text is None:
        return None
    if "c" in read[0]:
        size = int(read[0]["c"])
        return text[:size] if text.isascii() else None
    return "".join(text.splitlines(keepends=True)[: int(read[0].get("n", "10"))])


def tail(arguments: list[str], stdin: str | None, files: Files, _: Budget) -> str | None:
    read = options(_count(arguments), "q", "nc", {"lines": "n", "bytes": "c"})
    text = None if read is None else known_source(read[1], stdin, files)
    if read is None or text is None:
        return None
    amount = read[0].get("c", read[0].get("n", "10"))
    units: list[str] = list(text) if "c" in read[0] else text.splitlines(keepends=True)
    if "c" in read[0] and not text.isascii():
        return None
    if amount.startswith("+"):
        return "".join(units[max(int(amount) - 1, 0) :])
    size = abs(int(amount))
    return "".join(units[-size:]) if size else ""


def tac(arguments: list[str], stdin: str | None, files: Files, _: Budget) -> str | None:
    text = None if any(a[:1] == "-" for a in arguments) else known_source(arguments, stdin, files)
    return None if text is None else "".join(text.splitlines(keepends=True)[::-1])


def rev(arguments: list[str], stdin: str | None, files: Files, _: Budget) -> str | None:
    text = known_source(arguments, stdin, files)
    if text is None:
        return None
    end = "\n" if text.endswith("\n") else ""
    return "\n".join(line[::-1] for line in split_lines(text)) + end


def _ranges(text: str) -> list[tuple[int, int]]:
    """`1,3-5,7-` as pairs, from 1; an open end is very far away."""
    pairs: list[tuple[int, int]] = []
    for item in text.split(","):
        low, dash, high = item.partition("-")
        first = int(low or "1")
        pairs.append((first, int(high or str(1 << 30)) if dash else first))
    return pairs


def cut(arguments: list[str], stdin: str | None, files: Files, _: Budget) -> str | None:
    names = {"delimiter": "d", "fields": "f", "characters": "c", "bytes": "b"}
    read = options(arguments, "sn", "dfcb", names)
    text = None if read is None else known_source(read[1], stdin, files)
    if read is None or text is None:
        return None
    found = read[0]
    wanted = _ranges(found.get("f") or found.get("c") or found.get("b") or "")
    out: list[str] = []
    delimiter = found.get("d", "\t")
    for line in split_lines(text):
        if "f" not in found:
            units, glue = list(line), ""
        elif delimiter not in line:
            out += [] if "s" in found else [line]
            continue
        else:
            units, glue = line.split(delimiter), delimiter
        kept = [
            unit
            for at, unit in enumerate(units, 1)
            if any(low <= at <= high for low, high in wanted)
        ]
        out.append(glue.join(kept))
    return join_lines(out)


_CLASSES = {
    "[:lower:]": "abcdefghijklmnopqrstuvwxyz",
    "[:upper:]": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "[:digit:]": "0123456789",
    "[:space:]": " \t\n\v\f\r",
    "[:blank:]": " \t",
    "[:alpha:]": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    "[:alnum:]": "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    "[:punct:]": "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
}


def _set(text: str) -> str:
    """The characters that an operand of `tr` names, in order."""
    for name, members in _CLASSES.items():
        text = text.replace(name, members)
    text = ansi_c(text, zero=False)[0].replace("\\-", "-").replace("\\]", "]")
    out: list[str] = []
    i = 0
    while i < len(text):
        if i + 2 < len(text) and text[i + 1] == "-":
            low, high = ord(text[i]), ord(text[i + 2])
            if not low <= high <= low + 256:
                raise ValueError(text)
            out += [chr(code) for code in range(low, high + 1)]
            i += 3
        else:
            out.append(text[i])
            i += 1
    return "".join(out)


def tr(arguments: list[str], stdin: str | None, _: Files, __: Budget) -> str | None:
    read = options(arguments, "dscCt", "", {"delete": "d", "squeeze-repeats": "s"})
    if read is None or stdin is None or UNKNOWN in stdin or not read[1]:
        return None
    found, operands = read
    if any(mark in operand for operand in operands for mark in ("[=", "*]")):
        return None
    first = _set(operands[0])
    second = _set(operands[1]) if len(operands) > 1 else ""
    others = "c" in found or "C" in found
    if "d" in found:
        text = "".join(c for c in stdin if (c in first) is others)
        return _squeeze(text, set(second)) if "s" in found else text
    if others:
        if not second:
            return None
        text = "".join(c if c in first else second[-1] for c in stdin)
        return _squeeze(text, set(second)) if "s" in found else text
    if not second:
        return _squeeze(stdin, set(first)) if "s" in found else None
    if "t" in found:
        first = first[: len(second)]
    filled = second + second[-1] * (len(first) - len(second))
    # The last of several pairs for one character wins.
    text = stdin.translate({ord(a): b for a, b in zip(first, filled, strict=False)})
    return _squeeze(text, set(second)) if "s" in found else text


def _squeeze(text: str, members: set[str]) -> str:
    out: list[str] = []
    for c in text:
        if not (out and out[-1] == c and c in members):
            out.append(c)
    return "".join(out)


def sort(arguments: list[str], stdin: str | None, files: Files, _: Budget) -> str | None:
    whole = [a for a in arguments if a not in ("-k1", "-k1,1")]
    read = options(["-n" if a in ("-k1n", "-k1,1n") else a for a in whole], "rnu", "")
    text = None if read is None else known_source(read[1], stdin, files)
    if read is None or text is None:
        return None
    found, lines = read[0], split_lines(text)
    if "n" in found:
        numbers = [_leading_number(line) for line in lines]
        if None in numbers or len(set(numbers)) < len(set(lines)):
            return None  # which of two that are equal comes first is for the locale to say
        lines.sort(key=lambda line: _leading_number(line) or 0, reverse="r" in found)
    elif _same_anywhere(lines):
        lines.sort(reverse="r" in found)
    else:
        return None
    return join_lines(list(dict.fromkeys(lines)) if "u" in found else lines)


def _leading_number(line: str) -> int | None:
    text = line.lstrip(" ")
    sign = -1 if text[:1] == "-" else 1
    text = text.removeprefix("-")
    digits = text[: len(text) - len(text.lstrip("0123456789"))]
    if not digits or len(digits) > 15 or text[len(digits) : len(digits) + 1] in tuple(".,"):
        return None
    return sign * int(digits)


def _same_anywhere(lines: list[str]) -> bool:
    """Say if lines sort alike in every locale, by what small letters and digits they begin with."""
    if all(line.isascii() and line.isalnum() and line == line.lower() for line in lines):
        return True
    starts = [line[:1] for line in lines]
    digits = all(c in "0123456789" for c in starts)
    letters = all(c in "abcdefghijklmnopqrstuvwxyz" for c in starts)
    return "" not in starts and (digits or letters) and len(set(starts)) == len(starts)


def uniq(arguments: list[str], stdin: str | None, files: Files, _: Budget) -> str | None:
    text = (
        known_source(arguments, stdin, files) if not any(a[:1] == "-" for a in arguments) else None
    )
    if text is None:
        return None
    lines = split_lines(text)
    return join_lines([a for i, a in enumerate(lines) if not i or lines[i - 1] != a])


def wc(arguments: list[str], stdin: str | None, _: Files, __: Budget) -> str | None:
    if len(arguments) != 1 or arguments[0] not in ("-l", "-c", "-w") or stdin is None:
        return None
    if UNKNOWN in stdin or not stdin.isascii():
        return None
    kind = arguments[0]
    size = stdin.count("\n") if kind == "-l" else len(stdin) if kind == "-c" else len(stdin.split())
    return f"{size}\n"


def paste(arguments: list[str], stdin: str | None, files: Files, _: Budget) -> str | None:
    read = options(arguments, "s", "d", {"serial": "s", "delimiters": "d"})
    if read is None or "s" not in read[0]:
        return None
    text = known_source(read[1], stdin, files)
    delimiter = ansi_c(read[0].get("d", "\t"))[0]
    if text is None or len(delimiter) > 1:
        return None
    return delimiter.join(split_lines(text)) + "\n"


def fold(arguments: list[str], stdin: str | None, files: Files, _: Budget) -> str | None:
    read = options(arguments, "", "w", {"width": "w"})
    text = None if read is None else known_source(read[1], stdin, files)
    if read is None or text is None:
        return None
    width = int(read[0].get("w", "80"))
    if width < 1:
        return None
    pieces: list[str] = []
    for line in text.splitlines(keepends=True):
        body = line.rstrip("\n")
        cuts = [body[i : i + width] for i in range(0, len(body), width)] or [""]
        pieces.append("\n".join(cuts) + line[len(body) :])
    return "".join(pieces)


_OPERATORS = frozenset(".*[]^$\\+?(){}|")


def literal_of(pattern: str) -> str | None:
    """The text that a basic regular expression without operators matches."""
    out: list[str] = []
    i = 0
    while i < len(pattern):
        c = pattern[i]
        if c == "\\" and i + 1 < len(pattern) and pattern[i + 1] in "./*[]^$-&#@!,:;%~\"' ":
            out.append(pattern[i + 1])
            i += 2
            continue
        if c in _OPERATORS:
            return None
        out.append(c)
        i += 1
    return "".join(out)


def grep(arguments: list[str], stdin: str | None, files: Files, budget: Budget) -> str | None:
    read = options(arguments, "FviEah", "e")
    if read is None:
        return None
    found, operands = read
    pattern = found["e"] if "e" in found else operands.pop(0)
    text = known_source(operands, stdin, files) if len(operands) < 2 else None
    if text is None:
        return None
    lines = split_lines(text)
    literal = pattern if "F" in found else literal_of(pattern)
    if literal is None:
        regular = matcher(pattern, budget, extended="E" in found, ignore_case="i" in found)
        if regular is None:
            return None
        return join_lines([line for line in lines if regular.found(line) is not ("v" in found)])
    wanted = literal.lower() if "i" in found else literal
    return join_lines(
        [
            line
            for line in lines
            if (wanted in (line.lower() if "i" in found else line)) is not ("v" in found)
        ]
    )
