"""The contract of adapters, on every way a call can take through LangChain and LangGraph."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from langchain.agents import create_agent
from langchain_core.callbacks import CallbackManagerForToolRun
from langchain_core.messages import ToolMessage
from langchain_core.tools import BaseTool, StructuredTool
from langgraph.graph import START, MessagesState, StateGraph
from pydantic import BaseModel, PrivateAttr

from guard import Guard
from guard.adapters.langchain import GuardMiddleware, each_tool_call, guard_tool_node, wrap
from guard.enforce.approval import Approver
from tests.support.adapter_contract import AdapterContract, Recorder, Seen
from tests.support.scripted_model import ScriptedModel, proposal


class Arguments(BaseModel):
    command: str
    seconds: int = 30
    tags: list[str] | None = None


def bash_tool(recorder: Recorder, *, native: bool = False) -> BaseTool:
    """A structured tool around the recorder; `native`: with a coroutine of its own."""

    async def run_async(command: str, seconds: int = 30, tags: list[str] | None = None) -> Any:
        await asyncio.sleep(0)
        return recorder.run(command, seconds, tags)

    return StructuredTool.from_function(
        None if native else recorder.run,
        run_async if native else None,
        name="bash",
        description="Run a command.",
        args_schema=Arguments,
    )


class BashTool(BaseTool):
    """A tool of its own class, with private state and a run manager."""

    name: str = "bash"
    description: str = "Run a command."
    args_schema: Any = Arguments
    _recorder: Recorder = PrivateAttr()
    _calls: int = PrivateAttr(default=0)

    def __init__(self, recorder: Recorder) -> None:
        super().__init__()
        self._recorder = recorder

    def _run(
        self,
        command: str,
        seconds: int = 30,
        tags: list[str] | None = None,
        run_manager: CallbackManagerForToolRun | None = None,
    ) -> Any:
        assert run_manager is not None
        self._calls += 1
        return self._recorder.run(command, seconds, tags)


def tool_calls(calls: tuple[Mapping[str, Any], ...]) -> list[dict[str, Any]]:
    return list(proposal(*(("bash", dict(call)) for call in calls)).tool_calls)  # type: ignore[arg-type]


def read(messages: list[Any]) -> list[Seen]:
    found = sorted(
        (m for m in messages if isinstance(m, ToolMessage)), key=lambda m: m.tool_call_id
    )
    return [Seen(str(m.content), m.status == "error") for m in found]


class _Wrapped(AdapterContract):
    native = False

    def tool(self, recorder: Recorder) -> BaseTool:
        return bash_tool(recorder, native=self.native)


class TestWrapSync(_Wrapped):
    """`wrap`, invoked."""

    async def propose(
        self,
        guard: Guard,
        recorder: Recorder,
        *calls: Mapping[str, Any],
        approver: Approver | None = None,
    ) -> list[Seen]:
        tool = wrap(guard, self.tool(recorder), approver=approver)
        return read([await asyncio.to_thread(tool.invoke, call) for call in tool_calls(calls)])


class TestWrapOwnClass(TestWrapSync):
    """`wrap` around a tool of its own class with private state."""

    def tool(self, recorder: Recorder) -> BaseTool:
        return BashTool(recorder)


class TestWrapAsync(_Wrapped):
    """`wrap` around a native coroutine, awaited."""

    native = True
    cancellable = True

    async def propose(
        self,
        guard: Guard,
        recorder: Recorder,
        *calls: Mapping[str, Any],
        approver: Approver | None = None,
    ) -> list[Seen]:
        tool = wrap(guard, self.tool(recorder), approver=approver)
        return read(await asyncio.gather(*(tool.ainvoke(call) for call in tool_calls(calls))))


class TestWrapSyncToolAwaited(TestWrapAsync):
    """`wrap` around a tool that is only synchronous, awaited."""

    native = False


class TestWrapOwnClassAwaited(TestWrapAsync):
    """`wrap` around a synchronous tool of its own class, awaited."""

    def tool(self, recorder: Recorder) -> BaseTool:
        return BashTool(recorder)


class TestMiddlewareSync(_Wrapped):
    """`GuardMiddleware` in a real `create_agent`, invoked."""

    async def propose(
        self,
        guard: Guard,
        recorder: Recorder,
        *calls: Mapping[str, Any],
        approver: Approver | None = None,
    ) -> list[Seen]:
        agent = self.agent(guard, recorder, calls, approver)
        state = await asyncio.to_thread(agent.invoke, {"messages": [("user", "go")]})
        return read(state["messages"])

    def agent(
        self,
        guard: Guard,
        recorder: Recorder,
        calls: tuple[Mapping[str, Any], ...],
        approver: Approver | None,
    ) -> Any:
        model = ScriptedModel(script=[proposal(*(("bash", dict(call)) for call in calls))])
        middleware = GuardMiddleware(guard, approver=approver)
        return create_agent(model, [self.tool(recorder)], middleware=[middleware])


class TestMiddlewareAsync(TestMiddlewareSync):
    """`GuardMiddleware` in a real `create_agent`, awaited, with a native coroutine."""

    native = True
    cancellable = True

    async def propose(
        self,
        guard: Guard,
        recorder: Recorder,
        *calls: Mapping[str, Any],
        approver: Approver | None = None,
    ) -> list[Seen]:
        agent = self.agent(guard, recorder, calls, approver)
        return read((await agent.ainvoke({"messages": [("user", "go")]}))["messages"])


class TestMiddlewareSyncToolAwaited(TestMiddlewareAsync):
    """`GuardMiddleware`, awaited, around a tool that is only synchronous."""

    native = False


class TestToolNodeSync(_Wrapped):
    """`guard_tool_node` in a hand-built graph, all calls in one task."""

    fan_out = False

    def graph(
        self,
        guard: Guard,
        recorder: Recorder,
        calls: tuple[Mapping[str, Any], ...],
        approver: Approver | None,
    ) -> Any:
        model = ScriptedModel(script=[proposal(*(("bash", dict(call)) for call in calls))])

        def think(state: MessagesState) -> dict[str, Any]:
            return {"messages": [model.invoke(state["messages"])]}

        graph = StateGraph(MessagesState)
        graph.add_node("model", think)
        graph.add_node("tools", guard_tool_node(guard, [self.tool(recorder)], approver=approver))
        graph.add_edge(START, "model")
        if self.fan_out:
            graph.add_conditional_edges("model", each_tool_call(), ["tools", "__end__"])
        else:
            graph.add_edge("model", "tools")
        return graph.compile()

    async def propose(
        self,
        guard: Guard,
        recorder: Recorder,
        *calls: Mapping[str, Any],
        approver: Approver | None = None,
    ) -> list[Seen]:
        graph = self.graph(guard, recorder, calls, approver)
        state = await asyncio.to_thread(graph.invoke, {"messages": [("user", "go")]})
        return read(state["messages"])


class TestToolNodeEachCall(TestToolNodeSync):
    """`guard_tool_node` behind `each_tool_call`: a task for each call."""

    fan_out = True


class TestToolNodeAsync(TestToolNodeSync):
    """`guard_tool_node`, awaited, with a native coroutine."""

    native = True
    cancellable = True

    async def propose(
        self,
        guard: Guard,
        recorder: Recorder,
        *calls: Mapping[str, Any],
        approver: Approver | None = None,
    ) -> list[Seen]:
        graph = self.graph(guard, recorder, calls, approver)
        return read((await graph.ainvoke({"messages": [("user", "go")]}))["messages"])
