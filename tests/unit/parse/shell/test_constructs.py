"""A table of bash's constructs: each starts `ssh`, and none of them is silent about it."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from guard.parse.budget import Budget, Limits
from guard.parse.reading import UNKNOWN
from guard.parse.shell import read_shell
from tests.support.real_bash import RealBash, missing

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "never")

_TABLE = Path(__file__).with_name("constructs.txt").read_text().splitlines()
_LINES = [line for line in _TABLE if line and line[0] != "#"]
_RESOLVED = 0.95


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the reader says of each line: resolved, opaque or silent."""
    bash = RealBash(tmp_path_factory.mktemp("constructs"))
    return {line: _verdict(bash, line.replace("␤", "\n")) for line in _LINES}


def _verdict(bash: RealBash, snippet: str) -> str:
    ran = [one.arguments for one in bash.run(snippet) if one.program == "ssh"]
    if not ran:
        return "idle"
    parsed = read_shell(snippet, Budget(Limits(cpu_seconds=10)))
    seen = [
        tuple(o["argv"][1:])
        for o in parsed.operations
        if o["kind"] == "process.exec" and o["program"] == "ssh"
    ]
    if all(one in seen for one in ran):
        return "resolved"
    if {part["severity"] for part in parsed.opaque} & {"medium", "high"}:
        return "opaque"
    shown = all(any(_stands_for(mine, one) for mine in seen) for one in ran)
    return "opaque" if shown else "silent"


def _stands_for(mine: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Unknown pieces stand for anything, and patterns of path names for what they match."""
    if any(UNKNOWN in word for word in mine):
        return True
    pairs = [(m, t) for m in mine if set(m) & set("*?[(") for t in theirs if t not in mine]
    return bool(pairs) and all(fnmatchcase(t, m) or "(" in m for m, t in pairs)


def test_every_line_starts_the_program(verdicts: dict[str, str]) -> None:
    """A line that runs nothing in bash tests nothing."""
    assert [line for line, verdict in verdicts.items() if verdict == "idle"] == []


def test_no_construct_is_silent(verdicts: dict[str, str]) -> None:
    """What bash starts is seen with its arguments, or the text is called opaque."""
    assert [line for line, verdict in verdicts.items() if verdict == "silent"] == []


def test_nearly_all_constructs_are_resolved(verdicts: dict[str, str]) -> None:
    """Most of the language is followed exactly."""
    resolved = [line for line, verdict in verdicts.items() if verdict == "resolved"]
    assert len(resolved) >= _RESOLVED * len(_LINES)
