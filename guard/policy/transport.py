"""HTTP to one sidecar: a kept connection for each thread, one deadline for all of a request.

Knows nothing of policies. Stands where opa-python-client would have a `requests` session.
Environment proxies are ignored and redirects are not followed: requests hold what an
agent is about to do, and go to the named place only.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import os
import socket
import ssl
import sys
import threading
import time
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import tenacity

from guard.errors import EvaluationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from _typeshed import WriteableBuffer

__all__ = ["RawJson", "Response", "Transport"]

_ATTEMPTS = 3  # to connect; a request that was sent is not sent again on a new answer


class RawJson(str):
    """JSON text that goes into the body as it is."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Response:
    """An answer that was read to its end, as opa-python-client wants it."""

    origin: str
    status_code: int
    body: bytes

    def raise_for_status(self) -> None:
        """Raise `EvaluationError` with OPA's own message unless the status is 200."""
        if self.status_code == 200:
            return
        if 300 <= self.status_code < 400:
            raise EvaluationError(
                f"opa at `{self.origin}` answered with a redirect ({self.status_code})",
                help="name the address of OPA itself",
            )
        raise EvaluationError(
            f"opa at `{self.origin}` answered {self.status_code}{_opa_message(self.body)}"
        )

    def json(self) -> Any:
        """Return the body's value; a key given twice or a word like NaN is no JSON."""
        try:
            return json.loads(self.body, object_pairs_hook=_unique, parse_constant=_refuse)
        except (ValueError, RecursionError):
            raise EvaluationError(f"opa at `{self.origin}` answered no valid JSON") from None


class Transport:
    """Posts and gets below one origin, such as `http://127.0.0.1:8181`.

    `timeout` of a request covers connecting, retrying, sending and reading, in seconds.
    Looking up a host's name is the system's and not bounded: name addresses.
    """

    def __init__(
        self,
        origin: str,
        host: str,
        port: int,
        *,
        tls: ssl.SSLContext | None,
        headers: Mapping[str, str],
        max_response: int,
    ) -> None:
        self.origin = origin
        self._address = (host, port)
        self._tls = tls
        self._headers = dict(headers)
        self._max_response = max_response
        self._local = threading.local()
        self._lock = threading.Lock()
        self._connections: weakref.WeakSet[_Connection] = weakref.WeakSet()

    def post(self, url: str, *, json: Mapping[str, Any], timeout: float) -> Response:
        """Post `json`, whose values are `RawJson`. Raises `EvaluationError`."""
        body = "{" + ", ".join(f'"{key}": {value}' for key, value in json.items()) + "}"
        headers = self._headers | {"Content-Type": "application/json"} | _trace_headers()
        return self._request("POST", url, body.encode(), headers, timeout)

    def get(self, url: str, *, timeout: float) -> Response:
        """Get `url`. Raises `EvaluationError`."""
        return self._request("GET", url, None, self._headers, timeout)

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            for connection in list(self._connections):
                connection.close()

    def _request(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], timeout: float
    ) -> Response:
        if not url.startswith(f"{self.origin}/"):
            raise EvaluationError(f"`{url}` is not at `{self.origin}`")
        deadline = time.monotonic() + timeout
        connection = self._connection()
        connection.deadline = deadline
        try:
            kept = connection.sock is not None
            try:
                return self._exchange(connection, method, url, body, headers)
            except (ConnectionError, http.client.BadStatusLine):
                # OPA may have closed a kept connection while it lay idle; a query changes
                # nothing, so it is asked again, once, on a new one.
                connection.close()
                if not kept:
                    raise
                return self._exchange(connection, method, url, body, headers)
        except BaseException as error:
            connection.close()  # whatever is left on it belongs to no other request
            if isinstance(error, OSError | http.client.HTTPException | ValueError):
                self._fail(error, timeout)
            raise

    def _exchange(
        self,
        connection: _Connection,
        method: str,
        url: str,
        body: bytes | None,
        headers: Mapping[str, str],
    ) -> Response:
        if connection.sock is None:
            _connect(connection)
        connection.request(method, url[len(self.origin) :], body, headers)
        with contextlib.closing(connection.getresponse()) as response:
            content = response.read(self._max_response + 1)
            if len(content) > self._max_response:
                raise EvaluationError(
                    f"opa at `{self.origin}` answered more than {self._max_response} bytes"
                )
            if response.length:
                raise http.client.IncompleteRead(content, response.length)
            return Response(self.origin, response.status, content)

    def _connection(self) -> _Connection:
        """Return this thread's connection; after a fork a new one, since both would share it."""
        connection: _Connection | None = getattr(self._local, "connection", None)
        if connection is None or connection.pid != os.getpid():
            connection = _Connection(self._address, self._tls)
            self._local.connection = connection
            with self._lock:
                self._connections.add(connection)
        return connection

    def _fail(self, error: Exception, timeout: float) -> NoReturn:
        where = f"opa at `{self.origin}`"
        host, port = self._address
        if isinstance(error, TimeoutError):
            message = f"{where} did not answer within {timeout:g} s"
        elif isinstance(error, ConnectionRefusedError):
            raise EvaluationError(
                f"{where} refused the connection",
                help=f"start it with `opa run --server --addr {host}:{port} --bundle FOLDER`",
            ) from None
        elif isinstance(error, socket.gaierror):
            message = f"{where} has a host whose address is not known"
        elif isinstance(error, ssl.SSLError):
            reason = getattr(error, "verify_message", "") or error.reason or error
            message = f"{where} failed the TLS handshake: {reason}"
        elif isinstance(error, http.client.HTTPException | ConnectionError | ValueError):
            message = f"{where} broke off or answered no valid HTTP"
        else:
            message = f"{where} cannot be reached: {getattr(error, 'strerror', None) or error}"
        raise EvaluationError(message) from None


