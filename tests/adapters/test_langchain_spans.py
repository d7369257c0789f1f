"""Where the guard's spans stand in the traces of a LangChain agent: read back from the SDK."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.tools import tool
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from guard import Guard
from guard.adapters.langchain import GuardMiddleware
from tests.support.engines import StaticEngine, document
from tests.support.scripted_model import ScriptedModel, proposal

START: Any = {"messages": [("user", "go")]}


@tool
def add(left: int, right: int = 1) -> str:
    """Add two numbers."""
    return str(left + right)


class Traced:
    """A provider with an exporter in memory."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.provider = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))

    def named(self, name: str) -> ReadableSpan:
        [found] = [s for s in self.exporter.get_finished_spans() if s.name == name]
        return found


@pytest.fixture
def traced() -> Iterator[Traced]:
    made = Traced()
    yield made
    made.provider.shutdown()


def agent_of(guard: Guard) -> Any:
    model = ScriptedModel(script=[proposal(("add", {"left": 1}))])
    return create_agent(model, [add], middleware=[GuardMiddleware(guard)])


@pytest.mark.parametrize("effect", ["allow", "deny"])
async def test_spans_nest_under_the_agents(traced: Traced, effect: str) -> None:
    """Sync and awaited, the decision and the run are children of whatever span is current."""
    guard = Guard(engine=StaticEngine(document(effect)), tracer_provider=traced.provider)
    tracer = traced.provider.get_tracer("test")
    for way in ("sync", "async"):
        traced.exporter.clear()
        with tracer.start_as_current_span("invoke_agent") as root:
            agent = agent_of(guard)
            _ = agent.invoke(START) if way == "sync" else await agent.ainvoke(START)
        decision = traced.named("run_guardrail regoguard")
        assert decision.parent is not None
        assert decision.parent.span_id == root.get_span_context().span_id
        assert (decision.attributes or {})["gen_ai.tool.call.id"] == "call-1"
        names = {span.name for span in traced.exporter.get_finished_spans()}
        assert ("execute_tool add" in names) == (effect == "allow")


async def test_spans_nest_under_openinference(traced: Traced) -> None:
    """With OpenInference's instrumentation the guard's span is no root of its own trace."""
    module = pytest.importorskip("openinference.instrumentation.langchain")
    instrumentor = module.LangChainInstrumentor()
    instrumentor.instrument(tracer_provider=traced.provider)
    try:
        guard = Guard(engine=StaticEngine(), tracer_provider=traced.provider)
        for way in ("sync", "async"):
            traced.exporter.clear()
            agent = agent_of(guard)
            _ = agent.invoke(START) if way == "sync" else await agent.ainvoke(START)
            decision, theirs = traced.named("run_guardrail regoguard"), traced.named("add")
            assert decision.parent is not None
            assert theirs.context is not None
            assert decision.parent.span_id == theirs.context.span_id
            assert (
                len({s.context.trace_id for s in traced.exporter.get_finished_spans() if s.context})
                == 1
            )
    finally:
        instrumentor.uninstrument()
