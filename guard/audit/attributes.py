"""The names under which decisions appear in traces: one mapping, with a version.

No convention for policy decisions is agreed yet. The guardrail names follow the draft
in the OpenTelemetry GenAI conventions (pull request 427 as of August 2026); the names of
tool calls follow those conventions as published (Development status). When either moves,
this file changes and `MAPPING_VERSION` with it; what uses the names does not.

Pure: from a decision to plain attributes. Knows nothing of tracers.
"""

from __future__ import annotations

import enum
import logging
import os
from typing import Final

from guard.audit.record import readable_call
from guard.canonical import Json, dumps
from guard.model import Decision, Effect, Finding, Session

__all__ = [
    "COMPONENT",
    "DECISION_SPAN",
    "FINDING_EVENT",
    "MAPPING_VERSION",
    "Attributes",
    "Capture",
    "decision_attributes",
    "decision_key_attributes",
    "display_text",
    "events_wanted",
    "execution_attributes",
    "finding_attributes",
]

Attributes = dict[str, str | bool | int | float | list[str]]

# Also the version of the instrumentation scope, so that it is in every trace.
MAPPING_VERSION: Final = "1"
COMPONENT: Final = "regoguard"
DECISION_SPAN: Final = f"run_guardrail {COMPONENT}"
FINDING_EVENT: Final = "gen_ai.guardrail.security.finding"

_GUARDRAIL: Final = "gen_ai.guardrail."
_VERDICT = {Effect.ALLOW: "allow", Effect.ASK: "escalate", Effect.DENY: "deny"}
_ACTION = {Effect.ALLOW: "allow", Effect.ASK: "escalate", Effect.DENY: "block"}
_CAPTURE_VARIABLE = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
_EVENT_VARIABLE = "OTEL_INSTRUMENTATION_GENAI_EMIT_EVENT"
# Longer arguments would fill a back end; the journal has them whole.
_MAX_CONTENT = 16_384
# The same for ids and names, which come from the host.
_MAX_TEXT = 1024

_log = logging.getLogger("guard.audit")


class Capture(enum.Flag):
    """Where content of calls may appear in traces. Nowhere, unless somebody says so."""

    NO_CONTENT = 0
    SPAN_ONLY = 1
    EVENT_ONLY = 2
    SPAN_AND_EVENT = 3

    @classmethod
    def from_environment(cls) -> Capture:
        """Read OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT.

        Anything but the four names, `true` included, is NO_CONTENT with a warning.
        """
        value = os.environ.get(_CAPTURE_VARIABLE, "").strip()
        if not value:
            return cls.NO_CONTENT
        try:
            return cls[value.upper()]
        except KeyError:
            _log.warning(
                "`%s` is no value for %s: no content is captured; use one of %s",
                value,
                _CAPTURE_VARIABLE,
                ", ".join(cls.__members__),
            )
            return cls.NO_CONTENT


def events_wanted() -> bool:
    """Return False if OTEL_INSTRUMENTATION_GENAI_EMIT_EVENT switches events off."""
    return os.environ.get(_EVENT_VARIABLE, "").strip().lower() != "false"


def display_text(text: object) -> str:
    """Return `text` cut to a bearable length and encodable, or the type of what is no text.

    An exporter refuses a whole batch in which one text holds half of a surrogate pair:
    a call so named must not take the spans of others with it.
    """
    if not isinstance(text, str):
        return f"<{type(text).__name__}>"
    if len(text) > _MAX_TEXT:
        text = f"{text[:_MAX_TEXT]}..."
    return text if text.isascii() else text.encode(errors="replace").decode()


def decision_key_attributes(decision: Decision) -> Attributes:
    """Return the few attributes that a sampler may want before the span begins."""
    return {
        "gen_ai.operation.name": "run_guardrail",
        "gen_ai.tool.name": display_text(readable_call(decision.call).tool),
        _GUARDRAIL + "verdict.type": _VERDICT[decision.effect],
    }


