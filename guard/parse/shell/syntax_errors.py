"""What reading a shell text may raise. Private to `guard.parse`: callers see opaque parts."""

from __future__ import annotations

from typing import Literal, TypeAlias

from guard.parse.budget import BudgetExceededError
from guard.parse.shell.tree import Script

__all__ = ["Kind", "ShellBudgetError", "ShellSyntaxError"]

Kind: TypeAlias = Literal["incomplete", "unsupported", "invalid"]

_NOTHING = Script(())


class ShellSyntaxError(Exception):
    """A text that cannot be read to its end.

    `kind`: "incomplete", the text ends inside a construct; "unsupported", bash may accept
    it and this reader does not; "invalid", bash refuses it as well. `position` counts
    characters of the text that was read. `before` holds the statements that were complete
    before the error: bash runs earlier lines before it meets an error on a later one.
    """

    def __init__(self, kind: Kind, message: str, position: int, before: Script = _NOTHING) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.position = position
        self.before = before

    def __str__(self) -> str:
        return f"{self.message} at character {self.position + 1}"


class ShellBudgetError(BudgetExceededError):
    """A bound was hit while reading; `before` holds the statements read until then."""

    def __init__(self, kind: str, detail: str, before: Script = _NOTHING) -> None:
        super().__init__(kind, detail)
        self.before = before
