"""One helper for all tests of program facts: read a command line as its program's reader does."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence

import pytest

from guard.parse.programs import read_program
from guard.parse.reading import Invocation, Reading, Stdin

INHERITED = Stdin(None, "inherited")


def read_line(
    line: str | Sequence[str],
    *,
    stdin: Stdin = INHERITED,
    environment: Mapping[str, str] | None = None,
    cwd: str = "",
) -> Reading:
    """Split a line into words as the shell would and return the program's reading."""
    argv = tuple(shlex.split(line)) if isinstance(line, str) else tuple(line)
    program = argv[0].rpartition("/")[2]
    reading = read_program(Invocation(program, argv, stdin, environment or {}, cwd))
    assert reading is not None, f"nobody described {program}"
    return reading


@pytest.fixture
def read() -> Callable[..., Reading]:
    return read_line
