"""What the checks of policies are given, and what they say. Types only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from guard.policy.annotations import RuleInfo
from guard.policy.syntax import Path, Program, Rule

__all__ = ["Linted", "Problem", "package_of"]


class Problem(NamedTuple):
    """One thing that is wrong. `line` is 0 where it is about the whole file."""

    file: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Linted:
    """The rules of a folder, and everything that they are loaded with."""

    program: Program  # of all files, tests included
    modules: Mapping[str, str]  # all of them, tests included
    sources: Mapping[str, str]  # the folder's own
    rules: Mapping[str, RuleInfo]  # the folder's own rules, by id
    settings: Mapping[str, Any]  # the folder's own
    data: Mapping[str, Any]

    def definitions(self, rule: RuleInfo) -> list[Rule]:
        """Return what the rule's package defines."""
        return self.program.of_package(package_of(rule))

    def settings_of(self, rule: RuleInfo) -> Mapping[str, Any]:
        """Return the rule's settings, {} where it has none."""
        found: Any = self.settings
        for part in rule.id.split("."):
            found = found.get(part, {}) if isinstance(found, dict) else {}
        return found if isinstance(found, dict) else {}

    @property
    def types(self) -> Mapping[str, Mapping[str, Mapping[str, bool]]]:
        """Types of the keys of each kind of operation, as requests are checked for."""
        types: Mapping[str, Any] = self.data.get("guard", {}).get("schema", {}).get("types", {})
        return types


def package_of(rule: RuleInfo) -> Path:
    """Return the path of the rule's package, below `data`."""
    return ("guard", "rules", *rule.id.split("."))
