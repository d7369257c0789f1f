"""Where scripts end: bash runs generated programs, and what it ran must have been seen."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from guard.parse.budget import Budget, Limits
from guard.parse.reading import UNKNOWN
from guard.parse.shell import read_shell
from tests.support.shell_flows import FlowMaker

BASH = shutil.which("bash")

pytestmark = pytest.mark.skipif(BASH is None, reason="bash is not installed")

_RUN = '#!/bin/sh\necho "$@" >> "$NOTES"\n[ "$2" != fails ]\n'
_Call = tuple[str, ...]


def ran(program: str, folder: Path) -> set[_Call] | None:
    """What bash starts; None where it does not take the program."""
    notes = folder / "notes"
    notes.write_text("")
    stub = folder / "bin" / "run"
    if not stub.exists():
        stub.parent.mkdir()
        stub.write_text(_RUN)
        stub.chmod(0o755)
    done = subprocess.run(
        [BASH or "bash", "--norc", "-c", program],
        cwd=folder,
        env={"PATH": f"{stub.parent}:/usr/bin:/bin", "NOTES": str(notes)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=20,
    )
    if "syntax error" in done.stderr:
        return None
    return {tuple(line.split()) for line in notes.read_text().splitlines()}


def seen(program: str) -> tuple[set[_Call], set[_Call], bool]:
    """What the reading shows; what of it must happen; whether something is hidden or unknown."""
    parsed = read_shell(program, Budget(Limits(cpu_seconds=20)))
    calls: set[_Call] = set()
    must: set[_Call] = set()
    for operation in parsed.operations:
        if operation["kind"] == "process.exec" and operation["program"] == "run":
            call = tuple(" ".join(operation["argv"][1:]).split())
            calls.add(call)
            if operation["certainty"] == "must":
                must.add(call)
    hidden = any(part["severity"] in ("medium", "high") for part in parsed.opaque)
    return calls, must, hidden or any(UNKNOWN in word for call in calls for word in call)


# What `must` does not speak of: files that are not there, and bash 5.2, which lets the last
# program that a subshell sources take the place of the subshell.
_UNSPOKEN = ("< /no/such", "source <(")


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.timeout(120)
def test_nothing_that_bash_runs_is_missed(seed: int, tmp_path: Path) -> None:
    """Behind any `exit`, `return`, `break` or `exec`, what still runs is among the operations,
    and what is said to run for sure does run."""
    compared = certain = 0
    for number in range(100):
        program = FlowMaker(seed * 10_000 + number).program()
        started = ran(program, tmp_path)
        if started is None:
            continue
        calls, must, vague = seen(program)
        assert vague or started <= calls, program
        compared += 1
        if not any(words in program for words in _UNSPOKEN):
            assert {call for call in must if UNKNOWN not in "".join(call)} <= started, program
            certain += bool(must)
    assert compared > 80
    assert certain > 50


# The end is certain: bash never runs `run 9`, and nothing says that it might.
CERTAIN = [
    "f() { run 1; return; run 9; }; f",
    "f() { return 1; run 9; }; f || run 1",
    "f() { exit; }; f; run 9",
    "f() { if [ -d / ]; then return; else return 1; fi; run 9; }; f; run 1",
    "run 1; eval 'exit; run 9'; run 9",
    "for x in a b; do run 1; break; run 9; done; run 2",
    "for x in a b; do run 1; continue; run 9; done; run 2",
    "while :; do while :; do break 2; done; run 9; done; run 1",
    "for x in a; do for y in b; do continue 2; run 9; done; run 9; done; run 1",
    "for ((i = 0; i < 2; i++)); do run $i; continue; run 9; done",
    "until false; do run 1; break; done; run 2",
    "(exec run 1; run 9); run 2",
    "x=$(exec echo 1; run 9); run $x",
    "bash -c 'exit; run 9'; run 1",
    "source <(echo 'run 1; return; run 9'); run 2",
    "case a in a) exit;; esac; run 9",
    "case b in !(b)) run 9;; b) run 1;; esac",
    "{ exit; } > /dev/null; run 9",
    "true && exit; run 9",
    "f() ( exit; run 9 ); f; run 1",
]
# It is not: what follows runs, or may.
UNCERTAIN = [
    "[ -e /no/such ] && exit; run 9",
    "f() { [ -e /no/such ] && return; run 9; }; f",
    "false && f() { exit; }; f; run 9",
    "f() { exit; }; unset -f f; f; run 9",
    "f() { :; }; readonly -f f; f() { exit; }; f; run 9",
    "shopt -s execfail; exec /no/such; run 9",
    "for x in a; do (break; run 9); done",
    "{ exit; } < /no/such; run 9",
    "return; run 9",
    "break; run 9",
    "trap 'run 9' EXIT; exit",
    "trap '$c 9' EXIT; c=run; exit",
    "echo x | exit; run 9",
    "exec > /dev/null; run 9",
    "set -o posix; f() { return; }; f; run 9",
    "for x in a b; do [ $x = a ] && continue; run 9; done",
    "x=$(if [ -d / ]; then echo 9; exit; fi; echo 8); run $x",
    "f() { if [ -d / ]; then x=9; return; fi; x=8; }; f; run $x",
    "for x in 9 8; do [ -d / ] && break; done; run $x",
    "bash -c 'trap \"run \\$v\" EXIT; v=9; exit'",
]


@pytest.mark.parametrize("program", CERTAIN)
def test_what_certainly_never_runs_is_absent(program: str, tmp_path: Path) -> None:
    """Behind a certain end there is no operation; bash agrees."""
    program = "shopt -s extglob\n" + program
    assert ("9",) not in (ran(program, tmp_path) or ())
    assert ("9",) not in seen(program)[0]


@pytest.mark.parametrize("program", UNCERTAIN)
def test_what_may_still_run_is_there(program: str, tmp_path: Path) -> None:
    """An end that is not certain hides nothing; bash does run what follows."""
    assert ("9",) in (ran(program, tmp_path) or ())
    assert ("9",) in seen(program)[0]


def test_behind_an_uncertain_end_nothing_is_certain() -> None:
    """What follows `test || exit` may happen; what stands before it must."""
    calls, must, _ = seen("run 1; run 2 || exit; run 3")
    assert calls == {("1",), ("2",), ("3",)}
    assert must == {("1",), ("2",)}


def test_behind_a_return_from_nothing_nothing_is_certain(tmp_path: Path) -> None:
    """Outside of functions `return 0` fails, unless the text itself is sourced."""
    program = "{ return 0; } && run 1"
    assert ran(program, tmp_path) == set()
    calls, must, _ = seen(program)
    assert (calls, must) == ({("1",)}, set())
