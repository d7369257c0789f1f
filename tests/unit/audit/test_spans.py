"""Spans read back from the SDK: names, nesting, times, status, and what they hold back."""

from __future__ import annotations

import logging
import random
import subprocess
import sys
from collections.abc import Callable

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.trace import SpanKind, StatusCode, get_current_span, set_span_in_context

from guard.audit.attributes import Capture
from guard.audit.chain import Head
from guard.audit.ids import SystemRandomIdGenerator
from guard.audit.spans import DecisionSpans
from guard.model import Decision, Effect, ToolCall

Make = Callable[..., Decision]
_VARIABLE = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
_SECRET = "203.0.113.5"


class Telemetry:
    """A provider, and the spans that it finished."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.provider = TracerProvider(id_generator=SystemRandomIdGenerator())
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))

    def spans(self) -> tuple[ReadableSpan, ...]:
        return self.exporter.get_finished_spans()

    def one(self) -> ReadableSpan:
        (span,) = self.spans()
        return span


@pytest.fixture
def telemetry() -> Telemetry:
    return Telemetry()


def everything(span: ReadableSpan) -> str:
    return str(span.to_json())


def test_decision_is_one_span_with_the_names_of_the_draft(telemetry: Telemetry, make: Make) -> None:
    """Verdict, action, rule, category, hash and ids of a denied call."""
    DecisionSpans(telemetry.provider).decision(make())
    span = telemetry.one()
    assert span.name == "run_guardrail regoguard"
    assert span.kind is SpanKind.INTERNAL
    assert span.status.status_code is StatusCode.UNSET
    attributes = span.attributes
    assert attributes is not None
    expected = {
        "gen_ai.operation.name": "run_guardrail",
        "gen_ai.tool.name": "bash",
        "gen_ai.tool.call.id": "call-1",
        "gen_ai.guardrail.component.name": "regoguard",
        "gen_ai.guardrail.target.type": "input",
        "gen_ai.guardrail.target.subtype": "tool_call",
        "gen_ai.guardrail.target.id": "call-1",
        "gen_ai.guardrail.verdict.type": "deny",
        "gen_ai.guardrail.verdict.reason": "deny: remote_access.ssh_tunnel",
        "gen_ai.guardrail.verdict.code": "remote_access.ssh_tunnel",
        "gen_ai.guardrail.action.type": "block",
        "gen_ai.guardrail.security.policy.id": "regoguard/baseline",
        "gen_ai.guardrail.security.policy.rule.id": ("remote_access.ssh_tunnel",),
        "gen_ai.guardrail.security.risk.category": ("remote_access",),
        "gen_ai.guardrail.security.content.input.hash": "a" * 64,
        "gen_ai.conversation.id": "s-1",
        "regoguard.decision.id": "d" * 32,
        "regoguard.policy.digest": "b" * 64,
        "regoguard.operations": ("process.exec",),
        "regoguard.opaque": ("unknown",),
        "regoguard.run.id": "r-1",
        "traj_id": "t-1",
        "episode_id": "e-1",
        "sandbox.id": "sb-1",
        "sandbox.ip": "10.0.0.3",
    }
    assert {key: attributes[key] for key in expected} == expected


def test_span_lies_where_the_decision_lay_in_time(telemetry: Telemetry, make: Make) -> None:
    """It begins when the call came and lasts as long as reading and judging took."""
    decision = make()
    DecisionSpans(telemetry.provider).decision(decision)
    span = telemetry.one()
    assert span.start_time == decision.time_ns
    assert span.end_time == decision.time_ns + 150_000


@pytest.mark.parametrize(
    ("effect", "observed", "verdict", "action"),
    [
        (Effect.ALLOW, False, "allow", "allow"),
        (Effect.ASK, False, "escalate", "escalate"),
        (Effect.DENY, False, "deny", "block"),
        (Effect.DENY, True, "deny", "audit"),
    ],
)
def test_verdict_and_action(
    telemetry: Telemetry, make: Make, effect: Effect, observed: bool, verdict: str, action: str
) -> None:
    """What was decided, and what was done about it, which differs where the guard only watches."""
    DecisionSpans(telemetry.provider).decision(make(effect=effect, observed=observed))
    attributes = telemetry.one().attributes
    assert attributes is not None
    assert attributes["gen_ai.guardrail.verdict.type"] == verdict
    assert attributes["gen_ai.guardrail.action.type"] == action


def test_each_finding_is_an_event(telemetry: Telemetry, make: Make) -> None:
    """In order, with rule, category and verdict; nothing of the call's text."""
    DecisionSpans(telemetry.provider).decision(make())
    events = telemetry.one().events
    assert [event.name for event in events] == ["gen_ai.guardrail.security.finding"] * 2
    rules = [dict(event.attributes or {}) for event in events]
    assert rules[0] == {
        "gen_ai.guardrail.security.policy.rule.id": "remote_access.ssh_tunnel",
        "gen_ai.guardrail.security.risk.category": "remote_access",
        "gen_ai.guardrail.verdict.type": "deny",
    }
    assert rules[1]["gen_ai.guardrail.verdict.type"] == "allow"


