"""Asking a person through LangGraph's interrupts: real graphs with a real checkpointer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.tools import BaseTool, tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode
from langgraph.types import Command, interrupt

from guard import Approve, Guard
from guard.adapters.langchain import GuardMiddleware, each_tool_call, guard_tool_node, wrap
from tests.support.engines import StaticEngine, document
from tests.support.scripted_model import ScriptedModel, proposal

CONFIG: Any = {"configurable": {"thread_id": "t-1"}}
START_STATE: Any = {"messages": [("user", "go")]}


class AskFor(StaticEngine):
    """Asks about numbers from 10 on, denies from 100 on, and allows the rest."""

    def evaluate(self, request: str) -> Any:
        self.asked.append(json.loads(request))
        number = self.asked[-1]["resource"]["properties"]["arguments"].get("number", 0)
        return document("deny" if number >= 100 else "ask" if number >= 10 else "allow")


@pytest.fixture
def ran() -> list[int]:
    return []


@pytest.fixture
def pay(ran: list[int]) -> BaseTool:
    @tool
    def pay(number: int) -> str:
        """Pay it."""
        ran.append(number)
        return f"paid {number}"

    return pay


@pytest.fixture
def engine() -> AskFor:
    return AskFor()


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


@pytest.fixture
def guard(engine: AskFor, journal: Path) -> Iterator[Guard]:
    with Guard(engine=engine, journal=journal) as made:
        yield made


Make = Callable[..., Any]


@pytest.fixture
def make(guard: Guard, pay: BaseTool) -> Make:
    """An agent with the middleware and a checkpointer, whose model proposes the numbers."""

    def build(*numbers: Any, **options: Any) -> Any:
        model = ScriptedModel(script=[proposal(*(("pay", {"number": n}) for n in numbers))])
        return create_agent(
            model,
            [pay],
            middleware=[GuardMiddleware(guard, **options)],
            checkpointer=InMemorySaver(),
        )

    return build


def replies(state: Any) -> list[str]:
    found = [m for m in state["messages"] if isinstance(m, ToolMessage)]
    return [str(m.content) for m in sorted(found, key=lambda m: m.tool_call_id)]


def kinds(journal: Path) -> list[str]:
    records = [json.loads(line) for line in journal.read_text().splitlines()]
    return [
        r["effect"] if r["type"] == "decision" else r["outcome"]
        for r in records
        if r["type"] in ("decision", "outcome")
    ]


def test_the_question_says_what_a_person_needs(make: Make, ran: list[int]) -> None:
    """Tool, arguments, reason, rule, operations and decision, in plain JSON."""
    state = make(10).invoke(START_STATE, CONFIG)
    [asked] = state["__interrupt__"]
    value = asked.value
    assert ran == []
    assert (value["name"], value["args"], value["tool_call_id"]) == (
        "pay",
        {"number": 10},
        "call-1",
    )
    assert value["reason"] == "a test says so"
    assert value["rules"] == ["test.static"]
    assert value["operations"][0]["kind"] == "tool.use"
    assert len(value["decision_id"]) == 32
    assert len(value["arguments_hash"]) == 64
    # The shape that clients of LangChain's own middleware read.
    assert value["action_requests"][0]["args"] == {"number": 10}
    assert value["review_configs"][0]["allowed_decisions"] == ["approve", "edit", "reject"]
    assert json.loads(json.dumps(value)) == value


@pytest.mark.parametrize("answer", [{"type": "approve"}, {"decisions": [{"type": "approve"}]}])
def test_approved_runs_once_and_is_recorded_once(
    make: Make, ran: list[int], journal: Path, answer: Any
) -> None:
    """The guard judges again on resume; the question stands in the journal once."""
    agent = make(10)
    agent.invoke(START_STATE, CONFIG)
    state = agent.invoke(Command(resume=answer), CONFIG)
    assert ran == [10]
    assert replies(state) == ["paid 10"]
    assert kinds(journal) == ["ask", "approved", "ran"]


async def test_approved_awaited(make: Make, ran: list[int]) -> None:
    """The same through `ainvoke`."""
    agent = make(10)
    await agent.ainvoke(START_STATE, CONFIG)
    assert ran == []
    state = await agent.ainvoke(Command(resume={"type": "approve"}), CONFIG)
    assert (ran, replies(state)) == ([10], ["paid 10"])


def test_rejected_does_not_run(make: Make, ran: list[int], journal: Path) -> None:
    """The model reads who refused and why."""
    agent = make(10)
    agent.invoke(START_STATE, CONFIG)
    state = agent.invoke(Command(resume={"type": "reject", "message": "too much"}), CONFIG)
    assert ran == []
    assert "a person rejected it: too much" in replies(state)[0]
    assert kinds(journal) == ["ask", "rejected"]


@pytest.mark.parametrize(
    ("edited", "expected"),
    [
        ({"number": "5"}, [5]),  # coerced by the tool's schema, allowed
        ({"number": 100}, []),  # denied
        ({"number": "x"}, []),  # no such number
        ({}, []),
    ],
)
@pytest.mark.parametrize("shape", ["arguments", "edited_action"])
def test_an_edit_is_validated_and_judged_anew(
    make: Make, ran: list[int], engine: AskFor, shape: str, edited: Any, expected: list[int]
) -> None:
    """What a person typed goes through schema and policy like what the model typed."""
    agent = make(10)
    agent.invoke(START_STATE, CONFIG)
    answer = (
        {"arguments": edited}
        if shape == "arguments"
        else {"edited_action": {"name": "pay", "args": edited}}
    )
    agent.invoke(Command(resume={"type": "edit", **answer}), CONFIG)
    assert ran == expected
    if expected:
        assert engine.asked[-1]["resource"]["properties"]["arguments"] == {"number": 5}


def test_an_edit_that_needs_a_person_asks_again(make: Make, ran: list[int]) -> None:
    """The approval of one set of arguments does not carry over to another."""
    agent = make(10)
    agent.invoke(START_STATE, CONFIG)
    state = agent.invoke(Command(resume={"type": "edit", "arguments": {"number": 11}}), CONFIG)
    assert state["__interrupt__"][0].value["args"] == {"number": 11}
    assert ran == []
    agent.invoke(Command(resume={"type": "approve"}), CONFIG)
    assert ran == [11]


@pytest.mark.parametrize(
    "answer",
    [
        True,
        "approve",
        {"type": "yes"},
        {"type": "approve", "tool_call_id": "call-9"},
        {"type": "approve", "arguments_hash": "0" * 64},
        {"type": "edit"},
        {"type": "edit", "edited_action": {"name": "other", "args": {"number": 1}}},
        {"decisions": []},
        {"decisions": [{"type": "approve"}, {"type": "approve"}]},
        [{"type": "approve"}],
    ],
)
def test_an_answer_that_is_not_understood_is_a_no(make: Make, ran: list[int], answer: Any) -> None:
    """Anything but a well-formed answer about this very call does not run it."""
    agent = make(10)
    agent.invoke(START_STATE, CONFIG)
    state = agent.invoke(Command(resume=answer), CONFIG)
    assert ran == []
    assert "rejected" in replies(state)[0]


def test_several_questions_wait_side_by_side(make: Make, ran: list[int], journal: Path) -> None:
    """Each call of a turn has its own question; the allowed one runs once all the same."""
    agent = make(1, 10, 11, 100)
    state = agent.invoke(START_STATE, CONFIG)
    asked = {i.value["args"]["number"]: i.id for i in state["__interrupt__"]}
    assert set(asked) == {10, 11}
    assert ran == [1]
    answers = {asked[10]: {"type": "reject"}, asked[11]: {"type": "approve"}}
    state = agent.invoke(Command(resume=answers), CONFIG)
    assert ran == [1, 11]
    texts = replies(state)
    assert texts[0] == "paid 1"
    assert "rejected" in texts[1]
    assert texts[2] == "paid 11"
    assert texts[3].startswith("denied")
    assert kinds(journal).count("ask") == 2


def test_one_answer_at_a_time(make: Make, ran: list[int]) -> None:
    """Answering one question leaves the other waiting and repeats nothing."""
    agent = make(10, 11)
    state = agent.invoke(START_STATE, CONFIG)
    asked = {i.value["args"]["number"]: i.id for i in state["__interrupt__"]}
    state = agent.invoke(Command(resume={asked[10]: {"type": "approve"}}), CONFIG)
    assert ran == [10]
    assert [i.value["args"]["number"] for i in state["__interrupt__"]] == [11]
    agent.invoke(Command(resume={asked[11]: {"type": "approve"}}), CONFIG)
    assert ran == [10, 11]


def test_without_a_checkpointer_an_ask_is_a_denial(
    guard: Guard, pay: BaseTool, ran: list[int]
) -> None:
    """Nobody could ever answer, so the model reads that a person must approve."""
    model = ScriptedModel(script=[proposal(("pay", {"number": 10}))])
    agent = create_agent(model, [pay], middleware=[GuardMiddleware(guard)])
    state = agent.invoke(START_STATE)
    assert ran == []
    assert "a person must approve it" in replies(state)[0]


def test_the_guards_own_approver_where_interrupts_are_off(
    engine: AskFor, pay: BaseTool, ran: list[int]
) -> None:
    """`interrupt=False` leaves the question to the guard's approver."""
    guard = Guard(engine=engine, approver=lambda _: Approve())
    model = ScriptedModel(script=[proposal(("pay", {"number": 10}))])
    middleware = [GuardMiddleware(guard, interrupt=False)]
    agent = create_agent(model, [pay], middleware=middleware, checkpointer=InMemorySaver())
    assert "__interrupt__" not in agent.invoke(START_STATE, CONFIG)
    assert ran == [10]


