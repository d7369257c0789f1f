"""How the shell's own texts are written: echo, printf, `$'...'` escapes, quoting. Pure."""

from __future__ import annotations

import re

from guard.parse.reading import UNKNOWN

__all__ = ["ansi_c", "echo", "printf", "quote"]

_SIMPLE = {
    "a": "\a",
    "b": "\b",
    "e": "\x1b",
    "E": "\x1b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\\": "\\",
}
_TIMELESS = re.compile(r"%\(([\w .:/=-]+)\)T", re.ASCII)
_OCTAL = "01234567"
_HEX = "0123456789abcdefABCDEF"
_PLAIN = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-" + UNKNOWN
)


def quote(text: str, *, always: bool = False) -> str:
    """Return `text` so that a shell reads it as one word."""
    if text and not always and all(c in _PLAIN for c in text):
        return text
    return "'" + text.replace("'", "'\\''") + "'"


def _backslashed(text: str) -> str:
    """Quote as `printf %q` does; "" for characters that it would write as `$'...'`."""
    if not text:
        return "''"
    if not text.isprintable() and UNKNOWN not in text:
        return ""
    return "".join(c if (c in _PLAIN and c != ",") or not c.isascii() else "\\" + c for c in text)


def ansi_c(text: str, *, zero: bool = True) -> tuple[str, bool]:
    """Undo backslash escapes as `echo -e` and `%b` do; True if `\\c` ends the output.

    `zero`: octal escapes are written `\\0nnn` too.
    """
    if "\\" not in text:
        return text, False
    out: list[str] = []
    i = 0
    size = len(text)
    while i < size:
        c = text[i]
        if c != "\\" or i + 1 == size:
            out.append(c)
            i += 1
            continue
        kind = text[i + 1]
        i += 2
        if kind in _SIMPLE:
            out.append(_SIMPLE[kind])
        elif kind == "c":
            return _join(out), True
        elif kind in "xuU":
            digits = _run(text, i, {"x": 2, "u": 4, "U": 8}[kind], _HEX)
            if not digits:
                out.append("\\" + kind)
                continue
            i += len(digits)
            value = int(digits, 16)
            out.append(_byte(value) if kind == "x" else _character(value))
        elif kind in _OCTAL:
            start = i if kind == "0" and zero else i - 1
            digits = _run(text, start, 3, _OCTAL)
            i = start + len(digits)
            out.append(_byte(int(digits or "0", 8) & 255))
        else:
            out.append("\\" + kind)
    return _join(out), False


def _run(text: str, start: int, most: int, allowed: str) -> str:
    end = start
    while end < len(text) and end - start < most and text[end] in allowed:
        end += 1
    return text[start:end]


def _byte(value: int) -> str:
    # Bytes of one character may come one by one: kept apart until they are joined.
    return chr(value) if value < 128 else chr(0xDC00 + value)


def _character(value: int) -> str:
    return chr(value) if value < 0x110000 and not 0xD800 <= value < 0xE000 else UNKNOWN


def _join(pieces: list[str]) -> str:
    text = "".join(pieces)
    if text.isascii():
        return text
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")


def echo(arguments: list[str], *, expand: bool = False) -> str:
    """Return what bash's `echo` prints."""
    newline = True
    first = 0
    for argument in arguments:
        if len(argument) < 2 or argument[0] != "-" or argument[1:].strip("neE"):
            break
        first += 1
        for letter in argument[1:]:
            if letter == "n":
                newline = False
            else:
                expand = letter == "e"
    text = " ".join(arguments[first:])
    if expand:
        text, stopped = ansi_c(text)
        newline = newline and not stopped
    return text + "\n" if newline else text


def printf(arguments: list[str], most: int) -> str | None:
    """Return what `printf FORMAT ARGUMENTS` prints, None where that is not known."""
    if not arguments:
        return ""
    template, rest = arguments[0], arguments[1:]
    pieces = _directives(template)
    if pieces is None:
        return None
    out: list[str] = []
    length = used = 0
    while True:
        before = used
        for literal, flags, kind in pieces:
            if not kind:
                text, stopped = literal, False
            elif kind == "T":
                text, stopped = literal, False
                used += 1  # the time, of which nothing is shown
            else:
                text_or_none, used, stopped = _convert(flags, kind, rest, used)
                if text_or_none is None:
                    return None
                text = text_or_none
            out.append(text)
            length += len(text)
            if stopped:
                return _join(out)
            if length > most:
                return None
        if used >= len(rest) or used == before:
            return _join(out)


def _directives(template: str) -> list[tuple[str, str, str]] | None:
    """Split a format into (literal, "", "") and ("", flags, conversion)."""
    pieces: list[tuple[str, str, str]] = []
    position = 0
    while position < len(template):
        percent = template.find("%", position)
        end = len(template) if percent < 0 else percent
        if end > position:
            text, stopped = ansi_c(template[position:end], zero=False)
            pieces.append((text, "", ""))
            if stopped:
                return pieces
        if percent < 0:
            break
        stop = percent + 1
        while stop < len(template) and template[stop] in "-+ #0123456789.*'hlLqjzt":
            if template[stop] == "q":
                break
            stop += 1
        if template[stop : stop + 1] == "(":
            # `%(words)T` is a time; known is one that has no place for any of it.
            shown = _TIMELESS.match(template, percent)
            if shown is None:
                return None
            pieces.append((shown[1], "", "T"))
            position = shown.end()
            continue
        if stop >= len(template):
            return None
        pieces.append(("", template[percent + 1 : stop].rstrip("hlLjzt"), template[stop]))
        position = stop + 1
    return pieces


def _convert(
    flags: str, kind: str, arguments: list[str], used: int
) -> tuple[str | None, int, bool]:
    if kind == "%":
        return "%", used, False
    while "*" in flags:
        star = arguments[used] if used < len(arguments) else "0"
        used += 1
        flags = flags.replace("*", star, 1)
    value = arguments[used] if used < len(arguments) else ""
    used += 1
    stopped = False
    if kind == "b":
        value, stopped = ansi_c(value)
        kind = "s"
    elif kind in "qQ":
        value, kind = _backslashed(value), "s"
        if not value:
            return None, used, stopped
    if kind in "sc":
        if flags and UNKNOWN in value:
            return None, used, stopped
        return _pad(value[:1] if kind == "c" else value, flags), used, stopped
    if kind in "diouxX":
        return _integer(value, flags, kind), used, stopped
    return None, used, stopped


def _pad(value: str, flags: str) -> str | None:
    width, _, precision = flags.partition(".")
    if "." in flags:
        if precision and not precision.isdigit():
            return None
        value = value[: int(precision or "0")]
    left = width.startswith("-")
    width = width.lstrip("-+ 0#")
    if width and (not width.isdigit() or len(width) > 5):
        return None
    size = int(width or "0")
    return value.ljust(size) if left else value.rjust(size)


def _integer(value: str, flags: str, kind: str) -> str | None:
    if not value:
        number = 0
    elif value[0] in "'\"" and len(value) > 1:
        number = ord(value[1])
    else:
        try:
            octal = len(value) > 1 and value[0] == "0" and value.isdigit()
            number = int(value, 8 if octal else 0)
        except ValueError:
            return None
    if len(flags) > 6 or "'" in flags:
        return None
    try:
        return f"%{flags}{'d' if kind in 'iu' else kind}" % number
    except (ValueError, TypeError):
        return None
