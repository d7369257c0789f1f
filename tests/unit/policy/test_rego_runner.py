"""The runner of Rego tests: what counts as passed, what is loaded, which lines were reached."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from guard.errors import PolicyError
from guard.policy import embedded
from guard.policy.testing import Report, choose, collect, run_embedded
from guard.policy.testing_opa import find_opa, run_opa
from tests.support.bundles import MAIN, write

RULE = """\
package guard.rules.a.b

limit := 3

large if input.size > limit

small if {
	input.size < limit
	input.size > 0
}

unused(x) := x + 1
"""
TESTS = """\
package guard.rules.a.b_test

import data.guard.rules.a.b

test_true if b.large with input as {"size": 4}

test_undefined if b.large with input as {"size": 1}

test_false := false

test_other := "text"

test_error if startswith(input.n, "x") with input as {"n": b.limit}

test_prints if {
	print("seen", b.limit)
	b.limit == 3
}

helper := 1
"""
ALL = "data.guard.rules.a.b_test.test_"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(
        tmp_path / "mine",
        {
            "guard/main/main.rego": MAIN,
            "guard/rules/a/b/b.rego": RULE,
            "guard/rules/a/b/b_test.rego": TESTS,
            "guard/rules/a/c.rego": "package guard.rules.a.c\n\n# never reached\nx if input.y\n",
        },
    )


def results(report: Report) -> dict[str, str]:
    return {outcome.test.query.removeprefix(ALL): outcome.result for outcome in report.outcomes}


def test_only_true_passes_and_the_rest_is_told_apart(folder: Path) -> None:
    """False, undefined, another value and an error are failures, each by its name."""
    report = run_embedded(collect(folder))
    assert results(report) == {
        "true": "pass",
        "undefined": "undefined",
        "false": "false",
        "other": '"text"',
        "error": "error",
        "prints": "pass",
    }
    errors = [outcome.detail for outcome in report.failed if outcome.result == "error"]
    assert len(errors) == 1
    assert "b_test.rego` line 13" in errors[0]
    assert report.outcomes[5].printed[0].endswith("seen 3")


def test_the_other_engine_gives_the_same_report(folder: Path, opa_binary: str) -> None:
    """OPA passes and fails the same tests in the same order; it knows no more than `failed`."""
    suite = collect(folder)
    ours, theirs = run_embedded(suite), run_opa(suite, opa=opa_binary)
    assert [(o.test, o.passed) for o in theirs.outcomes] == [
        (o.test, o.passed) for o in ours.outcomes
    ]
    assert results(theirs)["undefined"] == "failed"
    assert theirs.outcomes[5].printed == ("seen 3",)


def test_where_every_test_fails_nothing_was_reached(tmp_path: Path, opa_binary: str) -> None:
    """OPA tells no coverage then; it is not taken for complete."""
    files = {"m.rego": MAIN, "m_test.rego": "package m_test\n\ntest_x := false\n"}
    report = run_opa(collect(write(tmp_path, files)), coverage=True, opa=opa_binary)
    assert report.percent == 0


@pytest.mark.parametrize("engine", [run_embedded, run_opa])
def test_lines_that_no_test_reaches_are_named(
    folder: Path, engine: Callable[..., Report], opa_binary: str
) -> None:
    """A file that nothing reached counts with all its lines; comments are no lines."""
    options = {"opa": opa_binary} if engine is run_opa else {}
    report = engine(collect(folder), coverage=True, **options)
    assert report.coverage is not None
    found = {file.file: file for file in report.coverage}
    missed = set(found["guard/rules/a/b/b.rego"].missed)
    assert {12} <= missed <= {7, 8, 9, 12}  # regorus evaluates every rule of a package
    unreached = found["guard/rules/a/c.rego"]
    assert (unreached.reached, unreached.missed, unreached.percent) == (0, (4,), 0)
    assert 0 < report.percent < 100
    assert not any(name.endswith("_test.rego") for name in found)


def test_a_pattern_narrows_tests_and_the_files_that_count(folder: Path) -> None:
    """Coverage is asked of the files beside the tests that ran."""
    suite = choose(collect(folder), "test_(true|false)$")
    assert [test.query for test in suite.tests] == [ALL + "true", ALL + "false"]
    assert suite.tested == {"guard/rules/a/b/b.rego"}


@pytest.mark.parametrize(
    ("pattern", "complaint"), [("nothing", "no test matches `nothing`"), ("(", "is no pattern")]
)
def test_a_pattern_that_finds_nothing_is_refused(
    folder: Path, pattern: str, complaint: str
) -> None:
    """No test at all is no success."""
    with pytest.raises(PolicyError, match=complaint):
        choose(collect(folder), pattern)


def test_a_folder_without_main_lies_beside_the_shipped_policies(tmp_path: Path) -> None:
    """Its tests may use what ships, test helpers included, and are the only ones that run."""
    source = """\
