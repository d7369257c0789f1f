"""Values as the shell writes them, and as it reads them again: `declare -p`, `declare -a a='(..)'`.

Only what is known to the letter is written; the rest is left to whoever asks.
"""

from __future__ import annotations

from guard.parse.reading import UNKNOWN
from guard.parse.shell import variables
from guard.parse.shell.defaults import default
from guard.parse.shell.machine import Machine
from guard.parse.shell.state import Texts
from guard.parse.shell.syntax import ShellSyntaxError, read
from guard.parse.shell.tree import Simple

__all__ = ["declarations", "read_again"]

_ESCAPED = str.maketrans({c: "\\" + c for c in '\\"$`'})


def declarations(machine: Machine, names: list[str]) -> Texts | None:
    """What `declare -p` prints of variables, None where that is not known.

    A name may be exported without the text's doing, so both ways to write it are given.
    """
    made: Texts = ("",)
    for name in names:
        lines = _declaration(machine, name)
        if lines is None:
            return None
        made = machine.concatenate(made, lines)
    return made if UNKNOWN not in made else None


def _declaration(machine: Machine, name: str) -> Texts | None:
    variable = machine.state.variables.get(name)
    if variable is None or variable.items is not None or variable.reference:
        return None
    if variable.integer or variable.letters or name in machine.marked:
        return None
    if default(machine, name) is not None:
        return None  # the shell itself gave it properties
    for value in variable.values:
        if not (value and value.isascii() and value.isprintable()):
            return None
    return tuple(
        f'declare {letters} {name}="{value.translate(_ESCAPED)}"\n'
        for value in variable.values
        for letters in ("--", "-x")
    )


def read_again(machine: Machine, argument: str) -> bool:
    """Perform `name=(words)`, an argument that is read once more; False if it is not known."""
    if any(c in argument for c in ("$", "`", "\n", UNKNOWN)):
        return False
    try:
        script = read(argument, machine.budget)
    except ShellSyntaxError:
        return False
    command = script.statements[0].command if len(script.statements) == 1 else None
    if not isinstance(command, Simple) or command.words or command.redirects:
        return False
    if len(command.assignments) != 1 or command.assignments[0].array is None:
        return False
    variables.assign_node(machine, command.assignments[0])
    return True
