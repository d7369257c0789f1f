"""The decision document: only an exact one that agrees with itself becomes a decision."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from guard.errors import EvaluationError
from guard.model import Effect, Finding, Obligation
from guard.policy.document import Document, read_document


def finding(effect: str = "allow", **fields: Any) -> dict[str, Any]:
    return {
        "rule": "a.b",
        "effect": effect,
        "reason": "why",
        "solution": "what else",
        "obligations": [],
        **fields,
    }


def document(effect: Any = "allow", **fields: Any) -> dict[str, Any]:
    return {
        "effect": effect,
        "findings": [finding(effect)],
        "obligations": [],
        "errors": [],
        "profile": "baseline",
        "digest": "d",
        **fields,
    }


REDACT = {"type": "redact", "properties": {"pattern": "x"}}


def test_an_exact_document_is_read() -> None:
    """Every part arrives, in order, with its type."""
    raw = document(
        "deny",
        findings=[
            finding("deny", obligations=[REDACT]),
            finding("allow", rule="profile.allowance"),
        ],
        obligations=[REDACT],
        errors=["rule failed"],
    )
    redact = Obligation("redact", {"pattern": "x"})
    assert read_document(raw) == Document(
        Effect.DENY,
        (
            Finding("a.b", Effect.DENY, "why", "what else", (redact,)),
            Finding("profile.allowance", Effect.ALLOW, "why", "what else"),
        ),
        (redact,),
        ("rule failed",),
        "baseline",
        "d",
    )


@pytest.mark.parametrize("effect", ["deny", "ask"])
@pytest.mark.parametrize("found", ["deny", "ask", "allow"])
def test_an_effect_may_be_stricter_than_its_findings_never_milder(effect: str, found: str) -> None:
    """The order is deny > ask > allow."""
    raw = document(effect, findings=[finding("allow"), finding(found)])
    if Effect(found).rank > Effect(effect).rank:
        with pytest.raises(EvaluationError, match=f"although `a.b` says {found}"):
            read_document(raw)
    else:
        assert read_document(raw).effect == effect


def test_deny_needs_no_finding() -> None:
    """No finding is deny."""
    assert read_document(document("deny", findings=[])).effect is Effect.DENY


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (document(findings=[]), "allow without a finding"),
        (document("ask", findings=[]), "ask without a finding"),
        (document(findings=[finding("deny")]), "although `a.b` says deny"),
        (document(findings=[finding("ask")]), "although `a.b` says ask"),
        (document(errors=["e"]), "allow with an error: e"),
        (document("ask", errors=["e"]), "ask with an error: e"),
        (document("Allow"), "unknown effect `Allow`"),
        (document("off"), "unknown effect `off`"),
        (document(effect=True), "unknown effect `True`"),
        (document(effect=["allow"]), "unknown effect"),
        (document(findings=[finding("permit")]), "`a.b` has the unknown effect `permit`"),
        (document(more=1), "unknown key `more`"),
        (document(findings=[finding(more=1)]), "a finding has the unknown key `more`"),
        (document(findings={}), "`findings` must be a list"),
        (document(findings=[1]), "a finding is not an object"),
        (document(findings=[finding(reason=None)]), "must be text"),
        (document(findings=[finding(rule="")]), "empty `rule`"),
        (document(findings=[finding(obligations=None)]), "`obligations` must be a list"),
        (document(errors="no"), "`errors` must be a list"),
        (document("deny", errors=[1]), "not text"),
        (document(profile=None), "must be text"),
        (document(digest=7), "must be text"),
        (document(obligations=[{"type": "redact"}]), "an obligation lacks `properties`"),
        (document(obligations=[{**REDACT, "id": 1}]), "an obligation has the unknown key `id`"),
        (document(obligations=[{"type": "", "properties": {}}]), "needs a `type`"),
        (document(obligations=[{"type": "a", "properties": []}]), "needs a `type`"),
        (document(findings=[finding(obligations=[REDACT])]), "lacks the obligation of `a.b`"),
        ([], "is not an object"),
        (None, "is not an object"),
    ],
)
def test_what_is_not_exact_is_an_error(raw: Any, expected: str) -> None:
    """Unknown words, keys and types, and contradictions."""
    with pytest.raises(EvaluationError) as caught:
        read_document(raw)
    assert expected in str(caught.value)


def _parts(raw: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a document."""
    parts = []
    if isinstance(raw, dict | list):
        for key in raw if isinstance(raw, dict) else range(len(raw)):
            parts += [(raw, key), *_parts(raw[key])]
    return parts


def _full() -> dict[str, Any]:
    return document("ask", findings=[finding("ask", obligations=[REDACT])], obligations=[REDACT])


def test_nothing_can_be_missing() -> None:
    """Each key of each object, taken away, leaves an error."""
    tried = 0
    for number in range(len(_parts(_full()))):
        raw = copy.deepcopy(_full())
        container, key = _parts(raw)[number]
        if isinstance(container, dict) and key != "pattern":
            del container[key]
            tried += 1
            with pytest.raises(EvaluationError):
                read_document(raw)
    assert tried == 15


@pytest.mark.parametrize("junk", [None, 1, 1.5, True, "junk", [], {}, [[]], {"a": 1}])
def test_nothing_can_be_of_another_type(junk: Any) -> None:
    """Each part, replaced by a value of another type, leaves an error."""
    for number in range(len(_parts(_full()))):
        raw = copy.deepcopy(_full())
        container, key = _parts(raw)[number]
        if key == "pattern" or type(container[key]) is type(junk):
            continue
        container[key] = junk
        with pytest.raises(EvaluationError):
            read_document(raw)
