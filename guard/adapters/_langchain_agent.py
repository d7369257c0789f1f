"""The guard in LangChain's agent loop: middleware for `create_agent`, hooks for `ToolNode`.

Both hand the loop a guarded stand-in of the tool (`_langchain_tools`), so that what is
judged are the arguments after validation, and no inner middleware can change them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain.agents.middleware.types import ToolCallRequest
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.tools import BaseTool
from langgraph.prebuilt import ToolNode
from langgraph.types import Command, Send

from guard._guard import Guard
from guard.adapters._langchain_context import span_parent
from guard.adapters._langchain_results import denial, map_text
from guard.adapters._langchain_tools import Settings, approver_for, call_of, guarded
from guard.enforce.approval import Approver, AsyncApprover
from guard.errors import DeniedError, InputError
from guard.model import Subject, ToolCall

__all__ = ["GuardMiddleware", "each_tool_call", "guard_tool_node"]

_Result = ToolMessage | Command[Any]
_Handler = Callable[[ToolCallRequest], _Result]
_AsyncHandler = Callable[[ToolCallRequest], Awaitable[_Result]]
_KEPT = 256  # stand-ins kept by one hook; more tools than that are wrapped again


class _Hook:
    """Runs one tool call of the loop under the guard."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        # By identity; the tool is kept with its stand-in, so that the id is not used again.
        self._stands: OrderedDict[int, tuple[BaseTool, BaseTool]] = OrderedDict()

    def stand_in(self, tool: BaseTool) -> BaseTool:
        found = self._stands.get(id(tool))
        if found is None:
            found = self._stands[id(tool)] = (tool, guarded(self.settings, tool))
            if len(self._stands) > _KEPT:
                self._stands.popitem(last=False)
        return found[1]

    def run(self, request: ToolCallRequest, handler: _Handler) -> _Result:
        if request.tool is not None:
            return handler(request.override(tool=self.stand_in(request.tool)))
        own: list[DeniedError] = []

        def body(judged: Mapping[str, Any]) -> _Result:
            try:
                return handler(_with(request, judged))
            except DeniedError as error:
                own.append(error)
                raise

        try:
            with span_parent():
                return self.settings.guard.run(
                    self._call(request), body, approver=self._approver(request), map_text=map_text
                )
        except DeniedError as denied:
            return _refused(request, denied, own)

    async def arun(self, request: ToolCallRequest, handler: _AsyncHandler) -> _Result:
        if request.tool is not None:
            return await handler(request.override(tool=self.stand_in(request.tool)))
        own: list[DeniedError] = []

        async def body(judged: Mapping[str, Any]) -> _Result:
            try:
                return await handler(_with(request, judged))
            except DeniedError as error:
                own.append(error)
                raise

        try:
            with span_parent():
                return await self.settings.guard.arun(
                    self._call(request), body, approver=self._approver(request), map_text=map_text
                )
        except DeniedError as denied:
            return _refused(request, denied, own)

    def _call(self, request: ToolCallRequest) -> ToolCall:
        """The call of a tool that nobody registered: judged by what the model sent."""
        proposed = request.tool_call
        return call_of(
            self.settings,
            proposed["name"],
            proposed["args"],
            call_id=proposed["id"],
            config=request.runtime.config,
        )

    def _approver(self, request: ToolCallRequest) -> Any:
        return approver_for(self.settings, request.runtime.config, lambda edited: edited)


