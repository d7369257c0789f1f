"""What stays as it was when a LangChain tool is guarded, and what is judged of its calls."""

from __future__ import annotations

import asyncio
import copy
import threading
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware
from langchain_core.callbacks import BaseCallbackHandler, CallbackManagerForToolRun
from langchain_core.messages import ToolMessage
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import (
    BaseTool,
    InjectedToolArg,
    InjectedToolCallId,
    StructuredTool,
    Tool,
    ToolException,
    tool,
)
from langgraph.prebuilt import InjectedState, ToolNode, ToolRuntime
from langgraph.types import Command
from pydantic import BaseModel, Field, PrivateAttr, ValidationError, field_validator

from guard import DeniedError, Guard, InputError, Subject
from guard.adapters.langchain import GuardMiddleware, guard_tool_node, wrap
from tests.support.engines import StaticEngine, document
from tests.support.scripted_model import ScriptedModel, proposal

START: Any = {"messages": [("user", "go")]}


@pytest.fixture
def engine() -> StaticEngine:
    return StaticEngine()


@pytest.fixture
def guard(engine: StaticEngine) -> Iterator[Guard]:
    with Guard(engine=engine) as made:
        yield made


def judged(engine: StaticEngine) -> dict[str, Any]:
    arguments: dict[str, Any] = engine.asked[-1]["resource"]["properties"]["arguments"]
    return arguments


def called(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "args": arguments, "id": "call-1", "type": "tool_call"}


@tool
def add(left: int, right: int = 1) -> str:
    """Add two numbers."""
    return str(left + right)


def test_looks_are_kept(guard: Guard) -> None:
    """Name, description, schema, class, tags and metadata are the original's."""
    original = StructuredTool.from_function(
        lambda x: x, name="echo", description="Say it.", tags=["t"], metadata={"m": 1}
    )
    made = wrap(guard, original)
    assert isinstance(made, StructuredTool)
    assert (made.name, made.description) == ("echo", "Say it.")
    assert made.args_schema is original.args_schema
    assert made.tool_call_schema is original.tool_call_schema
    assert (made.tags, made.metadata) == (["t"], {"m": 1})
    assert made.args == original.args


def test_wrapping_twice_is_wrapping_once(guard: Guard, engine: StaticEngine) -> None:
    """The same guard judges a call once, however often it wrapped the tool."""
    made = wrap(guard, wrap(guard, add))
    assert made.invoke({"left": 1}) == "2"
    assert len(engine.asked) == 1


def test_two_guards_both_judge(guard: Guard, engine: StaticEngine) -> None:
    """A tool wrapped by two guards runs only if both allow it."""
    refusing = Guard(engine=StaticEngine(document("deny")))
    for made in (wrap(refusing, wrap(guard, add)), wrap(guard, wrap(refusing, add))):
        assert "denied" in made.invoke({"left": 1})
    assert wrap(guard, wrap(Guard(engine=engine), add)).invoke({"left": 1}) == "2"


def test_guard_wrap_dispatches_here(guard: Guard, engine: StaticEngine) -> None:
    """`guard.wrap(tool)` gives a guarded tool."""
    assert guard.wrap(add).invoke({"left": 2}) == "3"
    assert judged(engine) == {"left": 2, "right": 1}


def test_a_denial_is_an_error_message(guard: Guard, engine: StaticEngine) -> None:
    """Under a tool call a ToolMessage of status error, elsewhere its text."""
    engine.answer = document("deny")
    message = wrap(guard, add).invoke(called("add", {"left": 1}))
    assert isinstance(message, ToolMessage)
    assert (message.status, message.tool_call_id, message.name) == ("error", "call-1", "add")
    assert message.content == "denied: a test says so [test.static]"
    assert wrap(guard, add).invoke({"left": 1}) == message.content


