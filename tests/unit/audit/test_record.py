"""What a record holds, and what it holds back when content is switched off."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from guard.audit.journal import Journal
from guard.audit.record import decision_record, outcome_record, rfc3339, without_content
from guard.audit.spans import DecisionSpans
from guard.audit.verify import verify
from guard.canonical import dumps
from guard.model import Decision, Session, ToolCall


def test_time_keeps_its_nanoseconds() -> None:
    """RFC 3339 in UTC with nine digits after the second."""
    assert rfc3339(1_000_000_001) == "1970-01-01T00:00:01.000000001Z"
    assert rfc3339(1_795_428_000_000_000_000) == "2026-11-23T10:00:00.000000000Z"


def test_decision_record_holds_what_a_replay_and_a_join_need(make: Callable[..., Decision]) -> None:
    """Ids, sandbox, effect, findings, digest and the whole request are there, as JSON."""
    decision = make()
    record = json.loads(dumps(decision_record(decision)))
    assert record["type"] == "decision"
    assert record["decision"] == decision.id
    assert record["time"] == "2026-11-23T10:00:00.123456789Z"
    assert record["time_ns"] == "1795428000123456789"
    assert record["effect"] == "deny"
    assert record["findings"][0]["rule"] == "remote_access.ssh_tunnel"
    assert record["session"]["sandbox"] == {"id": "sb-1", "ip": "10.0.0.3"}
    assert record["session"]["trajectory"] == "t-1"
    assert record["digest"] == "b" * 64
    assert record["request"] == json.loads(dumps(dict(decision.request)))
    assert record["content"] == "full"


def test_two_records_of_one_decision_have_ids_of_their_own(make: Callable[..., Decision]) -> None:
    """The record's id is not the decision's: a repeat can be told from its first."""
    decision = make()
    assert decision_record(decision)["id"] != decision_record(decision)["id"]


def test_call_without_id_gets_one_and_the_host_keeps_none(make: Callable[..., Decision]) -> None:
    """A call that its host did not name is found by the decision's id."""
    record = decision_record(make(call=ToolCall("bash", {}), request={}))
    assert record["call_id"] == "d" * 32
    assert record["host_call_id"] == ""


@pytest.mark.parametrize("text", ["topsecret", "/root/topsecret/x", "topsecret ü"])
def test_without_content_no_text_of_the_arguments_is_left(
    make: Callable[..., Decision], text: str
) -> None:
    """Arguments, operations, opaque parts and quotes in errors are hashes."""
    decision = make(errors=(f"cannot read `{text}`",))
    request = json.loads(dumps(dict(decision.request)))
    request["resource"]["properties"]["arguments"] = {"command": text, "kind": [text, {"x": text}]}
    request["context"]["operations"][0]["argv"] = [text]
    request["context"]["operations"].append({"kind": "file.write", "path": text, "content": text})
    request["context"]["operations"].append({"kind": "process.exec", "environment": {"A": text}})
    request["context"]["opaque"][0]["detail"] = text
    request["context"]["history"] = {"calls": [{"command": text}]}
    decision = make(request=request, errors=decision.errors)
    record = decision_record(decision, content=False)
    assert text not in dumps(record)
    assert text in dumps(decision_record(decision))
    assert record["content"] == "hashed"


def test_without_content_keeps_what_finds_a_call_again(make: Callable[..., Decision]) -> None:
    """Kinds, programs and hosts stay; doing it twice changes nothing more."""
    request = {
        "context": {"operations": [{"kind": "network.connect", "host": "203.0.113.5", "port": 22}]}
    }
    record = decision_record(make(request=request), content=False)
    assert record["request"] == {"resource": {}, **request}
    assert without_content(record) == record


def test_the_decision_itself_keeps_its_request(make: Callable[..., Decision]) -> None:
    """Hiding content in the record leaves the decision as it was."""
    decision = make()
    before = dumps(dict(decision.request))
    decision_record(decision, content=False)
    assert dumps(dict(decision.request)) == before


def test_outcome_names_its_decision_and_details_cannot_overwrite_it(
    make: Callable[..., Decision],
) -> None:
    """An outcome is joined to its decision by id; details are added beside."""
    record = outcome_record(make(), "failed", error="ValueError", decision="forged", type="x")
    assert record["type"] == "outcome"
    assert record["outcome"] == "failed"
    assert record["decision"] == "d" * 32
    assert record["error"] == "ValueError"


@pytest.mark.parametrize(
    "call",
    [
        "no call",
        None,
        ToolCall("x", session="s"),  # type: ignore[arg-type]
        ToolCall(object(), session=Session(id=object())),  # type: ignore[arg-type]
        ToolCall("x\ud800"),
    ],
)
def test_what_is_no_call_is_recorded_and_traced(
    make: Callable[..., Decision], tmp_path: Path, call: Any
) -> None:
    """The refusal of something foreign, or of half text, is kept like any other."""
    decision = make(call=call, findings=(), request={}, errors=("expected a tool call",))
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    DecisionSpans(provider).decision(decision)
    assert len(exporter.get_finished_spans()) == 1
    with Journal(tmp_path / "audit.jsonl") as journal:
        journal.write(decision_record(decision))
    _, record = (tmp_path / "audit.jsonl").read_text().splitlines()
    assert json.loads(record)["decision"] == decision.id
    assert verify(tmp_path / "audit.jsonl").ok


def test_record_of_a_call_in_no_session_has_the_same_keys(make: Callable[..., Decision]) -> None:
    """Readers need no case for a missing session."""
    full = decision_record(make())
    bare = decision_record(make(call=ToolCall("bash", {}, session=Session())))
    assert full.keys() == bare.keys()
