"""Reads the decision document that an engine answered, strictly: what is not exact is an error.

Both engines' answers pass here, so nothing that a policy, a sidecar or something in
between made up can become a decision. Pure. Written by hand since it runs on every call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from guard.errors import EvaluationError
from guard.model import Effect, Finding, Obligation

__all__ = ["Document", "read_document"]

_DOCUMENT = frozenset({"effect", "findings", "obligations", "errors", "profile", "digest"})
_FINDING = frozenset({"rule", "effect", "reason", "solution", "obligations"})
_OBLIGATION = frozenset({"type", "properties"})
_EFFECTS = {effect.value: effect for effect in Effect}
_RANKS = {effect.value: effect.rank for effect in Effect}


@dataclass(frozen=True, slots=True)
class Document:
    """What the policy said. `digest` is that of the bundle which said it."""

    effect: Effect
    findings: tuple[Finding, ...]
    obligations: tuple[Obligation, ...]
    errors: tuple[str, ...]
    profile: str
    digest: str


def read_document(raw: Mapping[str, Any]) -> Document:
    """Return the decision document in `raw`, which must be exact and in agreement with itself.

    Raises:
        EvaluationError: a key that is missing or unknown, a wrong type, an unknown effect;
            an effect milder than a finding's; allow or ask with errors or without a
            finding; or an obligation of a deciding finding that the decision lacks.
    """
    if not isinstance(raw, dict) or raw.keys() != _DOCUMENT:
        _refuse_keys(raw, _DOCUMENT, "the decision")
    word, profile, digest = raw["effect"], raw["profile"], raw["digest"]
    if not isinstance(profile, str) or not isinstance(digest, str):
        _refuse("`profile` and `digest` of the decision must be text")
    effect = _effect(word, "the decision")
    errors = _list(raw["errors"], "errors")
    for error in errors:
        if not isinstance(error, str):
            _refuse("`errors` holds something that is not text")
    findings = tuple([_finding(item) for item in _list(raw["findings"], "findings")])
    obligations = _obligations(raw["obligations"])
    # INVARIANT: a decision is at least as strict as its strictest finding.
    for finding in findings:
        if _RANKS[finding.effect] > _RANKS[effect]:
            _refuse(f"the decision is {effect} although `{finding.rule}` says {finding.effect}")
    # INVARIANT: an error in any rule is deny, and so is no finding. Where the decision is
    # allow, every finding is allow by now.
    if effect is not Effect.DENY:
        if errors:
            _refuse(f"the decision is {effect} with an error: {errors[0]:.200}")
        if not findings:
            _refuse(f"the decision is {effect} without a finding")
    _check_obligations(effect, findings, obligations)
    return Document(effect, findings, obligations, tuple(errors), profile, digest)


def _check_obligations(
    effect: Effect, findings: tuple[Finding, ...], obligations: tuple[Obligation, ...]
) -> None:
    """An obligation of a deciding finding must not get lost on the way up."""
    for finding in findings:
        if finding.obligations and finding.effect is effect:
            for obligation in finding.obligations:
                if obligation not in obligations:
                    _refuse(f"the decision lacks the obligation of `{finding.rule}`")


def _finding(raw: Any) -> Finding:
    if not isinstance(raw, dict) or raw.keys() != _FINDING:
        _refuse_keys(raw, _FINDING, "a finding")
    rule, reason, solution = raw["rule"], raw["reason"], raw["solution"]
    if not isinstance(rule, str) or not isinstance(reason, str) or not isinstance(solution, str):
        _refuse("`rule`, `reason` and `solution` of a finding must be text")
    if not rule:
        _refuse("a finding has an empty `rule`")
    obligations = _obligations(raw["obligations"])
    return Finding(rule, _effect(raw["effect"], rule), reason, solution, obligations)


def _obligations(raw: Any) -> tuple[Obligation, ...]:
    return tuple([_obligation(item) for item in _list(raw, "obligations")]) if raw != [] else ()


def _obligation(raw: Any) -> Obligation:
    if not isinstance(raw, dict) or raw.keys() != _OBLIGATION:
        _refuse_keys(raw, _OBLIGATION, "an obligation")
    kind, properties = raw["type"], raw["properties"]
    if not isinstance(kind, str) or not kind or not isinstance(properties, dict):
        _refuse("an obligation needs a `type` in text and `properties` in an object")
    return Obligation(kind, properties)


def _effect(word: Any, whose: str) -> Effect:
    effect = _EFFECTS.get(word) if isinstance(word, str) else None
    if effect is None:
        _refuse(f"`{whose}` has the unknown effect `{word!s:.40}`")
    return effect


def _list(raw: Any, name: str) -> list[Any]:
    if not isinstance(raw, list):
        _refuse(f"`{name}` must be a list")
    return raw


def _refuse_keys(raw: Any, expected: frozenset[str], what: str) -> NoReturn:
    if not isinstance(raw, dict):
        _refuse(f"{what} is not an object")
    for key in sorted(expected - raw.keys()):
        _refuse(f"{what} lacks `{key}`")
    unknown = sorted(str(key) for key in raw.keys() - expected)
    _refuse(f"{what} has the unknown key `{unknown[0]:.40}`")


def _refuse(what: str) -> NoReturn:
    raise EvaluationError(
        f"decision document: {what}", help="correct `guard.main.decision` of the policy"
    )
