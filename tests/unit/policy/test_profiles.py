"""Profiles that extend others: the strictest word wins, and the profile's own goes before it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from guard.errors import PolicyError
from guard.policy.profiles import resolve_profiles

RULES = ["payments.limit", "payments.asset", "network.egress", "data.write"]
SETTINGS = {
    "payments": {"limit": {"effect": "ask"}, "asset": {"effect": "deny"}},
    "network": {"egress": {"effect": "off"}},
}
OPACITY = {"high": "ask", "medium": "off", "low": "off"}
BASE: dict[str, Any] = {
    "description": "b",
    "allowance": "unless_refused",
    "ask": "ask",
    "effects": {},
    "opacity": OPACITY,
}


def resolve(**profiles: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return resolve_profiles({"base": BASE, **profiles}, RULES, SETTINGS)


def test_a_profile_that_extends_none_stays_as_it_is() -> None:
    """Word for word."""
    assert resolve()["base"] == BASE


def test_a_child_says_only_what_is_different() -> None:
    """Its own words go before those of the profile that it extends."""
    child = resolve(
        child={
            "description": "c",
            "extends": ["base"],
            "ask": "deny",
            "effects": {"payments.limit": "deny"},
            "opacity": {"medium": "ask"},
        }
    )["child"]
    assert child == {
        "description": "c",
        "allowance": "unless_refused",
        "ask": "deny",
        "effects": {"payments.limit": "deny"},
        "opacity": {"high": "ask", "medium": "ask", "low": "off"},
    }


def test_of_several_the_strictest_word_is_taken() -> None:
    """A rule that one of them leaves alone has its own effect there."""
    first = BASE | {
        "ask": "deny",
        "effects": {"payments.limit": "off", "payments.asset": "ask", "network.egress": "ask"},
    }
    second = BASE | {"allowance": "listed", "opacity": OPACITY | {"low": "deny"}}
    both = resolve(first=first, second=second, both={"extends": ["first", "second"]})["both"]
    assert both["effects"] == {"network.egress": "ask"}
    assert (both["ask"], both["allowance"]) == ("deny", "listed")
    assert both["opacity"] == {"high": "ask", "medium": "off", "low": "deny"}


def test_a_rule_that_all_switch_off_stays_off() -> None:
    """And one whose settings say nothing counts as denying."""
    one = BASE | {"effects": {"payments.limit": "off", "data.write": "ask"}}
    found = resolve(one=one, two={"extends": ["one", "one"]}, three={"extends": ["one", "base"]})
    assert found["two"]["effects"] == {"payments.limit": "off", "data.write": "ask"}
    assert found["three"]["effects"] == {}


def test_a_category_covers_its_rules_and_a_rule_goes_before_it() -> None:
    """Whatever their order."""
    effects = {"payments.limit": "off", "payments.*": "deny"}
    found = resolve(x=BASE | {"effects": effects})["x"]["effects"]
    assert found == {"payments.asset": "deny", "payments.limit": "off"}


@pytest.mark.parametrize(
    ("profile", "message"),
    [
        ({"extends": ["bse"]}, "extends `bse`.*`base`"),
        ({"extends": ["x"]}, "`x` extends itself"),
        ({"extends": ["base"], "effect": {}}, "field `effect`.*`effects`"),
        ({"extends": ["base"], "ask": "allow"}, "says `allow` in `ask`"),
        ({"extends": ["base"], "effects": {"payments.limits": "ask"}}, "`payments.limits`.*limit`"),
        ({"extends": ["base"], "effects": {"payment.*": "ask"}}, r"`payment\.\*`"),
        ({"extends": ["base"], "effects": {"data.write": "allow"}}, r"`effects\.data\.write`"),
        ({"extends": ["base"], "opacity": {"huge": "ask"}}, "`huge`"),
        ({"extends": ["base"], "opacity": {"high": "allow"}}, r"`opacity\.high`"),
        ({}, "has no `allowance`"),
        ({**BASE, "opacity": {"high": "ask"}}, "no `opacity.medium`"),
        ("baseline", "is no object"),
    ],
    ids=str,
)
def test_what_means_nothing_is_refused(profile: Any, message: str) -> None:
    """With the name that was meant, where there is one."""
    with pytest.raises(PolicyError) as error:
        resolve(x=profile)
    assert re.search(message, str(error.value))