def test_failure_of_the_guard_is_an_error_and_a_denial_is_not(
    telemetry: Telemetry, make: Make
) -> None:
    """Status ERROR says that the guard could not judge."""
    spans = DecisionSpans(telemetry.provider)
    spans.decision(make())
    spans.decision(make(errors=("the engine `regorus` failed",), findings=()))
    denied, failed = telemetry.spans()
    assert denied.status.status_code is StatusCode.UNSET
    assert failed.status.status_code is StatusCode.ERROR
    assert (failed.attributes or {})["error.type"] == "guard_error"
    assert (failed.attributes or {})["gen_ai.guardrail.verdict.reason"] == "deny: error"


def test_engine_on_another_machine_makes_it_a_client(telemetry: Telemetry, make: Make) -> None:
    """A decision of an OPA server is a call to it."""
    DecisionSpans(telemetry.provider).decision(make(engine="opa"))
    assert telemetry.one().kind is SpanKind.CLIENT


def test_decision_and_execution_nest_under_the_current_span(
    telemetry: Telemetry, make: Make
) -> None:
    """Both are children of the span they happen in, and the body sees its own as current."""
    spans = DecisionSpans(telemetry.provider)
    tracer = telemetry.provider.get_tracer("agent")
    with tracer.start_as_current_span("invoke_agent rome") as agent:
        spans.decision(make())
        with spans.execution(make()) as span:
            assert get_current_span() is span
            tracer.start_span("inside the tool").end()
    decision, inside, execution, _ = telemetry.spans()
    assert decision.parent is not None
    assert decision.parent.span_id == agent.get_span_context().span_id
    assert execution.name == "execute_tool bash"
    assert execution.parent is not None
    assert execution.parent.span_id == agent.get_span_context().span_id
    assert inside.parent is not None
    assert inside.parent.span_id == (execution.context and execution.context.span_id)


def test_explicit_context_stands_in_for_the_current_one(telemetry: Telemetry, make: Make) -> None:
    """Instrumentations that attach no context hand over their span."""
    parent = telemetry.provider.get_tracer("agent").start_span("tool")
    DecisionSpans(telemetry.provider).decision(make(), set_span_in_context(parent))
    span = telemetry.one()
    assert span.parent is not None
    assert span.parent.span_id == parent.get_span_context().span_id


def test_execution_says_which_tool_ran_for_which_decision(telemetry: Telemetry, make: Make) -> None:
    """The attributes of the conventions for tool calls, without the arguments."""
    with DecisionSpans(telemetry.provider).execution(make()):
        pass
    attributes = dict(telemetry.one().attributes or {})
    assert attributes["gen_ai.operation.name"] == "execute_tool"
    assert attributes["gen_ai.tool.name"] == "bash"
    assert attributes["gen_ai.tool.call.id"] == "call-1"
    assert attributes["gen_ai.tool.type"] == "function"
    assert attributes["regoguard.decision.id"] == "d" * 32
    assert attributes["sandbox.ip"] == "10.0.0.3"
    assert _SECRET not in everything(telemetry.one())


@pytest.mark.parametrize(
    ("error", "name"),
    [(ValueError(_SECRET), "ValueError"), (KeyboardInterrupt(), "KeyboardInterrupt")],
)
def test_tool_that_raises_is_recorded_and_passed_on(
    telemetry: Telemetry, make: Make, error: BaseException, name: str
) -> None:
    """The same exception comes out; the span names its type and hides its text."""
    with (
        pytest.raises(type(error)) as caught,
        DecisionSpans(telemetry.provider).execution(make()),
    ):
        raise error
    assert caught.value is error
    span = telemetry.one()
    assert span.status.status_code is StatusCode.ERROR
    assert (span.attributes or {})["error.type"] == name
    assert [event.name for event in span.events] == ["exception"]
    assert _SECRET not in everything(span)


