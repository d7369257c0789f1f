"""`Guard`: the point that a call passes between its proposal and its execution.

Judges (`check`), runs what is allowed (`run`, `wrap`, `protect`), records both. It alone
knows parse, policy, enforcement and audit; each of these knows none of the others.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import importlib
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, TypeVar, cast, overload

from guard._decide import Decider, hash_arguments
from guard._open import Policies, check_modes, open_engine, open_worker
from guard._record import Recorder, overruled
from guard._settle import Settlement
from guard.audit.journal import Journal
from guard.audit.spans import DecisionSpans
from guard.enforce.approval import (
    Answer,
    Approver,
    AsyncApprover,
)
from guard.enforce.functions import Bound
from guard.enforce.obligations import MapText, map_text, prepare
from guard.errors import DeniedError, InputError, ObligationError
from guard.model import Decision, Effect, Session, Subject, ToolCall
from guard.parse import warm_up
from guard.parse.resolver import FileResolver
from guard.parse.tools import DEFAULT_TOOLS, ToolTable
from guard.policy.engine import Engine

__all__ = ["Guard"]

_T = TypeVar("_T")
_R = TypeVar("_R")
_Function = TypeVar("_Function", bound=Callable[..., Any])

# A base class of tools, and the adapter that guards them. Named in text, so that
# neither the framework nor the adapter loads before such a tool is handed over.
_ADAPTERS = {"langchain_core.tools.base.BaseTool": "guard.adapters.langchain"}


class Guard:
    """Stands between a proposed tool call and its execution. Share one: it is thread-safe.

    `policy` is a folder of Rego policies and data, or several; None takes those that ship.
    `add_policy` is laid beside them: rules of your own. `settings`, a JSON file or a mapping,
    is laid over `data.guard.settings`. `profile` names a choice of rules. `engine` is
    `regorus` (in process), `opa` (a server at `url`), or an object.

    `journal` is a file to which every decision is appended. With `audit="required"` a
    call whose record cannot be kept is denied; with `"best_effort"` it is judged alone.
    `files` shows scripts that a call would run; `isolate` reads calls in a process of its own.
    `mode="observe"` decides and records alike, and lets every call run.

    Raises:
        PolicyError: the policies, the settings or the profile cannot be used.
        InputError: an option is not understood.
    """

    def __init__(
        self,
        *,
        policy: Path | str | Sequence[Path | str] | None = None,
        add_policy: Path | str | Sequence[Path | str] = (),
        settings: Path | str | Mapping[str, Any] | None = None,
        profile: str = "baseline",
        engine: Literal["regorus", "opa"] | Engine = "regorus",
        url: str = "http://127.0.0.1:8181",
        journal: Path | str | Journal | None = None,
        audit: Literal["required", "best_effort"] = "required",
        mode: Literal["enforce", "observe"] = "enforce",
        tools: ToolTable = DEFAULT_TOOLS,
        files: FileResolver | None = None,
        isolate: bool = False,
        approver: Approver | AsyncApprover | None = None,
        subject: Subject | None = None,
        session: Session | None = None,
        timeout: float = 1.0,
        tracer_provider: Any = None,
    ) -> None:
        check_modes(audit, mode)
        policies = Policies(policy, add_policy, settings)
        self._decider = Decider(
            engine=open_engine(engine, policies, profile=profile, url=url, timeout=timeout),
            profile=profile,
            tools=tools,
            observe=mode == "observe",
            files=files,
            worker=open_worker(isolate, tools, files),
            # The engine keeps its own deadline; this one holds where it does not.
            patience=timeout * 1.5,
        )
        self._journal = Journal(journal) if isinstance(journal, Path | str) else journal
        self._opened_engine = isinstance(engine, str)
        self._opened_journal = self._journal is not journal
        self._spans = DecisionSpans(tracer_provider)
        self._recorder = Recorder(self._journal, self._spans, required=audit == "required")
        warm_up()
        self._settlement = Settlement(self._recorder)
        self._approver = approver
        self._subject, self._session = subject, session

    @property
    def engine(self) -> Engine:
        """The engine that decides."""
        return self._decider.engine

    @property
    def profile(self) -> str:
        """The profile under which calls are judged."""
        return self._decider.profile

    # -- judging ---------------------------------------------------------------------

    def check(self, call: ToolCall) -> Decision:
        """Judge a call and record the decision. Runs nothing, and never raises for a bad call."""
        return self._recorder.record(self._decider.decide(self._owned(call)))

    async def acheck(self, call: ToolCall) -> Decision:
        """As `check`, without blocking the event loop on an engine that waits for a network."""
        return self._recorder.record(await self._adecide(self._owned(call)))

    async def _adecide(self, call: ToolCall) -> Decision:
        import asyncio

        read = self._decider.read
        question = await asyncio.to_thread(read, call) if self._decider.worker else read(call)
        if question.refused:
            return question.refused
        if not self.engine.blocking:
            return self._decider.judge(question)
        waiting = asyncio.to_thread(self._decider.judge, question)
        try:
            return await asyncio.wait_for(waiting, self._decider.patience)
        except TimeoutError:
            return self._decider.too_late(question)

    def _owned(self, call: Any) -> Any:
        """Return the call with the guard's own subject and session where it brings none."""
        if not isinstance(call, ToolCall):
            return call
        if self._subject is not None and call.subject == _NOBODY:
            call = dataclasses.replace(call, subject=self._subject)
        if self._session is not None and call.session == _NOWHERE:
            call = dataclasses.replace(call, session=self._session)
        return call

    # -- enforcing -------------------------------------------------------------------

    def run(
        self,
        call: ToolCall,
        body: Callable[[Mapping[str, Any]], _R],
        *,
        approver: Approver | None = None,
        map_text: MapText = map_text,
    ) -> _R:
        """Run `body(arguments)` if the call is allowed, or a person approves it.

        `approver` is asked where the decision asks; what it raises is passed on. `map_text`
        reaches the texts of a result on which obligations are performed.

        Raises:
            DeniedError: the call does not run, or its result is withheld.
        """
        ask = approver or cast("Approver | None", self._approver)
        steps = self._settlement.settle(self._owned(call))
        value: Decision | Answer | None = None
        while True:
            try:
                step = steps.send(value)
            except StopIteration as done:
                decision = done.value
                break
            if isinstance(step, ToolCall):
                value = self._decider.decide(step)
            else:
                value = ask(step) if ask else None
        with self._around(decision):
            result = body(decision.call.arguments)
        return self._finish(decision, result, map_text)

    async def arun(
        self,
        call: ToolCall,
        body: Callable[[Mapping[str, Any]], Awaitable[_R]],
        *,
        approver: Approver | AsyncApprover | None = None,
        map_text: MapText = map_text,
    ) -> _R:
        """As `run`, for a body and an approver that may be awaited."""
        import asyncio

        ask = approver or self._approver
        steps = self._settlement.settle(self._owned(call))
        value: Decision | Answer | None = None
        while True:
            try:
                step = steps.send(value)
            except StopIteration as done:
                decision = done.value
                break
            if isinstance(step, ToolCall):
                value = await self._adecide(step)
            else:
                answer = ask(step) if ask else None
                value = await answer if isinstance(answer, Awaitable) else answer
        try:
            # A cancellation that came while it was judged lands here, not inside the body.
            await asyncio.sleep(0)
        except asyncio.CancelledError:
            self._recorder.note(decision, "cancelled")
            raise
        with self._around(decision):
            result = await body(decision.call.arguments)
        return self._finish(decision, result, map_text)

    @contextlib.contextmanager
    def _around(self, decision: Decision) -> Iterator[None]:
        """Stand around the run of a settled decision's body: admit it, trace it, note a failure."""
        self._admit(decision)
        with self._spans.execution(decision):
            try:
                yield
            except BaseException as error:
                self._recorder.note(decision, "failed", error=type(error).__name__)
                raise

    def _admit(self, decision: Decision) -> None:
        """Let a settled decision pass to the body, or raise.

        INVARIANT: the body never runs unless the decision allows it or a person approved
        it, and the arguments that run are those that were judged.
        """
        if decision.observed:
            return
        if decision.effect is Effect.DENY:
            self._recorder.note(decision, "refused")
            raise DeniedError(decision)
        try:
            changed = hash_arguments(decision.call) != decision.arguments_hash
        except InputError:
            changed = True
        if changed:
            self._recorder.note(decision, "refused")
            raise DeniedError(overruled(decision, "the arguments changed after they were judged"))

    def _finish(self, decision: Decision, result: _R, mapper: MapText) -> _R:
        """Perform the obligations on the result and note that the call ran.

        INVARIANT: a result on which an obligation cannot be performed is withheld.
        """
        if decision.obligations and not decision.observed:
            try:
                for function in prepare(decision.obligations):
                    result = mapper(result, function)
            except ObligationError as error:
                self._recorder.note(decision, "withheld")
                reason = f"it ran, and its result is withheld: {error}"
                raise DeniedError(overruled(decision, reason)) from error
        self._recorder.note(decision, "ran")
        return result

    # -- tools -----------------------------------------------------------------------

    @overload
    def protect(self, function: _Function, /) -> _Function: ...
    @overload
    def protect(self, /, *, tool: str = ...) -> Callable[[_Function], _Function]: ...
    def protect(self, function: Any = None, /, *, tool: str = "") -> Any:
        """Guard a plain function, sync or async: `@guard.protect` or `@guard.protect(tool="bash")`.

        `tool` is the name under which its arguments are read; by default the function's.
        The guarded function raises DeniedError in place of running.
        """
        if function is None:
            return functools.partial(self._protect, tool=tool)
        return self._protect(function, tool=tool)

    def _protect(self, function: Callable[..., Any], *, tool: str) -> Callable[..., Any]:
        bound = Bound(function)
        name = tool or bound.name

        def prepared(args: Any, kwargs: Any) -> tuple[ToolCall, Callable[[Mapping[str, Any]], Any]]:
            arguments, body = bound.bind(args, kwargs)
            return ToolCall(name, arguments, source="function"), body

        @functools.wraps(function)
        async def guarded_async(*args: Any, **kwargs: Any) -> Any:
            return await self.arun(*prepared(args, kwargs))

        @functools.wraps(function)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            return self.run(*prepared(args, kwargs))

        return guarded_async if bound.is_async else guarded

    def wrap(self, tool: _T) -> _T:
        """Return a guarded stand-in for a tool of a framework, or for a plain function.

        Raises:
            InputError: nothing is known about such a tool.
        """
        for base in type(tool).__mro__:
            adapter = _ADAPTERS.get(f"{base.__module__}.{base.__qualname__}")
            if adapter:
                wrapped: _T = importlib.import_module(adapter).wrap(self, tool)
                return wrapped
        if callable(tool) and not isinstance(tool, type):
            return cast("_T", self._protect(tool, tool=""))
        raise InputError(
            f"cannot guard a `{type(tool).__name__}`", help="pass a tool or a function to wrap"
        )

    # -- life ------------------------------------------------------------------------

    def close(self) -> None:
        """Release the engine and the journal that this guard opened; what was handed in stays."""
        if worker := self._decider.worker:
            worker.close()
        if self._opened_engine:
            self.engine.close()
        if self._journal is not None and self._opened_journal:
            self._journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


_NOBODY = Subject()
_NOWHERE = Session()
