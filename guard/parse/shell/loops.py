"""Loops: turn by turn where everything is known, else once with what changes unknown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from guard.parse.reading import UNKNOWN
from guard.parse.shell import ends
from guard.parse.shell.state import Variable, unite
from guard.parse.shell.tree import Literal, Part, Script, Word

if TYPE_CHECKING:
    from guard.parse.shell.machine import Machine

__all__ = ["each", "header", "repeat", "select", "widen"]

_COSTLY = 8  # a turn that starts something counts for so many that do not
_TURNS = 64 * _COSTLY  # turns that are followed one by one, all loops of a call together
_CONSTANT = 4  # turns of a loop in which nothing changes any more


def widen(machine: Machine, names: list[str]) -> None:
    """Add "anything" to what the variables may hold."""
    limit = machine.budget.limits.alternatives
    for name in names:
        old = machine.state.variables.get(name)
        if old is None or old.reference:
            continue
        items = old.items
        if items is not None:
            items = {key: unite(texts, (UNKNOWN,), limit) for key, texts in items.items()}
        machine.state.variables[name] = Variable(
            unite(old.values, (UNKNOWN,), limit),
            items,
            old.associative,
            old.exported,
            integer=False,
            letters=old.letters,
            origin=old.origin,
        )


def _open_ended(machine: Machine, turn: Callable[[], None]) -> None:
    """Follow a body that may run any number of times, none included."""

    def once() -> None:
        with machine.maybe():
            before = machine.state.variables.copy()
            texts = [buffer.texts for buffer in machine.buffers]
            files = machine.files.copy()
            since = machine.left
            turn()
            if ends.turn_over(machine, since):
                return
            variables = machine.state.variables
            changed = [n for n, v in variables.items() if before.get(n) is not v]
            printed = [b for b, t in zip(machine.buffers, texts, strict=True) if b.texts != t]
            if changed:
                # INVARIANT: a second turn with anything in what changed stands for all others.
                widen(machine, changed)
                turn()
                if ends.turn_over(machine, since):
                    return
                widen(machine, changed)
            limit = machine.budget.limits.alternatives
            for buffer in printed:
                buffer.texts = unite(buffer.texts, (UNKNOWN,), limit)
            for path, file in machine.files.items():
                if files.get(path) is not file and files.get(path) is not None:
                    file.texts = unite(file.texts, (UNKNOWN,), limit)

    machine.ways(lambda: None, once)
    machine.status = None


def repeat(machine: Machine, condition: Callable[[], None], body: Callable[[], None]) -> None:
    """`while`: turn by turn while the condition is known to hold, then open-ended."""

    def turn() -> None:
        since = machine.left
        body()
        if not ends.turn_over(machine, since):
            condition()

    idle = 0
    condition()
    if machine.ended is not None:
        return
    while machine.status is True and machine.unrolled < _TURNS and idle < _CONSTANT:
        machine.unrolled += _COSTLY
        machine.budget.tick(8)
        before = machine.state.variables.copy()
        offsets = [c.offset for c in machine.state.channels.values()]
        since = machine.left
        body()
        if ends.turn_over(machine, since):
            return
        condition()
        same = before == machine.state.variables and offsets == [
            c.offset for c in machine.state.channels.values()
        ]
        if same:
            break
    if machine.status is False:
        machine.status = None
        return
    _open_ended(machine, turn)


def each(machine: Machine, name: str, readings: list[list[str]], body: Script) -> None:
    """`for name in words`: one turn for each word that is known."""

    origin = machine.origin

    def go(words: list[str]) -> None:
        for at, word in enumerate(words):
            several = UNKNOWN in word or any(c in word for c in "*?[")
            rest = len(words) - at
            if several or (machine.unrolled >= _TURNS and rest > 2):
                text = word if several else UNKNOWN

                def turn(text: str = text) -> None:
                    machine.origin = origin
                    machine.assign(name, (text,))
                    machine.run_script(body)

                _open_ended(machine, turn)
                if not several or machine.ended is not None:
                    return
                continue
            machine.budget.tick(8)
            machine.assign(name, (word,))
            before = len(machine.parsed.operations), len(machine.parsed.opaque)
            since = machine.left
            machine.run_script(body)
            if ends.turn_over(machine, since):
                return
            after = len(machine.parsed.operations), len(machine.parsed.opaque)
            machine.unrolled += 1 if before == after else _COSTLY
        machine.status = None

    if len(readings) == 1:
        go(readings[0])
        return

    def way(words: list[str]) -> Callable[[], None]:
        def run() -> None:
            with machine.maybe():
                go(words)

        return run

    machine.ways(*[way(words) for words in reversed(readings)])


def select(machine: Machine, name: str, readings: list[list[str]], body: Script) -> None:
    """`select name in words`: any of the words, any number of times; "" for a wrong answer."""
    words = dict.fromkeys([word for words in readings for word in words])
    patterns = any(c in word for word in words for c in "*?[")
    few = len(words) < machine.budget.limits.alternatives
    texts = (*words, "") if few and not patterns else (UNKNOWN,)
    origin, channel = machine.origin, machine.channel(0)
    if channel.kind == "text":
        # Answers are read from it, and nobody counts how many.
        channel.texts, channel.offset = (UNKNOWN,), 0

    def turn() -> None:
        machine.origin = origin
        machine.assign(name, texts)
        machine.assign("REPLY", (UNKNOWN,))
        machine.run_script(body)

    _open_ended(machine, turn)


def header(word: Word) -> tuple[Word | None, Word | None, Word | None]:
    """Split the header of `for ((a; b; c))` at its semicolons."""
    pieces: list[list[Part]] = [[]]
    for part in word.parts:
        if not isinstance(part, Literal) or part.quoted or ";" not in part.text:
            pieces[-1].append(part)
            continue
        for at, text in enumerate(part.text.split(";")):
            if at:
                pieces.append([])
            if text.strip():
                pieces[-1].append(Literal(text, quoted=False))
    words: list[Word | None] = [
        Word(tuple(parts), word.start, word.end) if parts else None for parts in pieces[:3]
    ]
    words += [None] * (3 - len(words))
    return words[0], words[1], words[2]
