"""Runs the `test_*` rules of policy folders with `opa test`, for the same report.

Starts the process and reads what it prints; knows nothing of rules.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from guard.errors import PolicyError
from guard.policy.testing import FileCoverage, Outcome, RegoTest, Report, Suite, lines_of_code

__all__ = ["find_opa", "run_opa"]

_PATIENCE = 600.0  # seconds for the whole run


def find_opa() -> str:
    """Return the path of `opa`: the one on PATH, else the one that `make opa` built.

    Raises:
        PolicyError: there is none.
    """
    checkout = Path(__file__).resolve().parents[2]
    for folder in (None, checkout / ".tools" / "bin"):
        found = shutil.which("opa", path=str(folder) if folder else None)
        if found:
            return found
    raise PolicyError("there is no program `opa`", help="put it on PATH, or use `--engine regorus`")


def run_opa(suite: Suite, *, coverage: bool = False, opa: str | None = None) -> Report:
    """Run the suite's tests on OPA.

    Raises:
        PolicyError: there is no OPA, or it cannot load the files.
    """
    binary = opa or find_opa()
    rows = _run(_command(binary, suite, suite.tests))
    found = {f"{row['package']}.{row['name']}": row for row in rows or []}
    outcomes = tuple(_outcome(test, found.get(test.query)) for test in suite.tests)
    covered = None
    if coverage:
        # OPA tells no coverage where a test fails.
        passed = [outcome.test for outcome in outcomes if outcome.passed]
        report = _run([*_command(binary, suite, passed), "--coverage"]) if passed else {}
        covered = _coverage(suite, report.get("files", {}))
    return Report("opa", outcomes, covered)


def _command(binary: str, suite: Suite, tests: Iterable[RegoTest]) -> list[str]:
    names = "|".join(re.escape(test.query.removeprefix("data.")) for test in tests)
    only = ["--run", f"^(data\\.)?({names})$"]
    roots = map(str, suite.roots)
    return [binary, "test", "--format=json", "--timeout=60s", "--ignore=.*", *only, *roots]


def _run(command: list[str]) -> Any:
    """Return the JSON that `opa test` prints; a failed test is no failure of it."""
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program on the caller's own folders
            command, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
        return json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise PolicyError(f"`opa test` did not end in {_PATIENCE:g} s") from None
    except OSError as error:
        raise PolicyError(f"cannot run `{command[0]}`: {error.strerror}") from None
    except ValueError:
        said = (done.stderr or done.stdout).strip().splitlines() or ["nothing"]
        raise PolicyError(f"`opa test` failed: {said[0]:.300}", help="correct the file") from None


def _outcome(test: RegoTest, row: Mapping[str, Any] | None) -> Outcome:
    result, detail = "pass", ""
    if row is None or row.get("skip"):
        return Outcome(test, "error", "opa did not run it")
    if row.get("error"):
        result, detail = "error", str(row["error"].get("message", row["error"]))
    elif row.get("fail"):
        result = "failed"
    return Outcome(test, result, detail, _printed(row), row.get("duration", 0) / 1e9)


def _printed(row: Mapping[str, Any]) -> tuple[str, ...]:
    try:
        return tuple(base64.b64decode(row.get("output", "")).decode().splitlines())
    except (binascii.Error, UnicodeDecodeError):
        return ()


def _coverage(suite: Suite, files: Mapping[str, Any]) -> tuple[FileCoverage, ...]:
    found = []
    for name in sorted(suite.tested):
        row = files.get(str(suite.roots[-1] / name))
        if row is None:  # no test passed
            found.append(FileCoverage(name, 0, tuple(lines_of_code(suite.modules[name]))))
            continue
        missed = _lines(row.get("not_covered", ()))
        reached = _lines(row.get("covered", ())) - missed
        found.append(FileCoverage(name, len(reached), tuple(sorted(missed))))
    return tuple(found)


def _lines(parts: Sequence[Mapping[str, Any]]) -> set[int]:
    return {line for part in parts for line in range(part["start"]["row"], part["end"]["row"] + 1)}
