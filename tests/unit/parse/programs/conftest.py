"""One helper for all tests of program facts: read a command line as its program's reader does."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from guard.operations import Operation
from guard.parse.programs import read_program
from guard.parse.reading import UNKNOWN, Invocation, Reading, Run, Stdin

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


def brief(reading: Reading) -> list[str]:
    """A reading in a few words a line, for tables of expectations."""
    lines = [_operation(operation) for operation in reading.operations]
    lines += [f"? {part['severity']} {part['kind']}" for part in reading.opaque]
    lines += [_run(run) for run in reading.runs]
    return [line.replace(UNKNOWN, "*") for line in lines]


def _end(host: str, port: int | None) -> str:
    return host if port is None else f"{host}:{port}"


def _operation(operation: Operation) -> str:
    if operation["kind"] == "network.connect":
        line = f"connect {operation['protocol']} {_end(operation['host'], operation['port'])}"
        sends = " ".join(operation.get("sends", ()))
        return f"{line} sends {sends}" if sends else line
    if operation["kind"] == "network.send":
        end = _end(operation["host"], operation["port"])
        return f"send {operation['protocol']} {end} {operation['path']}"
    if operation["kind"] == "network.listen":
        return f"listen {operation['protocol']} {_end(operation['host'], operation['port'])}"
    if operation["kind"] == "network.tunnel":
        end = _end(operation["host"], operation["port"])
        way = f"{operation.get('bind', '')}>{operation.get('target', '')}"
        return f"tunnel {operation['protocol']} {operation['direction']} {end} {way}"
    if operation["kind"] == "network.shell":
        end = _end(operation["host"], operation["port"])
        return f"shell {operation['direction']} {end} ({operation['how']})"
    if operation["kind"] == "file.read":
        return f"read {operation['path']}"
    if operation["kind"] == "file.write":
        return f"{'append' if operation.get('append') else 'write'} {operation['path']}"
    if operation["kind"] == "file.delete":
        return f"delete {'-r ' if operation.get('recursive') else ''}{operation['path']}"
    if operation["kind"] == "process.signal":
        return f"signal {operation['signal']} {operation['by']} {operation['target']}"
    if operation["kind"] == "code.run":
        path = operation.get("path", "")
        return f"code {operation['language']} {operation['source']} {path}".rstrip()
    return str(operation)


def _run(run: Run) -> str:
    line = shlex.join(run.argv) if run.text is None else f"<{run.language}> {run.text}"
    where = f" @{run.elsewhere}" if run.elsewhere else ""
    assignments = "".join(f" {name}={value}" for name, value in run.environment.items())
    marks = f"{' may' if run.certainty == 'may' else ''}{' &' if run.background else ''}"
    return f"run [{run.via}]{where}{assignments}{marks}: {line}"


@pytest.fixture
def told() -> Callable[..., list[str]]:
    """Read a line and tell it in brief."""

    def tell(line: str | Sequence[str], **more: Any) -> list[str]:
        return brief(read_line(line, **more))

    return tell


@pytest.fixture
def read() -> Callable[..., Reading]:
    return read_line