class _Connection(http.client.HTTPConnection):
    """A connection whose every wait ends at `deadline`, on the monotonic clock."""

    def __init__(self, address: tuple[str, int], tls: ssl.SSLContext | None) -> None:
        super().__init__(*address)
        self.deadline = 0.0
        self.pid = os.getpid()
        self._tls = tls

    def connect(self) -> None:
        """Connect to the first address that answers."""
        error: OSError = OSError("no address")
        addresses = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        for family, kind, protocol, _, address in addresses:
            plain = socket.socket(family, kind, protocol)
            try:
                plain.settimeout(self._left())
                plain.connect(address)
                plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if self._tls is None:
                    self.sock = _Socket(plain, self)
                else:
                    plain.settimeout(self._left())
                    secure = self._tls.wrap_socket(plain, server_hostname=self.host)
                    self.sock = _Socket(secure, self)
            except OSError as failure:
                plain.close()
                error = failure
            except BaseException:
                plain.close()
                raise
            else:
                return
        raise error

    def _left(self) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def __del__(self) -> None:
        # The thread that kept it has ended.
        self.close()


class _Socket:
    """The part of a socket that `http.client` uses, with the connection's deadline."""

    def __init__(self, sock: socket.socket, connection: _Connection) -> None:
        self.sock = sock
        self._connection = weakref.ref(connection)

    def left(self) -> float:
        connection = self._connection()
        if connection is None:
            raise TimeoutError
        return connection._left()  # noqa: SLF001 - the two classes are one thing

    def sendall(self, data: bytes) -> None:
        self.sock.settimeout(self.left())
        self.sock.sendall(data)

    def makefile(self, mode: Literal["rb"]) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self, self.sock.makefile(mode, buffering=0)))

    def close(self) -> None:
        self.sock.close()


class _Reader(io.RawIOBase):
    """Reads from a socket; a peer that sends a byte now and then wins no time by it."""

    def __init__(self, sock: _Socket, raw: Any) -> None:
        self._sock = sock
        self._raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        self._sock.sock.settimeout(self._sock.left())
        count: int | None = self._raw.readinto(buffer)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


def _connect(connection: _Connection) -> None:
    """Connect, and try again for a moment where nobody listens: OPA may be starting."""
    tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(ConnectionError),
        stop=tenacity.stop_after_attempt(_ATTEMPTS)
        | tenacity.stop_before_delay(connection.deadline - time.monotonic()),
        wait=tenacity.wait_exponential(multiplier=0.02, max=0.1),
        reraise=True,
    )(connection.connect)


def _trace_headers() -> dict[str, str]:
    """Return W3C trace context for the current span, if anybody uses OpenTelemetry here."""
    headers: dict[str, str] = {}
    if "opentelemetry.trace" in sys.modules:
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        TraceContextTextMapPropagator().inject(headers)
    return headers


def _opa_message(body: bytes) -> str:
    """OPA's error bodies: `{code, message, errors: [{code, message, location}]}`."""
    try:
        error = json.loads(body)
        details = [str(e["message"]) for e in error.get("errors") or ()]
        message = ": ".join([str(error["message"]), *details[:1]])
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return ""
    return f": {' '.join(message.split())[:300]}"


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is given twice")
    return found


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)
