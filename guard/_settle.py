"""Settles a call: what must be judged, recorded or asked before its body may run.

The order of things is written once; whoever drives it judges and asks, in a thread or on an
event loop. Runs nothing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Generator
from typing import Any

from guard._record import Recorder, overruled
from guard.enforce.approval import Answer, Approve, Edit, Reject, must_ask
from guard.errors import DeniedError, InputError
from guard.model import Decision, ToolCall
from guard.state.pending import Pending

__all__ = ["Settlement"]

# An approver that keeps editing is not asked for ever.
_MAX_EDITS = 8


class Settlement:
    """Remembers the questions of one guard that wait for an answer. Shared by threads."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._pending = Pending()

    def settle(self, call: ToolCall) -> Generator[ToolCall | Decision, Any, Decision]:
        """Yield calls to be judged and decisions to ask a person about; return the last decision.

        Whoever drives it sends back the decision, or the person's answer. So the order of
        things is written once for sync and async.
        """
        for _ in range(_MAX_EDITS):
            decision = self._remembered((yield call))
            if not must_ask(decision):
                return decision
            edited = self._answered(decision, (yield decision))
            if edited is None:
                return decision
            call = edited
        raise DeniedError(overruled(decision, "it was edited too often"))

    def _remembered(self, decision: Decision) -> Decision:
        """Record a decision, unless it is a question that was recorded and still waits."""
        if not must_ask(decision):
            return self._recorder.record(decision)
        if earlier := self._pending.recall(decision):
            # This call, as it was judged just now, under the recorded question's id.
            return dataclasses.replace(decision, id=earlier)
        if must_ask(decision := self._recorder.record(decision)):
            self._pending.remember(decision)
        return decision

    def _answered(self, decision: Decision, answer: Answer | None) -> ToolCall | None:
        """Return None if a person approved, or the call to judge anew.

        Raises:
            DeniedError: rejected, or nobody answered.
        """
        if answer is None:
            raise DeniedError(decision)
        first = self._pending.answer(decision)
        if isinstance(answer, Approve):
            if first:
                self._recorder.note(decision, "approved", by=answer.by)
            return None
        if isinstance(answer, Edit):
            if first:
                self._recorder.note(decision, "edited", by=answer.by)
            return dataclasses.replace(decision.call, arguments=answer.arguments)
        if isinstance(answer, Reject):
            if first:
                self._recorder.note(decision, "rejected", by=answer.by, reason=answer.reason)
            reason = (
                f"a person rejected it: {answer.reason}"
                if answer.reason
                else "a person rejected it"
            )
            raise DeniedError(overruled(decision, reason))
        raise InputError(
            f"an approver answered with `{type(answer).__name__}`",
            help="return Approve, Reject, Edit or None",
        )
