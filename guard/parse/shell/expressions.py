"""Regular expressions of `sed`, `grep` and `awk` as Python's, where matching stays cheap.

Only a sequence of characters, sets and groups, each with at most one repetition, is taken
over. INVARIANT: a pattern whose matching could take more than quadratic time gives None.
Source: POSIX Base Definitions, chapter 9.
"""

from __future__ import annotations

import re

from guard.parse.budget import Budget

__all__ = ["Matcher", "matcher"]

_LONGEST = 200  # characters of a pattern
_CLASSES = {
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "alnum": "a-zA-Z0-9",
    "upper": "A-Z",
    "lower": "a-z",
    "space": r" \t\n\r\f\v",
    "blank": r" \t",
    "xdigit": "0-9A-Fa-f",
}
_SETS = {"w": "[A-Za-z0-9_]", "W": "[^A-Za-z0-9_]", "s": "[ \\t]", "S": "[^ \\t]", "b": "\\b"}


class Matcher:
    """A pattern that may be searched for in known text; each search counts as work."""

    __slots__ = ("_budget", "_open", "_pattern")

    def __init__(self, pattern: re.Pattern[str], budget: Budget, *, open_ended: bool) -> None:
        self._pattern = pattern
        self._budget = budget
        self._open = open_ended

    def _charge(self, text: str) -> None:
        if self._open and len(text) > 2048:
            raise ValueError("the text is too long for an open-ended pattern")
        self._budget.tick(1 + len(text) // 64)

    def found(self, text: str) -> bool:
        """Say if the pattern matches somewhere."""
        self._charge(text)
        return self._pattern.search(text) is not None

    def replace(self, replacement: str, text: str, count: int) -> str:
        """Replace the first `count` matches (0: all). `&`, `\\1` and `\\n` as in `sed`."""
        self._charge(text)
        ended = -1

        def one(match: re.Match[str]) -> str:
            nonlocal ended
            # Nothing is found where a match has just ended; Python finds an empty one there.
            if match.start() == match.end() == ended:
                return ""
            ended = match.end()
            return _filled(replacement, match)

        return self._pattern.sub(one, text, count)


def _filled(replacement: str, match: re.Match[str]) -> str:
    out: list[str] = []
    at = 0
    while at < len(replacement):
        char = replacement[at]
        if char == "&":
            out.append(match.group())
        elif char == "\\" and at + 1 < len(replacement):
            at += 1
            char = replacement[at]
            if char.isdigit():
                out.append(match.group(int(char)) or "" if char != "0" else match.group())
            elif char in "nt":
                out.append("\n" if char == "n" else "\t")
            elif char.isalpha():
                raise ValueError(replacement)
            else:
                out.append(char)
        else:
            out.append(char)
        at += 1
    return "".join(out)


def matcher(
    pattern: str, budget: Budget, *, extended: bool, ignore_case: bool = False
) -> Matcher | None:
    """Return the matcher of a pattern (basic, or extended), None where it is too complex."""
    if not pattern or len(pattern) > _LONGEST:
        return None
    translated = _translate(pattern, extended)
    if translated is None:
        return None
    text, repeats = translated
    if repeats > (2 if text.startswith("^") else 1):
        return None
    try:
        compiled = re.compile(text, re.IGNORECASE if ignore_case else 0)
    except (re.error, OverflowError):
        return None
    return Matcher(compiled, budget, open_ended=repeats > 0)


def _translate(pattern: str, extended: bool) -> tuple[str, int] | None:
    """The pattern in Python's words, and how many open-ended repetitions it has."""
    out: list[str] = []
    repeats = 0
    single = False  # the last item may be repeated
    at = 0
    while at < len(pattern):
        char = pattern[at]
        after = pattern[at + 1 : at + 2]
        if char == "\\":
            operator = after if not extended and after in "(){}+?|" else ""
            at += 1
            if not after or after.isdigit() or after in "<>`'B":
                return None
            item = "" if operator else _SETS.get(after) or re.escape(_control(after))
        elif char == "[":
            made = _bracket(pattern, at)
            if made is None:
                return None
            item, at, operator = *made, ""
        else:
            special = "(){}+?|" if extended else ""
            operator = char if char in special else ""
            item = "" if operator else char
        follows = pattern[at + 1 : at + 2]
        if operator == "|" or (operator == ")" and follows and follows in "*+?{"):
            return None
        if operator == "{":
            end = pattern.find("}" if extended else "\\}", at)
            bounds = pattern[at + 1 : end] if end > 0 else ""
            if not single or not bounds or not all(b.isdigit() for b in bounds.split(",", 1) if b):
                return None
            if len(bounds) > 6 or any(int(b) > 255 for b in bounds.split(",") if b):
                return None
            repeats += "," in bounds
            out.append("{" + bounds + "}")
            at, single = end + (0 if extended else 1), False
        elif operator and operator in "+?":
            if not single:
                return None
            repeats += 1
            out.append(operator)
            single = False
        elif operator:
            out.append(operator)
            single = False
        elif char == "*":
            if single:
                repeats += 1
                out.append("*")
                single = False
            elif out and out[-1] not in ("^", "("):
                return None
            else:
                out.append(r"\*")
        elif char in ("^", "$"):
            edge = at == 0 if char == "^" else at == len(pattern) - 1
            if not edge and (extended or out[-1:] == ["("]):
                return None
            out.append(("^" if char == "^" else r"\Z") if edge else "\\" + char)
            single = not edge
        else:
            out.append(item if char in "[\\." else re.escape(item))
            single = True
        at += 1
    return "".join(out), repeats


def _control(char: str) -> str:
    if char.isalpha() and char not in "nt":
        raise ValueError(char)
    return {"n": "\n", "t": "\t"}.get(char, char)


def _bracket(pattern: str, start: int) -> tuple[str, int] | None:
    """A set `[...]` and where it ends."""
    at = start + 1
    negated = pattern[at : at + 1] == "^"
    at += negated
    members: list[str] = []
    first = True
    while at < len(pattern) and (pattern[at] != "]" or first):
        first = False
        if pattern.startswith("[:", at):
            end = pattern.find(":]", at)
            name = pattern[at + 2 : end] if end > 0 else ""
            if name not in _CLASSES:
                return None
            members.append(_CLASSES[name])
            at = end + 2
            continue
        if pattern[at] == "[" and pattern[at + 1 : at + 2] in ("=", "."):
            return None
        char = pattern[at]
        members.append("-" if char == "-" and _is_range(pattern, at) else re.escape(char))
        at += 1
    if at >= len(pattern) or not members:
        return None
    return "[" + "^" * negated + "".join(members) + "]", at


def _is_range(pattern: str, at: int) -> bool:
    return pattern[at - 1] not in "[^" and pattern[at + 1 : at + 2] != "]"
