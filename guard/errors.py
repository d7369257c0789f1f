"""The errors that the guard raises. Imports nothing; holds no logic.

A denial is a result (`Decision`), not an error. Only a wrapper that stands in
the place of a tool raises `DeniedError`, since it has no other way not to run it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from guard.model import Decision

__all__ = [
    "AuditError",
    "DeniedError",
    "EvaluationError",
    "GuardError",
    "InputError",
    "ObligationError",
    "PolicyError",
]


class GuardError(Exception):
    """Base of every error of the guard. `help` says what to do next.

    Never a subclass of OSError or PermissionError: tools and frameworks catch those.
    """

    def __init__(self, message: str, *, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help

    def __str__(self) -> str:
        return f"{self.message}; {self.help}" if self.help else self.message


class InputError(GuardError):
    """A call, a settings file or an option that cannot be read."""


class PolicyError(GuardError):
    """A bundle that cannot be loaded: raised before any decision is taken."""


class EvaluationError(GuardError):
    """An engine that gave no usable answer. On the deciding path it becomes deny."""


class ObligationError(GuardError):
    """An obligation that enforcement does not know or cannot perform."""


class AuditError(GuardError):
    """A record that could not be kept, or a journal that does not verify."""


class DeniedError(GuardError):
    """Raised by a wrapper in place of running the tool's body.

    `decision.effect` is deny, or ask when nobody was there to approve.
    """

    def __init__(self, decision: Decision) -> None:
        super().__init__(decision.message())
        self.decision = decision
