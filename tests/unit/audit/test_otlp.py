"""Spans over a real wire: OTLP/HTTP to a receiver on loopback, read back from protobuf."""

from __future__ import annotations

import gzip
import http.server
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from guard.audit.ids import SystemRandomIdGenerator
from guard.audit.spans import DecisionSpans
from guard.model import Decision, ToolCall

pytest.importorskip("opentelemetry.exporter.otlp.proto.http", reason="no OTLP exporter installed")

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
)


class _Receiver(http.server.ThreadingHTTPServer):
    bodies: list[bytes]


class _Handler(http.server.BaseHTTPRequestHandler):
    server: _Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.bodies.append(body)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[_Receiver]:
    server = _Receiver(("127.0.0.1", 0), _Handler)
    server.bodies = []
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def _spans(receiver: _Receiver) -> dict[str, Any]:
    found = {}
    for body in receiver.bodies:
        message = ExportTraceServiceRequest.FromString(body)
        for resource in message.resource_spans:
            for scope in resource.scope_spans:
                for span in scope.spans:
                    found[span.name] = (scope.scope, span)
    return found


def test_tree_arrives_as_it_was(receiver: _Receiver, make: Callable[..., Decision]) -> None:
    """Agent > decision and agent > execution > inside; a hostile name spoils no batch."""
    exporter = OTLPSpanExporter(endpoint=f"http://127.0.0.1:{receiver.server_port}/v1/traces")
    provider = TracerProvider(
        id_generator=SystemRandomIdGenerator(), resource=Resource.create({"service.name": "test"})
    )
    provider.add_span_processor(BatchSpanProcessor(exporter))
    spans = DecisionSpans(provider)
    tracer = provider.get_tracer("agent")
    with tracer.start_as_current_span("invoke_agent"):
        spans.decision(make())
        with spans.execution(make()):
            tracer.start_span("inside").end()
    with spans.execution(make(call=ToolCall("h\ud800", {}))):
        pass
    provider.shutdown()

    found = _spans(receiver)
    scope, decision = found["run_guardrail regoguard"]
    agent = found["invoke_agent"][1]
    execution = found["execute_tool bash"][1]
    assert (scope.name, scope.version) == ("regoguard", "1")
    assert decision.parent_span_id == execution.parent_span_id == agent.span_id
    assert found["inside"][1].parent_span_id == execution.span_id
    assert decision.trace_id == execution.trace_id == agent.trace_id
    values = {item.key: item.value for item in decision.attributes}
    assert values["gen_ai.guardrail.verdict.type"].string_value == "deny"
    rules = values["gen_ai.guardrail.security.policy.rule.id"].array_value.values
    assert [rule.string_value for rule in rules] == ["remote_access.ssh_tunnel"]
    assert [event.name for event in decision.events] == ["gen_ai.guardrail.security.finding"] * 2
    assert decision.end_time_unix_nano - decision.start_time_unix_nano == 150_000
    assert "execute_tool h?" in found