def test_validators_run_once(guard: Guard, engine: StaticEngine) -> None:
    """A validator that is not idempotent is applied once: what is judged is what runs."""

    class Doubling(BaseModel):
        text: str

        @field_validator("text")
        @classmethod
        def double(cls, value: str) -> str:
            return value + value

    ran: list[str] = []

    def note(text: str) -> None:
        ran.append(text)

    doubling = StructuredTool.from_function(
        note, name="doubling", description="-", args_schema=Doubling
    )
    agent = create_agent(
        ScriptedModel(script=[proposal(("doubling", {"text": "a"}))]),
        [doubling],
        middleware=[GuardMiddleware(guard)],
    )
    agent.invoke(START)
    assert ran == ["aa"]
    assert judged(engine) == {"text": "aa"}


@tool
def informed(
    query: str,
    state: Annotated[dict[str, Any], InjectedState],
    tool_call_id: Annotated[str, InjectedToolCallId],
    runtime: ToolRuntime,
    config: RunnableConfig,
    owner: Annotated[str, InjectedToolArg] = "nobody",
) -> str:
    """Look around."""
    ids = f"{tool_call_id} {runtime.tool_call_id}"
    return f"{query} {len(state['messages'])} {ids} {owner} {bool(config)}"


@pytest.mark.parametrize("way", ["wrap", "middleware", "both"])
def test_injected_arguments_arrive_and_are_not_judged(
    guard: Guard, engine: StaticEngine, way: str
) -> None:
    """State, call id, runtime and config reach the body; policy sees the model's arguments."""
    tools = [informed if way == "middleware" else wrap(guard, informed)]
    middleware = [] if way == "wrap" else [GuardMiddleware(guard)]
    # The model cannot forge what is injected.
    model = ScriptedModel(script=[proposal(("informed", {"query": "q", "owner": "root"}))])
    agent = create_agent(model, tools, middleware=middleware)
    messages = agent.invoke(START)["messages"]
    assert messages[2].content == "q 2 call-1 call-1 nobody True"
    assert judged(engine) == {"query": "q"}
    assert len(engine.asked) == 1


def test_arguments_injected_by_the_schema_are_not_judged(
    guard: Guard, engine: StaticEngine
) -> None:
    """What only the schema marks as injected is left out of what is judged, and arrives."""

    class Schema(BaseModel):
        query: str
        state: Annotated[dict[str, Any], InjectedState]

    class Search(BaseTool):
        name: str = "search"
        description: str = "Search."
        args_schema: Any = Schema

        def _run(self, query: str, state: Any) -> str:
            return f"{query} {len(state['messages'])}"

    model = ScriptedModel(script=[proposal(("search", {"query": "q"}))])
    agent = create_agent(model, [Search()], middleware=[GuardMiddleware(guard)])
    assert agent.invoke(START)["messages"][2].content == "q 2"
    assert judged(engine) == {"query": "q"}


def test_infrastructure_names_do_not_hide_arguments(guard: Guard, engine: StaticEngine) -> None:
    """Arguments that are merely called like LangChain's own are judged like all others."""
    ran: list[dict[str, Any]] = []
    anything = StructuredTool.from_function(
        lambda **kwargs: ran.append(kwargs),
        name="anything",
        description="-",
        args_schema={"type": "object", "properties": {}, "additionalProperties": True},
    )
    sent = {"callbacks": ["rm"], "args": 1, "kwargs": {"a": 2}}
    wrap(guard, anything).invoke(called("anything", sent))
    assert judged(engine) == ran[0] == sent


class Counting(BaseTool):
    """Counts in a private attribute and in a field; holds a lock, which cannot be copied."""

    name: str = "counting"
    description: str = "Count."
    total: int = 0
    _calls: int = PrivateAttr(default=0)
    _lock: Any = PrivateAttr(default_factory=threading.Lock)

    def _run(self, by: int = 1, run_manager: CallbackManagerForToolRun | None = None) -> str:
        with self._lock:
            self._calls += 1
            self.total += by
        return f"{self._calls} {self.total} {run_manager is not None}"

    async def _arun(self, by: int = 1) -> str:
        # Calls the synchronous body itself, as many tools do: still one decision.
        return self._run(by)


