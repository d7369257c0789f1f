"""Checks of `asked_when`: well formed, and never narrower than what the rule looks at.

A finding is within reach if one thing that must hold for it can hold only in calls that the
rule is asked about. What a statement is about is read from the text: the kinds that it names
or that a table of the settings lists, and the functions and rules that it uses.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

from guard.policy.annotations import AskedWhen, RuleInfo
from guard.policy.lint_model import Linted, Problem
from guard.policy.syntax import Body, Path, Rule, nodes, path_of

__all__ = ["asked_when"]

_OPERATIONS = ("input", "context", "operations")
_OPAQUE = (("input", "context", "opaque"), ("input", "context", "complete"))


def asked_when(linted: Linted) -> Iterator[Problem]:
    """The metadata say when the rule is asked, and no finding of it is out of reach."""
    for rule in linted.rules.values():
        when, allowing = rule.asked_when, rule.id.startswith("profile.")
        if when is not None and allowing:
            yield Problem(rule.file, 1, "leave it out: rules of `profile` are always asked")
        elif when is not None:
            yield from _malformed(linted, rule, when)
            yield from _holes(linted, rule, when)
        elif not allowing and not list(_holes(linted, rule, _everything(linted))):
            yield Problem(rule.file, 1, "it is missing: the rule is asked about every call")


def _everything(linted: Linted) -> AskedWhen:
    """Return the widest condition: what is not within its reach needs no operation at all."""
    return AskedWhen(operations=sorted(linted.types), opaque=True)


def _malformed(linted: Linted, rule: RuleInfo, when: AskedWhen) -> Iterator[Problem]:
    if when == AskedWhen():
        yield Problem(rule.file, 1, "it is empty: the rule would never be asked")
    types = linted.types
    for kind in when.operations:
        if kind not in types:
            yield Problem(rule.file, 1, f"there is no kind `{kind}`{_near(kind, types)}")
    keys = {key for row in types.values() for key in row}
    for key in when.keys:
        if key not in keys:
            yield Problem(rule.file, 1, f"no operation has the key `{key}`{_near(key, keys)}")
    if when.programs and "process.exec" in when.operations:
        yield Problem(rule.file, 1, "`process.exec` asks about every program: `programs` is idle")
    if when.path_names and not any(kind.startswith("file.") for kind in when.operations):
        yield Problem(rule.file, 1, "`path_names` narrows no kind: list the file.* ones")
    settings = linted.settings_of(rule)
    for condition in ("programs", "path_names", "verbs"):
        for name in getattr(when, condition):
            table = settings.get(name)
            if not isinstance(table, dict):
                told = f"`{condition}` names `{name}`, which is no table of its settings"
                yield Problem(rule.file, 1, f"{told}{_near(name, settings)}")
                continue
            for key in table:
                if "/" in key or (condition != "path_names" and key != key.lower()):
                    told = f"`{key}` in the table `{name}` can never match"
                    yield Problem(rule.file, 1, f"{told}: give a name without `/`, in lower case")


def _holes(linted: Linted, rule: RuleInfo, when: AskedWhen) -> Iterator[Problem]:
    """Yield the findings that may be due in a call that the rule is not asked about."""
    reach = _Reach(linted, rule, when)
    for definition in linted.definitions(rule):
        if definition.name != "findings":
            continue
        for body in definition.bodies:
            if not reach.covers_body(definition, body, ()):
                yield Problem(rule.file, definition.line, reach.complaint(definition, body))


class _Reach:
    """Tells whether what a rule is asked about covers a part of it."""

    def __init__(self, linted: Linted, rule: RuleInfo, when: AskedWhen) -> None:
        self._linted, self._when = linted, when
        self._settings = linted.settings_of(rule)
        self._kinds = set(when.operations)
        self._kinds |= {"process.exec"} if when.programs else set()
        self._kinds |= {"data.query"} if when.verbs else set()

    def covers_body(self, rule: Rule, body: Body, above: tuple[int, ...]) -> bool:
        """True if one of the body's statements can hold only in calls that are asked about."""
        if self._linted.types.keys() <= self._kinds and self._uses(rule, body, _OPERATIONS):
            return True
        return self._covers_value(rule, body.value, above) or any(
            self._covers(rule, statement["literal"], above)
            for statement in body.statements
            if "NotExpr" not in statement["literal"]
        )

    def _covers_value(self, rule: Rule, value: Any, above: tuple[int, ...]) -> bool:
        """True for a collection of which every part can be filled only in such calls.

        Whoever looks for an element in it needs one of them.
        """
        if value is None:
            return False
        queries = [
            Body(None, node["query"]["stmts"])
            for kind, node in nodes(value)
            if kind in ("ArrayCompr", "SetCompr", "ObjectCompr")
        ]
        if queries:
            return all(self.covers_body(rule, query, above) for query in queries)
        return any(
            kind == "RefDot" and node["field"][1] in self._when.keys for kind, node in nodes(value)
        )

    def _covers(self, rule: Rule, statement: Any, above: tuple[int, ...]) -> bool:
        kinds = self._named(statement)
        if kinds and kinds <= self._kinds:
            return True
        for kind, node in nodes(statement):
            if kind == "RefDot" and node["field"][1] in self._when.keys:
                return True
            seen = self._linted.program.meaning(rule, {kind: node}) if kind == "RefDot" else None
            if self._when.opaque and seen in _OPAQUE:
                return True
        groups: dict[Path, list[Rule]] = {}
        for used in self._linted.program.used(rule, statement):
            groups.setdefault(used.path, []).append(used)
        return any(
            all(
                id(used) not in above and self.covers_body(used, body, (*above, id(used)))
                for used in definitions
                for body in used.bodies
            )
            for definitions in groups.values()
        )

    def _named(self, part: Any) -> set[str]:
        """Return the kinds that a part itself names."""
        kinds, found = self._linted.types.keys(), set()
        for kind, node in nodes(part):
            if kind == "String" and node["value"] in kinds:
                found.add(node["value"])
            elif kind == "Call":
                found |= _prefixed(node, kinds)
            elif kind == "RefBrack" and _is_kind(node["index"]):
                table = self._settings.get((path_of(node["refr"]) or ("",))[-1])
                found |= {key for key in table if key in kinds} if table else set()
            elif kind == "BoolExpr" and node["op"] == "Ne" and _is_kind(node["lhs"]):
                found |= set(kinds)
        return found

    def _uses(self, rule: Rule, body: Body, wanted: Path) -> bool:
        start = list(self._linted.program.used(rule, [body.value, body.statements]))
        parts = [(rule, [body.value, body.statements])]
        parts += [
            (used, [inner.value, inner.statements])
            for used in self._linted.program.reached(start)
            for inner in used.bodies
        ]
        return any(
            self._linted.program.meaning(owner, {kind: node}) == wanted
            for owner, part in parts
            for kind, node in nodes(part)
            if kind in ("RefDot", "RefBrack")
        )

    def complaint(self, rule: Rule, body: Body) -> str:
        """Return what is wrong with a body that is not covered."""
        named = self._named(body.statements)
        start = list(self._linted.program.used(rule, [body.value, body.statements]))
        for used in self._linted.program.reached(start):
            named |= self._named([[inner.value, inner.statements] for inner in used.bodies])
        missing = ", ".join(f"`{kind}`" for kind in sorted(named - self._kinds))
        if missing:
            return f"this finding looks at {missing}, which the rule is not asked about"
        if self._uses(rule, body, _OPERATIONS):
            return (
                "this finding names no kind of operation: compare `operation.kind`, or list `keys`"
            )
        if any(self._uses(rule, body, wanted) for wanted in _OPAQUE):
            return "this finding looks at parts that were not seen: add `opaque: true`"
        return "this finding does not depend on operations: leave `asked_when` out"


def _prefixed(node: Any, kinds: Any) -> set[str]:
    """Return the kinds that `startswith(operation.kind, "network.")` lets through."""
    if node["fcn"].get("Var", {}).get("value") != "startswith" or not _is_kind(node["params"][0]):
        return set()
    prefix = node["params"][1].get("String", {}).get("value", "")
    return {kind for kind in kinds if kind.startswith(prefix)}


def _is_kind(expression: Any) -> bool:
    return bool("RefDot" in expression and expression["RefDot"]["field"][1] == "kind")


def _near(name: str, known: Any) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean `{near[0]}`?" if near else ""
