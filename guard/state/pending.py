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

_Key: TypeAlias = tuple[str, str, str]
_Substance: TypeAlias = tuple[object, ...]


class Pending:
    """Decisions that ask, by session, the host's call id and the arguments' hash.

    They stay after they were answered: a framework may replay an answered step, too.
    """

    def __init__(self, limit: int = 10_000) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        # The recorded decision's id and what it said; not the call, whose arguments may be large.
        self._asked: OrderedDict[_Key, tuple[str, _Substance]] = OrderedDict()
        self._answered: OrderedDict[_Key, None] = OrderedDict()

    def recall(self, decision: Decision) -> str | None:
        """Return the id of the earlier decision about the same call if it said the same."""
        key = _key(decision)
        if key is None:
            return None
        with self._lock:
            earlier = self._asked.get(key)
        if earlier is None or earlier[1] != _substance(decision):
            return None
        return earlier[0]

    def remember(self, decision: Decision) -> None:
        """Keep a decision that asks; the oldest is forgotten at the limit."""
        key = _key(decision)
        if key is None:
            return
        with self._lock:
            self._asked[key] = (decision.id, _substance(decision))
            self._answered.pop(key, None)
            if len(self._asked) > self._limit:
                oldest, _ = self._asked.popitem(last=False)
                self._answered.pop(oldest, None)

    def answer(self, decision: Decision) -> bool:
        """Note that a decision was answered; False if it was before, so this is a replay."""
        key = _key(decision)
        if key is None:
            return True
        with self._lock:
            if key in self._answered:
                return False
            if key in self._asked:
                self._answered[key] = None
            return True


def _key(decision: Decision) -> _Key | None:
    """None for a call without an id from its host: it cannot be told from another.

    A resumed run is a new run of the same session, so runs tell sessions apart only where
    the session has no id.
    """
    call = decision.call
    if not call.id:
        return None
    return (call.session.id or call.session.run, call.id, decision.arguments_hash)


def _substance(decision: Decision) -> _Substance:
    return (decision.effect, decision.findings, decision.digest, decision.profile)