def test_content_stays_out_unless_asked_for(
    telemetry: Telemetry, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By default neither span nor event holds a word of the arguments."""
    monkeypatch.delenv(_VARIABLE, raising=False)
    DecisionSpans(telemetry.provider).decision(make(errors=(f"about {_SECRET}",)))
    assert _SECRET not in everything(telemetry.one())


@pytest.mark.parametrize(
    ("value", "on_span", "on_event"),
    [
        ("NO_CONTENT", False, False),
        ("SPAN_ONLY", True, False),
        ("event_only", False, True),
        ("SPAN_AND_EVENT", True, True),
        ("", False, False),
    ],
)
def test_content_goes_where_the_environment_says(
    telemetry: Telemetry,
    make: Make,
    monkeypatch: pytest.MonkeyPatch,
    value: str,
    on_span: bool,
    on_event: bool,
) -> None:
    """The four values of the GenAI conventions, for decisions and for executions."""
    monkeypatch.setenv(_VARIABLE, value)
    spans = DecisionSpans(telemetry.provider)
    spans.decision(make())
    with spans.execution(make()):
        pass
    decision, execution = telemetry.spans()
    assert (_SECRET in str(dict(decision.attributes or {}))) is on_span
    assert any(_SECRET in str(dict(e.attributes or {})) for e in decision.events) is on_event
    assert ("gen_ai.tool.call.arguments" in (execution.attributes or {})) is on_span


@pytest.mark.parametrize("value", ["true", "1", "yes", "SPAN"])
def test_other_values_mean_no_content_with_a_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, value: str
) -> None:
    """`true` is not one of the values: nothing is captured, and a warning says so."""
    monkeypatch.setenv(_VARIABLE, value)
    with caplog.at_level(logging.WARNING, logger="guard.audit"):
        assert Capture.from_environment() is Capture.NO_CONTENT
    assert "SPAN_AND_EVENT" in caplog.text


def test_events_can_be_switched_off(
    telemetry: Telemetry, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sibling variable silences events and leaves the span."""
    monkeypatch.setenv("OTEL_INSTRUMENTATION_GENAI_EMIT_EVENT", "false")
    DecisionSpans(telemetry.provider).decision(make())
    assert telemetry.one().events == ()


def test_head_of_the_journal_is_anchored_in_the_span(telemetry: Telemetry, make: Make) -> None:
    """Number and hash of the record travel to wherever traces are kept."""
    DecisionSpans(telemetry.provider).decision(make(), head=Head(7, "c" * 64))
    attributes = telemetry.one().attributes or {}
    assert attributes["regoguard.journal.seq"] == 7
    assert attributes["regoguard.journal.hash"] == "c" * 64


def test_spans_that_nobody_samples_are_not_described(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No attribute is built for a span that does not record."""
    import guard.audit.spans as module

    def fail(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(module, "decision_attributes", fail)
    DecisionSpans(TracerProvider(sampler=ALWAYS_OFF)).decision(make())


def test_nothing_is_loaded_while_nobody_uses_opentelemetry() -> None:
    """In a program without it, a decision does not import it."""
    program = (
        "import sys\nfrom guard.audit.spans import DecisionSpans\n"
        "from guard.model import Decision, Effect, ToolCall\n"
        "d = Decision(id='x', call=ToolCall('bash', {}), effect=Effect.DENY)\n"
        "s = DecisionSpans()\ns.decision(d)\n"
        "with s.execution(d): pass\n"
        "assert not any(m.startswith('opentelemetry') for m in sys.modules)\n"
        "import opentelemetry.trace as t\ns.decision(d)\n"
        "assert 'opentelemetry.sdk' not in sys.modules\n"
        "from opentelemetry.sdk.trace import TracerProvider\n"
        "from opentelemetry.sdk.trace.export import SimpleSpanProcessor\n"
        "from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter\n"
        "e = InMemorySpanExporter()\np = TracerProvider()\n"
        "p.add_span_processor(SimpleSpanProcessor(e))\nt.set_tracer_provider(p)\n"
        "s.decision(d)\nassert len(e.get_finished_spans()) == 1\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_seeded_program_does_not_repeat_ids(make: Make) -> None:
    """With `random` seeded alike, ids of two runs differ."""
    ids = set()
    state = random.getstate()
    try:
        for _ in range(2):
            random.seed(42)
            telemetry = Telemetry()
            DecisionSpans(telemetry.provider).decision(make())
            context = telemetry.one().context
            assert context is not None
            ids |= {context.span_id, context.trace_id}
    finally:
        random.setstate(state)
    assert len(ids) == 4


def test_hostile_names_are_cut_and_made_encodable(telemetry: Telemetry, make: Make) -> None:
    """A tool named by half a surrogate pair, or by a novel, harms no exporter."""
    call = ToolCall("x\ud800" + "y" * 5000, {}, id="\udfff")
    spans = DecisionSpans(telemetry.provider)
    spans.decision(make(call=call))
    with spans.execution(make(call=call)):
        pass
    for span in telemetry.spans():
        assert len(span.name.encode()) < 1100
        assert len(str((span.attributes or {})["gen_ai.tool.name"]).encode()) < 1100
        assert str((span.attributes or {})["gen_ai.tool.call.id"]).encode()