async def test_state_is_shared_with_the_original(guard: Guard, engine: StaticEngine) -> None:
    """Fields and private attributes are those of the original, whichever is used."""
    original = Counting()
    made = wrap(guard, original)
    assert made.invoke({"by": 2}) == "1 2 True"
    assert await made.ainvoke({"by": 3}) == "2 5 False"
    assert (original.total, made.total) == (5, 5)
    original.total = 10
    assert made.invoke({"by": 1}) == "3 11 True"
    assert len(engine.asked) == 3


def test_a_bare_call_of_run_is_judged(guard: Guard, engine: StaticEngine) -> None:
    """Calling `_run` or the tool's function past LangChain does not pass the guard by."""
    engine.answer = document("deny")
    original = Counting()
    assert "denied" in wrap(guard, original)._run(5)
    assert original.total == 0
    assert judged(engine) == {"by": 5}
    assert isinstance(add, StructuredTool)
    function = wrap(guard, add).func
    assert function is not None
    with pytest.raises(DeniedError):
        function(1, right=2)
    assert judged(engine) == {"left": 1, "right": 2}
    assert add.func is not None
    assert add.func(1, 2) == "3"


def test_single_input_tools(guard: Guard, engine: StaticEngine) -> None:
    """A `Tool` of one text is judged under the name of its function's parameter."""

    def shell(command: str) -> str:
        return f"ran {command}"

    made = wrap(guard, Tool(name="bash", func=shell, description="-"))
    assert made.invoke("ls") == "ran ls"
    assert judged(engine) == {"command": "ls"}
    assert made.invoke(called("bash", {"__arg1": "pwd"})).content == "ran pwd"
    assert judged(engine) == {"command": "pwd"}
    assert wrap(guard, add).invoke(called("add", {"left": "4"})).content == "5"


async def test_single_input_tools_awaited(guard: Guard, engine: StaticEngine) -> None:
    """The same, awaited, with and without a coroutine."""

    async def shell(command: str) -> str:
        return f"awaited {command}"

    both = Tool(name="bash", func=lambda command: command, coroutine=shell, description="-")
    assert await wrap(guard, both).ainvoke("ls") == "awaited ls"
    only = Tool(name="bash", func=lambda command: command, description="-")
    assert await wrap(guard, only).ainvoke("ls") == "ls"
    assert judged(engine) == {"command": "ls"}


def test_content_and_artifact(guard: Guard, engine: StaticEngine) -> None:
    """Both halves arrive, and a denial is a message with no artifact."""

    @tool(response_format="content_and_artifact")
    def fetch(name: str) -> tuple[str, dict[str, int]]:
        """Fetch it."""
        return f"text of {name}", {"size": 3}

    message = wrap(guard, fetch).invoke(called("fetch", {"name": "a"}))
    assert (message.content, message.artifact) == ("text of a", {"size": 3})
    engine.answer = document("deny")
    message = wrap(guard, fetch).invoke(called("fetch", {"name": "a"}))
    assert (message.status, message.artifact) == ("error", None)
    assert "denied" in wrap(guard, fetch).invoke({"name": "a"})


def test_errors_are_handled_as_before(guard: Guard, engine: StaticEngine) -> None:
    """The tool's handling of errors keeps its meaning; invalid input is not even judged."""

    def fail(number: int) -> str:
        raise ToolException("no such number")

    made = wrap(guard, StructuredTool.from_function(fail, description="-"))
    with pytest.raises(ToolException):
        made.invoke({"number": 1})
    with pytest.raises(ValidationError):
        made.invoke({"number": "x"})
    assert len(engine.asked) == 1
    made.handle_tool_error, made.handle_validation_error = True, "give a number"
    message = made.invoke(called("fail", {"number": 1}))
    assert (message.content, message.status) == ("no such number", "error")
    message = made.invoke(called("fail", {"number": "x"}))
    assert (message.content, message.status) == ("give a number", "error")


def test_callbacks_see_the_call(guard: Guard) -> None:
    """Handlers get start and end, and children of the tool's run nest below it."""
    events: list[str] = []

    class Handler(BaseCallbackHandler):
        def on_tool_start(self, serialized: Any, *args: Any, **kwargs: Any) -> None:
            events.append(f"start {serialized['name']}")

        def on_tool_end(self, output: Any, **kwargs: Any) -> None:
            events.append(f"end {output}")

    wrap(guard, add).invoke({"left": 1}, config={"callbacks": [Handler()]})
    assert events == ["start add", "end 2"]


