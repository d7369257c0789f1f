"""What passes between the shell's interpreter and the facts about programs. Types only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from guard.operations import Opaque, Operation, Severity

__all__ = ["UNKNOWN", "Invocation", "Reading", "Run", "Stdin"]

# One character (private use) that stands for a piece of text that nobody knows.
# Everything inside `parse` carries it; `guard.parse` turns it into UNRESOLVED at the border.
UNKNOWN = "\uf8ff"


@dataclass(frozen=True, slots=True)
class Stdin:
    """What a program would read. `text` is None where it is not known."""

    text: str | None
    source: Literal["inherited", "pipe", "file", "heredoc", "socket"]
    # "curl" when the text comes from a program that fetched it; shown to people.
    origin: str = ""
    files: tuple[str, ...] = ()  # files whose content it may hold, normalised


@dataclass(frozen=True, slots=True)
class Invocation:
    """One program with the arguments it would get, after expansion.

    `argv[0]` is the name as written; `program` its base name. A piece of an argument
    that is not known is the character `UNKNOWN`.
    """

    program: str
    argv: tuple[str, ...]
    stdin: Stdin = Stdin(None, "inherited")
    environment: Mapping[str, str] = field(default_factory=dict)
    cwd: str = ""  # "" = not known
    home: str = "~"


@dataclass(frozen=True, slots=True)
class Run:
    """Something that the program would run in its turn: an argv, or a text in a language."""

    via: str  # how it is reached: "sudo", "bash -c"
    argv: tuple[str, ...] = ()
    text: str | None = None
    language: str = "sh"  # of `text`: "sh", "python", ...
    elsewhere: str = ""  # "ssh:host" when it runs on another machine
    certainty: Literal["must", "may"] = "must"
    stdin: Stdin | None = None  # None: the program's own
    environment: Mapping[str, str] = field(default_factory=dict)
    background: bool = False
    cwd: str | None = None  # None: the program's own
    # Positional parameters of `text`: $0, $1, ...
    arguments: tuple[str, ...] = ()
    options: frozenset[str] = frozenset()  # of a shell, as `shopt` names them; "-name" is off


@dataclass(slots=True)
class Reading:
    """What a program would do, as far as its arguments say it."""

    operations: list[Operation] = field(default_factory=list)
    opaque: list[Opaque] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    # (language, path) of files that the program takes orders from if they exist: settings, hooks.
    # They count where the judged text itself wrote them.
    consults: list[tuple[str, str]] = field(default_factory=list)

    def hide(self, kind: str, severity: Severity, detail: str) -> None:
        """Note a part that cannot be resolved."""
        self.opaque.append({"kind": kind, "severity": severity, "detail": detail})