class GuardMiddleware(AgentMiddleware[Any, Any, Any]):
    """Guards every tool call of an agent: `create_agent(middleware=[..., GuardMiddleware(g)])`.

    Put it last: middleware after it could hand over another tool. `approver` is asked where
    a decision asks; without one, a graph with a checkpointer is interrupted (unless
    `interrupt` is off), and else the guard's own approver is asked. `subject` says who acts;
    by default the agent's name.

    Tools that run at the model's provider never reach the guard: such an agent is refused
    at its start, except for the types or names in `provider_tools`.
    """

    def __init__(
        self,
        guard: Guard,
        *,
        approver: Approver | AsyncApprover | None = None,
        interrupt: bool = True,
        subject: Subject | None = None,
        provider_tools: Collection[str] = (),
        name: str = "GuardMiddleware",
    ) -> None:
        super().__init__()
        self.tools = []
        self._hook = _Hook(
            Settings(guard, approver=approver, interrupt=interrupt, subject=subject, alone=True)
        )
        self._provider_tools = frozenset(provider_tools)
        self._name = name

    @property
    def name(self) -> str:
        """The middleware's name, which is unique in an agent."""
        return self._name

    def wrap_model_call(
        self,
        request: ModelRequest[Any],
        handler: Callable[[ModelRequest[Any]], ModelResponse[Any]],
    ) -> ModelResponse[Any]:
        """Refuse an agent with tools that cannot be guarded, before its model is called."""
        self._inspect(request)
        return handler(request)

    async def awrap_model_call(
        self,
        request: ModelRequest[Any],
        handler: Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]],
    ) -> ModelResponse[Any]:
        """As `wrap_model_call`."""
        self._inspect(request)
        return await handler(request)

    def wrap_tool_call(self, request: ToolCallRequest, handler: _Handler) -> _Result:
        """Judge one call; run it, ask, or answer with a ToolMessage of status error."""
        return self._hook.run(request, handler)

    async def awrap_tool_call(self, request: ToolCallRequest, handler: _AsyncHandler) -> _Result:
        """As `wrap_tool_call`."""
        return await self._hook.arun(request, handler)

    def _inspect(self, request: ModelRequest[Any]) -> None:
        for tool in [*request.tools, *(request.model_settings.get("tools") or ())]:
            if isinstance(tool, BaseTool):
                self._hook.stand_in(tool)
            elif isinstance(tool, dict) and not self._tolerated(tool):
                kind = str(tool.get("type") or tool.get("name") or "?")
                raise InputError(
                    f"the tool `{kind:.60}` runs at the model's provider and cannot be guarded",
                    help=f"remove it, or accept that with provider_tools=[{kind!r:.60}]",
                )

    def _tolerated(self, tool: Mapping[str, Any]) -> bool:
        """A function's schema names a tool that comes back as a call; the rest must be listed."""
        if tool.get("type") == "function":
            return True
        return not self._provider_tools.isdisjoint({str(tool.get("type")), str(tool.get("name"))})


def guard_tool_node(
    guard: Guard,
    tools: Sequence[BaseTool | Callable[..., Any]],
    *,
    approver: Approver | AsyncApprover | None = None,
    interrupt: bool = True,
    subject: Subject | None = None,
    **options: Any,
) -> ToolNode:
    """Return a LangGraph `ToolNode` whose calls pass the guard. `options` are ToolNode's own.

    Where the node gets several calls at once, LangGraph repeats all of them when one is
    interrupted; so a call that needs a person is then refused. Route with `each_tool_call`,
    as `create_agent` does, and each call has a task of its own.

    Raises:
        InputError: a tool cannot be guarded, or the options hold a wrapper of calls.
    """
    if "wrap_tool_call" in options or "awrap_tool_call" in options:
        raise InputError(
            "the guard is the node's wrapper of tool calls", help="wrap the tools themselves"
        )
    shared = Settings(guard, approver=approver, interrupt=interrupt, subject=subject, alone=True)
    single = _Hook(shared)
    several = _Hook(Settings(guard, approver=approver, interrupt=False, subject=subject))
    messages_key = str(options.get("messages_key", "messages"))

    def pick(request: ToolCallRequest) -> _Hook:
        return single if _is_alone(request, messages_key) else several

    def wrap_call(request: ToolCallRequest, handler: _Handler) -> _Result:
        return pick(request).run(request, handler)

    async def awrap_call(request: ToolCallRequest, handler: _AsyncHandler) -> _Result:
        return await pick(request).arun(request, handler)

    node = ToolNode(tools, wrap_tool_call=wrap_call, awrap_tool_call=awrap_call, **options)
    for tool in node.tools_by_name.values():
        single.stand_in(tool)
    return node


def each_tool_call(
    node: str = "tools", *, otherwise: str = "__end__", messages_key: str = "messages"
) -> Callable[[Any], list[Send] | str]:
    """Return a conditional edge that sends each call of the last message to a task of its own."""

    def route(state: Any) -> list[Send] | str:
        calls = _proposed(state, messages_key)
        return [Send(node, [call]) for call in calls] or otherwise

    return route


def _is_alone(request: ToolCallRequest, messages_key: str) -> bool:
    """True if the task runs this call only: it was sent by itself, or the message has one."""
    path = (request.runtime.config.get("metadata") or {}).get("langgraph_path") or ("",)
    return path[0] == "__pregel_push" or len(_proposed(request.state, messages_key)) == 1


def _proposed(state: Any, messages_key: str) -> list[Any]:
    if isinstance(state, dict):
        state = state.get(messages_key)
    elif not isinstance(state, list):
        state = getattr(state, messages_key, None)
    last = next((m for m in reversed(state or ()) if isinstance(m, AIMessage)), None)
    return [] if last is None else list(last.tool_calls)


def _with(request: ToolCallRequest, judged: Mapping[str, Any]) -> ToolCallRequest:
    return request.override(tool_call={**request.tool_call, "args": dict(judged)})


def _refused(request: ToolCallRequest, denied: DeniedError, own: list[DeniedError]) -> _Result:
    if denied in own:
        raise denied
    proposed = request.tool_call
    message: ToolMessage = denial(str(denied), name=proposed["name"], call_id=proposed["id"] or "")
    return message