def test_a_state_that_was_changed_meanwhile_is_not_approved(make: Make, ran: list[int]) -> None:
    """A yes to one set of arguments does not run another that was put in its place."""
    agent = make(10)
    state = agent.invoke(START_STATE, CONFIG)
    message = state["messages"][-1]
    assert isinstance(message, AIMessage)
    # The stored proposal is changed in place, as another process with the checkpoint could.
    message.tool_calls[0]["args"]["number"] = 12
    for saved in agent.checkpointer.list(CONFIG):
        assert saved is not None
    snapshot = agent.get_state(CONFIG)
    replaced = AIMessage("", id=message.id, tool_calls=message.tool_calls)
    agent.update_state(snapshot.config, {"messages": [replaced]}, as_node="model")
    state = agent.invoke(Command(resume={"type": "approve"}), CONFIG)
    assert ran == []


def test_an_unknown_tool_that_needs_a_person(guard: Guard, pay: BaseTool, ran: list[int]) -> None:
    """A tool that nobody registered can be asked about, too, and still does not exist."""
    model = ScriptedModel(script=[proposal(("conjure", {"number": 10}))])
    agent = create_agent(
        model, [pay], middleware=[GuardMiddleware(guard)], checkpointer=InMemorySaver()
    )
    state = agent.invoke(START_STATE, CONFIG)
    assert state["__interrupt__"][0].value["name"] == "conjure"
    state = agent.invoke(Command(resume={"type": "approve"}), CONFIG)
    assert "not a valid tool" in replies(state)[0]


