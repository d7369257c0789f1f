"""The operators of `${name op word}` on one value that is known at least in part."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from guard.parse.reading import UNKNOWN
from guard.parse.shell import pattern
from guard.parse.shell.formats import ansi_c, quote
from guard.parse.shell.tree import Literal, Parameter, Part, Word

if TYPE_CHECKING:
    from guard.parse.shell.expand import Expander

__all__ = ["letter_of", "operate", "slice_list"]

# What a backslash takes the meaning from, or the text that matched.
_AMPERSAND = re.compile(r"\\([\\&])|&")

_EMPTY = Word((), 0, 0)


def operate(expander: Expander, part: Parameter, name: str, value: str) -> str:
    """Return the result of the operator, `UNKNOWN` where it is not known."""
    operator = part.operator
    if operator == ":":
        return _substring(expander, part, value)
    if operator == "@":
        return _transform(expander, part, name, value)
    if operator[0] in "^,~":
        return _case(expander, part, value)
    budget = expander.machine.budget
    if operator == "//" and part.replacement is not None and not (part.argument or _EMPTY).parts:
        part = _slash(part)
    glob = expander.pattern(part.argument) if part.argument is not None else ""
    if UNKNOWN in glob:
        return UNKNOWN
    if operator in ("#", "##", "%", "%%"):
        if UNKNOWN in value:
            return _strip_unknown(operator, glob, value)
        strip = pattern.strip_prefix if operator[0] == "#" else pattern.strip_suffix
        extglob = expander.machine.extglob
        stripped = strip(glob, value, budget, longest=len(operator) == 2, extglob=extglob)
        return UNKNOWN if stripped is None else stripped
    if operator[0] == "/":
        new = _replacement(expander, part.replacement)
        if UNKNOWN in value or "nocasematch" in expander.machine.state.options:
            return UNKNOWN
        size = len(value) if callable(new) else len(new)
        budget.expand(len(value) * (size or 1) if operator == "//" else len(value) + size)
        replaced = pattern.replace(
            glob,
            value,
            new,
            budget,
            every=operator == "//",
            anchor=operator[1:] if operator[1:] in ("#", "%") else "",
            extglob=expander.machine.extglob,
        )
        return UNKNOWN if replaced is None else replaced
    return UNKNOWN


def _replacement(expander: Expander, word: Word | None) -> str | Callable[[str], str]:
    """The text that replaces, or what makes it: since bash 5.2 a bare `&` is what matched."""
    if word is None:
        return ""
    new = expander.text(word)
    if "&" not in new:
        return new
    escaped = expander.replacement(word)
    options = expander.machine.state.options
    if "-patsub_replacement" in options or not _AMPERSAND.search(escaped):
        return new
    if expander.worlds.choose("&", 2):
        return new  # an older bash
    return lambda found: _AMPERSAND.sub(lambda m: m[1] or found, escaped)


def _slash(part: Parameter) -> Parameter:
    """`${x///y}`: a slash that comes first belongs to the pattern, which ends at the next."""
    pattern_parts: list[Part] = [Literal("/", quoted=False)]
    rest: list[Part] | None = None
    for piece in (part.replacement or _EMPTY).parts:
        if rest is not None:
            rest.append(piece)
        elif isinstance(piece, Literal) and not piece.quoted and "/" in piece.text:
            before, _, after = piece.text.partition("/")
            pattern_parts.append(Literal(before, quoted=False))
            rest = [Literal(after, quoted=False)]
        else:
            pattern_parts.append(piece)
    return dataclasses.replace(
        part,
        argument=Word(tuple(pattern_parts), 0, 0),
        replacement=None if rest is None else Word(tuple(rest), 0, 0),
    )


def _strip_unknown(operator: str, glob: str, value: str) -> str:
    """The few cases in which a known end survives an unknown middle."""
    if operator == "##" and glob == "*/" and "/" in value:
        return value.rpartition("/")[2]
    if operator == "%" and glob == "/*" and "/" in value:
        head, _, last = value.rpartition("/")
        return UNKNOWN if UNKNOWN in last else head
    if operator[0] == "%" and value.endswith(glob) and not set(glob) & set("*?[\\"):
        return value[: len(value) - len(glob)]
    if operator[0] == "#" and value.startswith(glob) and not set(glob) & set("*?[\\"):
        return value[len(glob) :]
    return UNKNOWN


def _substring(expander: Expander, part: Parameter, value: str) -> str:
    start = expander.number(part.argument) if part.argument is not None else 0
    length = expander.number(part.replacement) if part.replacement is not None else -1
    if start is None or (part.replacement is not None and length is None):
        return UNKNOWN
    if UNKNOWN in value:
        known = value.index(UNKNOWN)
        if part.replacement is not None and length is not None and start >= 0:
            end = start + length
            return value[start:end] if start <= end <= known else UNKNOWN
        return value[start:] if 0 <= start <= known else UNKNOWN
    if start < 0:
        start += len(value)
        if start < 0:
            return ""
    if part.replacement is None:
        return value[start:]
    if length is None or length < 0:
        return value[start : len(value) + (length or 0)]
    return value[start : start + length]


def slice_list(expander: Expander, part: Parameter, values: list[str]) -> list[str] | None:
    """`${@:2:3}` and `${a[@]:1}`; None where the bounds are not known."""
    start = expander.number(part.argument) if part.argument is not None else 0
    if start is None:
        return None
    if start < 0:
        start = max(start + len(values), 0)
    if part.name in ("@", "*") and start == 0:
        values = values if part.argument is not None else values[1:]
    if part.replacement is None:
        return values[start:]
    length = expander.number(part.replacement)
    return None if length is None or length < 0 else values[start : start + length]


def _case(expander: Expander, part: Parameter, value: str) -> str:
    """`^` and `,` change the first character, `^^` and `,,` all; `~` swaps."""
    glob = expander.pattern(part.argument) if part.argument is not None else "?"
    if UNKNOWN in glob:
        return UNKNOWN
    change = {"^": str.upper, ",": str.lower, "~": str.swapcase}[part.operator[0]]
    if glob not in ("", "?", "*"):
        budget = expander.machine.budget
        out: list[str] = []
        for at, c in enumerate(value):
            hit = (at == 0 or len(part.operator) == 2) and pattern.match(
                glob, c, budget, extglob=expander.machine.extglob
            )
            out.append(change(c) if hit else c)
        return "".join(out)
    if len(part.operator) == 2:
        return change(value)
    return change(value[:1]) + value[1:]


def letter_of(part: Parameter) -> str:
    """The letter of `${name@letter}`."""
    return "".join(getattr(p, "text", "") for p in part.argument.parts) if part.argument else ""


def _transform(expander: Expander, part: Parameter, name: str, value: str) -> str:
    letter = letter_of(part)
    if letter in ("Q", "K", "k"):
        return quote(value, always=True)
    if letter == "E":
        return ansi_c(value, zero=False)[0]
    if letter == "P":
        expanded = expander.worlds.pick("@P" + value, expander.machine.evaluate(value))
        return UNKNOWN if "\\" in expanded else expanded
    if letter == "A":
        return f"{name}={quote(value, always=True)}"
    if letter == "u":
        return value[:1].upper() + value[1:]
    if letter in ("U", "L"):
        return value.upper() if letter == "U" else value.lower()
    return UNKNOWN
