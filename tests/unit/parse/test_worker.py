"""The parse in a process of its own: same answers, bounded, replaced when it dies."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from guard import Guard
from guard.errors import GuardError
from guard.model import ToolCall
from guard.parse import parse
from guard.parse.resolver import FolderResolver
from guard.parse.tools import (
    DEFAULT_TOOLS,
    Code,
    File,
    Http,
    Message,
    Patch,
    Payment,
    Python,
    Shell,
    Sql,
)
from guard.parse.worker import ParserWorker

CALLS = [
    ToolCall.shell("sudo ssh -R 2222:localhost:22 u@h.example | tee /x"),
    ToolCall("python", {"code": "import socket\nsocket.create_connection(('h', 1))"}),
    ToolCall("sql", {"query": "SELECT pg_read_file('/etc/passwd') FROM t; DROP TABLE u"}),
    ToolCall("unknown", {"url": "http://h.example", "n": [1, None, 2.5, {"path": "/x"}]}),
    ToolCall.shell("echo \udc80 é ⟨?⟩ \uf8ff $X"),
]


@pytest.fixture(scope="module")
def worker() -> Iterator[ParserWorker]:
    worker = ParserWorker(DEFAULT_TOOLS, seconds=60)
    yield worker
    worker.close()


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.tool)
def test_it_reads_as_the_parse_in_process(worker: ParserWorker, call: ToolCall) -> None:
    """The worker's answer is the parse's own."""
    assert worker.parse(call) == parse(call)


class _Programmed(ParserWorker):
    """A worker whose process runs a program of the test after it has loaded."""

    program = ""

    def command(self, descriptor: int) -> list[str]:
        head = f"import sys; sys.path[:] = {sys.path!r}\n"
        return [sys.executable, "-c", head + self.program, str(descriptor)]


class _Looping(_Programmed):
    """Answers to `true`, and never to anything else."""

    program = """
import guard.parse, guard.parse.worker as worker
real = guard.parse.parse
def parse(call, *rest, **named):
    while call.arguments.get("command") == "loop":
        pass
    return real(call, *rest, **named)
guard.parse.parse = parse
worker.serve(int(sys.argv[1]))
"""


class _Greedy(_Programmed):
    """Takes more memory than it may, outside of what the parse catches."""

    program = """
import guard.parse, guard.parse.worker as worker
real = guard.parse.parse
def parse(call, *rest, **named):
    if call.arguments.get("command") == "grow":
        kept = bytearray(1 << 33)
    return real(call, *rest, **named)
guard.parse.parse = parse
worker.serve(int(sys.argv[1]))
"""


class _Lying(_Programmed):
    """Answers with what is no parse."""

    program = """
import guard.parse.worker as worker, socket
stream = socket.socket(fileno=int(sys.argv[1]))
worker._receive(stream, None)
worker._send(stream, {"ready": True}, None)
while True:
    worker._receive(stream, None)
    worker._send(stream, {"operations": [], "opaque": [], "files": []}, None)
"""


@pytest.mark.parametrize(
    ("kind", "command", "reason"),
    [
        (_Looping, "loop", "no answer in 0.5 s"),
        (_Greedy, "grow", "process failed"),
        (_Lying, "true", "without operations"),
    ],
)
def test_what_misbehaves_is_replaced(kind: type[ParserWorker], command: str, reason: str) -> None:
    """No answer in time, a death, a lie: an error each, and the next call is read."""
    worker = kind(DEFAULT_TOOLS, seconds=0.5)
    try:
        for _ in range(2):
            with pytest.raises(GuardError, match=reason):
                worker.parse(ToolCall.shell(command))
        if kind is not _Lying:
            assert worker.parse(ToolCall.shell("id")) == parse(ToolCall.shell("id"))
    finally:
        worker.close()


def test_a_guard_denies_when_its_worker_dies() -> None:
    """A killed worker denies one call at most; the next one is judged."""
    with Guard(isolate=True) as guard:
        assert guard.check(ToolCall.shell("ls")).allowed
        worker = guard._decider.worker
        assert worker is not None
        assert worker._process is not None
        os.kill(worker._process.pid, signal.SIGKILL)
        worker._process.wait()
        denied = guard.check(ToolCall.shell("ls"))
        assert denied.effect == "deny"
        assert "the parser's process failed" in denied.errors[0]
        assert guard.check(ToolCall.shell("ls")).allowed


async def test_an_async_guard_reads_in_the_worker() -> None:
    """`acheck` gives the same answer."""
    with Guard(isolate=True) as guard:
        assert (await guard.acheck(ToolCall.shell("ls"))).allowed


def test_a_closed_worker_is_gone() -> None:
    """Nothing is left running."""
    worker = ParserWorker(DEFAULT_TOOLS)
    process = worker._process
    assert process is not None
    worker.close()
    assert process.returncode is not None


def test_files_are_read_by_the_guard(tmp_path: Path) -> None:
    """The worker asks for a script and is shown its text."""
    (tmp_path / "b.sh").write_text("ssh h.example\n")
    files = FolderResolver(tmp_path)
    call = ToolCall.shell("bash b.sh; bash none.sh")
    worker = ParserWorker(DEFAULT_TOOLS, files)
    try:
        parsed = worker.parse(call)
    finally:
        worker.close()
    assert parsed == parse(call, files=files)
    assert [file["path"] for file in parsed.files] == ["b.sh"]


def test_the_table_of_tools_reaches_the_worker() -> None:
    """Every kind of reader, with its own settings."""
    table = DEFAULT_TOOLS.extend(
        {
            "one": Shell("line"),
            "two": Python("snippet"),
            "three": Sql("ask", dialect="mysql"),
            "four": Http("where"),
            "five": Code("perl", ("snippet",)),
            "six": File("delete", ("name",)),
            "seven": Patch("change"),
            "eight": Payment(recipient=("iban",), amount=("sum",), in_asset="EUR"),
            "nine": Message(channel="chat", recipients=("whom",), forwards=True),
        }
    )
    given = {
        "line": "ssh h",
        "snippet": "system('id')",
        "ask": "select `a` from b",
        "where": "http://h/",
        "name": "/x",
        "change": "*** Delete File: x",
        "iban": "DE89",
        "sum": "5",
        "whom": "ann",
    }
    worker = ParserWorker(table)
    try:
        for tool in ("one", "two", "three", "four", "five", "six", "seven"):
            call = ToolCall(tool, given)
            assert worker.parse(call) == parse(call, table)
    finally:
        worker.close()


def test_threads_share_a_worker(worker: ParserWorker) -> None:
    """Each gets the answer to its own call."""
    wrong: list[str] = []

    def ask(name: str) -> None:
        for _ in range(20):
            found = json.dumps(worker.parse(ToolCall.shell(f"ssh {name}")).operations)
            if f'"{name}"' not in found:
                wrong.append(name)

    threads = [threading.Thread(target=ask, args=(f"h{i}",)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
