"""The guard itself: what runs, what does not, and what is recorded of it."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from guard import (
    Approve,
    Decision,
    DeniedError,
    Edit,
    Effect,
    Guard,
    InputError,
    Obligation,
    PolicyError,
    Reject,
    Session,
    Subject,
    ToolCall,
)
from guard.policy.bundle import Bundle
from guard.policy.embedded import EmbeddedEngine
from tests.support.engines import FAULTS, StaticEngine, document

SSH = "ssh -fNR 2222:localhost:22 u@203.0.113.5"


class Body:
    """A tool's body that remembers what it ran with."""

    def __init__(self, result: Any = "done") -> None:
        self.ran: list[dict[str, Any]] = []
        self.result = result

    def __call__(self, arguments: Mapping[str, Any]) -> Any:
        self.ran.append(dict(arguments))
        return self.result

    async def later(self, arguments: Mapping[str, Any]) -> Any:
        await asyncio.sleep(0)
        return self(arguments)


@pytest.mark.parametrize("name", FAULTS)
def test_body_does_not_run_on_a_fault(name: str) -> None:
    """Whatever goes wrong while deciding, the tool's body does not run."""
    body = Body()
    with pytest.raises(DeniedError) as caught:
        Guard(engine=FAULTS[name], timeout=0.05).run(ToolCall.shell("ls"), body)
    assert body.ran == []
    assert caught.value.decision.effect is Effect.DENY


@pytest.mark.parametrize("name", FAULTS)
async def test_body_does_not_run_on_a_fault_async(name: str) -> None:
    """The same under asyncio, where a slow engine hits the guard's own deadline."""
    body = Body()
    with pytest.raises(DeniedError) as caught:
        await Guard(engine=FAULTS[name], timeout=0.05).arun(ToolCall.shell("ls"), body.later)
    assert body.ran == []
    assert caught.value.decision.effect is Effect.DENY


async def test_cancelled_while_judged_does_not_run() -> None:
    """A task cancelled between the decision and the run does not reach the body."""
    body = Body()
    task: asyncio.Task[Any] | None = None

    def cancel() -> None:
        assert task is not None
        task.cancel()

    guard = Guard(engine=StaticEngine(fault=cancel))
    task = asyncio.create_task(guard.arun(ToolCall.shell("ls"), body.later))
    with pytest.raises(asyncio.CancelledError):
        await task
    assert body.ran == []


def test_allowed_call_runs_once_with_its_arguments() -> None:
    """An allowed call runs its body once, with the arguments that were judged."""
    body = Body()
    assert Guard(engine=StaticEngine()).run(ToolCall("t", {"a": 1}), body) == "done"
    assert body.ran == [{"a": 1}]


def test_arguments_changed_after_judgement_do_not_run() -> None:
    """Arguments that an engine, a hook or a thread changes after the judgement do not run."""
    arguments = {"command": "ls"}
    body = Body()
    engine = StaticEngine(fault=lambda: arguments.update(command=SSH))
    with pytest.raises(DeniedError, match="changed after they were judged"):
        Guard(engine=engine).run(ToolCall("bash", arguments), body)
    assert body.ran == []


def test_an_ask_without_anyone_to_ask_does_not_run() -> None:
    """Nobody there to approve means that it does not run; the decision still says ask."""
    body = Body()
    with pytest.raises(DeniedError) as caught:
        Guard(engine=StaticEngine(document("ask"))).run(ToolCall.shell("ls"), body)
    assert caught.value.decision.effect is Effect.ASK
    assert body.ran == []


def test_an_approved_ask_runs_and_a_rejected_one_does_not() -> None:
    """A person's yes runs exactly this call; a no is told to the agent with its reason."""
    guard = Guard(engine=StaticEngine(document("ask")))
    body = Body()
    guard.run(ToolCall.shell("ls"), body, approver=lambda _: Approve(by="someone"))
    assert len(body.ran) == 1
    with pytest.raises(DeniedError, match="not on a Friday"):
        guard.run(ToolCall.shell("ls"), body, approver=lambda _: Reject("not on a Friday"))
    assert len(body.ran) == 1


def test_edited_arguments_are_judged_anew() -> None:
    """An edit starts over: the new arguments are judged, and they are what runs."""
    body = Body()
    guard = Guard()
    asked: list[Decision] = []

    def approver(decision: Decision) -> Edit | Approve:
        asked.append(decision)
        return Edit({"command": "ls"})

    guard.run(ToolCall.shell('"$UNSET_NAME" x'), body, approver=approver)
    assert [d.effect for d in asked] == [Effect.ASK]
    assert body.ran == [{"command": "ls"}]
    with pytest.raises(DeniedError, match=r"remote_access\.ssh_tunnel"):
        guard.run(
            ToolCall.shell('"$UNSET_NAME" x'), body, approver=lambda _: Edit({"command": SSH})
        )
    assert len(body.ran) == 1


