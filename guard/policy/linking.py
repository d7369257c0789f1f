"""Puts a bundle's rules together with its entry point: all of them, or those that are asked.

regorus searches all packages at each reference to `data`, so an engine that holds only the
rules which a call concerns answers in a fraction of the time. Here the files are chosen and
the clauses of `guard.main` are written that reach the rules. Text in, text out; no engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

__all__ = ["REACHED", "Parts", "all_reached", "only_reached", "package_of", "take_apart"]

# The file that this module writes into a bundle, in package `guard.main`.
REACHED = "guard/main/reached.rego"

_PACKAGE = re.compile(r"^[ \t]*package[ \t]+([^\s#;]+)", re.MULTILINE)
_RULE = re.compile(r"guard\.rules\.(\w+)\.(\w+)\Z")
_NEEDS = re.compile(r"\bdata\.guard\.rules\.(\w+)\.(\w+)")
# `data` that is no fixed path into something that every engine holds.
_HELD = (
    r"(?!\.(?!guard\b)\w|\.guard\.(?:lib|settings|profiles|schema|bundle|main|rules\.\w+\.\w+)\b)"
)
_LOOSE = re.compile(r"(?<![\w.\"])data\b(?:" + _HELD + r")")
# Comments and texts, in which a word is no reference.
_SAID = re.compile(r"#[^\n]*|\"(?:\\.|[^\"\\\n])*\"|`[^`]*`")
_HEADER = "# Written by the loader: how the entry point reaches the rules.\npackage guard.main\n\n"

# The rule whose clause stands in the entry point, as an example to compile.
_WRITTEN = "opacity.unresolved"

Modules = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Parts:
    """The files of a bundle: those that every engine holds, and those of each rule."""

    base: Modules
    rules: Mapping[str, Modules]
    needs: Mapping[str, frozenset[str]]  # rules that a rule refers to

    def with_needs(self, rules: Iterable[str]) -> frozenset[str]:
        """Return the rules and whatever they refer to."""
        found: set[str] = set()
        left = list(rules)
        while left:
            rule = left.pop()
            if rule not in found:
                found.add(rule)
                left += self.needs.get(rule, ())
        return frozenset(found)


def take_apart(modules: Modules) -> Parts | None:
    """Return the parts of a bundle, or None where nobody can say what needs what.

    That is so without the shipped entry point, and with a file that reaches into `data` in a
    way that only an evaluation could follow.
    """
    base: list[tuple[str, str]] = []
    rules: dict[str, list[tuple[str, str]]] = {}
    needs: dict[str, set[str]] = {}
    reaches = False
    for name, source in modules:
        if name == REACHED:
            continue
        path = package_of(source)
        code = _SAID.sub('""', source)
        if path == "guard.main":
            reaches = reaches or ("\n_findings_of(" in code and "_bundle.reached" in code)
            base.append((name, source))
            continue
        if _LOOSE.search(code):
            return None
        found = {".".join(match) for match in _NEEDS.findall(code)}
        rule = _RULE.match(path)
        if rule is None:
            if found or path.startswith("guard.rules"):
                return None
            base.append((name, source))
            continue
        own = f"{rule[1]}.{rule[2]}"
        rules.setdefault(own, []).append((name, source))
        needs.setdefault(own, set()).update(found - {own})
    if not reaches:
        return None
    # What allows is no rule among others: it is asked about every call.
    for allowing in [own for own in rules if own.startswith("profile.")]:
        base += rules.pop(allowing)
    if any(need not in rules for found in needs.values() for need in found):
        return None
    return Parts(base, rules, {own: frozenset(found) for own, found in needs.items()})


def package_of(source: str) -> str:
    """Return the package of a Rego file, "" where none is declared. Only comments stand before."""
    found = _PACKAGE.search(source)
    return found[1] if found else ""


def all_reached(rules: Iterable[str]) -> str:
    """Return the file for an engine that holds all rules and follows the index."""
    return _HEADER + "\n\n".join(
        f'_findings_of("{rule}") := data.guard.rules.{rule}.findings'
        for rule in rules
        if rule != _WRITTEN
    )


def only_reached(rules: Iterable[str]) -> str:
    """Return the file for an engine that holds these rules and asks each of them."""
    return _HEADER + "\n\n".join(
        f'_said contains ["{rule}", finding] if some finding in data.guard.rules.{rule}.findings'
        for rule in sorted(rules)
    )
