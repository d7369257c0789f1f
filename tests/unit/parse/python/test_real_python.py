"""What the reader says of Python code against what real Python does with it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from guard.parse.budget import Budget
from guard.parse.code import read_code
from guard.parse.reading import Reading
from tests.support import real_python

FOLDER = Path(__file__).parent


def load(name: str) -> dict[str, str]:
    """Snippets by name; `### name` begins each."""
    parts = (FOLDER / name).read_text().split("### ")[1:]
    return {part.partition("\n")[0]: part.partition("\n")[2] for part in parts}


# Each does something; all of it must be said.
SNIPPETS = load("snippets.txt")
# What these do cannot be named; something must be opaque in its place.
UNKNOWABLE = load("unknowable.txt")


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[str, list[Any]]]]:
    """All snippets run once."""
    reason = real_python.missing()
    if reason:
        pytest.skip(reason)
    names = [*SNIPPETS]
    events = real_python.run_all(list(SNIPPETS.values()), tmp_path_factory.mktemp("real"))
    return dict(zip(names, events, strict=True))


def claims(reading: Reading) -> set[tuple[Any, ...]]:
    """What a reading says, in the form of `facts`."""
    found: set[tuple[Any, ...]] = set()
    for run in reading.runs:
        found.add(("text", run.text) if run.text is not None else ("argv", run.argv))
    operations: list[Any] = reading.operations
    for operation in operations:
        kind = operation["kind"]
        if kind == "network.connect":
            found.add(("connect", operation["host"], operation["port"]))
        elif kind == "network.listen":
            found.add(("listen", operation["host"], operation["port"]))
        elif kind in ("file.read", "file.write", "file.delete"):
            found.add((kind, operation["path"]))
    return found


def facts(events: list[tuple[str, list[Any]]]) -> set[tuple[Any, ...]]:
    """What really happened."""
    found: set[tuple[Any, ...]] = set()
    for event, args in events:
        if event == "os.system":
            found.add(("text", args[0]))
        elif event == "subprocess.Popen":
            words = args[1] if isinstance(args[1], list) else [args[1]]
            if words[:2] == ["/bin/sh", "-c"]:
                found.add(("text", words[2]))
            else:
                program = args[0] if args[0] != words[0] else words[0]
                found.add(("argv", (program, *words[1:])))
        elif event in ("os.exec", "os.posix_spawn"):
            name = args[0].rpartition("/")[2]
            found.add(("argv", (name, *args[1][1:])))
        elif event == "pty.spawn":
            found.add(("argv", tuple(args[0])))
        elif event == "socket.connect":
            found.add(("connect", args[0][0], args[0][1]))
        elif event == "socket.bind":
            found.add(("listen", args[0][0], args[0][1]))
        elif event == "open" and isinstance(args[0], str) and _counts(args[0]):
            flags = args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            writes = flags if args[1] is None else set(args[1]) & set("wax+")
            found.add(("file.write" if writes else "file.read", args[0]))
        elif event == "os.remove":
            found.add(("file.delete", args[0]))
        elif event == "os.rename":
            found |= {("file.delete", args[0]), ("file.write", args[1])}
    return found


def _counts(path: str) -> bool:
    """The snippet's own files, not the modules that Python loads."""
    return not path.startswith("/") or path == "/etc/hostname"


@pytest.mark.parametrize("name", SNIPPETS)
def test_everything_that_real_python_does_is_said(
    name: str, real: dict[str, list[tuple[str, list[Any]]]]
) -> None:
    """Programs, connections and files of the run are all among the reading's."""
    reading = read_code("python", SNIPPETS[name], Budget())
    happened = facts(real[name])
    assert happened, real[name]
    assert happened <= claims(reading), (reading, real[name])
    assert not [part for part in reading.opaque if part["severity"] == "high"]


@pytest.mark.parametrize("name", UNKNOWABLE)
def test_what_cannot_be_known_is_opaque(name: str) -> None:
    """Commands and code made of the clock or the environment are never passed over."""
    reading = read_code("python", UNKNOWABLE[name], Budget())
    assert [part for part in reading.opaque if part["severity"] in ("medium", "high")]