def test_a_tool_that_interrupts_itself(guard: Guard, ran: list[int]) -> None:
    """The guard's question comes first, the tool's own second, each with its own answer."""

    @tool
    def pay(number: int) -> str:
        """Pay it."""
        ran.append(interrupt("which account?"))
        return "paid"

    model = ScriptedModel(script=[proposal(("pay", {"number": 10}))])
    agent = create_agent(
        model, [pay], middleware=[GuardMiddleware(guard)], checkpointer=InMemorySaver()
    )
    agent.invoke(START_STATE, CONFIG)
    state = agent.invoke(Command(resume={"type": "approve"}), CONFIG)
    assert state["__interrupt__"][0].value == "which account?"
    state = agent.invoke(Command(resume=7), CONFIG)
    assert ran == [7]


def graph(node: ToolNode, *numbers: int, fan_out: bool = False) -> Any:
    """A hand-built graph with a checkpointer around a tool node."""
    model = ScriptedModel(script=[proposal(*(("pay", {"number": n}) for n in numbers))])

    def think(state: MessagesState) -> dict[str, Any]:
        return {"messages": [model.invoke(state["messages"])]}

    built = StateGraph(MessagesState)
    built.add_node("model", think)
    built.add_node("tools", node)
    built.add_edge(START, "model")
    if fan_out:
        built.add_conditional_edges("model", each_tool_call(), ["tools", "__end__"])
    else:
        built.add_edge("model", "tools")
    return built.compile(checkpointer=InMemorySaver())


def test_a_tool_node_asks_about_a_single_call(guard: Guard, pay: BaseTool, ran: list[int]) -> None:
    """One call in one task: interrupted, answered, run."""
    built = graph(guard_tool_node(guard, [pay]), 10)
    assert built.invoke(START_STATE, CONFIG)["__interrupt__"][0].value["args"] == {"number": 10}
    built.invoke(Command(resume={"type": "approve"}), CONFIG)
    assert ran == [10]


def test_a_tool_node_with_several_calls_does_not_ask(
    guard: Guard, pay: BaseTool, ran: list[int]
) -> None:
    """LangGraph would repeat the allowed call on resume, and could mix up answers: refused."""
    state = graph(guard_tool_node(guard, [pay]), 1, 10, 11).invoke(START_STATE, CONFIG)
    assert "__interrupt__" not in state
    assert ran == [1]
    assert all("a person must approve" in text for text in replies(state)[1:])


def test_a_tool_node_behind_each_tool_call_asks_about_each(
    guard: Guard, pay: BaseTool, ran: list[int]
) -> None:
    """With a task for each call, several questions wait, and nothing is repeated."""
    built = graph(guard_tool_node(guard, [pay]), 1, 10, 11, fan_out=True)
    asked = {
        i.value["args"]["number"]: i.id for i in built.invoke(START_STATE, CONFIG)["__interrupt__"]
    }
    built.invoke(
        Command(resume={asked[10]: {"type": "reject"}, asked[11]: {"type": "approve"}}), CONFIG
    )
    assert ran == [1, 11]


async def test_wrapped_tools_in_a_plain_node_want_the_call_named(
    guard: Guard, pay: BaseTool, ran: list[int]
) -> None:
    """A wrapped tool cannot know what else its task runs, so the answer must name the call."""
    built = graph(ToolNode([wrap(guard, pay)]), 10)
    built.invoke(START_STATE, CONFIG)
    state = await asyncio.to_thread(built.invoke, Command(resume={"type": "approve"}), CONFIG)
    assert ran == []
    assert "must name its `tool_call_id`" in replies(state)[0]
    built = graph(ToolNode([wrap(guard, pay)]), 10)
    built.invoke(START_STATE, CONFIG)
    answer = {"type": "approve", "tool_call_id": "call-1"}
    await built.ainvoke(Command(resume=answer), CONFIG)
    assert ran == [10]
