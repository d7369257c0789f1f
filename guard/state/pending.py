"""Remembers the questions that wait for a person, so that a resume does not record them twice.

Frameworks that interrupt a run execute the guard's code again when it resumes.
In memory and bounded: after a restart the question is recorded once more.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TypeAlias

from guard.model import Decision

__all__ = ["Pending"]

_Key: TypeAlias = tuple[str, str, str, str]


class Pending:
    """Decisions that ask, by session, run, the host's call id and the arguments' hash."""

    def __init__(self, limit: int = 10_000) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._asked: OrderedDict[_Key, Decision] = OrderedDict()

    def recall(self, decision: Decision) -> Decision | None:
        """Return the earlier decision about the same call if it said the same, else None."""
        key = _key(decision)
        if key is None:
            return None
        with self._lock:
            earlier = self._asked.get(key)
        if earlier is None or _substance(earlier) != _substance(decision):
            return None
        return earlier

    def remember(self, decision: Decision) -> None:
        """Keep a decision that asks; the oldest is forgotten at the limit."""
        key = _key(decision)
        if key is None:
            return
        with self._lock:
            self._asked[key] = decision
            if len(self._asked) > self._limit:
                self._asked.popitem(last=False)

    def forget(self, decision: Decision) -> None:
        """Drop a decision that was answered."""
        key = _key(decision)
        if key is not None:
            with self._lock:
                self._asked.pop(key, None)


def _key(decision: Decision) -> _Key | None:
    """None for a call without an id from its host: it cannot be told from another."""
    call = decision.call
    if not call.id:
        return None
    return (call.session.id, call.session.run, call.id, decision.arguments_hash)


def _substance(decision: Decision) -> tuple[object, ...]:
    return (decision.effect, decision.findings, decision.digest, decision.profile)