def test_an_approver_that_edits_for_ever_is_stopped() -> None:
    """Edits that always lead to the same question end in a denial."""
    body = Body()
    guard = Guard(engine=StaticEngine(document("ask")))
    with pytest.raises(DeniedError, match="edited too often"):
        guard.run(ToolCall.shell("ls"), body, approver=lambda _: Edit({"command": "ls"}))
    assert body.ran == []


def test_an_approve_obligation_asks_even_where_the_effect_is_allow() -> None:
    """`approve` on an allow still needs a person."""
    body = Body()
    engine = StaticEngine(document("allow", obligations=[{"type": "approve", "properties": {}}]))
    guard = Guard(engine=engine)
    decision = guard.check(ToolCall.shell("ls"))
    assert (decision.effect, decision.allowed, decision.asks) == (Effect.ALLOW, False, True)
    assert decision.message() == "not run: a person must approve it: [test.static]"
    with pytest.raises(DeniedError):
        guard.run(ToolCall.shell("ls"), body)
    assert body.ran == []
    guard.run(ToolCall.shell("ls"), body, approver=lambda _: Approve())
    assert len(body.ran) == 1


@pytest.mark.parametrize(
    ("obligation", "result", "seen"),
    [
        (
            {"type": "redact", "properties": {"patterns": ["sk-[a-z]+"]}},
            "key sk-abc",
            "key [redacted]",
        ),
        (
            {"type": "redact", "properties": {"patterns": ["b"], "replacement": "\\1"}},
            {"a": ["b", 1, None, ("b",)]},
            {"a": ["\\1", 1, None, ("\\1",)]},
        ),
        (
            {"type": "limit", "properties": {"output_chars": 2}},
            "abcd",
            "ab\n[2 more characters withheld by policy]",
        ),
    ],
)
def test_obligations_are_performed_on_the_result(
    obligation: dict[str, Any], result: Any, seen: Any
) -> None:
    """`redact` and `limit` change what the agent gets to see."""
    engine = StaticEngine(document("allow", obligations=[obligation]))
    assert Guard(engine=engine).run(ToolCall("t"), Body(result)) == seen


@pytest.mark.parametrize(
    "obligation",
    [
        {"type": "redact", "properties": {}},
        {"type": "redact", "properties": {"patterns": ["("]}},
        {"type": "redact", "properties": {"patterns": ["a"], "extra": 1}},
        {"type": "limit", "properties": {"output_chars": True}},
        {"type": "limit", "properties": {"output_chars": "9"}},
        {"type": "limit", "properties": {}},
    ],
)
def test_an_obligation_not_understood_is_deny_before_anything_runs(
    obligation: dict[str, Any],
) -> None:
    """Properties that enforcement does not understand deny the call."""
    body = Body()
    engine = StaticEngine(document("allow", obligations=[obligation]))
    guard = Guard(engine=engine)
    assert guard.check(ToolCall("t")).effect is Effect.DENY
    with pytest.raises(DeniedError):
        guard.run(ToolCall("t"), body)
    assert body.ran == []


def test_a_result_that_cannot_be_redacted_is_withheld() -> None:
    """A result whose text cannot be reached does not get to the agent."""
    redact = {"type": "redact", "properties": {"patterns": ["a"]}}
    engine = StaticEngine(document("allow", obligations=[redact]))
    with pytest.raises(DeniedError, match="withheld"):
        Guard(engine=engine).run(ToolCall("t"), Body(object()))


def test_observe_lets_everything_run_and_says_so() -> None:
    """Observe-only decides and records alike, and lets the call run."""
    body = Body()
    guard = Guard(mode="observe")
    decision = guard.check(ToolCall.shell(SSH))
    assert (decision.effect, decision.observed) == (Effect.DENY, True)
    guard.run(ToolCall.shell(SSH), body)
    assert len(body.ran) == 1


def test_protected_function_is_judged_by_all_its_arguments() -> None:
    """Positional, keyword, default and rest arguments are all judged, by name."""
    engine = StaticEngine()
    guard = Guard(engine=engine)

    @guard.protect
    def tool(a: int, /, b: str = "x", *rest: int, c: int = 3, **more: int) -> tuple[Any, ...]:
        """A tool."""
        return (a, b, rest, c, more)

    assert tool(1, "y", 5, 6, d=7) == (1, "y", (5, 6), 3, {"d": 7})
    assert engine.asked[-1]["resource"] == {
        "type": "tool",
        "id": "tool",
        "properties": {"arguments": {"a": 1, "b": "y", "rest": [5, 6], "c": 3, "d": 7}},
    }
    assert tool.__doc__ == "A tool."


