"""Runs the `test_*` rules of policy folders on the embedded engine, with line coverage.

regorus has no runner of its own. A test passes if its rule is true; false, undefined and
an error are failures, told apart. `guard.policy.testing_opa` runs the same on OPA.
"""

from __future__ import annotations

import dataclasses
import json
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from guard.errors import PolicyError
from guard.policy import builtins, embedded, sources

__all__ = [
    "FileCoverage",
    "Outcome",
    "RegoTest",
    "Report",
    "Suite",
    "choose",
    "collect",
    "lines_of_code",
    "run_embedded",
]

Tell = Callable[[int, int], None]
_NOT_CODE = re.compile(r"\s*(#|package\b|import\b|$)")


@dataclass(frozen=True, slots=True)
class RegoTest:
    """One rule. `query` is its full path, such as `data.guard.lib.hosts_test.test_x`."""

    file: str
    query: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a test: `pass`, `false`, `undefined`, `failed`, `error` or another value.

    OPA does not tell false from undefined: there it is `failed`. `detail` explains an error.
    """

    test: RegoTest
    result: str
    detail: str = ""
    printed: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """True for a test whose rule is true."""
        return self.result == "pass"


@dataclass(frozen=True, slots=True)
class FileCoverage:
    """How many lines of a file were reached, and which were not."""

    file: str
    reached: int
    missed: tuple[int, ...]

    @property
    def percent(self) -> float:
        """Share of the lines that were reached; 100 for a file without code."""
        return _percent(self.reached, len(self.missed))


@dataclass(frozen=True, slots=True)
class Report:
    """What a run gave. `coverage` is of the files that were tested, tests themselves left out."""

    engine: str
    outcomes: tuple[Outcome, ...]
    coverage: tuple[FileCoverage, ...] | None = None

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The tests that did not pass."""
        return tuple(outcome for outcome in self.outcomes if not outcome.passed)

    @property
    def percent(self) -> float:
        """Share of all lines that were reached."""
        files = self.coverage or ()
        return _percent(sum(f.reached for f in files), sum(len(f.missed) for f in files))


@dataclass(frozen=True, slots=True)
class Suite:
    """The files and data of some folders, and the tests of those that are tested."""

    roots: tuple[Path, ...]
    modules: Mapping[str, str]  # every Rego file, tests included, by name
    data: Mapping[str, Any]
    tests: tuple[RegoTest, ...]
    tested: frozenset[str] = field(default=frozenset())  # files whose lines count


def collect(root: Path | None = None, beside: Sequence[Path] = ()) -> Suite:
    """Read the folder to test and what it needs; None is the shipped one.

    A folder without a package `guard.main` is made to lie beside others: it is loaded
    together with `beside`, or else with the shipped policies, whose own tests do not run.

    Raises:
        PolicyError: a folder or file that cannot be read, or data that clash.
    """
    target = root or sources.shipped()
    own = _rego(target)
    if not own:
        raise PolicyError(f"`{target}` holds no Rego file", help="name a folder of Rego files")
    others = list(beside)
    if not others and not sources.decides(own):
        others = [sources.shipped()]
    modules: dict[str, str] = {}
    data: dict[str, Any] = {}
    for folder in (*others, target):
        files = own if folder == target else _rego(folder)
        for name in files.keys() & modules.keys():
            raise PolicyError(
                f"`{folder}` holds `{name}`, and so does another folder", help="rename one of them"
            )
        modules |= files
        sources.merge(data, sources.read_data(folder), str(folder))
    return Suite(
        roots=(*others, target),
        modules=modules,
        data=data,
        tests=tuple(_tests(own)),
        tested=frozenset(name for name in own if not name.endswith("_test.rego")),
    )


