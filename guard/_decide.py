"""From a call to a decision: parse, build the request, ask the engine, check its answer.

Takes decisions; does not record them and runs nothing. Every path ends in a `Decision`:

- what cannot be put into JSON is denied before anything is read;
- a reader or an engine that raises, a panic included, gives deny with the error named;
- an answer that is not a well-formed decision document gives deny;
- an obligation that enforcement cannot perform gives deny.
"""

from __future__ import annotations

import dataclasses
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from guard.canonical import Json, bounded, digest, dumps, jsonable
from guard.enforce.obligations import prepare
from guard.errors import GuardError, InputError
from guard.model import Decision, Effect, ToolCall
from guard.parse import parse
from guard.parse.resolver import FileResolver
from guard.parse.tools import ToolTable
from guard.policy.document import read_document
from guard.policy.engine import Engine
from guard.request import build_request

if TYPE_CHECKING:
    from guard.parse.worker import ParserWorker

__all__ = ["Decider", "Question", "hash_arguments"]


@dataclass(frozen=True, slots=True)
class Question:
    """A call that was read: the request in JSON, or the decision that needs no engine."""

    call: ToolCall
    id: str
    time_ns: int
    parse_ns: int
    arguments_hash: str
    request: Mapping[str, Any]
    text: str
    refused: Decision | None = None


def hash_arguments(call: ToolCall) -> str:
    """Return the hash that binds a decision to the arguments of its call.

    Raises:
        InputError: the arguments cannot be put into JSON.
    """
    return digest(jsonable(call.arguments))


@dataclass(frozen=True, slots=True)
class Decider:
    """Judges calls under one profile with one engine. Shared by threads."""

    engine: Engine
    profile: str
    tools: ToolTable
    observe: bool = False
    files: FileResolver | None = None  # shows the scripts that a call would run
    worker: ParserWorker | None = None  # reads calls in a process of its own
    patience: float = 1.5  # seconds that an engine which waits for a network may take

    def decide(self, call: ToolCall) -> Decision:
        """Return the decision about a call."""
        question = self.read(call)
        return question.refused or self.judge(question)

    def read(self, call: ToolCall) -> Question:
        """Parse a call and build its request."""
        started, time_ns = time.perf_counter_ns(), time.time_ns()
        hashed, text = "", ""
        request: dict[str, Any] = {}
        errors: tuple[str, ...] = ()
        try:
            call, arguments = _plain(call)
            hashed = digest(arguments)
            plain = dataclasses.replace(call, arguments=arguments)
            if self.worker is None:
                parsed = parse(plain, self.tools, files=self.files)
            else:
                parsed = self.worker.parse(plain)
            request = build_request(call, arguments, parsed, profile=self.profile, time_ns=time_ns)
            text = dumps(request)
        except GuardError as error:
            errors = (str(error),)
        except BaseException as error:
            # INVARIANT: whatever raises here gives deny.
            if _ends(error):
                raise
            errors = (f"the call could not be read: {_name(error)}",)
        question = Question(
            call=call,
            id=os.urandom(16).hex(),
            time_ns=time_ns,
            parse_ns=time.perf_counter_ns() - started,
            arguments_hash=hashed,
            request=request,
            text=text,
        )
        if errors:
            return dataclasses.replace(question, refused=self.refuse(question, *errors))
        return question

    def judge(self, question: Question) -> Decision:
        """Ask the engine and check its answer."""
        started = time.perf_counter_ns()
        try:
            document = read_document(self.engine.evaluate(question.text))
            prepare(document.obligations)
        except GuardError as error:
            return self.refuse(question, str(error), started=started)
        except BaseException as error:
            # INVARIANT: whatever raises here gives deny; a panic is a BaseException.
            if _ends(error):
                raise
            reason = f"the engine `{self.engine.name}` failed: {_name(error)}"
            return self.refuse(question, reason, started=started)
        if self.engine.blocking and time.perf_counter_ns() - started > self.patience * 1e9:
            return self.too_late(question, started=started)
        return Decision(
            id=question.id,
            call=question.call,
            effect=document.effect,
            findings=document.findings,
            obligations=document.obligations,
            errors=document.errors,
            request=question.request,
            arguments_hash=question.arguments_hash,
            profile=document.profile,
            digest=document.digest or self.engine.digest,
            engine=self.engine.name,
            observed=self.observe,
            time_ns=question.time_ns,
            parse_ns=question.parse_ns,
            evaluate_ns=time.perf_counter_ns() - started,
        )

    def too_late(self, question: Question, *, started: int = 0) -> Decision:
        """Return the deny for an engine that did not answer in time, whatever it said later."""
        reason = f"the engine `{self.engine.name}` gave no answer in {self.patience:g} s"
        return self.refuse(question, reason, started=started)

    def refuse(self, question: Question, *errors: str, started: int = 0) -> Decision:
        """Return the deny that stands for a failure."""
        return Decision(
            id=question.id,
            call=question.call,
            effect=Effect.DENY,
            errors=errors,
            request=question.request,
            arguments_hash=question.arguments_hash,
            profile=self.profile,
            digest=self.engine.digest,
            engine=self.engine.name,
            observed=self.observe,
            time_ns=question.time_ns,
            parse_ns=question.parse_ns,
            evaluate_ns=time.perf_counter_ns() - started if started else 0,
        )


def _plain(call: ToolCall) -> tuple[ToolCall, dict[str, Json]]:
    """Return the call with subject properties in JSON form, and its arguments in JSON form."""
    if not isinstance(call, ToolCall):
        raise InputError(f"expected a tool call, got `{type(call).__name__}`")
    for name, text in (("tool", call.tool), ("id", call.id), ("source", call.source)):
        if not isinstance(text, str):
            raise InputError(f"the call's {name} is no text")
    bounded(call.arguments)
    arguments = jsonable(call.arguments)
    if not isinstance(arguments, dict):
        raise InputError("the arguments of a call are a mapping from names to values")
    if call.subject.properties:
        properties = cast("dict[str, Any]", jsonable(call.subject.properties, where="properties"))
        subject = dataclasses.replace(call.subject, properties=properties)
        call = dataclasses.replace(call, subject=subject)
    return call, arguments


def _ends(error: BaseException) -> bool:
    """True for what ends the program or the task, and is no answer of an engine."""
    if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
        return True
    loop = sys.modules.get("asyncio.exceptions")  # not imported for its own sake: it is slow
    return loop is not None and isinstance(error, loop.CancelledError)


def _name(error: BaseException) -> str:
    text = str(error).partition("Stack backtrace")[0].strip()
    return f"{type(error).__name__}: {text:.300}" if text else type(error).__name__