def test_protected_method_keeps_its_receiver() -> None:
    """A method's `self` is passed on and not judged."""
    guard = Guard()

    class Shell:
        def __init__(self) -> None:
            self.ran: list[str] = []

        @guard.protect(tool="bash")
        def execute(self, command: str) -> str:
            self.ran.append(command)
            return "ok"

    shell = Shell()
    assert shell.execute("ls -la") == "ok"
    with pytest.raises(DeniedError, match="ssh_tunnel"):
        shell.execute(command=SSH)
    assert shell.ran == ["ls -la"]


async def test_protected_coroutine_is_guarded() -> None:
    """An async function stays async, and does not run when denied."""
    guard = Guard()
    ran = []

    @guard.protect(tool="bash")
    async def execute(command: str) -> None:
        ran.append(command)

    assert asyncio.iscoroutinefunction(execute)
    await execute("ls")
    with pytest.raises(DeniedError):
        await execute(SSH)
    assert ran == ["ls"]


def test_a_generator_function_is_refused() -> None:
    """A generator's body would run after the guard has let go of it."""

    def tool() -> Any:
        yield 1

    with pytest.raises(InputError, match="generator"):
        Guard().protect(tool)


def test_missing_argument_is_the_functions_own_error() -> None:
    """A call that does not fit the signature raises TypeError, and nothing is judged."""
    engine = StaticEngine()

    @Guard(engine=engine).protect
    def tool(a: int) -> int:
        return a

    with pytest.raises(TypeError):
        tool()  # type: ignore[call-arg]
    assert engine.asked == []


def test_the_request_names_who_and_where() -> None:
    """The guard's subject and session stand in where the call brings none."""
    engine = StaticEngine()
    guard = Guard(
        engine=engine,
        subject=Subject(id="rome-7", properties={"roles": ["coder"]}),
        session=Session(id="s", run="r"),
    )
    guard.check(ToolCall.shell("ls", id="call-1"))
    guard.check(ToolCall.shell("ls", subject=Subject(id="other"), session=Session(id="t")))
    first, second = engine.asked
    assert first["subject"] == {"type": "agent", "id": "rome-7", "properties": {"roles": ["coder"]}}
    assert first["context"]["session"]["run"] == "r"
    assert first["context"]["call_id"] == "call-1"
    assert (second["subject"]["id"], second["context"]["session"]["id"]) == ("other", "t")


def test_unknown_options_are_refused_with_what_there_is() -> None:
    """Misspelt options raise before any call is judged."""
    with pytest.raises(PolicyError, match=r"no profile `basline`.*`baseline`"):
        Guard(profile="basline")
    with pytest.raises(InputError, match="no engine `cedar`"):
        Guard(engine="cedar")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="no engine"):
        Guard(engine=object())  # type: ignore[arg-type]
    with pytest.raises(InputError, match="no mode"):
        Guard(mode="off")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="no audit mode"):
        Guard(audit="no")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="cannot guard"):
        Guard().wrap(object())


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"command": "\ud800"}, "surrogate"),
        ({"\ud800": "x"}, "surrogate"),
        ({"x": object()}, "cannot be judged"),
        ({"x": b"bytes"}, "cannot be judged"),
        ({"x": float("nan")}, "nan"),
        ({"x": float("inf")}, "inf"),
        ({1: "x"}, "not text"),
        ("ls", "mapping"),
        (None, "mapping"),
    ],
)
def test_arguments_that_are_no_json_are_denied_with_their_reason(
    arguments: Any, reason: str
) -> None:
    """What cannot be put into JSON is denied, and the reason says where it stands."""
    decision = Guard().check(ToolCall("bash", arguments))
    assert decision.effect is Effect.DENY
    assert reason in decision.errors[0]


def test_deep_and_circular_arguments_are_denied() -> None:
    """Nesting has a bound; a circle is the deepest nesting of all."""
    circle: dict[str, Any] = {}
    circle["again"] = circle
    assert "more than" in Guard().check(ToolCall("t", circle)).errors[0]
    deep: list[Any] = []
    for _ in range(100):
        deep = [deep]
    assert "nested deeper" in Guard().check(ToolCall("t", {"x": deep})).errors[0]


@pytest.mark.parametrize(
    "arguments", [{"x": "y" * 9_000_000}, {"x": [1] * 30_000}, {"x": [["y"] * 150] * 150}]
)
def test_arguments_beyond_the_bounds_are_denied(arguments: dict[str, Any]) -> None:
    """Very large arguments are refused before anything walks through them."""
    assert "holds more than" in Guard().check(ToolCall("t", arguments)).errors[0]


