"""Checks of settings: each is used by its rule, each that is used is there, types agree."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from guard.policy.annotations import RuleInfo
from guard.policy.lint_model import Linted, Problem
from guard.policy.syntax import Rule, line_of, nodes

__all__ = ["settings"]

_NAMES = {
    bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list",
    dict: "an object", type(None): "null",
}  # fmt: skip


def settings(linted: Linted) -> Iterator[Problem]:
    """No setting is out of reach, misspelt, of no rule, or of another type than its neighbours."""
    for category, rules in linted.settings.items():
        for name, values in rules.items() if isinstance(rules, dict) else ():
            file = f"guard/settings/{category}/{name}/data.json"
            rule = linted.rules.get(f"{category}.{name}")
            if rule is None:
                yield Problem(file, 0, f"there is no rule `{category}.{name}`")
            elif not isinstance(values, dict):
                yield Problem(file, 0, f"the settings of `{rule.id}` are {_NAMES[type(values)]}")
            else:
                for key in sorted(values.keys() - _mentioned(linted, rule)):
                    yield Problem(file, 0, f"no rule looks at the setting `{key}`")
                yield from _mixed(file, values)
    for rule in linted.rules.values():
        yield from _unknown(linted, rule)


def _mentioned(linted: Linted, rule: RuleInfo) -> set[str]:
    """Return every name and text in the rule and what it uses, and in its `asked_when`."""
    found = {"effect"}
    for definition in linted.program.reached(linted.definitions(rule)):
        for body in definition.bodies:
            for kind, node in nodes([body.value, body.statements]):
                if kind == "RefDot":
                    found.add(node["field"][1])
                elif kind == "String":
                    found.add(node["value"])
    when = rule.asked_when
    return found | ({*when.programs, *when.path_names, *when.verbs} if when else set())


def _unknown(linted: Linted, rule: RuleInfo) -> Iterator[Problem]:
    """Yield references to settings that are not there: undefined, so the rule would be silent."""
    known = linted.settings_of(rule)
    own = ("guard", "settings", *rule.id.split("."))
    for definition in linted.definitions(rule):
        aliases = set(_renamed(linted, definition, own))
        for body in definition.bodies:
            for kind, node in nodes([body.value, body.statements]):
                if kind != "RefDot":
                    continue
                name = str(node["field"][1])
                if name in known:
                    continue
                if _is_settings(linted, definition, node["refr"], own, aliases):
                    near = difflib.get_close_matches(name, known, n=1)
                    hint = f"; did you mean `{near[0]}`?" if near else ""
                    text = f"there is no setting `{name}` of `{rule.id}`{hint}"
                    yield Problem(definition.file, line_of({kind: node}), text)


def _is_settings(
    linted: Linted, rule: Rule, expression: Any, own: tuple[str, ...], aliases: set[str]
) -> bool:
    if "Var" in expression and expression["Var"]["value"] in aliases:
        return True
    return linted.program.meaning(rule, expression) == own and "RefBrack" not in expression


def _renamed(linted: Linted, definition: Rule, own: tuple[str, ...]) -> Iterator[str]:
    """Yield local names that were given the settings as a whole: `lists := settings`."""
    for body in definition.bodies:
        for kind, node in nodes(body.statements):
            if kind != "AssignExpr" or "Var" not in node["lhs"]:
                continue
            value = node["rhs"]
            plain = bool({"Var", "RefDot"} & value.keys())
            if plain and linted.program.meaning(definition, value) == own:
                yield node["lhs"]["Var"]["value"]


def _mixed(file: str, values: Mapping[str, Any], at: str = "") -> Iterator[Problem]:
    """Yield tables and lists whose entries are of several types.

    Entries that share keys are records: each key has one type in all of them.
    """
    records = [value for value in values.values() if isinstance(value, dict)]
    shared = Counter(key for record in records for key in record)
    for key, times in shared.items():
        if times > 1 and at:
            yield from _differ(file, f"{at}.*.{key}", [r[key] for r in records if key in r])
    for name, value in values.items():
        path = f"{at}.{name}" if at else name
        if isinstance(value, list):
            yield from _differ(file, path, value)
        elif isinstance(value, dict):
            plain = [v for k, v in value.items() if not isinstance(v, list | dict)]
            if not any(shared[key] > 1 for key in value):
                yield from _differ(file, path, plain)
            yield from _mixed(file, value, path)


def _differ(file: str, path: str, values: Iterable[Any]) -> Iterator[Problem]:
    names = sorted({_NAMES[type(value)] for value in values})
    if len(names) > 1:
        yield Problem(file, 0, f"`{path}` holds {' and '.join(names)}: use one type")
