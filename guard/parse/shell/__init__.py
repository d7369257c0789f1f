"""Shell texts: what running one would do. The entry points of the package.

`read_shell` reads a text, `read_runs` follows what a program or a piece of code of
another language would run. Nothing is ever executed and nothing read from disk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from guard.model import Parsed
from guard.operations import Operation
from guard.parse.budget import Budget
from guard.parse.reading import Reading
from guard.parse.shell.effects import note_downloads
from guard.parse.shell.interpret import Interpreter
from guard.parse.shell.syntax import plain_words

__all__ = ["Interpreter", "read_runs", "read_shell"]


def read_shell(
    text: str,
    budget: Budget,
    *,
    cwd: str = "",
    home: str = "~",
    environment: Mapping[str, str] | None = None,
) -> Parsed:
    """Return what running `text` in bash would do, as far as the text alone says it.

    `cwd` and `home` are where it would run, "" and "~" where nobody knows; `environment`
    holds variables that are known to be set. Bounds that are hit show as opaque.
    """
    interpreter = Interpreter(budget, cwd=cwd, home=home, environment=environment)
    words = plain_words(text)
    if words:
        return interpreter.result(lambda: interpreter.run_words(words))
    return interpreter.result(lambda: interpreter.main(text))


def read_runs(
    reading: Reading,
    budget: Budget,
    *,
    cwd: str = "",
    home: str = "~",
    before: Sequence[Operation] = (),
) -> Parsed:
    """Return what a reading says, with everything that its runs would do.

    `before` is what else the code that starts them does: it may run what it downloads.
    """
    interpreter = Interpreter(budget, cwd=cwd, home=home)
    note_downloads(interpreter, before)
    return interpreter.result(lambda: interpreter.perform(reading))
