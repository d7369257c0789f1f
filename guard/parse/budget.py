"""Bounds on what reading a call may cost. One `Budget` is spent by one call, all readers alike.

INVARIANT: a bound that is hit is raised, and whoever catches it marks the rest opaque;
nothing is cut off in silence.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from guard.parse.resolver import Files

__all__ = ["Budget", "BudgetExceededError", "Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one call may cost. Sizes in characters unless said otherwise."""

    text: int = 131_072  # a judged text longer than this is not read at all
    nodes: int = 50_000  # syntax nodes
    depth: int = 60  # nesting, counted and not recursed
    alternatives: int = 16  # readings of one word
    string: int = 65_536  # one expanded string
    expansion: int = 4_194_304  # all expanded strings together
    braces: int = 256  # results of one brace expansion, counted before they are built
    commands: int = 400  # programs looked at
    operations: int = 600  # what policies are asked about; each costs them some 0.2 ms
    reparse: int = 12  # texts within texts: bash -c, eval, ...
    cpu_seconds: float = 0.1


class BudgetExceededError(Exception):
    """A bound was hit. `kind` is the name of the field of `Limits`."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail


class Budget:
    """What is left to spend on one call. Not shared between threads.

    `files` are those that the call may be shown, None where nobody shows any.
    """

    __slots__ = ("_deadline", "_ticks", "commands", "expansion", "files", "limits", "nodes")

    def __init__(self, limits: Limits = Limits(), files: Files | None = None) -> None:
        self.files = files
        self.limits = limits
        self.nodes = 0
        self.commands = 0
        self.expansion = 0
        self._ticks = 0
        self._deadline = time.thread_time() + limits.cpu_seconds

    def forgive(self, seconds: float) -> None:
        """Move the deadline by processor time that no call should pay for: loading a reader."""
        self._deadline += seconds

    def tick(self, steps: int = 1) -> None:
        """Count work; every few hundred steps look at the processor time spent."""
        self._ticks += steps
        if self._ticks >= 256:
            # Not reset before: a reader that goes on with another text is stopped at once.
            if time.thread_time() > self._deadline:
                raise BudgetExceededError("cpu_seconds", "reading it took too long")
            self._ticks = 0

    def text(self, length: int) -> None:
        """Count the beginning of one text; what was spent on earlier texts stays spent."""
        if self.nodes > self.limits.nodes:
            raise BudgetExceededError("nodes", "it has too many parts")
        if self.commands > self.limits.commands:
            raise BudgetExceededError("commands", "it would start too many programs")
        self.tick(length >> 6)

    def node(self, depth: int = 0) -> None:
        """Count one syntax node at a depth."""
        self.nodes += 1
        self._ticks += 1  # as `tick` does; nothing is called more often
        if self._ticks >= 256:
            self.tick(0)
        if self.nodes > self.limits.nodes:
            raise BudgetExceededError("nodes", "it has too many parts")
        if depth > self.limits.depth:
            raise BudgetExceededError("depth", "it is nested too deeply")

    def command(self) -> None:
        """Count one program that is looked at."""
        self.commands += 1
        self.tick()
        if self.commands > self.limits.commands:
            raise BudgetExceededError("commands", "it would start too many programs")

    def expand(self, length: int) -> None:
        """Count one expanded string of so many characters."""
        self.expansion += length
        self._ticks += 1
        if self._ticks >= 256:
            self.tick(0)
        if length > self.limits.string or self.expansion > self.limits.expansion:
            raise BudgetExceededError("expansion", "its expansions grow too large")
