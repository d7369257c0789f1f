"""Engines for fault injection, each failing in one way. Not for showing that policy works."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from guard.errors import EvaluationError

__all__ = ["FAULTS", "PanicError", "StaticEngine", "document"]


class PanicError(BaseException):
    """Stands for pyo3's PanicException, which is no Exception."""


def document(effect: str = "allow", **fields: Any) -> dict[str, Any]:
    """Return a decision document with one finding of the effect."""
    finding = {
        "rule": "test.static",
        "effect": effect,
        "reason": "a test says so",
        "solution": "",
        "obligations": fields.get("obligations", []),
    }
    return {
        "effect": effect,
        "findings": [finding],
        "obligations": [],
        "errors": [],
        "profile": "baseline",
        "digest": "",
        **fields,
    }


@dataclass
class StaticEngine:
    """Answers every request with one document, or does what `fault` does."""

    answer: Any = field(default_factory=document)
    fault: Callable[[], Any] | None = None
    name: str = "static"
    digest: str = "0" * 64
    blocking: bool = False
    asked: list[dict[str, Any]] = field(default_factory=list)

    def evaluate(self, request: str) -> Mapping[str, Any]:
        self.asked.append(json.loads(request))
        if self.fault is not None:
            self.fault()
        answer: Mapping[str, Any] = self.answer
        return answer

    def close(self) -> None:
        pass


def _raise(error: BaseException) -> Callable[[], Any]:
    def fault() -> Any:
        raise error

    return fault


FAULTS: dict[str, StaticEngine] = {
    "deny": StaticEngine(document("deny")),
    "engine error": StaticEngine(fault=_raise(EvaluationError("evaluation failed: a test"))),
    "any exception": StaticEngine(fault=_raise(ZeroDivisionError("a test"))),
    "time-out": StaticEngine(fault=_raise(TimeoutError("no answer"))),
    "panic": StaticEngine(fault=_raise(PanicError("index out of bounds"))),
    "recursion": StaticEngine(fault=_raise(RecursionError())),
    "memory": StaticEngine(fault=_raise(MemoryError())),
    "slow and blocking": StaticEngine(fault=lambda: time.sleep(0.5), blocking=True),
    "unknown obligation": StaticEngine(
        document("allow", obligations=[{"type": "dance", "properties": {}}])
    ),
    "unknown effect": StaticEngine(document("maybe")),
    "no document": StaticEngine(None),
    "empty document": StaticEngine({}),
    "text": StaticEngine("allow"),
    "true": StaticEngine(True),
    "unknown key": StaticEngine(document("allow", extra=1)),
    "allow without a finding": StaticEngine(document("allow", findings=[])),
    "allow with an error": StaticEngine(document("allow", errors=["a rule failed"])),
    "allow beside a deny": StaticEngine(
        {
            **document("allow"),
            "findings": document("allow")["findings"] + document("deny")["findings"],
        }
    ),
}
