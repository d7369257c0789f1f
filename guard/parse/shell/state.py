"""What a shell remembers while it is followed: variables, functions, descriptors, files.

Data and how two states become one where ways of a program meet. No reading, no running.
A value is a tuple of alternatives: the texts that it may hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from guard.operations import FileWrite
from guard.parse.reading import UNKNOWN
from guard.parse.shell.tree import Function

__all__ = ["UNSET", "Channel", "File", "State", "Texts", "Variable", "foreign", "join", "unite"]

Texts = tuple[str, ...]

# A variable that nobody set here: empty, or whatever the environment holds.
UNSET: Texts = ("", UNKNOWN)


@dataclass(slots=True)
class Variable:
    """Never changed once made: states share it.

    `items` is None for a scalar; keys of an indexed array are decimal numbers.
    """

    values: Texts = ("",)
    items: Mapping[str, Texts] | None = None
    associative: bool = False
    exported: bool = False
    reference: bool = False  # `declare -n`: `values` holds the other name
    integer: bool = False
    letters: Literal["", "l", "u", "c"] = ""  # `declare -l`, `-u`, `-c`
    origin: str = ""  # who printed what is unknown in it


@dataclass(slots=True)
class File:
    """A file that the judged text itself made. `program`: it is a copy of that program."""

    texts: Texts = ("",)
    program: str = ""
    origin: str = ""  # who wrote what is unknown in it
    fifo: bool = False
    link: bool = False


@dataclass(slots=True, eq=False)
class Channel:
    """What a file descriptor leads to. Forks of a shell share it, as they do in Unix."""

    kind: Literal["inherited", "null", "text", "buffer", "file", "socket", "closed"]
    texts: Texts = (UNKNOWN,)
    origin: str = ""
    path: str = ""
    source: Literal["inherited", "pipe", "file", "heredoc", "socket"] = "pipe"
    host: str = ""
    port: int | None = None
    listens: bool = False
    offset: int = 0
    operation: FileWrite | None = None  # the write that this redirect was reported as
    files: tuple[str, ...] = ()  # files of this machine whose content it may carry


class State:
    """One shell's own memory; a subshell gets a copy."""

    __slots__ = (
        "aliases",
        "arguments",
        "channels",
        "cwd",
        "functions",
        "hashed",
        "name",
        "options",
        "unsure",
        "variables",
    )

    def __init__(self, cwd: str = "") -> None:
        self.variables: dict[str, Variable] = {}
        self.functions: dict[str, tuple[Function, ...]] = {}
        self.unsure: frozenset[str] = frozenset()  # functions that may not be there
        self.aliases: dict[str, Texts] = {}
        self.arguments: tuple[str, ...] = ()
        self.name = "bash"
        self.options: frozenset[str] = frozenset()
        self.channels: dict[int, Channel] = {}
        self.hashed: dict[str, str] = {}
        self.cwd = cwd

    def copy(self) -> State:
        """A copy that can change without changing this one."""
        twin = State.__new__(State)
        twin.variables = self.variables.copy()
        twin.functions = self.functions.copy()
        twin.unsure = self.unsure
        twin.aliases = self.aliases.copy()
        twin.arguments = self.arguments
        twin.name = self.name
        twin.options = self.options
        twin.channels = self.channels.copy()
        twin.hashed = self.hashed.copy()
        twin.cwd = self.cwd
        return twin


def foreign(one: str, two: str) -> str:
    """Of two writers the one that is no file of this machine."""
    return two if one.startswith("file:") else one


def unite(first: Texts, second: Texts, limit: int) -> Texts:
    """Both sets of alternatives; more than `limit` of them become one unknown."""
    if first == second:
        return first
    united = tuple(dict.fromkeys(first + second))
    return united if len(united) <= limit else (UNKNOWN,)


def join(after: State, other: State, limit: int) -> State:
    """The state in which either way may have been taken.

    `after` is the way that a reader would expect; its folder is kept where they differ.
    """
    variables = after.variables
    for name in variables.keys() - other.variables.keys():
        variables[name] = _join_variables(variables[name], None, limit)
    for name, theirs in other.variables.items():
        ours = variables.get(name)
        if ours is not theirs:
            variables[name] = _join_variables(ours, theirs, limit)
    if after.functions or other.functions:
        after.unsure |= other.unsure | (after.functions.keys() ^ other.functions.keys())
    for function, bodies in other.functions.items():
        mine = after.functions.get(function, ())
        if bodies is not mine:
            after.functions[function] = mine + tuple(b for b in bodies if b not in mine)
    for alias, texts in other.aliases.items():
        after.aliases[alias] = unite(after.aliases.get(alias, texts), texts, limit)
    if after.arguments != other.arguments:
        after.arguments = _join_arguments(after.arguments, other.arguments)
    if after.options != other.options:
        unsure = {"?" + name.lstrip("?-") for name in after.options ^ other.options}
        after.options |= other.options | unsure
    for descriptor, channel in other.channels.items():
        after.channels.setdefault(descriptor, channel)
    for program, path in other.hashed.items():
        after.hashed.setdefault(program, path)
    after.cwd = after.cwd or other.cwd
    return after


def _join_arguments(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    length = max(len(first), len(second))
    pairs = zip(
        first + (UNKNOWN,) * (length - len(first)),
        second + (UNKNOWN,) * (length - len(second)),
        strict=True,
    )
    return tuple(a if a == b else UNKNOWN for a, b in pairs)


def _join_variables(ours: Variable | None, theirs: Variable | None, limit: int) -> Variable:
    first = ours or Variable(UNSET)
    second = theirs or Variable(UNSET)
    items: Mapping[str, Texts] | None = None
    if first.items is not None or second.items is not None:
        one, two = first.items or {"0": first.values}, second.items or {"0": second.values}
        items = {
            key: unite(one.get(key, UNSET), two.get(key, UNSET), limit)
            for key in dict.fromkeys([*one, *two])
        }
    return Variable(
        unite(first.values, second.values, limit),
        items,
        first.associative or second.associative,
        first.exported or second.exported,
        first.reference or second.reference,
        first.integer or second.integer,
        first.letters or second.letters,
        foreign(first.origin, second.origin),
    )
