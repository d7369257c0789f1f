"""Python that calls helpers which the code does not show, by names that say what they do."""

from __future__ import annotations

from typing import Any

import pytest

from guard.parse.budget import Budget
from guard.parse.code import read_code

FORWARD = "ssh -R 2222:localhost:22 u@h"


def _runs(code: str) -> list[Any]:
    return read_code("python", code, Budget()).runs


@pytest.mark.parametrize(
    "code",
    [
        f"run_command('{FORWARD}')",
        f"from helpers import run_cmd\nrun_cmd('{FORWARD}')",
        f"import helpers\nout = helpers.execute_command('{FORWARD}')",
        f"class A:\n    def go(self):\n        self.tools.sh('{FORWARD}')\nA().go()",
        f"def go(runner):\n    runner.run_shell('{FORWARD}')\ngo(x)",
        f"execute('{FORWARD}')",
    ],
)
def test_one_string_is_a_text_for_the_shell(code: str) -> None:
    """The text is read as a command that may run."""
    assert [(run.text, run.certainty) for run in _runs(code)] == [(FORWARD, "may")]


@pytest.mark.parametrize(
    "code",
    [
        "run_command('sudo', 'ssh', '-R', '1:localhost:2', ip)",
        "check_output(['sudo', 'ssh', '-R', '1:localhost:2', ip])",
        "w = ['sudo', 'ssh', '-R', '1:localhost:2', ip]\nrun_command(*w)",
    ],
)
def test_several_strings_are_an_argument_vector(code: str) -> None:
    """Words that come one by one, or in a list, are no text for a shell."""
    (run,) = _runs(code)
    assert run.argv[:4] == ("sudo", "ssh", "-R", "1:localhost:2")
    assert len(run.argv) == 5


@pytest.mark.parametrize(
    "code",
    [
        "cursor.execute('select * from ssh')",
        "execute('update t set x = 1')",
        "app.run('0.0.0.0', 80)",
        "run('find all the (open questions')",
        "call('at the office')",
        "session.execute('ssh -R 1:a:2 h')",
        "run_command(5)",
        "run_command('Unheard of (words')",
        "run_command()",
        f"def run_command(text):\n    print(text)\nrun_command('{FORWARD}')",
        "describe('ssh -R 1:a:2 h')",
    ],
)
def test_queries_words_and_own_functions_are_no_commands(code: str) -> None:
    """Names that others use too, unknown programs and functions that are shown run nothing."""
    reading = read_code("python", code, Budget())
    assert [run for run in reading.runs if run.language != "sql"] == []
    assert [part for part in reading.opaque if part["severity"] == "high"] == []
