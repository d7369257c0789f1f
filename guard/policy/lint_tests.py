"""Checks of a rule's tests by breaking the rule: a rule that finds nothing must fail one, and so
must a rule that always finds something. Runs tests on the embedded engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from guard.errors import PolicyError
from guard.policy.annotations import RuleInfo
from guard.policy.lint_model import Linted, Problem
from guard.policy.testing import RegoTest, Suite, run_embedded

__all__ = ["tests"]

_HEAD = re.compile(r"^findings contains\b", re.MULTILINE)
_NEVER = "\nfindings contains finding if {\n\tsome finding in findings_of_the_rule\n\tfalse\n}\n"
_ALWAYS = """
findings contains finding if some finding in findings_of_the_rule

findings contains {"effect": "deny", "reason": "", "solution": "", "obligations": []} if {
	count(findings_of_the_rule) == 0
}
"""


def tests(linted: Linted) -> Iterator[Problem]:
    """Beside each rule lies a test that shows a finding, and one that shows silence."""
    for rule in linted.rules.values():
        path = PurePosixPath(rule.file)
        files = [
            file
            for file in linted.sources
            if file.endswith("_test.rego") and PurePosixPath(file).parent == path.parent
        ]
        if not files:
            yield Problem(rule.file, 0, f"there is none: write `{path.stem}_test.rego` beside it")
            continue
        found = tuple(
            RegoTest(definition.file, ".".join(("data", *definition.path)))
            for definitions in linted.program.rules.values()
            for definition in definitions[:1]
            if definition.file in files and definition.name.startswith("test_")
        )
        if not found:
            yield Problem(files[0], 0, "it has no rule `test_...`")
        elif _HEAD.search(linted.sources[rule.file]):
            yield from _broken(linted, rule, found, files[0])


def _broken(
    linted: Linted, rule: RuleInfo, found: tuple[RegoTest, ...], file: str
) -> Iterator[Problem]:
    """Yield what no test notices."""
    normal = _passed(linted, rule, found, "")
    if not normal:
        yield Problem(file, 0, "no test passes; see `guard test`")
        return
    if _passed(linted, rule, found, _NEVER) == normal:
        yield Problem(file, 0, f"no test shows a finding: all pass if `{rule.id}` finds nothing")
    if _passed(linted, rule, found, _ALWAYS) == normal:
        yield Problem(file, 0, f"no test shows silence: all pass if `{rule.id}` always speaks")


def _passed(linted: Linted, rule: RuleInfo, found: tuple[RegoTest, ...], end: str) -> set[str]:
    """Return the tests that pass with the rule's findings replaced by what `end` defines."""
    source = linted.sources[rule.file]
    if end:
        source = _HEAD.sub("findings_of_the_rule contains", source) + end
    modules = {**_needed(linted, rule), rule.file: source}
    try:
        report = run_embedded(Suite((Path(),), modules, linted.data, found))
    except PolicyError:  # it needs other rules too
        modules = {**linted.modules, rule.file: source}
        report = run_embedded(Suite((Path(),), modules, linted.data, found))
    return {outcome.test.query for outcome in report.outcomes if outcome.passed}


def _needed(linted: Linted, rule: RuleInfo) -> Mapping[str, str]:
    """Return the files of the rule's folder and of the library: a whole bundle takes long."""
    folder = PurePosixPath(rule.file).parent
    return {
        file: source
        for file, source in linted.modules.items()
        if PurePosixPath(file).parent == folder or file.startswith("guard/lib/")
    }
