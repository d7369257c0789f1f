"""The interpreter against real bash: every program that bash starts must have been seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from guard.model import Parsed
from guard.parse.budget import Budget
from guard.parse.reading import UNKNOWN
from guard.parse.shell import read_shell
from tests.support.real_bash import Ran, RealBash, missing

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "never")

_HERE = Path(__file__).parent
# In the files of snippets, a line of `---` stands between two.


def _snippets(name: str) -> list[str]:
    text = (_HERE / name).read_text()
    return [part.strip("\n") for part in text.split("\n---\n") if part.strip()]


@pytest.fixture(scope="module")
def bash(tmp_path_factory: pytest.TempPathFactory) -> RealBash:
    """One folder of stubs for all snippets."""
    return RealBash(tmp_path_factory.mktemp("bash"))


def _unseen(ran: list[Ran], parsed: Parsed) -> list[Ran]:
    seen = [o for o in parsed.operations if o["kind"] == "process.exec"]
    return [
        one
        for one in ran
        if not any(
            o["program"] == one.program
            and (tuple(o["argv"][1:]) == one.arguments or any(UNKNOWN in a for a in o["argv"][1:]))
            for o in seen
        )
    ]


@pytest.mark.parametrize("snippet", _snippets("resolved.txt"))
def test_what_bash_runs_is_seen(bash: RealBash, snippet: str) -> None:
    """Every program that bash started is among the operations, with its arguments."""
    ran = bash.run(snippet)
    assert ran, "the snippet runs nothing in bash: it tests nothing"
    parsed = read_shell(snippet, Budget())
    assert _unseen(ran, parsed) == []


@pytest.mark.parametrize("snippet", _snippets("opaque.txt"))
def test_what_cannot_be_seen_is_opaque(bash: RealBash, snippet: str) -> None:
    """What the text alone does not tell is marked, at medium severity or more."""
    ran = bash.run(snippet)
    parsed = read_shell(snippet, Budget())
    if _unseen(ran, parsed):
        assert {o["severity"] for o in parsed.opaque} & {"medium", "high"}


@pytest.mark.parametrize("snippet", _snippets("ordinary.txt"))
def test_ordinary_commands_hide_nothing_important(bash: RealBash, snippet: str) -> None:
    """Daily commands are seen, and nothing in them is opaque at high severity."""
    ran = bash.run(snippet)
    parsed = read_shell(snippet, Budget())
    assert _unseen(ran, parsed) == []
    assert [o for o in parsed.opaque if o["severity"] == "high"] == []
