"""The nouns of the guard: call, request, finding, decision. No IO, no engine, no parsing."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from guard.operations import Opaque, Operation

__all__ = [
    "APPROVE",
    "Decision",
    "Effect",
    "Finding",
    "Obligation",
    "Parsed",
    "Sandbox",
    "Session",
    "Subject",
    "ToolCall",
]


class Effect(enum.StrEnum):
    """What a rule or a decision says. The strictest of several wins: deny > ask > allow."""

    ALLOW = "allow"
    ASK = "ask"
    DENY = "deny"

    @property
    def rank(self) -> int:
        """0 for allow, 1 for ask, 2 for deny."""
        return _RANK[self]


# The obligation that a person approves the call first.
APPROVE = "approve"

_RANK = {Effect.ALLOW: 0, Effect.ASK: 1, Effect.DENY: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Who wants to act (AuthZEN 1.0: subject)."""

    id: str = "agent"
    type: str = "agent"
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """The machine or container in which the agent acts."""

    id: str = ""
    ip: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What the call belongs to; every field that is known helps to find the call again."""

    id: str = ""
    run: str = ""
    trajectory: str = ""
    episode: str = ""
    sandbox: Sandbox = Sandbox()


@dataclass(frozen=True, slots=True)
class ToolCall:
    """What a framework handed over: a tool's name and the arguments it would run with.

    `id` is the host's id for the call; one is minted where it is empty. `source` names
    the adapter that saw the call. `description` is the tool's own, for the record.
    """

    tool: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    _: dataclasses.KW_ONLY
    id: str = ""
    subject: Subject = Subject()
    session: Session = Session()
    source: str = "python"

    @classmethod
    def shell(cls, command: str, **fields: Any) -> ToolCall:
        """A call of the tool `bash` with one command."""
        return cls("bash", {"command": command}, **fields)


@dataclass(slots=True)
class Parsed:
    """What a call would do, and what of it could not be seen."""

    operations: list[Operation] = field(default_factory=list)
    opaque: list[Opaque] = field(default_factory=list)
    # Files that were read through a resolver: `path` and `sha256` of each.
    files: list[dict[str, str]] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """True only if nothing was opaque and no bound was hit."""
        return not self.opaque


@dataclass(frozen=True, slots=True)
class Obligation:
    """Something that must be done for the decision to hold."""

    type: str
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says about a call. `rule` is `category.name`, from the package path."""

    rule: str
    effect: Effect
    reason: str
    solution: str = ""
    obligations: Sequence[Obligation] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer to a call, with everything needed to explain and to replay it.

    `observed` is set when the guard only watches: the effect is what it would have been.
    `request` is the document that policy saw (Rego's `input`).
    """

    id: str
    call: ToolCall
    effect: Effect
    findings: Sequence[Finding] = ()
    obligations: Sequence[Obligation] = ()
    errors: Sequence[str] = ()
    request: Mapping[str, Any] = field(default_factory=dict)
    arguments_hash: str = ""
    profile: str = ""
    digest: str = ""
    engine: str = ""
    observed: bool = False
    time_ns: int = 0
    parse_ns: int = 0
    evaluate_ns: int = 0

    @property
    def allowed(self) -> bool:
        """True if the call may run as it is: not while a person must still approve it."""
        return self.effect is Effect.ALLOW and not self.asks

    @property
    def asks(self) -> bool:
        """True if the call may run once a person approves it."""
        if self.effect is Effect.DENY:
            return False
        return self.effect is Effect.ASK or any(o.type == APPROVE for o in self.obligations)

    @property
    def operations(self) -> Sequence[Operation]:
        """What the call would do."""
        operations: Sequence[Operation] = self.request.get("context", {}).get("operations", ())
        return operations

    @property
    def opaque(self) -> Sequence[Opaque]:
        """What of the call could not be seen."""
        opaque: Sequence[Opaque] = self.request.get("context", {}).get("opaque", ())
        return opaque

    @property
    def deciding(self) -> Sequence[Finding]:
        """The findings that have the decision's own effect."""
        return [finding for finding in self.findings if finding.effect is self.effect]

    def message(self) -> str:
        """What an agent reads when the call does not run: reasons, then what to do instead."""
        if self.allowed:
            return "allowed"
        word = "denied" if self.effect is Effect.DENY else "not run: a person must approve it"
        lines = [f"{word}: {f.reason} [{f.rule}]" for f in self.deciding]
        if self.effect is Effect.ALLOW:
            lines = [f"{word}: [{', '.join(f.rule for f in self.deciding)}]"]
        lines += [f"{word}: {error}" for error in self.errors]
        lines = lines or [f"{word}: no rule allows it"]
        seen = dict.fromkeys(f.solution for f in self.deciding if f.solution)
        return "\n".join([*lines, *(f"instead: {solution}" for solution in seen)])
