"""Settings laid over a bundle's: what merges, what replaces, what is refused."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from guard.errors import PolicyError
from guard.policy.settings import apply_settings

SETTINGS: dict[str, Any] = {
    "remote": {
        "ssh": {
            "effect": "ask",
            "limit": 3,
            "share": 0.5,
            "hosts": ["a.example"],
            "programs": {"ssh": True, "nested": True},
            "empty": {},
            "none": [],
        }
    },
    "network": {"egress": {"effect": "deny"}},
}


def applied(settings: dict[str, Any]) -> dict[str, Any]:
    data = {"guard": {"settings": copy.deepcopy(SETTINGS)}}
    apply_settings(data, settings)
    result: dict[str, Any] = data["guard"]["settings"]["remote"]["ssh"]
    return result


def test_objects_merge_and_all_else_replaces() -> None:
    """A table keeps the entries that are not named; a list is the new one."""
    ssh = applied(
        {"remote": {"ssh": {"hosts": ["b.example"], "programs": {"dbclient": True, "ssh": False}}}}
    )
    assert ssh["hosts"] == ["b.example"]
    assert ssh["programs"] == {"ssh": False, "nested": True, "dbclient": True}
    assert ssh["effect"] == "ask"


@pytest.mark.parametrize(
    "change", [{"limit": 2.5}, {"share": 1}, {"empty": {"x": [1]}}, {"none": [1, "a"]}]
)
def test_numbers_are_one_type_and_empty_defaults_take_anything(change: dict[str, Any]) -> None:
    """Where the default shows no type, none is demanded."""
    assert applied({"remote": {"ssh": change}}).items() >= change.items()


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"remot": {}}, "no setting `remot`; did you mean `remote`?"),
        ({"zzz": {}}, "no setting `zzz`; known here: `network`, `remote`"),
        ({"remote": {"shs": {}}}, "no setting `remote.shs`; did you mean `remote.ssh`?"),
        ({"remote": {"ssh": {"host": []}}}, "did you mean `remote.ssh.hosts`?"),
        ({"remote": {"ssh": {"effect": True}}}, "`remote.ssh.effect` is true or false; give text"),
        (
            {"remote": {"ssh": {"limit": True}}},
            "`remote.ssh.limit` is true or false; give a number",
        ),
        ({"remote": {"ssh": {"hosts": "a"}}}, "`remote.ssh.hosts` is text; give a list"),
        ({"remote": {"ssh": {"hosts": ["a", 1]}}}, "holds a number at position 1; give text"),
        ({"remote": {"ssh": {"programs": []}}}, "`remote.ssh.programs` is a list; give an object"),
        ({"remote": {"ssh": {"programs": {"x": "no"}}}}, "programs.x` is text; give true or false"),
        ({"remote": {"ssh": None}}, "`remote.ssh` is null; give an object"),
    ],
)
def test_what_the_bundle_does_not_know_is_refused(settings: dict[str, Any], expected: str) -> None:
    """A name that was mistyped must not leave the default in force unseen."""
    with pytest.raises(PolicyError) as caught:
        applied(settings)
    assert expected in str(caught.value)


def test_settings_without_a_bundle_that_has_any_are_refused() -> None:
    """There is nothing that they could change."""
    with pytest.raises(PolicyError, match="has no settings to change"):
        apply_settings({"guard": {}}, {"remote": {}})


def test_the_file_of_the_settings_is_named() -> None:
    """Of several files people must know which to correct."""
    data = {"guard": {"settings": copy.deepcopy(SETTINGS)}}
    with pytest.raises(PolicyError) as caught:
        apply_settings(data, {"remote": {"ssh": {"host": []}}}, "team.json")
    assert str(caught.value) == (
        "cannot use `team.json`: there is no setting `remote.ssh.host`; "
        "did you mean `remote.ssh.hosts`?"
    )
