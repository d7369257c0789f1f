"""A guard between an agent's proposed tool call and its execution.

Light to import: frameworks, the OpenTelemetry SDK, engines and HTTP clients load when
they are first used.
"""

from guard._guard import Guard
from guard.enforce.approval import Approve, Edit, Reject
from guard.errors import (
    AuditError,
    DeniedError,
    EvaluationError,
    GuardError,
    InputError,
    ObligationError,
    PolicyError,
)
from guard.model import (
    Decision,
    Effect,
    Finding,
    Obligation,
    Sandbox,
    Session,
    Subject,
    ToolCall,
)

__all__ = [
    "Approve",
    "AuditError",
    "Decision",
    "DeniedError",
    "Edit",
    "Effect",
    "EvaluationError",
    "Finding",
    "Guard",
    "GuardError",
    "InputError",
    "Obligation",
    "ObligationError",
    "PolicyError",
    "Reject",
    "Sandbox",
    "Session",
    "Subject",
    "ToolCall",
]


def __getattr__(name: str) -> str:
    if name == "__version__":
        from importlib.metadata import version

        return version("regoguard")
    raise AttributeError(f"module `guard` has no attribute `{name}`")
