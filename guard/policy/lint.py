"""Policies about policies: what is wrong with rules that load and run all the same.

Gathers what the checks look at and runs them. Each check is a function in a module of its own
topic that yields problems; none of them takes part in a decision.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from guard.errors import PolicyError
from guard.policy import (
    lint_absent,
    lint_asked,
    lint_paths,
    lint_rules,
    lint_settings,
    lint_tests,
    lint_types,
    sources,
)
from guard.policy.annotations import RuleInfo, read_rules
from guard.policy.lint_model import Linted, Problem
from guard.policy.settings import apply_settings
from guard.policy.syntax import Program

__all__ = ["CHECKS", "lint"]

_RULE = re.compile(r"^package[ \t]+guard\.rules\.(\w+)\.(\w+)[ \t]*(#.*)?$", re.MULTILINE)

_LIB = "guard/lib/"  # what rules may use of other folders

Check = Callable[[Linted], Iterable[Problem]]

# By the word that stands before what they say.
CHECKS: Mapping[str, Check] = {
    "metadata": lint_rules.metadata,
    "tests": lint_tests.tests,
    "effect": lint_rules.effects,
    "absent": lint_absent.absent,
    "asked_when": lint_asked.asked_when,
    "settings": lint_settings.settings,
    "paths": lint_paths.paths,
    "types": lint_types.types,
}


def lint(
    root: Path | None = None,
    beside: Sequence[Path] = (),
    settings: Mapping[str, Any] | None = None,
) -> list[Problem]:
    """Return what is wrong with the rules in a folder, in order of file; None is the shipped one.

    A folder without `guard.main` is read together with `beside`, or with the shipped policies.
    `settings` are laid over those of the folder.

    Raises:
        PolicyError: a file that cannot be read or does not parse, or settings that do not fit.
    """
    linted, problems = _gather(root or sources.shipped(), beside, settings or {})
    for word, check in CHECKS.items():
        problems += [Problem(p.file, p.line, f"{word}: {p.text}") for p in check(linted)]
    return sorted(set(problems))


def _gather(
    root: Path, beside: Sequence[Path], laid: Mapping[str, Any]
) -> tuple[Linted, list[Problem]]:
    own = sources.read_rego(root, tests=True)
    if not own:
        raise PolicyError(f"`{root}` holds no Rego file", help="name a folder of Rego files")
    others = list(beside) or ([] if sources.decides(own) else [sources.shipped()])
    modules: dict[str, str] = {}
    data: dict[str, Any] = {}
    for folder in others:
        modules |= sources.read_rego(folder, tests=True)
        sources.merge(data, sources.read_data(folder), str(folder))
    own_data = sources.read_data(root)
    if laid:
        apply_settings(own_data, laid)
    sources.merge(data, own_data, str(root))
    modules |= own
    rules, problems = _infos(own)
    linted = Linted(
        program=Program(sorted((f, text) for f, text in modules.items() if f in own or _LIB in f)),
        modules=modules,
        sources=own,
        rules={rule.id: rule for rule in rules},
        settings=own_data.get("guard", {}).get("settings", {}),
        data=data,
    )
    return linted, problems


def _infos(own: Mapping[str, str]) -> tuple[list[RuleInfo], list[Problem]]:
    """Return the metadata of each rule; those that cannot be read are problems."""
    rules: dict[str, RuleInfo] = {}
    problems = []
    for file, source in _rule_files(own):
        try:
            for rule in read_rules([(file, source)], {}):
                if rule.id not in rules or rule.title:
                    rules[rule.id] = rule
        except PolicyError as error:
            problems.append(Problem(file, 1, f"metadata: {error.message}"))
    return list(rules.values()), problems


def _rule_files(own: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for file, source in own.items():
        if _RULE.search(source) and not file.endswith("_test.rego"):
            yield file, source
