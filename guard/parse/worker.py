"""The parse in a process of its own: bounded memory, bounded time, gone when it misbehaves.

`ParserWorker` is the guard's side, `serve` the worker's. They speak JSON in frames, each
preceded by its length in four bytes (big endian), over a socket pair. The worker has no
secrets, opens no files (those of a resolver are read on the guard's side) and never
unpickles anything; its answers are checked before they are used.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import resource
import socket
import subprocess
import sys
import threading
import time
from typing import Any

from guard.errors import GuardError, InputError
from guard.model import Parsed, ToolCall
from guard.parse import tools as t
from guard.parse.resolver import FileResolver, ResolvedFile

__all__ = ["ParserWorker", "serve"]

_MAX_FRAME = 64 * 1024 * 1024  # bytes
_WAITS = 5  # calls of the longest kind that one may wait for
_START = 30.0  # seconds that a worker may take to load
# What an interpreter may need to start; the rest may hold secrets.
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME", "LANG", "SYSTEMROOT")
_BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    "from guard.parse.worker import serve; serve(int(sys.argv[2]))"
)


class ParserWorker:
    """Reads calls in a worker process, which is started once and again after it died.

    `seconds` is the time on the clock that one call may take, `memory` the address space
    of the worker in bytes. Shared by threads, one call at a time; a fork gets its own.
    """

    def __init__(
        self,
        tools: t.ToolTable,
        files: FileResolver | None = None,
        *,
        seconds: float = 2.0,
        memory: int = 1 << 30,
    ) -> None:
        self._files = files
        self._seconds = seconds
        self._hello = {
            "tools": {name: _described(tools.find(name)) for name in tools},
            "memory": memory,
            "files": files is not None,
        }
        self._lock = threading.Lock()
        self._owner = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._ready = False
        with self._lock:
            self._start()

    def command(self, descriptor: int) -> list[str]:
        """Return the argument vector that starts a worker on a socket's descriptor."""
        return [sys.executable, "-c", _BOOT, json.dumps(sys.path), str(descriptor)]

    def parse(self, call: ToolCall) -> Parsed:
        """As `guard.parse.parse`.

        Raises:
            GuardError: the worker died, or gave no answer in time.
        """
        if not self._lock.acquire(timeout=self._seconds * _WAITS):
            raise GuardError(f"the parser was busy for {self._seconds * _WAITS:g} s")
        try:
            return self._parse(call, time.monotonic() + self._seconds)
        except TimeoutError:
            # INVARIANT: what gives no answer in time gives deny; the next call finds a new worker.
            self._restart()
            raise GuardError(f"the parser gave no answer in {self._seconds:g} s") from None
        except (OSError, ValueError, EOFError) as error:
            self._restart()
            raise GuardError(f"the parser's process failed: {_reason(error)}") from None
        except BaseException:
            self._restart()  # an exchange that was broken off leaves an answer in the pipe
            raise
        finally:
            self._lock.release()

    def close(self) -> None:
        """End the worker."""
        with self._lock:
            self._stop()

    def _parse(self, call: ToolCall, deadline: float) -> Parsed:
        if self._socket is None or self._owner != os.getpid():
            self._start()
        stream = self._socket
        if stream is None:
            raise EOFError("it cannot be started")
        if not self._ready:
            loaded = time.monotonic()
            _receive(stream, loaded + _START)
            self._ready = True
            deadline += time.monotonic() - loaded
        _send(stream, {"tool": call.tool, "arguments": call.arguments}, deadline)
        while True:
            answer = _receive(stream, deadline)
            if "read" not in answer:
                return _checked(answer)
            file = self._files.read(str(answer["read"])) if self._files else None
            shown = {"text": file.text, "sha256": file.sha256} if file else {}
            _send(stream, shown, deadline)

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            descriptor = theirs.fileno()
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, no input
                self.command(descriptor),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[descriptor],
                close_fds=True,
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            )
        self._socket, self._owner, self._ready = ours, os.getpid(), False
        with contextlib.suppress(OSError):
            _send(ours, self._hello, time.monotonic() + _START)

    def _stop(self) -> None:
        if self._socket is not None:
            self._socket.close()
        if self._process is not None and self._owner == os.getpid():
            self._process.kill()
            self._process.wait()
        self._socket = self._process = None

    def _restart(self) -> None:
        self._stop()
        with contextlib.suppress(OSError):
            self._start()


