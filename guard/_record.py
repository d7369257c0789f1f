"""Keeps the record of decisions and outcomes: the journal first, then the span."""

from __future__ import annotations

import dataclasses
import logging

from guard.audit.journal import Journal
from guard.audit.record import Outcome, decision_record, outcome_record
from guard.audit.spans import DecisionSpans
from guard.canonical import Json
from guard.model import Decision, Effect

__all__ = ["Recorder", "overruled"]

_log = logging.getLogger("guard")


def overruled(decision: Decision, reason: str) -> Decision:
    """Return the decision turned into a deny for a reason that came after it."""
    return dataclasses.replace(
        decision, effect=Effect.DENY, errors=(*decision.errors, reason), obligations=()
    )


class Recorder:
    """Writes to a journal, if there is one, and to spans. Shared by threads."""

    def __init__(self, journal: Journal | None, spans: DecisionSpans, *, required: bool) -> None:
        self._journal = journal
        self._spans = spans
        self._required = required

    def record(self, decision: Decision) -> Decision:
        """Return the decision once it is recorded.

        INVARIANT: no decision without a record; where none can be kept, `audit` decides.
        """
        # The journal first: the span then tells what its failure made of the decision,
        # and carries the journal's head, an anchor that whoever rewrites the file misses.
        head = None
        try:
            if self._journal is not None:
                record = decision_record(decision, content=self._journal.content)
                head = self._journal.write(record)
        except Exception as error:  # noqa: BLE001 - whatever a sink raises
            decision = self._unrecorded(decision, error)
        try:
            self._spans.decision(decision, head=head)
        except Exception as error:  # noqa: BLE001 - whatever a sink raises
            decision = self._unrecorded(decision, error)
        return decision

    def _unrecorded(self, decision: Decision, error: Exception) -> Decision:
        _log.error("decision %s could not be recorded: %s", decision.id, error)
        if not self._required:
            return decision
        return overruled(decision, f"the decision could not be recorded: {error}")

    def note(self, decision: Decision, outcome: Outcome, **details: Json) -> None:
        """Record what became of a call. It has been judged: a failure here is only logged."""
        if self._journal is None:
            return
        try:
            self._journal.write(outcome_record(decision, outcome, **details))
        except Exception as error:  # noqa: BLE001 - whatever a sink raises
            _log.error("outcome of decision %s could not be recorded: %s", decision.id, error)