def test_copies_stay_guarded(guard: Guard, engine: StaticEngine) -> None:
    """A copy of a guarded tool is a guarded tool."""
    engine.answer = document("deny")
    for made in (
        copy.copy(wrap(guard, add)),
        copy.deepcopy(wrap(guard, add)),
        wrap(guard, add).model_copy(update={"name": "plus"}),
    ):
        assert "denied" in made.invoke({"left": 1})
    assert engine.asked[-1]["resource"]["id"] == "plus"
    assert add.name == "add"


def test_a_tool_that_runs_its_body_elsewhere_is_refused(guard: Guard) -> None:
    """A class that replaces `invoke` cannot be guarded from within, and that is said at once."""

    class Sly(BaseTool):
        name: str = "sly"
        description: str = "-"

        def invoke(self, *args: Any, **kwargs: Any) -> Any:
            return "ran anyway"

        def _run(self) -> str:
            return ""

    with pytest.raises(InputError, match="replaces `invoke`"):
        wrap(guard, Sly())
    model = ScriptedModel(script=[proposal(("sly", {}))])
    agent = create_agent(model, [Sly()], middleware=[GuardMiddleware(guard)])
    with pytest.raises(InputError, match="replaces `invoke`"):
        agent.invoke(START)
    assert model.seen == []
    with pytest.raises(InputError, match="replaces `invoke`"):
        guard_tool_node(guard, [Sly()])


def test_arguments_that_cannot_be_judged_are_denied(guard: Guard) -> None:
    """What has no JSON form cannot be judged, and does not run."""
    ran: list[Any] = []
    schema = {"type": "object", "properties": {"data": {}}}
    bare = StructuredTool.from_function(
        lambda data: ran.append([data]), name="t", description="-", args_schema=schema
    )
    made = wrap(guard, bare)
    assert "cannot be judged" in made.invoke({"data": object()})
    assert ran == []


def test_session_and_subject_come_from_the_config(guard: Guard, engine: StaticEngine) -> None:
    """The request holds subject, thread, run, trajectory, episode and sandbox."""
    model = ScriptedModel(script=[proposal(("add", {"left": 1}))])
    agent = create_agent(model, [add], middleware=[GuardMiddleware(guard)])
    metadata = {
        "regoguard.trajectory": "t-1",
        "episode_id": 4,
        "regoguard.sandbox.id": "s-1",
        "sandbox_ip": "10.0.0.9",
        "regoguard.run": "r-1",
        "regoguard.subject": "rome-7",
    }
    agent.invoke(START, {"configurable": {"thread_id": "th-1"}, "metadata": metadata})
    [request] = engine.asked
    assert request["subject"] == {"type": "agent", "id": "rome-7", "properties": {}}
    assert request["context"]["call_id"] == "call-1"
    assert request["context"]["source"] == "langchain"
    assert request["context"]["session"] == {
        "id": "th-1",
        "run": "r-1",
        "trajectory": "t-1",
        "episode": "4",
        "sandbox": {"id": "s-1", "ip": "10.0.0.9"},
    }


def test_the_agents_name_is_the_subject(guard: Guard, engine: StaticEngine) -> None:
    """Where LangChain passes an agent's name on, it is the subject of its calls."""
    told: list[str] = []

    @tool
    def look(config: RunnableConfig) -> str:
        """Look at the config."""
        told.append(config.get("metadata", {}).get("lc_agent_name", "agent"))
        return ""

    model = ScriptedModel(script=[proposal(("look", {}))])
    agent = create_agent(model, [look], middleware=[GuardMiddleware(guard)], name="rome-7")
    agent.invoke(START)
    assert [engine.asked[0]["subject"]["id"]] == told


def test_a_given_subject_wins(guard: Guard, engine: StaticEngine) -> None:
    """A subject given to the adapter is not overwritten by the config."""
    made = wrap(guard, add, subject=Subject(id="me"))
    made.invoke({"left": 1}, config={"metadata": {"regoguard.subject": "other"}})
    assert engine.asked[0]["subject"]["id"] == "me"


