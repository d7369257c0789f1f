"""`test`, `[ ]` and `[[ ]]`: true, false, or None where the answer is not known."""

from __future__ import annotations

from collections.abc import Callable

from guard.parse.reading import UNKNOWN
from guard.parse.shell import pattern
from guard.parse.shell.expand import Expander
from guard.parse.shell.machine import Machine
from guard.parse.shell.tree import Literal, Word

__all__ = ["conditional", "test"]

_NUMBERS: dict[str, Callable[[int, int], bool]] = {
    "-eq": lambda a, b: a == b,
    "-ne": lambda a, b: a != b,
    "-lt": lambda a, b: a < b,
    "-le": lambda a, b: a <= b,
    "-gt": lambda a, b: a > b,
    "-ge": lambda a, b: a >= b,
}
_FILES = frozenset("abcdefghkprstuwxGLNOSv")


def test(machine: Machine, words: list[str]) -> bool | None:
    """Evaluate the operands of `test`. Subscripts in them that run commands are run."""
    for word in words:
        _subscript(machine, word)
    if not words:
        return False
    if words[0] == "!" and len(words) > 1:
        inner = test(machine, words[1:])
        return None if inner is None else not inner
    if len(words) == 1:
        return _filled(words[0])
    if len(words) == 2:
        return _unary(words[0], words[1])
    if len(words) == 3:
        return _binary(machine, words[0], words[1], words[2])
    return None


def _subscript(machine: Machine, word: str) -> None:
    """`[ -v 'a[$(command)]' ]` runs the command (bash 5.2, before `assoc_expand_once`)."""
    if "[" in word and ("$(" in word or "`" in word):
        machine.evaluate(word)


def _filled(text: str) -> bool | None:
    return None if text == UNKNOWN else bool(text)


def _unary(operator: str, text: str) -> bool | None:
    if operator == "-n":
        return _filled(text)
    if operator == "-z":
        filled = _filled(text)
        return None if filled is None else not filled
    return None


def _binary(machine: Machine, left: str, operator: str, right: str) -> bool | None:
    if UNKNOWN in left or UNKNOWN in right:
        if operator in ("=", "=="):
            machine.compare(right)
        return None
    if operator in ("=", "==", "!="):
        return (left == right) is (operator != "!=")
    compare = _NUMBERS.get(operator)
    if compare is not None and _whole(left) and _whole(right):
        return compare(int(left), int(right))
    return None


def _whole(text: str) -> bool:
    return text.strip().removeprefix("-").isdecimal() and len(text) < 19


def conditional(machine: Machine, words: tuple[Word, ...], expander: Expander) -> bool | None:
    """Evaluate `[[ ... ]]`. Every word is expanded, for what its substitutions do."""
    negated = False
    while words and _operator(words[0]) == "!":
        negated = not negated
        words = words[1:]
    texts = [expander.text(word) for word in words]
    for text in texts:
        _subscript(machine, text)
    answer: bool | None = None
    if len(words) == 1:
        answer = _filled(texts[0])
    elif len(words) == 2:
        answer = _unary(texts[0], texts[1])
    elif len(words) == 3:
        answer = _double(machine, words, texts, expander)
    return None if answer is None else answer is not negated


def _double(
    machine: Machine, words: tuple[Word, ...], texts: list[str], expander: Expander
) -> bool | None:
    left, operator, right = texts
    if operator in _NUMBERS:
        one, two = expander.arithmetic(left), expander.arithmetic(right)
        return None if one is None or two is None else _NUMBERS[operator](one, two)
    if UNKNOWN in left and operator in ("=", "==", "=~"):
        machine.compare(right)
    if operator not in ("=", "==", "!=") or UNKNOWN in left or UNKNOWN in right:
        return None
    glob = expander.pattern(words[2])
    if "nocasematch" in machine.state.options:
        if "[" in glob:
            return None
        glob, left = glob.lower(), left.lower()
    # Here bash knows `@(a|b)` whatever the settings are.
    found = pattern.match(glob, left, machine.budget, extglob=True)
    return None if found is None else found is (operator != "!=")


def _operator(word: Word) -> str:
    part = word.parts[0] if len(word.parts) == 1 else None
    return part.text if isinstance(part, Literal) and not part.quoted else ""
