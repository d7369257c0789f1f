"""The shipped policies under every tool that judges Rego: regorus, OPA, Regal."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from guard.policy.testing import collect, run_embedded
from guard.policy.testing_opa import run_opa
from tests.support.opa import required

ROOT = Path(__file__).resolve().parents[2]
REGO = ROOT / "rego"


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)


@pytest.mark.timeout(600)
def test_rego_tests_pass_on_regorus_and_reach_every_line() -> None:
    """Every `test_*` rule is true on the engine that decides, and all lines are reached."""
    report = run_embedded(collect(REGO), coverage=True)
    assert report.outcomes
    assert {outcome.test.query: outcome.result for outcome in report.failed} == {}
    assert {file.file: file.missed for file in report.coverage or () if file.missed} == {}


def test_every_rule_file_has_a_test_file_beside_it() -> None:
    """A rule without tests is found."""
    tested = {Path(test.file).parent for test in collect(REGO).tests}
    rules = {path.relative_to(REGO).parent for path in REGO.glob("guard/**/*.rego")}
    assert rules - tested == set()


def test_rego_tests_pass_on_opa_and_cover_every_line(opa_binary: str) -> None:
    """The same tests pass on OPA, as many as regorus ran, and reach all lines of all rules."""
    suite = collect(REGO)
    report = run_opa(suite, coverage=True, opa=opa_binary)
    assert {outcome.test.query: outcome.detail for outcome in report.failed} == {}
    assert len(report.outcomes) == len(suite.tests)
    assert {file.file: file.missed for file in report.coverage or () if file.missed} == {}
    listed = json.loads(run(opa_binary, "test", "--format=json", str(REGO)).stdout)
    names = {f"{result['package']}.{result['name']}" for result in listed}
    assert names == {test.query for test in suite.tests}


def test_policies_are_formatted(opa_binary: str) -> None:
    """`opa fmt` would change nothing."""
    done = run(opa_binary, "fmt", "--list", "--fail", str(REGO))
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_policies_pass_the_strict_compiler(opa_binary: str) -> None:
    """OPA's strict mode finds nothing unused, shadowed or deprecated."""
    done = run(opa_binary, "check", "--strict", str(REGO))
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_policies_pass_the_linter() -> None:
    """Regal finds nothing that its configuration does not except with a reason."""
    regal = ROOT / ".tools" / "bin" / "regal"
    if not regal.is_file():
        if required():
            pytest.fail("there is no regal binary, and GUARD_REQUIRE_OPA=1; run `make opa`")
        pytest.skip("there is no regal binary; run `make opa`")
    done = run(str(regal), "lint", "--format=compact", str(REGO))
    assert (done.returncode, done.stdout if done.returncode else "") == (0, "")