@pytest.mark.parametrize("effect", ["allow", "deny"])
async def test_an_unknown_tool_is_judged(guard: Guard, engine: StaticEngine, effect: str) -> None:
    """A tool that nobody registered is judged by name; if allowed, the loop says it is unknown."""
    engine.answer = document(effect)
    expected = "denied: " if effect == "deny" else "Error: conjure is not a valid tool"
    for way in ("sync", "async"):
        model = ScriptedModel(script=[proposal(("conjure", {"what": "x"}))])
        agent = create_agent(model, [add], middleware=[GuardMiddleware(guard)])
        state = agent.invoke(START) if way == "sync" else await agent.ainvoke(START)
        message = state["messages"][2]
        assert message.content.startswith(expected)
        assert (message.status, message.tool_call_id) == ("error", "call-1")
        assert engine.asked[-1]["resource"]["id"] == "conjure"
        assert judged(engine) == {"what": "x"}


def test_tools_at_the_provider_are_refused(guard: Guard) -> None:
    """A hosted tool would run unseen: the agent does not start, unless that is accepted."""
    hosted = {"type": "web_search_preview"}
    model = ScriptedModel(script=[])
    agent = create_agent(model, [add, hosted], middleware=[GuardMiddleware(guard)])
    with pytest.raises(InputError, match="web_search_preview"):
        agent.invoke(START)
    assert model.seen == []
    accepting = GuardMiddleware(guard, provider_tools=["web_search_preview"])
    agent = create_agent(model, [add, hosted], middleware=[accepting])
    assert agent.invoke(START)["messages"][-1].content == "done"


@pytest.mark.parametrize("effect", ["allow", "deny"])
def test_commands_pass_through(guard: Guard, engine: StaticEngine, effect: str) -> None:
    """A tool that returns a Command still steers the graph, and does not when denied."""
    engine.answer = document(effect)

    @tool
    def remember(fact: str, tool_call_id: Annotated[str, InjectedToolCallId]) -> Command[Any]:
        """Remember it."""
        reply = ToolMessage(f"noted {fact}", tool_call_id=tool_call_id)
        return Command(update={"messages": [reply]})

    model = ScriptedModel(script=[proposal(("remember", {"fact": "x"}))])
    agent = create_agent(model, [remember], middleware=[GuardMiddleware(guard)])
    message = agent.invoke(START)["messages"][2]
    assert message.content.startswith("noted x" if effect == "allow" else "denied")


def test_obligations_reach_into_commands_messages_and_blocks(
    guard: Guard, engine: StaticEngine
) -> None:
    """Redaction reaches every text that the model would read; what it cannot reach is withheld."""
    redact = {"type": "redact", "properties": {"patterns": ["secret"]}}
    engine.answer = document("allow", obligations=[redact])
    engine.answer["findings"][0]["obligations"] = [redact]
    results: list[Any] = []

    @tool
    def say(tool_call_id: Annotated[str, InjectedToolCallId]) -> Any:
        """Say it."""
        return results[-1]

    def ask() -> Any:
        return wrap(guard, say).invoke(called("say", {}))

    results.append(ToolMessage("a secret", tool_call_id="call-1", artifact={"k": "secret"}))
    assert (ask().content, ask().artifact) == ("a [redacted]", {"k": "[redacted]"})
    results.append([{"type": "text", "text": "a secret"}])
    assert ask().content == [{"type": "text", "text": "a [redacted]"}]
    results.append(Command(update={"messages": [ToolMessage("secret", tool_call_id="call-1")]}))
    assert ask().update["messages"][0].content == "[redacted]"
    results.append([{"type": "image_url", "image_url": "secret"}])
    assert ask().status == "error"
    assert "withheld" in ask().content
    results.append(object())
    assert "withheld" in ask().content
    results.append(ToolMessage("a secret", tool_call_id="call-1", artifact=object()))
    assert (ask().content, ask().artifact) == ("a [redacted]", None)


