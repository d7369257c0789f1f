"""The index of rules: what each request concerns, and what is shown to every rule."""

from __future__ import annotations

import json
from typing import Any

import pytest

from guard.errors import PolicyError
from guard.policy import embedded
from guard.policy.bundle import Bundle
from guard.policy.routes import Routes

SETTINGS = {
    "c": {
        "cron": {"programs": {"crontab": True, "At": False}},
        "keys": {"names": {".ssh": True, "ID_RSA": True}},
        "drop": {"verbs": ["drop"]},
    }
}
ASKED_WHEN: dict[str, dict[str, Any] | None] = {
    "c.always": None,
    "c.cron": {"operations": ["file.write"], "programs": ["programs"]},
    "c.keys": {"operations": ["file.read", "network.connect"], "path_names": ["names"]},
    "c.drop": {"operations": ["data.query"], "verbs": ["verbs"]},
    "c.environment": {"keys": ["environment"]},
    "c.opaque": {"opaque": True},
}
ROUTES = Routes.build(ASKED_WHEN, ASKED_WHEN, SETTINGS)

RUN = {"kind": "process.exec", "path": "x", "argv": []}
CASES: list[tuple[list[dict[str, Any]], set[str]]] = [
    ([], set()),
    ([{"kind": "file.write", "path": "x"}], {"cron"}),
    ([{**RUN, "program": "crontab"}], {"cron"}),
    ([{**RUN, "program": "AT"}], {"cron"}),
    ([{**RUN, "program": "ls"}], set()),
    ([{**RUN, "program": "ls", "environment": {}}], {"environment"}),
    ([{"kind": "file.read", "path": "a/b"}], set()),
    ([{"kind": "file.read", "path": "~/.SSH/x"}], {"keys"}),
    ([{"kind": "file.read", "path": "id_rsa"}], {"keys"}),
    ([{"kind": "file.read", "path": "my.ssh/x"}], set()),
    ([{"kind": "file.read", "path": "a/*"}], {"keys"}),
    ([{"kind": "file.read", "path": "⟨?⟩"}], {"keys"}),
    ([{"kind": "file.read", "path": "/"}], {"keys"}),
    ([{"kind": "network.connect", "host": "h"}], {"keys"}),
    ([{"kind": "data.query", "verb": "drop"}], {"drop"}),
    ([{"kind": "data.query", "verb": "select"}], set()),
    ([{"kind": "data.query", "verb": ""}], {"drop"}),
    (
        [{"kind": "file.write", "path": "x"}, {"kind": "data.query", "verb": "drop"}],
        {"cron", "drop"},
    ),
]

NAMES = [str(operations) for operations, _ in CASES]


def request(operations: list[dict[str, Any]], *, complete: bool = True) -> dict[str, Any]:
    return {"context": {"operations": operations, "complete": complete}}


@pytest.mark.parametrize(("operations", "rules"), CASES, ids=NAMES)
def test_a_request_concerns_the_rules_that_look_at_it(
    operations: list[dict[str, Any]], rules: set[str]
) -> None:
    """By kind, program, name in a path, verb and key; and one rule is always asked."""
    named = {"c.always", *(f"c.{rule}" for rule in rules)}
    assert ROUTES.asked(request(operations)) == frozenset(named)


def test_an_opaque_part_concerns_the_rules_that_say_so() -> None:
    """Unless the request says that it is complete."""
    assert ROUTES.asked(request([], complete=False)) == frozenset({"c.always", "c.opaque"})


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"context": None},
        {"context": {"operations": [{}], "complete": True}},
        {"context": {"operations": [7], "complete": True}},
        {"context": {"operations": [{"kind": ["file.read"]}], "complete": True}},
        {"context": {"operations": []}},
        request([{**RUN, "program": 7}]),
        request([{**RUN, "program": "\u212aeytool"}]),
        request([{"kind": "file.read", "path": None}]),
        request([{"kind": "file.read", "path": "\u0130d_rsa"}]),
        [],
        "x",
    ],
    ids=str,
)
def test_an_odd_request_is_shown_to_every_rule(odd: Any) -> None:
    """No shape that the index does not expect hides anything."""
    assert ROUTES.asked(odd) is None


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"operation": ["file.read"]}, "a key `operation` that is not known"),
        ({"programs": ["program"]}, "names a table `program` that its settings do not have"),
        ({"programs": ["effect"]}, "names a table `effect`"),
    ],
)
def test_conditions_that_cannot_be_followed_are_refused(spec: dict[str, Any], message: str) -> None:
    """A misspelt table would be a rule that is never asked."""
    with pytest.raises(PolicyError, match=message):
        Routes.build(["c.x"], {"c.x": spec}, {"c": {"x": {"effect": "deny"}}})


@pytest.mark.parametrize(("operations", "rules"), CASES, ids=NAMES)
@pytest.mark.parametrize("complete", [True, False])
def test_the_entry_point_follows_the_index_alike(
    operations: list[dict[str, Any]], rules: set[str], complete: bool
) -> None:
    """OPA asks the rules that the index names here."""
    bundle = Bundle.load()
    data = bundle.data
    data["guard"]["bundle"] = {"reached": "index", "index": ROUTES.index}
    engine = embedded.build(dict(bundle.modules), json.dumps(data))
    engine.set_input_json(json.dumps(request(operations, complete=complete)))
    asked = json.loads(engine.eval_rule_as_json("data.guard.main._asked"))
    assert frozenset(asked) == ROUTES.asked(request(operations, complete=complete))
