"""What every adapter owes, whatever its framework: the tool runs only if it may.

A test module subclasses `AdapterContract` for each way through its framework and says in
`propose` how a call is made there. The engines that fail on purpose are fault injection;
`test_real_*` use the embedded engine and the policies that ship.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from guard import Approve, Decision, Edit, Guard, Reject
from guard.enforce.approval import Approver
from tests.support.engines import FAULTS, StaticEngine, document

__all__ = ["AdapterContract", "Recorder", "Seen"]


@dataclass
class Recorder:
    """The body of a tool called `bash`: notes what it ran with, and does nothing else.

    Build the framework's tool around `run(command, seconds=30, tags=())`, with `seconds`
    validated as an integer and `tags` as a list of text.
    """

    ran: list[dict[str, Any]] = field(default_factory=list)
    result: Any = "it ran"
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, command: str, seconds: int = 30, tags: list[str] | None = None) -> Any:
        with self.lock:
            self.ran.append({"command": command, "seconds": seconds, "tags": tags})
        return self.result


@dataclass(frozen=True)
class Seen:
    """What the agent reads in place of the tool's result, and whether it is marked an error."""

    text: str
    error: bool


class AdapterContract:
    """Subclass it, name it `Test...`, and implement `propose`."""

    # Whether the way through the framework can be cancelled between decision and body.
    cancellable = False
    # Whether the framework validates arguments and fills in defaults before the body runs.
    validates = True

    async def propose(
        self,
        guard: Guard,
        recorder: Recorder,
        *calls: Mapping[str, Any],
        approver: Approver | None = None,
    ) -> list[Seen]:
        """Have an agent propose calls of the tool `bash` in one turn; return what it reads."""
        raise NotImplementedError

    @pytest.fixture
    def journal(self, tmp_path: Path) -> Path:
        return tmp_path / "journal.jsonl"

    @pytest.fixture
    def recorder(self) -> Recorder:
        return Recorder()

    @pytest.fixture
    def make(self, journal: Path) -> Iterator[Callable[..., Guard]]:
        made: list[Guard] = []

        def build(engine: StaticEngine | None = None, **options: Any) -> Guard:
            options |= {"engine": engine} if engine else {}
            made.append(Guard(journal=journal, **{"timeout": 0.1, **options}))
            return made[-1]

        yield build
        for guard in made:
            guard.close()

    async def test_an_allowed_call_runs_once_with_what_was_judged(
        self, make: Callable[..., Guard], recorder: Recorder, journal: Path
    ) -> None:
        """The body gets the validated arguments, and these are the ones that policy saw."""
        engine = StaticEngine()
        sent = {"command": "ls", "seconds": "5" if self.validates else 5, "tags": ["a"]}
        [seen] = await self.propose(make(engine), recorder, sent)
        assert recorder.ran == [{"command": "ls", "seconds": 5, "tags": ["a"]}]
        assert (seen.text, seen.error) == ("it ran", False)
        [request] = engine.asked
        assert request["resource"]["id"] == "bash"
        assert request["resource"]["properties"]["arguments"] == recorder.ran[0]
        assert outcomes(journal) == ["allow", "ran"]

    async def test_defaults_are_judged(
        self, make: Callable[..., Guard], recorder: Recorder
    ) -> None:
        """Arguments that the model left out are judged with the values that will run."""
        if not self.validates:
            pytest.skip("the framework passes on what the model sent")
        engine = StaticEngine()
        await self.propose(make(engine), recorder, {"command": "ls"})
        judged = engine.asked[0]["resource"]["properties"]["arguments"]
        assert judged == {"command": "ls", "seconds": 30, "tags": None}
        assert recorder.ran == [judged]

    @pytest.mark.parametrize("fault", FAULTS)
    async def test_nothing_runs_when_judging_fails(
        self, make: Callable[..., Guard], recorder: Recorder, journal: Path, fault: str
    ) -> None:
        """A deny, an error, a time-out, a panic or nonsense from the engine: the body never ran."""
        [seen] = await self.propose(make(FAULTS[fault]), recorder, {"command": "ls"})
        assert recorder.ran == []
        assert seen.error
        assert seen.text.startswith("denied: ")
        assert outcomes(journal) == ["deny", "refused"]

    async def test_an_ask_without_a_person_does_not_run(
        self, make: Callable[..., Guard], recorder: Recorder
    ) -> None:
        """Where nobody can be asked, the agent reads that a person must approve."""
        [seen] = await self.propose(
            make(StaticEngine(document("ask"))), recorder, {"command": "ls"}
        )
        assert recorder.ran == []
        assert seen.error
        assert "a person must approve" in seen.text

    async def test_an_approved_call_runs(
        self, make: Callable[..., Guard], recorder: Recorder, journal: Path
    ) -> None:
        """A person's yes lets exactly the judged arguments run, once."""
        shown: list[Decision] = []

        def yes(decision: Decision) -> Approve:
            shown.append(decision)
            return Approve(by="ada")

        guard = make(StaticEngine(document("ask")))
        [seen] = await self.propose(guard, recorder, {"command": "make"}, approver=yes)
        assert [r["command"] for r in recorder.ran] == ["make"]
        assert not seen.error
        assert shown[0].call.arguments["command"] == "make"
        assert outcomes(journal) == ["ask", "approved", "ran"]

    async def test_a_rejected_call_does_not_run(
        self, make: Callable[..., Guard], recorder: Recorder
    ) -> None:
        """A person's no reaches the agent with its reason."""
        guard = make(StaticEngine(document("ask")))
        [seen] = await self.propose(
            guard, recorder, {"command": "make"}, approver=lambda _: Reject("not on a Friday")
        )
        assert recorder.ran == []
        assert seen.error
        assert "not on a Friday" in seen.text

    async def test_an_edited_call_is_judged_anew(
        self, make: Callable[..., Guard], recorder: Recorder
    ) -> None:
        """An edit runs only if policy has nothing against the new arguments either."""
        engine = AskThen(document("ask"), document("deny"))
        edit = Edit({"command": "rm -rf /", "seconds": 30, "tags": None})
        [seen] = await self.propose(
            make(engine), recorder, {"command": "make"}, approver=lambda _: edit
        )
        assert recorder.ran == []
        assert seen.error
        engine = AskThen(document("ask"), document("allow"))
        await self.propose(make(engine), recorder, {"command": "make"}, approver=lambda _: edit)
        assert [r["command"] for r in recorder.ran] == ["rm -rf /"]
        assert engine.asked[1]["resource"]["properties"]["arguments"]["command"] == "rm -rf /"

    async def test_arguments_changed_between_decision_and_run_do_not_run(
        self, make: Callable[..., Guard], recorder: Recorder
    ) -> None:
        """Whoever changes the judged arguments before the body runs stops the call."""

        def meddle(decision: Decision) -> Approve:
            decision.call.arguments["tags"].append("--force")
            return Approve()

        guard = make(StaticEngine(document("ask")))
        [seen] = await self.propose(
            guard, recorder, {"command": "make", "tags": ["x"]}, approver=meddle
        )
        assert recorder.ran == []
        assert seen.error
        assert "changed" in seen.text

    async def test_an_obligation_is_performed_on_the_result(
        self, make: Callable[..., Guard], recorder: Recorder
    ) -> None:
        """What must be redacted does not reach the agent."""
        recorder.result = "the key is sk-123 and no more"
        redact = {"type": "redact", "properties": {"patterns": ["sk-[0-9]+"]}}
        engine = StaticEngine(document("allow", obligations=[redact]))
        engine.answer["findings"][0]["obligations"] = [redact]
        [seen] = await self.propose(make(engine), recorder, {"command": "env"})
        assert seen.text == "the key is [redacted] and no more"

    async def test_a_record_that_cannot_be_kept_denies(
        self, make: Callable[..., Guard], recorder: Recorder, journal: Path
    ) -> None:
        """A journal that was tampered with takes no more records, and nothing runs."""
        guard = make(StaticEngine())
        await self.propose(guard, recorder, {"command": "ls"})
        journal.write_text(journal.read_text().replace('"ls"', '"no"') + "{}\n")
        [seen] = await self.propose(guard, recorder, {"command": "ls"})
        assert len(recorder.ran) == 1
        assert seen.error

    async def test_calls_side_by_side_are_judged_each(
        self, make: Callable[..., Guard], recorder: Recorder
    ) -> None:
        """Of many calls in one turn exactly the allowed ones run."""
        engine = ByCommand()
        calls = [{"command": f"{'good' if n % 3 else 'bad'} {n}"} for n in range(9)]
        seen = await self.propose(make(engine), recorder, *calls)
        assert sorted(r["command"] for r in recorder.ran) == [
            c["command"] for c in calls if c["command"].startswith("good")
        ]
        assert [s.error for s in seen] == [c["command"].startswith("bad") for c in calls]

    async def test_a_cancelled_call_does_not_run(
        self, make: Callable[..., Guard], recorder: Recorder
    ) -> None:
        """A task that is cancelled while its call is judged never reaches the body."""
        if not self.cancellable:
            pytest.skip("nothing can be cancelled here")
        engine = StaticEngine(fault=lambda: time.sleep(0.3), blocking=True)
        guard = make(engine, timeout=5.0)
        task = asyncio.create_task(self.propose(guard, recorder, {"command": "ls"}))
        while not engine.asked:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.sleep(0.5)
        assert recorder.ran == []

    async def test_real_policy_stops_a_tunnel_and_lets_work_pass(
        self, make: Callable[..., Guard], recorder: Recorder
    ) -> None:
        """With the embedded engine and the shipped policies: a reverse tunnel, and `ls`."""
        guard = make(timeout=1.0)
        [seen] = await self.propose(
            guard, recorder, {"command": "ssh -fNR 22:localhost:22 u@h.example"}
        )
        assert recorder.ran == []
        assert seen.error
        assert "remote_access.ssh_tunnel" in seen.text
        assert "instead: " in seen.text
        [seen] = await self.propose(guard, recorder, {"command": "ls -la"})
        assert [r["command"] for r in recorder.ran] == ["ls -la"]
        assert not seen.error


class AskThen(StaticEngine):
    """Gives its answers in turn."""

    def __init__(self, *answers: dict[str, Any]) -> None:
        super().__init__()
        self.answers = list(answers)

    def evaluate(self, request: str) -> Mapping[str, Any]:
        self.answer = self.answers[min(len(self.asked), len(self.answers) - 1)]
        return super().evaluate(request)


class ByCommand(StaticEngine):
    """Denies commands that begin with `bad`."""

    def evaluate(self, request: str) -> Mapping[str, Any]:
        command = json.loads(request)["resource"]["properties"]["arguments"]["command"]
        return document("deny" if command.startswith("bad") else "allow")


def outcomes(journal: Path) -> list[str]:
    """Effects and outcomes in the order in which a journal holds them."""
    records = [json.loads(line) for line in journal.read_text().splitlines()]
    return [
        str(r.get("effect") if r["type"] == "decision" else r["outcome"])
        for r in records
        if r["type"] in ("decision", "outcome")
    ]
