"""The plugin that asks OPA again: it must find a difference where there is one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from guard.policy.bundle import Bundle
from guard.policy.embedded import EmbeddedEngine
from tests.support.bundles import load, main
from tests.support.same_answer import Answers, compare

ROOT = Path(__file__).resolve().parents[2]


def recorded(bundle: Bundle, *requests: str) -> Answers:
    engine = EmbeddedEngine(bundle)
    answers = Answers()
    for request in requests:
        answers.keep(bundle, request, engine.evaluate(request))
    return answers


def test_equal_answers_and_equal_failures_are_no_difference(
    opa_binary: str, tmp_path: Path
) -> None:
    """The whole document is compared; an error on both sides is agreement."""
    bundle = load(tmp_path)
    answers = recorded(bundle, '{"version": 1}', '{"version": "x"}')
    answers.keep(bundle, '{"version": 1, "boom": "x"}', None)
    compare(answers, opa_binary)
    assert answers.differences == []


@pytest.mark.parametrize("answer", [None, {}, {"effect": "allow"}])
def test_another_answer_is_a_difference(
    opa_binary: str, tmp_path: Path, answer: dict[str, str] | None
) -> None:
    """An error here, or another document, than OPA's."""
    bundle = load(tmp_path)
    answers = Answers()
    answers.keep(bundle, '{"version": 1}', answer)
    compare(answers, opa_binary)
    [difference] = answers.differences
    assert '"effect": "allow"' in difference.partition("opa:")[2]


def test_an_error_of_opa_alone_is_a_difference(opa_binary: str, tmp_path: Path) -> None:
    """OPA fails where the embedded engine was said to have answered."""
    bundle = load(tmp_path)
    answers = Answers()
    answers.keep(bundle, '{"version": 1, "boom": "x"}', {"effect": "deny"})
    compare(answers, opa_binary)
    assert "to_number" in answers.differences[0]


@pytest.mark.not_compared("OPA does not load the bundle")
def test_a_bundle_that_opa_refuses_is_a_difference(opa_binary: str, tmp_path: Path) -> None:
    """regorus takes two arguments for one of a function that is never reached."""
    bundle = load(tmp_path, main('{"a": 1}') + "\nf(x) := count(x, 2)\n")
    answers = recorded(bundle, "{}")
    compare(answers, opa_binary)
    [difference] = answers.differences
    assert "opa did not start" in difference


TEST = '''
import pathlib
import pytest
from guard.policy.embedded import EmbeddedEngine
from tests.support.bundles import load, main

RULE = """{{"deny": deny}}

default deny := false

deny if startswith(input.host, "10.")
"""

{marker}
def test_it(tmp_path):
    """A number where text is expected: an error in regorus, silence in OPA."""
    engine = EmbeddedEngine(load(tmp_path, main(RULE)))
    with pytest.raises(Exception):
        engine.evaluate('{{"host": 10}}')
'''


@pytest.mark.parametrize(
    ("marker", "status", "line"),
    [
        ("", 1, "same answer: 1 decisions under 1 bundles, taken by regorus and by OPA"),
        ('@pytest.mark.not_compared("known")', 0, ""),
    ],
)
def test_a_difference_fails_the_run(
    opa_binary: str, tmp_path: Path, marker: str, status: int, line: str
) -> None:
    """All tests pass and the run fails, with the request and both answers; or it is marked."""
    (tmp_path / "test_difference.py").write_text(TEST.format(marker=marker))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.support.same_answer"]
    command += ["-p", "no:cacheprovider", "--rootdir", str(tmp_path), "-c", "/dev/null"]
    done = subprocess.run(
        [*command, str(tmp_path)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert "1 passed" in done.stdout
    assert done.returncode == status, done.stdout
    assert line in done.stdout
    if status:
        assert ': 1 differences\nrequest: {"host": 10}\n  regorus: error\n' in done.stdout
        assert '{"deny": false}' in done.stdout
