"""`[...]` in the shell's patterns (glob(7)): one character out of a set."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["UnreadError", "bracket"]

_CLASSES: dict[str, Callable[[str], bool]] = {
    ":alpha": str.isalpha,
    ":digit": str.isdigit,
    ":alnum": str.isalnum,
    ":upper": str.isupper,
    ":lower": str.islower,
    ":space": str.isspace,
    ":blank": lambda c: c in " \t",
    ":punct": lambda c: c.isascii() and c.isprintable() and not c.isalnum() and c != " ",
    ":xdigit": lambda c: c in "0123456789abcdefABCDEF",
    ":print": str.isprintable,
    ":graph": lambda c: c.isprintable() and c != " ",
    ":cntrl": lambda c: ord(c) < 32 or ord(c) == 127,
}


class UnreadError(Exception):
    """The set cannot be known from the text alone."""


def bracket(pattern: str, start: int) -> tuple[Callable[[str], bool] | None, int]:
    """Read `[...]` at `start`: its test and where it ends; no test where nothing closes it.

    Raises:
        UnreadError: it holds a class of another language's alphabet, which is not known here.
    """
    i = start + 1
    negated = pattern[i : i + 1] in ("!", "^")
    i += negated
    singles: set[str] = set()
    ranges: list[tuple[str, str]] = []
    classes: list[Callable[[str], bool]] = []
    first = True
    while i < len(pattern):
        c = pattern[i]
        if c == "]" and not first:
            return _test(negated, singles, ranges, classes), i + 1
        first = False
        if c == "[" and pattern[i + 1 : i + 2] in (":", ".", "="):
            end = pattern.find(pattern[i + 1] + "]", i + 2, i + 12)
            if end > 0:
                member = _CLASSES.get(pattern[i + 1 : end])
                if member is None:
                    raise UnreadError
                classes.append(member)
                i = end + 2
                continue
        if c == "\\" and i + 1 < len(pattern):
            i += 1
            c = pattern[i]
        if pattern[i + 1 : i + 2] == "-" and pattern[i + 2 : i + 3] not in ("", "]"):
            ranges.append((c, pattern[i + 2]))
            i += 3
            continue
        singles.add(c)
        i += 1
    return None, start


def _test(
    negated: bool,
    singles: set[str],
    ranges: list[tuple[str, str]],
    classes: list[Callable[[str], bool]],
) -> Callable[[str], bool]:
    def test(c: str) -> bool:
        found = (
            c in singles
            or any(low <= c <= high for low, high in ranges)
            or any(member(c) for member in classes)
        )
        return found is not negated

    return test
