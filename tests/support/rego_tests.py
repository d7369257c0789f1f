"""Runs the `test_*` rules of a policy folder on regorus, which has no runner of its own.

A test passes if its rule is true. False, undefined and an error are failures.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from guard.policy import embedded, sources

__all__ = ["RegoTest", "find_tests", "run_tests"]

_PACKAGE = re.compile(r"^package[ \t]+([\w.]+)", re.MULTILINE)
_TEST = re.compile(r"^(test_\w+)", re.MULTILINE)


@dataclass(frozen=True)
class RegoTest:
    """One rule. `query` is its full path."""

    file: str
    query: str


def find_tests(root: Path) -> list[RegoTest]:
    """Return every test rule below `root`, in order."""
    tests: list[RegoTest] = []
    for path in sorted(root.rglob("*_test.rego")):
        source = path.read_text(encoding="utf-8")
        package = _PACKAGE.search(source)
        if package is None:
            raise ValueError(f"{path} has no package")
        file, names = str(path.relative_to(root)), dict.fromkeys(_TEST.findall(source))
        tests += [RegoTest(file, f"data.{package[1]}.{name}") for name in names]
    return tests


def run_tests(root: Path) -> dict[str, str]:
    """Return what became of every test: `pass`, or what it was instead of true."""
    files = {str(p.relative_to(root)): p.read_text("utf-8") for p in sorted(root.rglob("*.rego"))}
    engine = embedded.build(files, json.dumps(sources.read_folder(root)[1]))
    outcomes = {}
    for test in find_tests(root):
        try:
            result = json.loads(engine.eval_query_as_json(test.query)).get("result")
        except RuntimeError as error:
            outcomes[test.query] = f"error: {str(error).partition('Stack backtrace')[0]}"
            continue
        value = result[0]["expressions"][0]["value"] if result else "undefined"
        outcomes[test.query] = "pass" if value is True else json.dumps(value)
    return outcomes