def choose(suite: Suite, pattern: str = "") -> Suite:
    """Return the suite with those tests alone in whose full path the pattern finds something.

    The lines that count are then those of the files beside these tests.

    Raises:
        PolicyError: the pattern is none, or no test is left.
    """
    try:
        wanted = re.compile(pattern)
    except re.error as error:
        raise PolicyError(f"`{pattern}` is no pattern: {error}", help="correct it") from None
    chosen = tuple(test for test in suite.tests if wanted.search(test.query))
    if not chosen:
        what = f"no test matches `{pattern}`" if pattern else "there is no test"
        raise PolicyError(
            f"{what} in `{suite.roots[-1]}`", help="a test is a rule `test_...` that is true"
        )
    tested = suite.tested
    if pattern:
        folders = {PurePosixPath(test.file).parent for test in chosen}
        tested = frozenset(name for name in tested if PurePosixPath(name).parent in folders)
    return dataclasses.replace(suite, tests=chosen, tested=tested)


def run_embedded(suite: Suite, *, coverage: bool = False, tell: Tell | None = None) -> Report:
    """Run the suite's tests on regorus. `tell` is called with how many ran, of how many.

    Raises:
        PolicyError: the files do not compile together.
    """
    data = json.dumps(suite.data)

    def build() -> Any:
        engine = embedded.build(suite.modules, data)
        engine.set_gather_prints(True)
        engine.set_enable_coverage(coverage)
        return engine

    engine = build()
    outcomes = []
    for number, test in enumerate(suite.tests, 1):
        outcome, usable = _run(engine, test)
        outcomes.append(outcome)
        if not usable:
            engine = build()
        if tell is not None:
            tell(number, len(suite.tests))
    covered = _coverage(suite, engine) if coverage else None
    return Report("regorus", tuple(outcomes), covered)


def lines_of_code(source: str) -> list[int]:
    """Return the numbers of the lines that hold rules: no comment, `package` or `import`."""
    return [n for n, line in enumerate(source.splitlines(), 1) if not _NOT_CODE.match(line)]


def _run(engine: Any, test: RegoTest) -> tuple[Outcome, bool]:
    """Return what became of a test, and whether the engine can be used again."""
    started = time.perf_counter()

    def outcome(result: str, detail: str = "") -> Outcome:
        printed = tuple(str(text) for text in engine.take_prints())
        return Outcome(test, result, detail, printed, time.perf_counter() - started)

    try:
        answer = json.loads(engine.eval_query_as_json(test.query)).get("result")
    except RuntimeError as error:
        return outcome("error", embedded.explain(error)), True
    except BaseException as error:
        # A panic of regorus derives from BaseException.
        if type(error).__name__ != "PanicException":
            raise
        detail = embedded.explain(error)
        return Outcome(test, "error", detail, (), time.perf_counter() - started), False
    if not answer:
        return outcome("undefined"), True
    value = answer[0]["expressions"][0]["value"]
    return outcome("pass" if value is True else json.dumps(value, ensure_ascii=False)), True


def _coverage(suite: Suite, engine: Any) -> tuple[FileCoverage, ...]:
    report = json.loads(engine.get_coverage_report_as_json())
    found = {file["path"]: file for file in report["files"]}
    files = []
    for name in sorted(suite.tested):
        if name in found:
            lines = found[name]["covered"], found[name]["not_covered"]
        else:
            # regorus leaves out files that nothing reached.
            lines = [], lines_of_code(suite.modules[name])
        files.append(FileCoverage(name, len(lines[0]), tuple(sorted(lines[1]))))
    return tuple(files)


def _rego(root: Path) -> dict[str, str]:
    """Return every Rego file below `root`, tests included, by relative path."""
    return sources.read_rego(root, tests=True)


def _tests(modules: Mapping[str, str]) -> Iterable[RegoTest]:
    for name, source in modules.items():
        if "test_" not in source:
            continue
        module = builtins.read_module(name, source, embedded.syntax_tree(name, source))
        names = {path for path in module.rules if path[-1].startswith("test_")}
        # In order of the file, as people read it.
        for path in sorted(names, key=lambda path: source.find(f"\n{path[-1]}")):
            yield RegoTest(name, ".".join(("data", *path)))


def _percent(reached: int, missed: int) -> float:
    return 100.0 * reached / (reached + missed) if reached + missed else 100.0
