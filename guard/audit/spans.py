"""Decisions and executions as OpenTelemetry spans. Uses the API alone, from the first need.

Which attributes there are is said in `attributes`; here is only when a span begins and
ends. A denied call has no other span than the decision's.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from guard.audit.attributes import (
    DECISION_SPAN,
    FINDING_EVENT,
    MAPPING_VERSION,
    Attributes,
    Capture,
    decision_attributes,
    decision_key_attributes,
    events_wanted,
    execution_attributes,
    finding_attributes,
)
from guard.audit.chain import Head
from guard.model import Decision

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span, Tracer, TracerProvider

__all__ = ["DecisionSpans"]

# Engines that answer over the network: their span is a client's.
_REMOTE = frozenset({"opa"})


class DecisionSpans:
    """Emits one span a decision, and one around each run of a tool.

    Takes `tracer_provider`, else the global one of the moment. While no part of the
    program has loaded OpenTelemetry there is nobody to emit to, and it is not loaded.
    `capture` says where content may appear (default: the environment).
    """

    def __init__(
        self, tracer_provider: TracerProvider | None = None, *, capture: Capture | None = None
    ) -> None:
        self._provider = tracer_provider
        self._tracer: Tracer | None = None
        self._capture = Capture.from_environment() if capture is None else capture
        self._events = events_wanted()

    def decision(
        self, decision: Decision, context: Context | None = None, *, head: Head | None = None
    ) -> None:
        """Emit the span of a decision, under `context` or else the current span.

        It begins and ends when the decision did. `head` is the journal's, so that traces
        keep an anchor of it elsewhere. The status is an error only if the guard itself
        failed: a denial is an answer.
        """
        tracer = self._get_tracer()
        if tracer is None:
            return
        from opentelemetry.trace import SpanKind

        start = decision.time_ns or None
        span = tracer.start_span(
            DECISION_SPAN,
            context,
            SpanKind.CLIENT if decision.engine in _REMOTE else SpanKind.INTERNAL,
            decision_key_attributes(decision),
            start_time=start,
            record_exception=False,
            set_status_on_exception=False,
        )
        end = None
        if span.is_recording():
            if start is not None:
                end = start + decision.parse_ns + decision.evaluate_ns
            self._describe(span, decision, head, end)
        span.end(end)

    def _describe(
        self, span: Span, decision: Decision, head: Head | None, time_ns: int | None
    ) -> None:
        attributes = decision_attributes(decision, self._capture)
        if head is not None:
            attributes["regoguard.journal.seq"] = head.seq
            attributes["regoguard.journal.hash"] = head.hash
        if decision.errors:
            attributes["error.type"] = "guard_error"
            _fail(span)
        span.set_attributes(attributes)
        if self._events:
            for finding in decision.findings:
                event = finding_attributes(decision, finding, self._capture)
                span.add_event(FINDING_EVENT, event, time_ns)

    @contextlib.contextmanager
    def execution(self, decision: Decision) -> Iterator[Span | None]:
        """Stand around the run of a tool as the current span `execute_tool {tool}`.

        What the tool raises passes through; its type is recorded, its text only where
        content may appear in events.
        """
        tracer = self._get_tracer()
        if tracer is None:
            yield None
            return
        from opentelemetry import trace

        attributes = execution_attributes(decision, self._capture)
        name = f"execute_tool {attributes['gen_ai.tool.name']}"
        span = tracer.start_span(name, attributes=attributes)
        try:
            with trace.use_span(span, record_exception=False, set_status_on_exception=False):
                yield span
        except BaseException as error:
            if span.is_recording():
                self._record_error(span, error)
            raise
        finally:
            span.end()

    def _record_error(self, span: Span, error: BaseException) -> None:
        kind = type(error)
        module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
        name = f"{module}{kind.__qualname__}"
        span.set_attribute("error.type", name)
        _fail(span)
        if not self._events:
            return
        if self._capture & Capture.EVENT_ONLY:
            span.record_exception(error)
        else:
            event: Attributes = {"exception.type": name}
            span.add_event("exception", event)

    def _get_tracer(self) -> Tracer | None:
        tracer = self._tracer
        if tracer is not None:
            return tracer
        if self._provider is None and not _in_use():
            return None
        from opentelemetry import trace

        # Where no provider is set yet this is a proxy, which finds one that is set later.
        tracer = trace.get_tracer("regoguard", MAPPING_VERSION, self._provider)
        self._tracer = tracer
        return tracer


def _in_use() -> bool:
    """True once anything has loaded OpenTelemetry, or the environment names a provider."""
    loaded: Any = sys.modules.get("opentelemetry.trace")
    return loaded is not None or "OTEL_PYTHON_TRACER_PROVIDER" in os.environ


def _fail(span: Span) -> None:
    from opentelemetry.trace import Status, StatusCode

    span.set_status(Status(StatusCode.ERROR))
