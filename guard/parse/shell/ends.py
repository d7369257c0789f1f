"""Where a way through a script ends: `exit`, `return`, `break`, `continue`, `exec program`.

A way that ended for sure is not followed further (`Machine.ended`). Where only one of several
ways did, its state waits (`Machine.left`) until what it leaves is over; till then what is
noted may happen and may not. Nothing is run here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from guard.parse.shell.state import Channel, File, State, Texts, join, unite

if TYPE_CHECKING:
    from guard.parse.shell.machine import Machine

__all__ = ["End", "absorb", "close", "end", "leave", "loop_over", "perhaps", "turn_over"]

_MANY = 64  # ways that wait at the same time


@dataclass(slots=True)
class End:
    """`kind`: "exit", "return", "break" or "continue"; `turns`: loops that it is about.

    The rest is what the way had done when it ended.
    """

    kind: str
    turns: int
    state: State
    files: dict[str, File]
    printed: list[tuple[Channel, Texts]]


def end(machine: Machine, name: str, kind: str, turns: int = 1, *, sure: bool = True) -> None:
    """The builtin `name` ends the way that is followed, for sure or perhaps.

    What was not read may have given the name another meaning.
    """
    machine.ended = (kind, turns)
    known = all(part["kind"] == "unknown_program" for part in machine.parsed.opaque)
    if not sure or not known or name in machine.state.aliases:
        perhaps(machine)


def leave(machine: Machine) -> None:
    """The way that ended waits; another one is followed in its place by whoever calls."""
    if machine.ended is None:
        return
    kind, turns = machine.ended
    machine.ended = None
    printed = [(buffer, buffer.texts) for buffer in machine.buffers]
    if len(machine.left) < _MANY:
        machine.left += (End(kind, turns, machine.state, machine.files, printed),)
        return
    # INVARIANT: one more joins the last of its kind, so none is forgotten.
    last = next((e for e in reversed(machine.left) if (e.kind, e.turns) == (kind, turns)), None)
    if last is None:
        machine.left += (End(kind, turns, machine.state, machine.files, printed),)
        return
    limit = machine.budget.limits.alternatives
    last.state = join(last.state, machine.state, limit)
    last.files = machine.join_files(last.files, machine.files)
    held = {id(buffer): texts for buffer, texts in last.printed}
    last.printed = [(b, unite(held.get(id(b), t), t, limit)) for b, t in printed]


def perhaps(machine: Machine) -> None:
    """What just ended the way may not have: it is followed further as well."""
    if machine.ended is None:
        return
    state, files = machine.state, machine.files
    machine.state, machine.files = state.copy(), files.copy()
    leave(machine)
    machine.state, machine.files = state, files


def absorb(machine: Machine, since: tuple[End, ...], kinds: tuple[str, ...]) -> None:
    """What was left over is over: its ways go on here, together with the one that is followed.

    `kinds` that end here; of `break` and `continue` those about one loop.
    """
    if machine.ended is None and machine.left is since:
        return
    fresh = machine.left[len(since) :]
    taken = [e for e in fresh if e.kind in kinds and e.turns == 1]
    machine.left = since + tuple(e for e in fresh if not (e.kind in kinds and e.turns == 1))
    if machine.left == since:
        machine.left = since
    if machine.ended is not None:
        if machine.ended[0] in kinds and machine.ended[1] == 1:
            machine.ended = None
        elif not taken:
            return
        else:
            channels = machine.state.channels
            leave(machine)
            first = taken.pop()
            machine.state, machine.files = first.state, first.files
            machine.state.channels = channels  # without the redirections that it was inside of
            _print(machine, first, alone=True)
    limit = machine.budget.limits.alternatives
    for one in taken:
        machine.state = join(machine.state, one.state, limit)
        machine.files = machine.join_files(machine.files, one.files)
        _print(machine, one, alone=False)
    if taken:
        machine.status = None


def _print(machine: Machine, one: End, *, alone: bool) -> None:
    limit = machine.budget.limits.alternatives
    held = {id(buffer): texts for buffer, texts in one.printed}
    for buffer in machine.buffers:
        texts = held.get(id(buffer))
        if texts is not None:
            buffer.texts = texts if alone else unite(buffer.texts, texts, limit)


def close(machine: Machine, since: tuple[End, ...]) -> None:
    """A process is over, whatever ended it: what it printed and wrote counts."""
    state = machine.state
    for one in machine.left[len(since) :]:
        machine.files = machine.join_files(machine.files, one.files)
        _print(machine, one, alone=False)
    machine.state = state
    machine.left, machine.ended = since, None


def turn_over(machine: Machine, since: tuple[End, ...]) -> bool:
    """A turn of a loop is over: say if it was the last one for sure."""
    absorb(machine, since, ("continue",))
    return machine.ended is not None


def loop_over(machine: Machine, since: tuple[End, ...]) -> None:
    """A loop is over; what is about the loops around it is about one loop less."""
    absorb(machine, since, ("break", "continue"))
    if machine.ended is not None and machine.ended[0] in ("break", "continue"):
        machine.ended = (machine.ended[0], machine.ended[1] - 1)
    for one in machine.left[len(since) :]:
        if one.kind in ("break", "continue"):
            one.turns -= 1
