"""Checks of one rule: are its metadata complete, and the effects it may have known?"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

from guard.policy.lint_model import Linted, Problem
from guard.policy.syntax import Rule, line_of, nodes

__all__ = ["effects", "metadata"]

_SEVERITIES = ("low", "medium", "high", "critical")
_RISKS = ("safety_security", "controllability", "trustworthiness")
_EFFECTS = ("deny", "ask", "off")
# The one category whose rules allow; they are asked about every call.
_ALLOWING = "profile."


def metadata(linted: Linted) -> Iterator[Problem]:
    """Every field is there, with a word that is known."""
    profiles = linted.data.get("guard", {}).get("profiles", {})
    for rule in linted.rules.values():
        for field in ("title", "description", "solution"):
            if not getattr(rule, field).strip():
                yield Problem(rule.file, 1, f"`{field}` is missing")
        severities = _SEVERITIES if not rule.id.startswith(_ALLOWING) else (*_SEVERITIES, "info")
        for field, known in (("severity", severities), ("risk_category", _RISKS)):
            word = getattr(rule, field)
            if word not in known:
                told = f"`{field}` is `{word}`" if word else f"`{field}` is missing"
                yield Problem(rule.file, 1, f"{told}; use one of {', '.join(known)}")
        if not [text for text in rule.references if text.strip()]:
            yield Problem(rule.file, 1, "`references` is empty")
        if not rule.profiles:
            yield Problem(rule.file, 1, "a rule in no profile: `profiles` is empty")
        for name in rule.profiles:
            if name not in profiles:
                near = difflib.get_close_matches(name, profiles, n=1)
                hint = f"; did you mean `{near[0]}`?" if near else ""
                yield Problem(rule.file, 1, f"there is no profile `{name}`{hint}")


def effects(linted: Linted) -> Iterator[Problem]:
    """A rule says deny or ask, in its settings and where it writes the word out."""
    for rule in linted.rules.values():
        if rule.id.startswith(_ALLOWING):
            continue
        settings = linted.settings_of(rule)
        for key, value in settings.items():
            if (key == "effect" or key.endswith("_effect")) and value not in _EFFECTS:
                yield Problem(rule.file, 1, f"the setting `{key}` is `{value}`; say deny or ask")
        for definition in linted.definitions(rule):
            yield from _written_effects(definition)


def _written_effects(definition: Rule) -> Iterator[Problem]:
    for body in definition.bodies:
        for kind, node in nodes([body.value, body.statements]):
            if kind != "Object":
                continue
            fields: list[Any] = node["fields"]
            words = {key["String"]["value"]: value for _, key, value in fields if "String" in key}
            if {"effect", "reason"} <= words.keys() and "String" in words["effect"]:
                word, line = words["effect"]["String"]["value"], line_of(words["effect"])
                if word in _EFFECTS:
                    text = f"`{word}` is written out: take it from a setting `effect`"
                else:
                    text = f"the effect `{word}`; say deny or ask"
                yield Problem(definition.file, line, text)
