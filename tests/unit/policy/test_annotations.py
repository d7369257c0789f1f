"""What `guard rules` shows: the metadata of rules, from their comments."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from guard.errors import PolicyError
from guard.policy import sources
from guard.policy.annotations import AskedWhen, asked_when, read_rules
from guard.policy.bundle import Bundle

RULE = """\
# METADATA
# title: No tunnels
# description: |
#   Two lines: the first
#   and the second.
# custom:
#   severity: high
#   solution: use the proxy
#   references: [T1572]
#   profiles: [baseline, strict]
#   risk_category: safety_security
#   asked_when:
#     operations: [network.tunnel]
#     programs: [programs]
#     opaque: true
#   unknown: ignored
package guard.rules.remote.tunnel

# METADATA
# title: not of the package
findings contains 1
"""
PATH = "guard/rules/remote/tunnel/tunnel.rego"


def test_metadata_of_a_package_are_read() -> None:
    """Fields come from the comment above the package, the effect from the settings."""
    [rule] = read_rules([(PATH, RULE)], {"remote": {"tunnel": {"effect": "ask"}}})
    assert rule.model_dump() == {
        "id": "remote.tunnel",
        "file": PATH,
        "effect": "ask",
        "title": "No tunnels",
        "description": "Two lines: the first\nand the second.\n",
        "severity": "high",
        "solution": "use the proxy",
        "references": ["T1572"],
        "profiles": ["baseline", "strict"],
        "risk_category": "safety_security",
        "asked_when": {
            "operations": ["network.tunnel"],
            "programs": ["programs"],
            "path_names": [],
            "verbs": [],
            "keys": [],
            "opaque": True,
        },
    }


def test_a_rule_without_conditions_is_told_from_one_whose_conditions_are_empty() -> None:
    """None means that the rule is always asked; an empty condition, that it never is."""
    bare, empty = read_rules(
        [
            ("a.rego", "package guard.rules.x.a\n"),
            ("b.rego", "# METADATA\n# custom: {asked_when: {}}\npackage guard.rules.x.b\n"),
        ],
        {},
    )
    assert (bare.asked_when, empty.asked_when) == (None, AskedWhen())


@pytest.mark.parametrize(
    ("conditions", "complaint"),
    [
        ("{operation: [file.read]}", "`asked_when.operation`"),
        ("{operations: file.read}", "`asked_when.operations`: must be a valid list"),
        ("{opaque: 1}", "`asked_when.opaque`: must be a valid boolean"),
        ("[file.read]", "`asked_when`"),
    ],
)
def test_a_wrong_condition_is_named(conditions: str, complaint: str) -> None:
    """A misspelt condition is never dropped: the rule would be asked too rarely."""
    source = f"# METADATA\n# custom: {{asked_when: {conditions}}}\npackage guard.rules.a.b\n"
    with pytest.raises(PolicyError, match=complaint):
        read_rules([("x.rego", source)], {})


def test_rules_come_in_order_and_without_metadata_too() -> None:
    """A rule that says nothing of itself is listed all the same; other packages are not."""
    modules = [
        ("z.rego", RULE),
        ("b.rego", "package guard.rules.a.b\n"),
        ("a.rego", "package guard.rules.remote.tunnel\n"),
        ("c.rego", "package guard.lib.c\n"),
    ]
    rules = read_rules(modules, {})
    assert [(rule.id, rule.title) for rule in rules] == [
        ("a.b", ""),
        ("remote.tunnel", "No tunnels"),
    ]


@pytest.mark.parametrize(
    "block", ["# title: [", "# title: 3", "# - list", "# custom: text", "# custom: {profiles: all}"]
)
def test_metadata_that_cannot_be_read_are_named(block: str) -> None:
    """Bad YAML and other shapes are errors of the file."""
    with pytest.raises(PolicyError, match=r"metadata of `x\.rego`"):
        read_rules([("x.rego", f"# METADATA\n{block}\npackage guard.rules.a.b\n")], {})


def test_every_shipped_rule_is_listed() -> None:
    """One entry for each package below `guard.rules`."""
    folder = sources.shipped() / "guard" / "rules"
    packages = set()
    for path in Path(folder).rglob("*.rego"):
        found = re.search(r"^package guard\.rules\.(\S+)$", path.read_text("utf-8"), re.MULTILINE)
        if found and not path.name.endswith("_test.rego"):
            packages.add(found[1])
    assert {rule.id for rule in Bundle.load().rules()} == packages != set()


def test_conditions_of_one_file_bind_no_other_of_the_package() -> None:
    """Whoever adds a file to a rule has it asked about every call."""
    package = "package guard.rules.a.b\n"
    says = f"# METADATA\n# title: t\n# custom:\n#   asked_when:\n#     opaque: true\n{package}"
    assert asked_when([("b.rego", says)]) == {"a.b": {"opaque": True}}
    assert asked_when([("b.rego", says), ("c.rego", package)]) == {"a.b": None}
