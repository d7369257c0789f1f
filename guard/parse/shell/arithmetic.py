"""The shell's arithmetic: 64-bit integers, C's operators, names that are looked up.

None stands for a result that is not known. Bash Reference Manual, "Shell Arithmetic".
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable

from guard.parse.budget import Budget
from guard.parse.reading import UNKNOWN

__all__ = ["Names", "evaluate"]

_TOKEN = re.compile(
    r"\s*(?:(0[xX][0-9a-fA-F]+|[0-9]+#[0-9a-zA-Z@_]+|[0-9]+)"
    r"|([A-Za-z_][A-Za-z0-9_]*)"
    r"|(\*\*|<<=|>>=|[-+*/%&^|]=|<<|>>|<=|>=|==|!=|&&|\|\||\+\+|--|[-+*/%<>=!~&^|?:,()\[\]]))"
)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_"
_LEVELS: dict[str, int] = {
    "||": 1,
    "&&": 2,
    "|": 3,
    "^": 4,
    "&": 5,
    "==": 6,
    "!=": 6,
    "<": 7,
    "<=": 7,
    ">": 7,
    ">=": 7,
    "<<": 8,
    ">>": 8,
    "+": 9,
    "-": 9,
    "*": 10,
    "/": 10,
    "%": 10,
    "**": 11,
}
_ASSIGN = frozenset(["=", "+=", "-=", "*=", "/=", "%=", "&=", "^=", "|=", "<<=", ">>="])
_DEPTH = 24


class Names:
    """How an expression reads and writes variables; a subscript is given as it is written."""

    def read(self, name: str, subscript: str | None) -> str | None:
        """The text of a variable, None where it is not known."""
        raise NotImplementedError

    def write(self, name: str, subscript: str | None, value: int | None) -> None:
        """Set a variable; `value` is None where it is not known."""
        raise NotImplementedError


class _UnreadableError(Exception):
    """No expression, or one that is not worth following."""


def evaluate(text: str, names: Names, budget: Budget, depth: int = 0) -> int | None:
    """Return the value of an expression, None where it is not known or no expression."""
    stripped = text.strip()
    if not stripped or stripped == "0":
        return 0
    if stripped.isdigit() and stripped.isascii() and len(stripped) < 18 and stripped[0] != "0":
        return int(stripped)
    if UNKNOWN in text or depth > 8:
        return None
    try:
        reader = _Reader(text, names, budget, depth)
        value = reader.pair() if _is_pair(reader.tokens) else reader.comma(0)
        return value if reader.at_end() else None
    except _UnreadableError:
        return None


def _wrap(value: int) -> int:
    """As a signed 64-bit integer, which is what bash computes with."""
    return (value + (1 << 63)) % (1 << 64) - (1 << 63)


class _Reader:
    __slots__ = ("budget", "depth", "live", "names", "position", "tokens")

    def __init__(self, text: str, names: Names, budget: Budget, depth: int) -> None:
        self.names = names
        self.budget = budget
        self.depth = depth
        self.live = True  # False in the part of an expression that is not taken
        self.tokens = _tokens(text, budget)
        self.position = 0

    def at_end(self) -> bool:
        return self.position == len(self.tokens)

    def peek(self) -> str:
        return self.tokens[self.position] if self.position < len(self.tokens) else ""

    def take(self) -> str:
        if self.position >= len(self.tokens):
            raise _UnreadableError
        lexeme = self.tokens[self.position]
        self.position += 1
        return lexeme

    def expect(self, lexeme: str) -> None:
        if self.take() != lexeme:
            raise _UnreadableError

    def pair(self) -> int | None:
        """`name + 1`: what most loops count with, so there is a short way for it."""
        left, operator, right = self.tokens
        self.budget.tick(4)
        self.position = 3
        return _apply(operator, self.atom(left), self.atom(right))

    def atom(self, lexeme: str) -> int | None:
        return _number(lexeme) if lexeme[0].isdigit() else self.value(lexeme, None)

    def comma(self, level: int) -> int | None:
        value = self.ternary(level)
        while self.peek() == ",":
            self.take()
            value = self.ternary(level)
        return value

    def ternary(self, level: int) -> int | None:
        self._deep(level)
        condition = self.binary(1, level + 1)
        if self.peek() != "?":
            return condition
        self.take()
        live = self.live
        self.live = live and condition != 0
        yes = self.comma(level + 1)
        self.expect(":")
        self.live = live and not condition
        no = self.ternary(level + 1)
        self.live = live
        if condition is None:
            return yes if yes == no else None
        return yes if condition else no

    def binary(self, minimum: int, level: int) -> int | None:
        self._deep(level)
        left = self.unary(level + 1)
        while (strength := _LEVELS.get(self.peek(), 0)) >= minimum:
            operator = self.take()
            live = self.live
            if operator == "&&":
                self.live = live and left != 0
            elif operator == "||":
                self.live = live and not left
            # `**` binds to the right, everything else to the left.
            right = self.binary(strength + (operator != "**"), level + 1)
            self.live = live
            left = _apply(operator, left, right)
        return left

    def unary(self, level: int) -> int | None:
        self._deep(level)
        lexeme = self.take()
        if lexeme in ("-", "+", "!", "~"):
            value = self.unary(level + 1)
            if value is None:
                return None
            return _wrap(
                -value
                if lexeme == "-"
                else value
                if lexeme == "+"
                else int(not value)
                if lexeme == "!"
                else ~value
            )
        if lexeme in ("++", "--"):
            name = self.take()
            subscript = self.subscript()
            return self.step(name, subscript, 1 if lexeme == "++" else -1)
        if lexeme == "(":
            value = self.comma(level + 1)
            self.expect(")")
            return value
        if lexeme[0].isdigit():
            return _number(lexeme)
        if lexeme[0].isalpha() or lexeme[0] == "_":
            return self.name(lexeme, level)
        raise _UnreadableError

    def name(self, name: str, level: int) -> int | None:
        subscript = self.subscript()
        operator = self.peek()
        if operator in ("++", "--"):
            self.take()
            before = self.value(name, subscript)
            self.step(name, subscript, 1 if operator == "++" else -1)
            return before
        if operator in _ASSIGN:
            self.take()
            right = self.ternary(level + 1)
            if operator != "=":
                right = _apply(operator[:-1], self.value(name, subscript), right)
            if self.live:
                self.names.write(name, subscript, right)
            return right
        return self.value(name, subscript)

    def subscript(self) -> str | None:
        if self.peek() != "[":
            return None
        self.take()
        inside: list[str] = []
        nested = 0
        while True:
            lexeme = self.take()
            if lexeme == "]" and not nested:
                return " ".join(inside)
            nested += (lexeme == "[") - (lexeme == "]")
            inside.append(lexeme)

    def step(self, name: str, subscript: str | None, by: int) -> int | None:
        value = self.value(name, subscript)
        value = None if value is None else _wrap(value + by)
        if self.live:
            self.names.write(name, subscript, value)
        return value

    def value(self, name: str, subscript: str | None) -> int | None:
        text = self.names.read(name, subscript)
        if text is None or UNKNOWN in text:
            return None
        return evaluate(text, self.names, self.budget, self.depth + 1)

    def _deep(self, level: int) -> None:
        self.budget.tick()
        if level > _DEPTH * 4:
            raise _UnreadableError


def _tokens(text: str, budget: Budget) -> tuple[str, ...]:
    # Loops and alternatives evaluate one expression many times.
    tokens = _short_tokens(text) if len(text) <= 128 else _split(text)
    budget.tick(len(tokens))
    return tokens


def _split(text: str) -> tuple[str, ...]:
    tokens: list[str] = []
    position = 0
    text = text.rstrip()
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise _UnreadableError
        tokens.append(found.group(1) or found.group(2) or found.group(3))
        position = found.end()
    return tuple(tokens)


@functools.lru_cache(maxsize=256)
def _is_pair(tokens: tuple[str, ...]) -> bool:
    """Whether it is one operator between two names or numbers."""
    if len(tokens) != 3 or tokens[1] not in _LEVELS:
        return False
    return all(token[0] == "_" or token[0].isalnum() for token in (tokens[0], tokens[2]))


_short_tokens = functools.lru_cache(maxsize=256)(_split)


def _number(lexeme: str) -> int | None:
    if "#" in lexeme:
        base_text, digits = lexeme.split("#", 1)
        base = int(base_text) if len(base_text) < 3 and base_text[0] != "0" else 0
        if not 2 <= base <= 64:
            raise _UnreadableError
        if base <= 36:
            digits = digits.lower()
        value = 0
        for digit in digits[:64]:
            position = _DIGITS.index(digit)
            if position >= base:
                raise _UnreadableError
            value = value * base + position
        return _wrap(value)
    if len(lexeme) > 64:
        return None
    if lexeme[:2] in ("0x", "0X"):
        return _wrap(int(lexeme, 16))
    try:
        return _wrap(int(lexeme, 8 if lexeme[0] == "0" else 10))
    except ValueError:
        raise _UnreadableError from None


_OPERATORS: dict[str, Callable[[int, int], int]] = {
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "&": lambda a, b: a & b,
    "==": lambda a, b: int(a == b),
    "!=": lambda a, b: int(a != b),
    "<": lambda a, b: int(a < b),
    "<=": lambda a, b: int(a <= b),
    ">": lambda a, b: int(a > b),
    ">=": lambda a, b: int(a >= b),
    "<<": lambda a, b: a << (b & 63),
    ">>": lambda a, b: a >> (b & 63),
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
}


def _apply(operator: str, left: int | None, right: int | None) -> int | None:
    if operator == "&&":
        if left == 0 or right == 0:
            return 0
        return None if left is None or right is None else 1
    if operator == "||":
        if left or right:
            return 1
        return None if left is None or right is None else 0
    if left is None or right is None:
        return None
    if operator in ("/", "%"):
        if right == 0:
            raise _UnreadableError
        # C divides towards zero, Python downwards.
        quotient = abs(left) // abs(right)
        quotient = -quotient if (left < 0) != (right < 0) else quotient
        return _wrap(quotient if operator == "/" else left - quotient * right)
    if operator == "**":
        if right < 0:
            raise _UnreadableError
        return _wrap(pow(left, right, 1 << 64))
    return _wrap(_OPERATORS[operator](left, right))
