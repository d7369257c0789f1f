"""Builds the `Request`: the document that policy sees (Rego's `input`), version 1.

Shape only: what it says comes from the call and from the parse. The subject, action,
resource and context are those of OpenID AuthZEN 1.0.
"""

from __future__ import annotations

import datetime
from typing import Any, cast

from guard.canonical import Json
from guard.model import Parsed, ToolCall

__all__ = ["MAX_TEXT", "VERSION", "build_request", "timestamp"]

VERSION = 1
# A longer text in the arguments is cut in the request, and the cut is opaque: the hash
# covers the whole, and readers of commands have bounds of their own.
MAX_TEXT = 131_072


def timestamp(time_ns: int) -> str:
    """Return nanoseconds since the epoch as RFC 3339 in UTC, with microseconds."""
    seconds, rest = divmod(time_ns, 1_000_000_000)
    moment = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{rest // 1000:06d}Z"


def build_request(
    call: ToolCall, arguments: dict[str, Json], parsed: Parsed, *, profile: str, time_ns: int
) -> dict[str, Any]:
    """Return the request for a call with its arguments in JSON form."""
    subject, session = call.subject, call.session
    request = {
        "version": VERSION,
        "subject": {
            "type": subject.type,
            "id": subject.id,
            "properties": dict(subject.properties),
        },
        "action": {"name": "tools/call"},
        "resource": {
            "type": "tool",
            "id": call.tool,
            "properties": {"arguments": _cut(arguments, parsed)},
        },
        "context": {
            "call_id": call.id,
            "time": timestamp(time_ns),
            "source": call.source,
            "profile": profile,
            "session": {
                "id": session.id,
                "run": session.run,
                "trajectory": session.trajectory,
                "episode": session.episode,
                "sandbox": {"id": session.sandbox.id, "ip": session.sandbox.ip},
            },
            "operations": parsed.operations,
            "opaque": parsed.opaque,
            "complete": parsed.complete,
            "history": {},
            "budgets": {},
        },
    }
    if parsed.files:
        # A decision can be judged again only on the texts that were seen.
        cast("dict[str, Any]", request["context"])["files"] = parsed.files
    return request


def _cut(value: Json, parsed: Parsed, where: str = "arguments") -> Json:
    """Return `value` with texts cut at `MAX_TEXT`.

    INVARIANT: each cut is visible as an opaque part.
    """
    if isinstance(value, str):
        if len(value) <= MAX_TEXT:
            return value
        detail = f"`{where}` is cut from {len(value)} to {MAX_TEXT} characters for policy"
        parsed.opaque.append({"kind": "cut_argument", "severity": "low", "detail": detail})
        return value[:MAX_TEXT]
    if isinstance(value, dict):
        return {key: _cut(item, parsed, f"{where}.{key}") for key, item in value.items()}
    if isinstance(value, list):
        return [_cut(item, parsed, where) for item in value]
    return value
