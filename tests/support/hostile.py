"""A loopback server that answers HTTP as badly as a test asks for, byte by byte."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from types import TracebackType

__all__ = ["HostileServer", "http_answer", "read_request"]


def http_answer(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    """Return a whole answer with a right Content-Length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def read_request(connection: socket.socket) -> bytes:
    """Return one request with its body, or b"" at the end of the stream."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return b""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


class HostileServer:
    """Runs `behave` in a thread for each connection; a broken pipe ends it.

    `requests` are the requests that `answering` servers read.
    """

    def __init__(self, behave: Callable[[socket.socket], None]) -> None:
        self._behave = behave
        self.connections = 0
        self._open: list[socket.socket] = []

    @classmethod
    def answering(cls, *answers: bytes) -> HostileServer:
        """Give these answers in turn, the last one for ever; keep the requests."""
        requests: list[bytes] = []

        def behave(connection: socket.socket) -> None:
            while request := read_request(connection):
                requests.append(request)
                connection.sendall(answers[min(len(requests), len(answers)) - 1])

        server = cls(behave)
        server.requests = requests
        return server

    requests: list[bytes]

    def __enter__(self) -> HostileServer:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            thread = threading.Thread(target=self._serve, args=[connection])
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            self._behave(connection)
