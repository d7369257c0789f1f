"""`guard test` as a process: status, report, JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.bundles import write

RULE = "package guard.rules.mine.x\n\nlarge if input.size > 3\n\ndouble(x) := x + x\n"
GOOD = """\
package guard.rules.mine.x_test

import data.guard.rules.mine.x

test_large if x.large with input as {"size": 4}
"""
BAD = "\ntest_small if x.large with input as {}\n"


def guard(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "guard", "test", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    files = {"guard/rules/mine/x/x.rego": RULE, "guard/rules/mine/x/x_test.rego": GOOD}
    return write(tmp_path / "mine", files)


@pytest.mark.parametrize("engine", ["regorus", "opa"])
def test_passed_tests_are_counted(mine: Path, engine: str, opa_binary: str) -> None:
    """Status 0; with -v each test is named, with --coverage the lines that were missed."""
    done = guard(mine, "--coverage", "-v", "--engine", engine)
    assert done.returncode == 0, done.stderr
    assert "passed  data.guard.rules.mine.x_test.test_large (" in done.stdout
    assert f"1 passed, 0 failed on {engine} in " in done.stdout
    assert "guard/rules/mine/x/x.rego: 50.0 %, not line 5\n" in done.stdout


def test_a_failed_test_is_status_1(mine: Path) -> None:
    """The report says which and what it was."""
    path = mine / "guard/rules/mine/x/x_test.rego"
    path.write_text(GOOD + BAD, encoding="utf-8")
    done = guard(mine)
    assert done.returncode == 1
    assert (
        "failed  data.guard.rules.mine.x_test.test_small: it is undefined, "
        "in guard/rules/mine/x/x_test.rego\n1 passed, 1 failed" in done.stdout
    )


def test_too_little_coverage_is_status_1(mine: Path) -> None:
    """The bound itself is enough."""
    assert guard(mine, "--coverage-at-least", "50").returncode == 0
    done = guard(mine, "--coverage-at-least", "50.1")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (
        1,
        "less than 50.1 % of the lines are reached",
    )


def test_the_report_as_json(mine: Path) -> None:
    """One object: engine, counts, each test, and coverage where it was asked for."""
    done = guard(mine, "--json", "--coverage")
    report = json.loads(done.stdout)
    assert {key: report[key] for key in ("engine", "passed", "failed")} == {
        "engine": "regorus",
        "passed": 1,
        "failed": 0,
    }
    [test] = report["tests"]
    assert test.pop("seconds") > 0
    assert test == {
        "name": "data.guard.rules.mine.x_test.test_large",
        "file": "guard/rules/mine/x/x_test.rego",
        "result": "pass",
        "detail": "",
        "printed": [],
    }
    assert report["coverage"] == {
        "percent": 50.0,
        "files": {"guard/rules/mine/x/x.rego": {"percent": 50.0, "missed": [5]}},
    }


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--run", "nothing"], "no test matches `nothing`"),
        (["--coverage-at-least", "101"], "give a number from 0 to 100"),
        (["--coverage-at-least", "all"], "invalid"),
        (["--policy", "/no/such/folder"], "there is no policy folder"),
    ],
)
def test_what_cannot_be_run_is_status_2(mine: Path, arguments: list[str], complaint: str) -> None:
    """Nothing that was not tested looks like a success."""
    done = guard(mine, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert complaint in done.stderr


def test_rules_that_do_not_compile_are_status_2(mine: Path) -> None:
    """The file and the line are named."""
    write(mine, {"guard/rules/mine/x/x.rego": "package guard.rules.mine.x\n\nlarge if {\n"})
    done = guard(mine)
    assert done.returncode == 2
    assert "`guard/rules/mine/x/x.rego` line " in done.stderr


def test_without_a_folder_the_shipped_tests_run() -> None:
    """One of them, by its name."""
    done = guard("--run", "hosts_test", "-v")
    assert done.returncode == 0
    assert "data.guard.lib.hosts_test." in done.stdout
