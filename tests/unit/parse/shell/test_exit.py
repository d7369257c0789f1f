"""Where a process has surely ended, what follows is not read; everywhere else it is."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from guard.parse.budget import Budget, Limits
from guard.parse.shell import read_shell

# What follows is never reached.
ENDS = [
    "exit 0; stub",
    "exit; stub",
    "true; exit 3; stub; stub",
    "(exit 0; stub)",
    "(exit 0\nstub\nstub)",
    "x=$(exit 1; stub)",
    "echo <(exit; stub)",
    "f() { :; }; f; (f; exit 1; stub)",
]

# It may be reached, whoever looks.
GOES_ON = [
    "(exit 0); stub",
    "x=$(exit); stub",
    "false && exit; stub",
    "true || exit; stub",
    "if false; then exit; fi; stub",
    "f() { exit; }; stub",
    "exit() { :; }; exit; stub",
    "shopt -s expand_aliases\nalias exit=true\nexit; stub",
    "enable -n exit; exit; stub",
    "exit 0 > /no/such/folder/x; stub",
    "exit 0 & stub",
    "exit 0 | true; stub",
    "for i in; do exit; done; stub",
    "while false; do exit; done; stub",
    "case a in b) exit;; esac; stub",
    "eval 'exit() { :; }'; exit; stub",
    "trap stub EXIT; exit 0",
    "bash -c 'exit'; stub",
    "! (exit 0; true); stub",
]


def _stubs(text: str) -> int:
    parsed = read_shell(text, Budget(Limits(cpu_seconds=10)))
    return sum(o["kind"] == "process.exec" and o["program"] == "stub" for o in parsed.operations)


@pytest.mark.parametrize("text", ENDS)
def test_what_follows_a_certain_exit_is_left_out(text: str) -> None:
    """No operation of what can never run."""
    assert _stubs(text) == 0


@pytest.mark.parametrize("text", GOES_ON)
def test_what_may_still_run_is_read(text: str) -> None:
    """An exit elsewhere, perhaps, or under another meaning ends nothing."""
    assert _stubs(text) > 0


@pytest.mark.parametrize(
    ("text", "runs"), [*((t, False) for t in ENDS), *((t, True) for t in GOES_ON)]
)
def test_bash_agrees(text: str, runs: bool) -> None:
    """The same texts, run by bash with a stub."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not installed")
    done = subprocess.run(
        [bash, "--norc", "-c", "stub() { echo ran >&2; }\n" + text],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    assert ("ran" in done.stderr) is runs


def test_the_next_line_is_read() -> None:
    """Where lines are fed to a shell in a shell, the outer one goes on with them."""
    assert _stubs("exit\nstub") == 1


def test_what_was_not_read_may_mean_another_exit() -> None:
    """A sourced file that nobody showed may define a function of that name."""
    assert _stubs(". ./lib.sh; exit; stub") == 1
