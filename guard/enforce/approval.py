"""What a person may answer when a decision asks. Data only; who asks is an adapter's matter."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from guard.model import Decision

__all__ = ["Answer", "Approve", "Approver", "AsyncApprover", "Edit", "Reject", "must_ask"]


@dataclass(frozen=True, slots=True)
class Approve:
    """Run it with exactly the arguments that were judged. `by` names the person."""

    by: str = ""


@dataclass(frozen=True, slots=True)
class Reject:
    """Do not run it; the agent reads `reason`."""

    reason: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """Judge the call anew with other arguments; nothing of the first approval carries over."""

    arguments: Mapping[str, Any]
    by: str = ""


Answer: TypeAlias = Approve | Reject | Edit
# None says that nobody answered: the call does not run.
Approver: TypeAlias = Callable[[Decision], Answer | None]
AsyncApprover: TypeAlias = Callable[[Decision], Awaitable[Answer | None]]


def must_ask(decision: Decision) -> bool:
    """True if a person must say yes before the call runs; never where the guard only watches."""
    return decision.asks and not decision.observed
