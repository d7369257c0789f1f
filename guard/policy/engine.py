"""The contract between the guard and whatever answers policy questions. Types only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

__all__ = ["ENTRY_POINT", "Engine"]

ENTRY_POINT = "data.guard.main.decision"


@runtime_checkable
class Engine(Protocol):
    """Answers one request with the object at `ENTRY_POINT`.

    An engine is shared by threads. It never answers when it does not know: every
    failure, a time-out and an undefined decision included, is an `EvaluationError`.
    """

    @property
    def name(self) -> str:
        """What goes into the record: `regorus`, `opa`."""
        ...

    @property
    def digest(self) -> str:
        """SHA-256 of the bundle that decides, or "" where the engine cannot know it."""
        ...

    @property
    def blocking(self) -> bool:
        """True if `evaluate` waits for the network, so asyncio callers need a thread."""
        ...

    def evaluate(self, request: str) -> Mapping[str, Any]:
        """Return the decision document for a request in JSON.

        Raises:
            EvaluationError: no usable answer, for whatever reason.
        """
        ...

    def close(self) -> None:
        """Release connections and processes. The engine is not used afterwards."""
        ...