def decision_attributes(decision: Decision, capture: Capture) -> Attributes:
    """Return what the span of a decision says beyond its key attributes.

    Holds rule ids, hashes and ids; texts of the call only where `capture` allows it.
    """
    call = readable_call(decision.call)
    call_id = display_text(call.id or decision.id)
    deciding = [finding.rule for finding in decision.deciding]
    attributes: Attributes = {
        _GUARDRAIL + "component.name": COMPONENT,
        _GUARDRAIL + "target.type": "input",
        _GUARDRAIL + "target.subtype": "tool_call",
        _GUARDRAIL + "target.id": call_id,
        _GUARDRAIL + "verdict.reason": _reason(decision, deciding),
        _GUARDRAIL + "action.type": "audit" if decision.observed else _ACTION[decision.effect],
        _GUARDRAIL + "security.policy.id": f"{COMPONENT}/{decision.profile}",
        _GUARDRAIL + "security.content.input.hash": decision.arguments_hash,
        "gen_ai.tool.call.id": call_id,
        "regoguard.decision.id": decision.id,
        "regoguard.effect": decision.effect.value,
        "regoguard.observed": decision.observed,
        "regoguard.profile": decision.profile,
        "regoguard.policy.digest": decision.digest,
        "regoguard.engine": decision.engine,
        "regoguard.source": display_text(call.source),
        "regoguard.subject.id": display_text(call.subject.id),
        "regoguard.parse_ns": decision.parse_ns,
        "regoguard.evaluate_ns": decision.evaluate_ns,
        "regoguard.operations": [item["kind"] for item in decision.operations],
    }
    if decision.opaque:
        attributes["regoguard.opaque"] = [item["kind"] for item in decision.opaque]
    if deciding:
        attributes[_GUARDRAIL + "verdict.code"] = deciding[0]
        attributes[_GUARDRAIL + "security.policy.rule.id"] = deciding
        attributes[_GUARDRAIL + "security.risk.category"] = list(
            dict.fromkeys(_category(rule) for rule in deciding)
        )
    if capture & Capture.SPAN_ONLY:
        attributes[_GUARDRAIL + "content.input.value"] = _arguments(decision)
    _add_session(attributes, call.session)
    return attributes


def finding_attributes(decision: Decision, finding: Finding, capture: Capture) -> Attributes:
    """Return what the event of one finding says."""
    attributes: Attributes = {
        _GUARDRAIL + "security.policy.rule.id": finding.rule,
        _GUARDRAIL + "security.risk.category": _category(finding.rule),
        _GUARDRAIL + "verdict.type": _VERDICT[finding.effect],
    }
    if capture & Capture.EVENT_ONLY:
        # Reasons name hosts, ports, programs and paths of the call.
        attributes["security_rule.description"] = display_text(finding.reason)
        attributes[_GUARDRAIL + "content.input.value"] = _arguments(decision)
    return attributes


def execution_attributes(decision: Decision, capture: Capture) -> Attributes:
    """Return what the span around the run of a tool says."""
    call = readable_call(decision.call)
    attributes: Attributes = {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": display_text(call.tool),
        "gen_ai.tool.call.id": display_text(call.id or decision.id),
        "gen_ai.tool.type": "function",
        "regoguard.decision.id": decision.id,
    }
    if capture & Capture.SPAN_ONLY:
        attributes["gen_ai.tool.call.arguments"] = _arguments(decision)
    _add_session(attributes, call.session)
    return attributes


def _reason(decision: Decision, deciding: list[str]) -> str:
    """Return a reason of few possible values and without words of the call."""
    word = decision.effect.value
    if decision.errors:
        return f"{word}: error"
    return f"{word}: {deciding[0]}" if deciding else f"{word}: no finding"


def _category(rule: str) -> str:
    return rule.partition(".")[0]


def _arguments(decision: Decision) -> str:
    resource = decision.request.get("resource", {})
    arguments: Json = resource.get("properties", {}).get("arguments", {})
    return dumps(arguments)[:_MAX_CONTENT].encode(errors="replace").decode()


def _add_session(attributes: Attributes, session: Session) -> None:
    """Add the ids that are known, under the names by which other systems join them."""
    if session.id:
        attributes["gen_ai.conversation.id"] = display_text(session.id)
    if session.run:
        attributes["regoguard.run.id"] = display_text(session.run)
    if session.trajectory:
        attributes["traj_id"] = display_text(session.trajectory)
    if session.episode:
        attributes["episode_id"] = display_text(session.episode)
    if session.sandbox.id:
        attributes["sandbox.id"] = display_text(session.sandbox.id)
    if session.sandbox.ip:
        attributes["sandbox.ip"] = display_text(session.sandbox.ip)