def test_a_denial_of_the_tools_own_is_not_the_guards(guard: Guard) -> None:
    """A DeniedError that the body itself raises is passed on like any exception of it."""
    inner = Guard(engine=StaticEngine(document("deny")))

    @tool
    def outer(x: int) -> str:
        """Do it."""
        return str(inner.protect(lambda: x)())

    with pytest.raises(DeniedError):
        wrap(guard, outer).invoke({"x": 1})


def test_middleware_before_the_guard_may_rewrite(guard: Guard, engine: StaticEngine) -> None:
    """What other middleware made of the call is what is judged."""

    class Rewriting(AgentMiddleware[Any, Any, Any]):
        def wrap_tool_call(self, request: Any, handler: Any) -> Any:
            changed = {**request.tool_call, "args": {"left": 40, "right": 2}}
            return handler(request.override(tool_call=changed))

    for middleware in (
        [Rewriting(), GuardMiddleware(guard)],
        [GuardMiddleware(guard), Rewriting()],
    ):
        model = ScriptedModel(script=[proposal(("add", {"left": 1}))])
        agent = create_agent(model, [add], middleware=middleware)
        assert agent.invoke(START)["messages"][2].content == "42"
        assert judged(engine) == {"left": 40, "right": 2}


def test_a_denied_return_direct_tool_ends_the_run(guard: Guard, engine: StaticEngine) -> None:
    """The denial becomes the answer, as the tool's result would have."""
    engine.answer = document("deny")

    @tool(return_direct=True)
    def final(text: str) -> str:
        """Say the last word."""
        return text

    model = ScriptedModel(script=[proposal(("final", {"text": "x"}))])
    agent = create_agent(model, [final], middleware=[GuardMiddleware(guard)])
    messages = agent.invoke(START)["messages"]
    assert messages[-1].content.startswith("denied")
    assert len(model.seen) == 1


def test_wrapped_tools_work_in_a_plain_tool_node(guard: Guard, engine: StaticEngine) -> None:
    """`ToolNode` finds what to inject into a wrapped tool as it does for the original."""
    node = ToolNode([wrap(guard, informed)])
    plain = ToolNode([informed])
    assert node._injected_args == plain._injected_args
    assert node.tools_by_name["informed"].tool_call_schema is not None
    assert engine.asked == []


def test_a_nested_tool_has_its_own_call(guard: Guard, engine: StaticEngine) -> None:
    """A tool that calls another tool does not lend it its call id."""
    inner = wrap(guard, add)

    @tool
    def outer(x: int) -> str:
        """Add to it."""
        return str(inner.invoke({"left": x})) + str(inner._run(x, right=5, config={}))

    assert wrap(guard, outer).invoke(called("outer", {"x": 1})).content == "26"
    ids = [(a["resource"]["id"], a["context"]["call_id"]) for a in engine.asked]
    assert ids == [("outer", "call-1"), ("add", ""), ("add", "")]


async def test_many_threads_and_tasks(guard: Guard) -> None:
    """Calls side by side do not mix up their ids."""
    made = wrap(guard, add)
    calls = [{**called("add", {"left": n}), "id": f"call-{n}"} for n in range(40)]
    awaited = await asyncio.gather(*(made.ainvoke(call) for call in calls))
    threaded = await asyncio.gather(*(asyncio.to_thread(made.invoke, call) for call in calls))
    for messages in (awaited, threaded):
        assert [(m.tool_call_id, m.content) for m in messages] == [
            (f"call-{n}", str(n + 1)) for n in range(40)
        ]


class _Extra(BaseModel):
    value: int = Field(alias="v")


def test_aliases_and_nested_models(guard: Guard, engine: StaticEngine) -> None:
    """Nested models are judged by their JSON form and arrive as models."""
    seen: list[Any] = []

    @tool
    def take(extra: _Extra) -> str:
        """Take it."""
        seen.append(extra)
        return "ok"

    wrap(guard, take).invoke(called("take", {"extra": {"v": 3}}))
    assert isinstance(seen[0], _Extra)
    assert judged(engine) == {"extra": {"value": 3}}
