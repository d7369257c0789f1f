"""Simple programs of `awk`, followed on known text; None for all others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt, ne

from guard.parse.budget import Budget
from guard.parse.shell.expressions import Matcher, matcher
from guard.parse.shell.formats import ansi_c
from guard.parse.shell.textfilters import Files, known_source, options, split_lines

__all__ = ["awk"]


def awk(arguments: list[str], stdin: str | None, files: Files, budget: Budget) -> str | None:
    """`NR > 1 && /x/ { gsub(/a/, "b"); print $1 "x" $2 }` and `BEGIN { print "x" }`."""
    read = options(arguments, "", "F")
    if read is None or not read[1]:
        return None
    found, operands = read
    program = operands[0].strip()
    begin = program.startswith("BEGIN")
    condition, brace, rest = program.removeprefix("BEGIN").strip().partition("{")
    if "/" in condition and brace and condition.count("/") % 2:
        return None  # the brace is of a pattern
    if brace and not rest.endswith("}"):
        return None
    steps = _steps(rest[:-1] if brace else "print", budget)
    if steps is None:
        return None
    if begin:
        known = all(s.items and not any(i[:1] == "$" for i in s.items) for s in steps)
        return "".join(_print(s.items, [], "") + s.end for s in steps) if known else None
    tests = [_test(part.strip(), budget) for part in condition.split("&&") if part.strip()]
    text = known_source(operands[1:], stdin, files)
    separator = found.get("F")
    if text is None or None in tests:
        return None
    if separator is not None and (len(separator) != 1 or separator in "\\"):
        return None
    out: list[str] = []
    for number, line in enumerate(split_lines(text), 1):
        budget.tick(1 + len(line) // 64)
        if all(test(number, line) for test in tests if test is not None):
            out.append(_apply(steps, line, separator))
    return "".join(out)


@dataclass(frozen=True, slots=True)
class _Step:
    """`print items`, or `gsub(pattern, text)` where there is a pattern."""

    items: list[str]
    end: str = "\n"
    pattern: Matcher | None = None
    text: str = ""
    count: int = 0


def _apply(steps: list[_Step], line: str, separator: str | None) -> str:
    out: list[str] = []
    for step in steps:
        if step.pattern is not None:
            line = step.pattern.replace(step.text, line, step.count)
            continue
        fields = line.split() if separator in (None, " ") else line.split(separator)
        out.append(_print(step.items, fields, line) + step.end)
    return "".join(out)


def _test(text: str, budget: Budget) -> Callable[[int, str], bool] | None:
    """`/x/`, `!/x/`, `NR==2`, `NR > 1`."""
    wanted = text[:1] != "!"
    text = text.removeprefix("!").strip()
    if len(text) > 2 and text[0] == text[-1] == "/" and "/" not in text[1:-1]:
        found = matcher(text[1:-1], budget, extended=True)
        return None if found is None else lambda _, line: found.found(line) is wanted
    if not text.startswith("NR") or not wanted:
        return None
    operator = text[2:].rstrip("0123456789").strip()
    number = text[2:].strip()[len(operator) :].strip()
    compare = _COMPARISONS.get(operator)
    if compare is None or not number.isdigit():
        return None
    limit = int(number[:9])
    return lambda at, _: compare(at, limit)


_COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "==": eq,
    "!=": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}


def _statements(text: str) -> list[str]:
    """Split at semicolons and newlines outside of strings."""
    found = [""]
    quoted = False
    at = 0
    while at < len(text):
        char = text[at]
        if char == "\\" and at + 1 < len(text):
            found[-1] += text[at : at + 2]
            at += 2
            continue
        quoted ^= char == '"'
        if char in ";\n" and not quoted:
            found.append("")
        else:
            found[-1] += char
        at += 1
    return [part.strip() for part in found if part.strip()]


def _steps(text: str, budget: Budget) -> list[_Step] | None:
    steps: list[_Step] = []
    for statement in _statements(text):
        if statement.startswith(("gsub(", "sub(")) and statement.endswith(")"):
            name, _, inner = statement[:-1].partition("(")
            old, comma, new = inner.strip().rpartition(",")
            items = _items(new.strip()) if comma else None
            old = old.strip()
            if len(old) < 3 or old[0] + old[-1] not in ("//", '""') or "/" in old[1:-1]:
                return None
            pattern = matcher(old[1:-1], budget, extended=True)
            if (
                pattern is None
                or items is None
                or len(items) != 1
                or items[0][:1] != '"'
                or "\\" in new
            ):
                return None
            steps.append(_Step([], "", pattern, items[0][1:], name == "sub"))
            continue
        kind = "printf" if statement.startswith("printf") else "print"
        if not statement.startswith(kind):
            return None
        items = _items(statement[len(kind) :].strip().removeprefix("(").removesuffix(")"))
        if items is None:
            return None
        if kind == "printf":
            if items[:1] == ['"%s'] and items[1:2] == ['" ']:
                items = items[2:]
            elif any("%" in i or i == " " for i in items[:1]):
                return None
        steps.append(_Step(items, "\n" if kind == "print" else ""))
    return steps or None


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
