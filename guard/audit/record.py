"""What a record of the audit holds: plain JSON for one decision, or for what became of it.

Pure, apart from the clock and the random id. Writes nothing; sinks do. Every shape is
described in docs/journal.md.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from typing import Any, Literal, Protocol, cast, runtime_checkable

from guard.canonical import Json
from guard.model import Decision, Finding, Obligation, Sandbox, Session, Subject, ToolCall

__all__ = [
    "Outcome",
    "Sink",
    "decision_record",
    "outcome_record",
    "readable_call",
    "rfc3339",
    "without_content",
]

Outcome = Literal[
    "ran", "refused", "failed", "withheld", "approved", "rejected", "edited", "cancelled"
]

# Keys of operations that say what kind of thing is done and to which machine, and hold
# no text of the arguments. All other texts are content.
_PLAIN_KEYS = frozenset(
    {"kind", "tool", "program", "protocol", "host", "direction", "certainty", "severity"}
    | {"by", "signal", "language", "source", "verb", "method"}
)
_QUOTED = re.compile(r"`[^`]*`")


@runtime_checkable
class Sink(Protocol):
    """Where records go."""

    def write(self, record: dict[str, Json]) -> object:
        """Keep one record. What it returns is the sink's own.

        Raises:
            AuditError: the record is not kept.
        """
        ...


def rfc3339(time_ns: int) -> str:
    """Return nanoseconds since 1970 as RFC 3339 in UTC: `2026-11-23T10:00:00.000000000Z`."""
    seconds, rest = divmod(time_ns, 1_000_000_000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{rest:09d}Z"


def readable_call(call: object) -> ToolCall:
    """Return the call, or an empty one where a host handed over something else.

    INVARIANT: a call that is no call is refused, and its refusal is recorded too.
    """
    if (
        isinstance(call, ToolCall)
        and isinstance(call.subject, Subject)
        and isinstance(call.session, Session)
        and isinstance(call.session.sandbox, Sandbox)
    ):
        return call
    return ToolCall("")


def decision_record(decision: Decision, *, content: bool = True) -> dict[str, Json]:
    """Return the record of one decision, with the request as policy saw it for replay.

    Times are wall clock; `monotonic_ns` is the machine's own clock when the record was
    made. Nanoseconds since an epoch are text, as JSON numbers cannot hold them.

    `content` False: texts of the arguments become hashes (see `without_content`).
    """
    record = _common("decision", decision, decision.time_ns or time.time_ns())
    record |= {
        "source": readable_call(decision.call).source,
        "arguments_hash": decision.arguments_hash,
        "effect": decision.effect.value,
        "observed": decision.observed,
        "findings": [_finding(item) for item in decision.findings],
        "obligations": [_obligation(item) for item in decision.obligations],
        "errors": list(decision.errors),
        "profile": decision.profile,
        "digest": decision.digest,
        "engine": decision.engine,
        "parse_ns": decision.parse_ns,
        "evaluate_ns": decision.evaluate_ns,
        "request": cast("Json", decision.request),
        "content": "full",
    }
    return record if content else without_content(record)


def outcome_record(decision: Decision, outcome: Outcome, /, **details: Json) -> dict[str, Json]:
    """Return the record of what became of a decision.

    `ran` the body returned; `failed` it raised; `refused` it was not started;
    `withheld` it ran and its result was kept back; `approved`, `rejected`, `edited` a
    person answered; `cancelled` the caller went away before it ran. Usual details:
    `by` (a person), `reason`, `error` (name of the exception), `duration_ns`.
    """
    record = _common("outcome", decision, time.time_ns())
    record["outcome"] = outcome
    record["arguments_hash"] = decision.arguments_hash
    return {**details, **record}


def without_content(record: dict[str, Json]) -> dict[str, Json]:
    """Return a decision's record in which texts of the arguments are hashes.

    Hashed: every text in the arguments, in the history and in operations, but for kinds,
    programs, protocols, hosts and the like, which are needed to find a call again; also
    what is said of opaque parts, and what errors quote. Names of arguments, numbers and
    the reasons of findings stay: rules keep reasons free of user text but for hosts,
    ports, programs and paths. A short or common text can be guessed from its hash.
    """
    if record.get("type") != "decision" or record.get("content") == "hashed":
        return record
    request = cast("dict[str, Any]", record["request"])
    context = dict(request.get("context", {}))
    for key in ("operations", "opaque", "history"):
        if key in context:
            context[key] = _hide(context[key])
    resource = dict(request.get("resource", {}))
    properties = dict(resource.get("properties", {}))
    if "arguments" in properties:
        properties["arguments"] = _hide(properties["arguments"], plain=frozenset())
        resource["properties"] = properties
    hidden: dict[str, Any] = {"resource": resource, "context": context} if request else {}
    errors = cast("list[str]", record["errors"])
    return record | {
        "request": cast("Json", {**request, **hidden}),
        "errors": [_QUOTED.sub(lambda m: f"`{_hash(m[0][1:-1])}`", error) for error in errors],
        "content": "hashed",
    }


def _common(type: str, decision: Decision, time_ns: int) -> dict[str, Json]:
    call = readable_call(decision.call)
    context = decision.request.get("context", {})
    return {
        "type": type,
        "id": os.urandom(16).hex(),
        "time": rfc3339(time_ns),
        "time_ns": str(time_ns),
        "monotonic_ns": str(time.monotonic_ns()),
        "decision": decision.id,
        "call_id": context.get("call_id") or call.id or decision.id,
        "host_call_id": call.id,
        "tool": call.tool,
        "subject": call.subject.id,
        "session": _session(call.session),
    }


def _session(session: Session) -> dict[str, Json]:
    return {
        "id": session.id,
        "run": session.run,
        "trajectory": session.trajectory,
        "episode": session.episode,
        "sandbox": {"id": session.sandbox.id, "ip": session.sandbox.ip},
    }


def _finding(finding: Finding) -> dict[str, Json]:
    return {
        "rule": finding.rule,
        "effect": finding.effect.value,
        "reason": finding.reason,
        "solution": finding.solution,
        "obligations": [_obligation(item) for item in finding.obligations],
    }


def _obligation(obligation: Obligation) -> dict[str, Json]:
    return {"type": obligation.type, "properties": cast("Json", dict(obligation.properties))}


def _hide(value: Any, *, plain: frozenset[str] = _PLAIN_KEYS) -> Any:
    if isinstance(value, str):
        return _hash(value)
    if isinstance(value, list | tuple):
        return [_hide(item, plain=plain) for item in value]
    if isinstance(value, dict):
        return {
            key: item if key in plain and isinstance(item, str) else _hide(item, plain=plain)
            for key, item in value.items()
        }
    return value


def _hash(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode(errors='surrogatepass')).hexdigest()}"
