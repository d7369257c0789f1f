"""The shipped policies under every tool that judges Rego: regorus, OPA, Regal."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.opa import required
from tests.support.rego_tests import find_tests, run_tests

ROOT = Path(__file__).resolve().parents[2]
REGO = ROOT / "rego"


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)


def test_rego_tests_pass_on_regorus() -> None:
    """Every `test_*` rule is true on the engine that decides."""
    outcomes = run_tests(REGO)
    assert outcomes
    assert {name: what for name, what in outcomes.items() if what != "pass"} == {}


def test_every_rule_file_has_a_test_file_beside_it() -> None:
    """A rule without tests is found."""
    tested = {Path(test.file).parent for test in find_tests(REGO)}
    rules = {path.relative_to(REGO).parent for path in REGO.glob("guard/**/*.rego")}
    assert rules - tested == set()


def test_rego_tests_pass_on_opa_and_cover_every_line(opa_binary: str) -> None:
    """The same tests pass on OPA, as many as regorus ran, and reach all lines of all rules."""
    test = (opa_binary, "test", "--timeout=60s", "--format=json", str(REGO))
    done = run(*test)
    results = json.loads(done.stdout or "[]")
    failed = [result["name"] for result in results if result.get("fail") or result.get("error")]
    assert (done.returncode, failed, done.stderr) == (0, [], "")
    names = {f"{result['package']}.{result['name']}" for result in results}
    assert names == {found.query for found in find_tests(REGO)}
    report = json.loads(run(*test, "--coverage").stdout)
    missed = {
        file: [line["start"]["row"] for line in found["not_covered"]]
        for file, found in report["files"].items()
        if found.get("not_covered") and not file.endswith("_test.rego")
    }
    assert missed == {}


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