package guard.mine_test

import data.guard.lib.requests_test as requests

test_decision if {
	decision := data.guard.main.decision with input as requests.of([requests.run(["ls"])])
	decision.effect == "allow"
}
"""
    mine = write(tmp_path, {"guard/rules/mine/x_test.rego": source})
    report = run_embedded(choose(collect(mine)), coverage=True)
    assert [outcome.result for outcome in report.outcomes] == ["pass"]
    assert report.coverage == ()


def test_other_policies_can_be_named(folder: Path, tmp_path: Path) -> None:
    """`beside` replaces the shipped policies."""
    source = "package guard.rules.mine.x_test\n\ntest_limit if data.guard.rules.a.b.limit == 3\n"
    mine = write(tmp_path / "more", {"x_test.rego": source})
    assert run_embedded(collect(mine, [folder])).failed == ()


def test_the_same_file_twice_is_refused(folder: Path) -> None:
    """Of two files with one name only one would be loaded."""
    other = write(folder.parent / "two", {"guard/rules/a/b/b.rego": RULE})
    with pytest.raises(PolicyError, match="and so does another folder"):
        collect(folder, [other])


def test_progress_is_told(folder: Path) -> None:
    """After each test: how many ran, of how many."""
    told: list[tuple[int, int]] = []
    run_embedded(collect(folder), tell=lambda *numbers: told.append(numbers))
    assert told == [(n, 6) for n in range(1, 7)]


def test_a_panic_fails_one_test_and_the_next_has_an_engine(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """regorus panics with a BaseException; the engine is built anew."""

    class PanicException(BaseException):
        pass

    build, built = embedded.build, []

    class Panics:
        def __init__(self, engine: object) -> None:
            self.engine = engine

        def __getattr__(self, name: str) -> object:
            return getattr(self.engine, name)

        def eval_query_as_json(self, query: str) -> str:
            raise PanicException("index out of bounds")

    def once(modules: dict[str, str], data: str) -> object:
        built.append(1)
        engine = build(modules, data)
        return Panics(engine) if len(built) == 1 else engine

    monkeypatch.setattr(embedded, "build", once)
    report = run_embedded(choose(collect(folder), "test_(true|prints)"))
    assert [outcome.result for outcome in report.outcomes] == ["error", "pass"]
    assert "index out of bounds" in report.outcomes[0].detail


def test_without_opa_the_other_engine_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has no OPA learns what to do."""
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    with pytest.raises(PolicyError, match="--engine regorus"):
        find_opa()


def test_files_that_opa_cannot_load_are_an_error(tmp_path: Path, opa_binary: str) -> None:
    """A parse error is no report of zero tests."""
    folder = write(tmp_path, {"m.rego": MAIN, "m_test.rego": "package m_test\n\ntest_x if true\n"})
    suite = collect(folder)
    write(tmp_path, {"m.rego": "package guard.main\n\ndecision := \n"})
    with pytest.raises(PolicyError, match="`opa test` failed"):
        run_opa(suite, opa=opa_binary)
