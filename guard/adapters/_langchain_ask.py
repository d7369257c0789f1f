"""Asks a person through LangGraph's `interrupt`, and reads the answer.

The question and the answers have the shape of LangChain's human-in-the-loop middleware,
so that clients written for it work; the guard adds what it saw and why it asks.

INVARIANT: an answer approves exactly the arguments that were shown. LangGraph matches
answers to questions by their order in a task, so an answer is taken only where the task
runs one call, or where the answer names the call.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from guard.enforce.approval import Answer, Approve, Edit, Reject
from guard.model import Decision

__all__ = ["Asker", "question"]

Coerce = Callable[[Mapping[str, Any]], Mapping[str, Any]]

_ALLOWED = ["approve", "edit", "reject"]
_HOW = 'answer `{"type": "approve"}`, `{"type": "reject"}` or `{"type": "edit", "arguments": ...}`'


class Asker:
    """Remembers what was shown to people, so that an answer cannot reach other arguments.

    In memory and bounded: after a restart the answer's own `arguments_hash`, where the
    client echoes it, is what binds it.
    """

    def __init__(self, limit: int = 10_000) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        # Several for one call where a person's edit had to be asked about in its turn.
        self._shown: OrderedDict[tuple[str, str], set[str]] = OrderedDict()

    def approver(self, coerce: Coerce, *, alone: bool) -> Callable[[Decision], Answer]:
        """Return what asks about one call.

        `coerce` validates edited arguments with the tool's own schema. `alone` says that
        the task runs this call and no other.
        """

        def ask(decision: Decision) -> Answer:
            from langgraph.errors import GraphInterrupt
            from langgraph.types import interrupt

            try:
                answer = interrupt(question(decision))
            except GraphInterrupt:
                self._show(decision)
                raise
            return self._read(decision, _single(answer), coerce, alone=alone)

        return ask

    def _show(self, decision: Decision) -> None:
        with self._lock:
            self._shown.setdefault(_key(decision), set()).add(decision.arguments_hash)
            if len(self._shown) > self._limit:
                self._shown.popitem(last=False)

    def _read(self, decision: Decision, answer: Any, coerce: Coerce, *, alone: bool) -> Answer:
        if not isinstance(answer, Mapping):
            return Reject(f"the answer was not understood; {_HOW}")
        with self._lock:
            hashes = self._shown.get(_key(decision))
        shown = hashes is None or decision.arguments_hash in hashes
        if foreign := _foreign(decision, answer, shown=shown, alone=alone):
            return Reject(foreign)
        by = str(answer.get("by") or "")
        match answer.get("type"):
            case "approve":
                return Approve(by=by)
            case "reject":
                return Reject(str(answer.get("message") or answer.get("reason") or ""), by=by)
            case "edit":
                return _edit(decision, answer, coerce, by)
        return Reject(f"the answer was not understood; {_HOW}")


def question(decision: Decision) -> dict[str, Any]:
    """Return what a person is shown: plain JSON values, fit for a checkpoint."""
    resource = decision.request["resource"]
    tool, arguments = resource["id"], resource["properties"]["arguments"]
    text = decision.message()
    return {
        "type": "tool_approval",
        "tool_call_id": decision.call.id,
        "name": tool,
        "args": arguments,
        "description": text,
        "reason": "; ".join(f.reason for f in decision.deciding) or text,
        "rules": [f.rule for f in decision.deciding],
        "operations": list(decision.operations),
        "opaque": list(decision.opaque),
        "decision_id": decision.id,
        "arguments_hash": decision.arguments_hash,
        "action_requests": [{"name": tool, "args": arguments, "description": text}],
        "review_configs": [{"action_name": tool, "allowed_decisions": _ALLOWED}],
    }


def _single(answer: Any) -> Any:
    """Unpack `{"decisions": [one]}`, the answer to a question that lists several actions."""
    if isinstance(answer, Mapping) and isinstance(answer.get("decisions"), list):
        decisions = answer["decisions"]
        return decisions[0] if len(decisions) == 1 else None
    return answer


def _foreign(decision: Decision, answer: Mapping[str, Any], *, shown: bool, alone: bool) -> str:
    """Return why an answer is not about these arguments of this call, or nothing."""
    named = answer.get("tool_call_id")
    if named is None and not alone:
        return "several calls may wait in one task; the answer must name its `tool_call_id`"
    if named is not None and named != decision.call.id:
        return "the answer was given for another call"
    if not shown or (
        answer.get("arguments_hash", decision.arguments_hash) != decision.arguments_hash
    ):
        return "the arguments are not those that the person was shown"
    return ""


def _edit(decision: Decision, answer: Mapping[str, Any], coerce: Coerce, by: str) -> Answer:
    action = answer.get("edited_action")
    if isinstance(action, Mapping):
        if action.get("name", decision.call.tool) != decision.call.tool:
            return Reject("an edit cannot name another tool", by=by)
        arguments = action.get("args")
    else:
        arguments = answer.get("arguments")
    if not isinstance(arguments, Mapping):
        return Reject("the edit brought no arguments", by=by)
    try:
        return Edit(coerce(arguments), by=by)
    except Exception as error:  # noqa: BLE001 - whatever a tool's validators raise
        return Reject(f"the edited arguments do not fit the tool: {error}", by=by)


def _key(decision: Decision) -> tuple[str, str]:
    return decision.call.session.id, decision.call.id