@pytest.mark.parametrize("command", ["a" * 1_000_000, "ls " * 300_000, "ls\0-la", "(" * 100_000])
def test_hostile_commands_are_denied_or_asked(command: str) -> None:
    """Texts beyond the bounds, and texts with NUL bytes, never pass."""
    assert Guard().check(ToolCall.shell(command)).effect is not Effect.ALLOW


def test_one_guard_serves_many_threads() -> None:
    """A shared guard gives each thread the right answer."""
    guard = Guard()
    wrong: list[str] = []

    def work() -> None:
        for _ in range(20):
            if guard.check(ToolCall.shell("ls")).effect is not Effect.ALLOW:
                wrong.append("ls")
            if guard.check(ToolCall.shell(SSH)).effect is not Effect.DENY:
                wrong.append(SSH)

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_journal_that_cannot_be_written_denies(tmp_path: Path) -> None:
    """With audit required, a call whose record cannot be kept does not run."""

    class Broken:
        content = True

        def write(self, record: Any) -> None:
            raise OSError("no space left")

    body = Body()
    guard = Guard(journal=Broken())  # type: ignore[arg-type]
    with pytest.raises(DeniedError, match="could not be recorded"):
        guard.run(ToolCall.shell("ls"), body)
    assert body.ran == []
    Guard(journal=Broken(), audit="best_effort").run(ToolCall.shell("ls"), body)  # type: ignore[arg-type]
    assert len(body.ran) == 1


def test_the_journal_holds_the_decision_and_the_outcome(tmp_path: Path) -> None:
    """Each call leaves its decision and what became of it; a pending ask is recorded once."""
    path = tmp_path / "journal.jsonl"
    with Guard(journal=path) as guard:
        guard.run(ToolCall.shell("ls"), Body())
        with pytest.raises(DeniedError):
            guard.run(ToolCall.shell(SSH), Body())
        for _ in range(3):
            with pytest.raises(DeniedError):
                guard.run(ToolCall.shell('"$UNSET_NAME" x', id="call-3"), Body())
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    told = [
        (line["type"], line.get("effect") or line.get("outcome"))
        for line in lines
        if line["type"] in ("decision", "outcome")
    ]
    assert told == [
        ("decision", "allow"),
        ("outcome", "ran"),
        ("decision", "deny"),
        ("outcome", "refused"),
        ("decision", "ask"),
    ]


def test_an_obligation_is_a_value() -> None:
    """Decisions carry obligations as the engine stated them."""
    limit = {"type": "limit", "properties": {"output_chars": 10}}
    decision = Guard(engine=StaticEngine(document("allow", obligations=[limit]))).check(
        ToolCall("t")
    )
    assert list(decision.obligations) == [Obligation("limit", {"output_chars": 10})]


def test_closing_a_guard_leaves_what_was_handed_in() -> None:
    """An engine that several guards share outlives each of them."""
    engine = EmbeddedEngine(Bundle.load())
    with Guard(engine=engine) as first:
        first.check(ToolCall.shell("ls"))
    assert Guard(engine=engine).check(ToolCall.shell("ls")).allowed


def test_a_resumed_or_replayed_question_is_recorded_once(tmp_path: Path) -> None:
    """A resume is a new run of the same session; the question and its answer are told once."""
    path = tmp_path / "journal.jsonl"
    with Guard(engine=StaticEngine(document("ask")), journal=path) as guard:
        for run in ("first", "second", "third"):
            call = ToolCall.shell("ls", id="call-1", session=Session(id="thread", run=run))
            answer = None if run == "first" else Approve(by="someone")
            if answer is None:
                with pytest.raises(DeniedError):
                    guard.run(call, Body(), approver=lambda _: None)
            else:
                guard.run(call, Body(), approver=lambda _: Approve(by="someone"))
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    told = [line.get("outcome", line["type"]) for line in lines]
    assert told.count("decision") == 1
    assert told.count("approved") == 1


def test_a_resumed_question_runs_the_call_of_the_resume() -> None:
    """The recorded question lends its id; the arguments that run are those judged last."""
    guard = Guard(engine=StaticEngine(document("ask")))
    asked: list[str] = []
    first, second = {"command": "ls"}, {"command": "ls"}

    def approver(decision: Decision) -> Approve | None:
        asked.append(decision.id)
        return Approve() if len(asked) == 2 else None

    session = Session(id="thread")
    with pytest.raises(DeniedError):
        guard.run(ToolCall("bash", first, id="c", session=session), Body(), approver=approver)
    first["command"] = SSH
    body = Body()
    guard.run(ToolCall("bash", second, id="c", session=session), body, approver=approver)
    assert asked[0] == asked[1]
    assert body.ran == [second]
