"""Runs a scenario: LangChain's agent loop with a scripted model, behind the guard."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guard._guard import Guard
from guard.audit.chain import Head
from guard.audit.journal import Journal
from guard.canonical import Json
from guard.demo.scenario import Step
from guard.demo.tools import make_tools
from guard.enforce.approval import Answer, Reject
from guard.model import Decision, Effect, ToolCall

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from opentelemetry.sdk.trace import ReadableSpan

__all__ = ["Line", "Run", "run_scenario"]


@dataclass(slots=True)
class Line:
    """What happened to one step. `micros`: time of the decision in microseconds."""

    number: int
    step: Step
    effect: Effect | None = None
    rules: list[str] = field(default_factory=list)
    reason: str = ""
    micros: int = 0
    outcome: str = ""
    output: str = ""

    @property
    def surprises(self) -> list[str]:
        """How it differs from what the scenario expects."""
        step, found = self.step, []
        if self.effect is not step.effect:
            found.append(f"expected {step.effect}, and it was {self.effect or 'not judged'}")
        if missing := set(step.rules) - set(self.rules):
            found.append(f"expected the rule {min(missing)}")
        expected = "ran" if step.effect is Effect.ALLOW else "refused"
        if step.answer:
            expected = "rejected"
        if self.outcome != expected:
            found.append(f"expected that it was {expected}, and it was {self.outcome or 'lost'}")
        installed = not step.needs or shutil.which(step.needs) is not None
        if expected == "ran" and installed and step.says not in self.output:
            found.append(f"expected `{step.says}` in its output, and it said `{self.output:.60}`")
        return found


@dataclass(slots=True)
class Run:
    """A finished run of the scenario."""

    lines: list[Line]
    spans: Sequence[ReadableSpan]


class _Watched(Journal):
    """A journal that shows each record to the screen once it is kept."""

    def __init__(self, path: Path, seen: Callable[[dict[str, Json]], None]) -> None:
        super().__init__(path)
        self._seen = seen

    def write(self, record: dict[str, Json]) -> Head:
        head = super().write(record)
        self._seen(record)
        return head


def run_scenario(
    steps: list[Step],
    *,
    place: Path,
    journal: Path,
    decided: Callable[[Line], None],
    ended: Callable[[Line], None],
    **options: Any,
) -> Run:
    """Let the agent work through the steps; `options` are the guard's own.

    It works in folders below `place`, which are removed afterwards. `decided` is called
    when a step was judged, `ended` once it ran or was refused.

    Raises:
        GuardError: the guard could not be set up.
    """
    from langchain.agents import create_agent
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    from guard.adapters.langchain import GuardMiddleware
    from guard.audit.ids import SystemRandomIdGenerator

    folder, programs = place / "work", place / "programs"
    folder.mkdir()
    programs.mkdir()
    lines = {f"step-{n}": Line(n, step) for n, step in enumerate(steps, 1)}

    def seen(record: dict[str, Json]) -> None:
        line = lines.get(str(record.get("host_call_id")))
        if line is None:
            return
        if record["type"] == "decision":
            _note(line, record)
            decided(line)
        elif record["type"] == "outcome":
            line.outcome = str(record["outcome"])

    def person(decision: Decision) -> Answer:
        """The scripted person, who says no to everything."""
        return Reject(lines[decision.call.id].step.answer, by="a person")

    # What loads at first use would else be in the time of the first decision.
    with Guard(**options) as warm:
        warm.check(ToolCall.shell("true"))
        warm.check(ToolCall("python", {"code": "pass"}))
    exporter = InMemorySpanExporter()
    provider = TracerProvider(id_generator=SystemRandomIdGenerator())
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    watched = _Watched(journal, seen)
    with Guard(journal=watched, tracer_provider=provider, **options) as guard:
        agent = create_agent(
            _model(lines),
            make_tools(folder, programs),
            middleware=[GuardMiddleware(guard, approver=person)],
            name="demo",
        )
        request: Any = {"messages": [("user", "Write and test a module that finds primes.")]}
        config: Any = {"metadata": {"regoguard.session": "demo", "regoguard.trajectory": "demo-1"}}
        with provider.get_tracer("guard.demo").start_as_current_span(
            "invoke_agent demo", attributes={"gen_ai.operation.name": "invoke_agent"}
        ):
            for update in agent.stream(request, config, stream_mode="updates"):
                for message in _tool_messages(update):
                    line = lines[message.tool_call_id]
                    line.output = str(message.content)
                    ended(line)
    provider.shutdown()
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(programs, ignore_errors=True)
    return Run(list(lines.values()), exporter.get_finished_spans())


def _note(line: Line, record: dict[str, Any]) -> None:
    line.effect = Effect(record["effect"])
    deciding = [f for f in record["findings"] if f["effect"] == record["effect"]]
    line.rules = list(dict.fromkeys(f["rule"] for f in deciding))
    line.reason = "; ".join([*(f["reason"] for f in deciding), *record["errors"]])
    line.micros = (record["parse_ns"] + record["evaluate_ns"]) // 1000


def _tool_messages(update: Any) -> Iterator[Any]:
    for node in update.values():
        for message in (node or {}).get("messages", ()):
            if message.type == "tool":
                yield message


def _model(lines: dict[str, Line]) -> BaseChatModel:
    """Return a chat model that proposes one step a turn, then says that it is done."""
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage, BaseMessage
    from langchain_core.outputs import ChatGeneration, ChatResult

    script = [
        AIMessage(
            line.step.about,
            tool_calls=[
                {
                    "name": line.step.tool,
                    "args": dict(line.step.arguments),
                    "id": call_id,
                    "type": "tool_call",
                }
            ],
        )
        for call_id, line in lines.items()
    ]

    class Scripted(BaseChatModel):
        """Knows how far it is from the number of its own messages."""

        @property
        def _llm_type(self) -> str:
            return "scripted"

        def bind_tools(self, tools: Any, **kwargs: Any) -> Any:  # noqa: ARG002
            return self

        def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:  # noqa: ARG002
            turn = sum(isinstance(message, AIMessage) for message in messages)
            message = script[turn] if turn < len(script) else AIMessage("The module is committed.")
            return ChatResult(generations=[ChatGeneration(message=message)])

    return Scripted()
