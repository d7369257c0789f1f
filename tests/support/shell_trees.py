"""A normal form of shell syntax trees, to compare two readings of what should be one program.

Positions are dropped, and so is what `bash --pretty-print` does not keep apart.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from guard.parse.shell.tree import (
    ArithmeticSubstitution,
    CommandSubstitution,
    Coproc,
    Function,
    If,
    Literal,
    Parameter,
    Pipeline,
    Redirect,
    Script,
    Select,
    Simple,
    Statement,
    Word,
)
from guard.parse.shell.tree import For as ForLoop

__all__ = ["commands", "normal", "unread"]

_POSITIONS = frozenset(("start", "end"))


def normal(node: Any) -> Any:
    """Return nested tuples and texts that are equal where the programs are."""
    if isinstance(node, Word):
        return _word(node)
    if isinstance(node, CommandSubstitution):
        return ("substitution", node.quoted, normal(node.script))
    if isinstance(node, ArithmeticSubstitution):
        return ("arithmetic", node.quoted, normal(node.expression))
    if isinstance(node, Pipeline):
        return _pipeline(node)
    if isinstance(node, ForLoop | Select) and node.words is None:
        every = Word((Parameter("@", quoted=True),), 0, 0)
        return normal(dataclasses.replace(node, words=(every,)))
    if isinstance(node, If) and len(node.branches) > 1:
        rest = Statement(If(node.branches[1:], node.otherwise))
        return normal(
            dataclasses.replace(node, branches=node.branches[:1], otherwise=Script((rest,)))
        )
    if isinstance(node, Redirect):
        fd = node.fd
        if fd is None and node.operator in ("<&", ">&", "<>"):
            fd = 1 if node.operator == ">&" else 0
        return ("redirect", node.operator, fd, normal(node.target), node.variable)
    if isinstance(node, tuple):
        return tuple(normal(item) for item in node)
    if dataclasses.is_dataclass(node) and not isinstance(node, type):
        fields = [f.name for f in dataclasses.fields(node) if f.name not in _POSITIONS]
        return (type(node).__name__, *(normal(getattr(node, name)) for name in fields))
    return node


def _pipeline(node: Pipeline) -> Any:
    """`a |& b` is `a 2>&1 | b`; `! ! a` is `a`."""
    merges = (*node.merges, False)
    parts = tuple(
        normal(_merged(command) if merge else command)
        for command, merge in zip(node.commands, merges, strict=True)
    )
    if len(parts) == 1 and not node.negated and not node.timed:
        return parts[0]
    return ("pipeline", parts, node.negated, node.timed)


def _merged(command: Any) -> Any:
    if isinstance(command, Function | Coproc):
        return dataclasses.replace(command, body=_merged(command.body))
    extra = Redirect(">&", 2, Word((Literal("1", quoted=False),), 0, 0))
    return dataclasses.replace(command, redirects=(*command.redirects, extra))


def _word(word: Word) -> tuple[Any, ...]:
    """Neighbouring literals become one; how a literal was quoted is not kept."""
    out: list[Any] = []
    for part in word.parts:
        if isinstance(part, Literal) and out and isinstance(out[-1], str):
            out[-1] += part.text
        elif isinstance(part, Literal):
            out.append(part.text)
        else:
            out.append(normal(part))
    return ("word", *out)


def commands(node: Any) -> list[str]:
    """Return the literal text of every command's name, at any depth, in order."""
    names: list[str] = []
    if isinstance(node, Simple) and node.words:
        names.append("".join(p.text for p in node.words[0].parts if isinstance(p, Literal)))
    if isinstance(node, tuple):
        for item in node:
            names += commands(item)
    elif dataclasses.is_dataclass(node) and not isinstance(node, type):
        for field in dataclasses.fields(node):
            names += commands(getattr(node, field.name))
    return names


def unread(node: Any) -> bool:
    """True if some substitution inside could not be read."""
    if isinstance(node, CommandSubstitution) and node.script is None:
        return True
    if isinstance(node, tuple):
        return any(unread(item) for item in node)
    if dataclasses.is_dataclass(node) and not isinstance(node, type):
        return any(unread(getattr(node, field.name)) for field in dataclasses.fields(node))
    return isinstance(node, Script) and any(unread(item) for item in node.statements)