def serve(descriptor: int) -> None:
    """Answer calls on a socket until its other end closes. The worker's main function."""
    stream = socket.socket(fileno=descriptor)
    hello = _receive(stream, None)
    from guard.parse import parse, warm_up

    memory = int(hello["memory"])
    for limit, value in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(ValueError, OSError):  # a stricter limit stands already
            resource.setrlimit(limit, (value, value))
    table = t.ToolTable({name: _reader(shape) for name, shape in hello["tools"].items()})
    files = _Asking(stream) if hello["files"] else None
    warm_up()
    parse(ToolCall("sql", {"query": "select 1"}), table)
    _send(stream, {"ready": True}, None)
    while True:
        try:
            call = _receive(stream, None)
        except EOFError:
            return
        parsed = parse(ToolCall(call["tool"], call["arguments"]), table, files=files)
        _send(
            stream,
            {"operations": parsed.operations, "opaque": parsed.opaque, "files": parsed.files},
            None,
        )


class _Asking:
    """The worker's resolver: the guard reads."""

    def __init__(self, stream: socket.socket) -> None:
        self._stream = stream

    def read(self, path: str) -> ResolvedFile | None:
        _send(self._stream, {"read": path}, None)
        answer = _receive(self._stream, None)
        return ResolvedFile(answer["text"], answer["sha256"]) if answer else None


def _send(stream: socket.socket, message: Any, deadline: float | None) -> None:
    data = json.dumps(message).encode()
    stream.settimeout(_left(deadline))
    stream.sendall(len(data).to_bytes(4) + data)


def _receive(stream: socket.socket, deadline: float | None) -> dict[str, Any]:
    size = int.from_bytes(_exactly(stream, 4, deadline))
    if size > _MAX_FRAME:
        raise ValueError(f"a message of {size} bytes")
    message = json.loads(_exactly(stream, size, deadline))
    if not isinstance(message, dict):
        raise ValueError("a message that is no object")  # noqa: TRY004 - as for bad JSON
    return message


def _exactly(stream: socket.socket, size: int, deadline: float | None) -> bytes:
    pieces: list[bytes] = []
    while size:
        stream.settimeout(_left(deadline))
        piece = stream.recv(min(size, 1 << 16))
        if not piece:
            raise EOFError("it ended")
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _left(deadline: float | None) -> float | None:
    """Seconds until a deadline.

    Raises:
        TimeoutError: it has passed.
    """
    if deadline is None:
        return None
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _checked(answer: dict[str, Any]) -> Parsed:
    """The answer in its shape.

    Raises:
        ValueError: it has another one.
    """
    parts = [answer.get(name) for name in ("operations", "opaque", "files")]
    for part in parts:
        if not isinstance(part, list) or not all(isinstance(item, dict) for item in part):
            raise ValueError("an answer of another shape")
    operations, opaque, files = parts
    if not operations or not all(isinstance(o.get("kind"), str) for o in operations):
        raise ValueError("an answer without operations")
    return Parsed(operations, opaque or [], files or [])


def _described(reader: t.Reader | None) -> dict[str, Any]:
    if reader is None:
        raise InputError("a tool of the table has no reader")
    return {"reader": type(reader).__name__, **dataclasses.asdict(reader)}


_READERS = {c.__name__: c for c in (t.Shell, t.Python, t.Sql, t.Http, t.Code, t.File, t.Patch)}
_PURPOSES = {c.__name__: c for c in (t.Payment, t.Message)}


def _reader(shape: dict[str, Any]) -> t.Reader:
    purpose = _PURPOSES.get(shape["reader"])
    if purpose is not None:
        meanings: dict[str, Any] = {
            k: tuple(v) if isinstance(v, list) else v for k, v in shape.items()
        }
        del meanings["reader"]
        return purpose(**meanings)
    rest = {key: value for key, value in shape.items() if key not in ("reader", "arguments")}
    kind, arguments = _READERS[shape["reader"]], tuple(shape["arguments"])
    if kind in (t.Code, t.File):
        return kind(**rest, arguments=arguments)
    return kind(*arguments, **rest)


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
