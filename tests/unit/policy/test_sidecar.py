"""`SidecarEngine` against a real OPA, and against a server that does everything wrong."""

from __future__ import annotations

import json
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider

from guard.errors import EvaluationError, InputError
from guard.policy.bundle import Bundle
from guard.policy.embedded import EmbeddedEngine
from guard.policy.engine import Engine
from guard.policy.sidecar import SidecarEngine
from tests.support.bundles import load, main
from tests.support.hostile import HostileServer, http_answer, read_request
from tests.support.opa import OpaServer

Start = Callable[[Bundle], str]
REQUEST = '{"version": 1}'
GOOD = http_answer(b'{"result": {"effect": "allow"}}')


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    return load(tmp_path)


@pytest.fixture
def engine(opa_url: Start, bundle: Bundle) -> Iterator[SidecarEngine]:
    engine = SidecarEngine(opa_url(bundle), timeout=5)
    yield engine
    engine.close()


def fails(url: str, expected: str, *, timeout: float = 0.5, **settings: Any) -> None:
    """Assert that the engine fails with this message, in about the time it may take."""
    engine = SidecarEngine(url, timeout=timeout, **settings)
    start = time.monotonic()
    try:
        with pytest.raises(EvaluationError) as caught:
            engine.evaluate(REQUEST)
    finally:
        engine.close()
    assert expected in str(caught.value)
    assert time.monotonic() - start < timeout + 2


# With a real OPA.


def test_it_answers_as_the_embedded_engine_does(engine: SidecarEngine, bundle: Bundle) -> None:
    """The same documents for the same requests."""
    assert isinstance(engine, Engine)
    for request in (REQUEST, '{"version": 2}', '{"version": "⟨é⟩\\u0000"}', "{}"):
        try:
            expected: Any = EmbeddedEngine(bundle).evaluate(request)
        except EvaluationError:
            with pytest.raises(EvaluationError):
                engine.evaluate(request)
        else:
            assert engine.evaluate(request) == expected


def test_a_rule_that_fails_is_an_error_with_opas_words(engine: SidecarEngine) -> None:
    """OPA would otherwise let the rule say nothing."""
    with pytest.raises(EvaluationError, match=r"answered 500: .*to_number"):
        engine.evaluate('{"version": 1, "boom": "x"}')


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("input.nothing", "`data.guard.main.decision` is undefined"),
        ('"text"', "not an object"),
        ("[1]", "not an object"),
    ],
)
def test_no_object_is_no_answer(
    opa_url: Start, tmp_path: Path, expression: str, expected: str
) -> None:
    """Undefined is an error, and so is another type."""
    fails(opa_url(load(tmp_path, main(expression))), expected, timeout=5)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{} {}",
        '{}, "input": {}',
        "[1]",
        '{"a": NaN',
        '{"a": "\\ud800"}',
        '{"a": "\\uDFFF"}',
        '{"a": "\ud800"}',
        "[" * 100_000,
        '{"a":' * 130 + "1" + "}" * 130,
        '{"a": "' + "x" * (1 << 20) + '"}',
    ],
    ids=lambda text: repr(text[:20]),
)
def test_what_opa_would_read_in_its_own_way_is_not_sent(text: str) -> None:
    """OPA replaces half pairs, takes the last of two inputs and nests without end."""
    with HostileServer.answering(GOOD) as server:
        engine = SidecarEngine(server.url)
        with pytest.raises(EvaluationError):
            engine.evaluate(text)
        assert server.requests == []
        assert engine.evaluate('{"a": "\\ud83d\\ude00"}') == {"effect": "allow"}
        engine.close()


def test_connections_are_kept_and_replaced_when_opa_restarts(
    opa_binary: str, bundle: Bundle
) -> None:
    """A kept connection that OPA closed is opened anew within the same call."""
    with OpaServer(opa_binary, bundle) as server:
        engine = SidecarEngine(server.url, timeout=5)
        assert engine.evaluate(REQUEST)["effect"] == "allow"
        port = server.url.rpartition(":")[2]
    fails(server.url, "refused the connection; start it with `opa run --server --addr")
    with pytest.raises(EvaluationError, match="refused"):
        engine.evaluate(REQUEST)
    with HostileServer.answering(GOOD) as other:
        again = SidecarEngine(other.url)
        again.evaluate(REQUEST)
        again.evaluate(REQUEST)
        assert other.connections == 1
        again.close()
    engine.close()
    assert port.isdigit()


def test_many_threads_get_their_own_answers(engine: SidecarEngine) -> None:
    """Answers do not cross between threads."""

    def ask(number: int) -> bool:
        reason = engine.evaluate(json.dumps({"version": number}))["findings"][0]["reason"]
        return bool(reason == f"version {number}")

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(ask, range(400)))


def test_a_fork_does_not_share_the_connection(engine: SidecarEngine) -> None:
    """Parent and child get their own answers, at the same time."""

    def ask(numbers: range) -> bool:
        return all(
            engine.evaluate(json.dumps({"version": n}))["findings"][0]["reason"] == f"version {n}"
            for n in numbers
        )

    assert ask(range(1))
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = 0 if ask(range(1000, 1200)) else 1
        finally:
            os._exit(status)
    assert ask(range(200))
    assert os.waitpid(child, 0)[1] == 0


def test_the_digest_of_the_bundle_can_be_demanded(opa_url: Start, bundle: Bundle) -> None:
    """An OPA with another bundle does not decide."""
    url = opa_url(bundle)
    engine = SidecarEngine(url, digest=bundle.digest)
    assert engine.evaluate(REQUEST)["digest"] == engine.digest == bundle.digest
    engine.close()
    fails(url, "load the same bundle there", digest="0" * 64, timeout=5)


def test_ready_tells_whether_opa_is_up(engine: SidecarEngine) -> None:
    """True for an OPA with its bundles, False where nobody listens."""
    assert engine.ready()
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        absent = SidecarEngine(f"http://127.0.0.1:{unused.getsockname()[1]}")
        assert not absent.ready()
        absent.close()


# With a hostile server.


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (http_answer(b"{}"), "is undefined"),
        (http_answer(b'{"result": null}'), "not an object"),
        (http_answer(b'{"result": true}'), "not an object"),
        (http_answer(b"[]"), "not an object"),
        (http_answer(b'{"result": {}, "warning": {"code": "w"}}'), "warns"),
        (http_answer(b'{"result": {"effect": "deny", "effect": "allow"}}'), "no valid JSON"),
        (http_answer(b'{"result": {}, "result": {"effect": "allow"}}'), "no valid JSON"),
        (http_answer(b'{"result": {"effect": NaN}}'), "no valid JSON"),
        (http_answer(b"<html>"), "no valid JSON"),
        (http_answer(b"\xff\xfe{}"), "no valid JSON"),
        (http_answer(b"[" * 100_000), "no valid JSON"),
        (http_answer(b""), "no valid JSON"),
        (http_answer(b"", "204 No Content"), "answered 204"),
        (
            http_answer(b'{"message": "m\\nn", "errors": [{"message": "e"}]}', "500 X"),
            "500: m n: e",
        ),
        (http_answer(b"boom", "500 X"), "answered 500"),
        (http_answer(b'{"message": "bad"}', "400 X"), "answered 400: bad"),
        (http_answer(b"", "307 X", "Location: http://127.0.0.1:1/"), "answered with a redirect"),
        (http_answer(b"", "301 X", "Location: /v1/data/guard/main/decision"), "a redirect"),
        (http_answer(b'{"result": {}}' + b" " * (1 << 20)), "answered more than 1048576 bytes"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "no valid HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", "no valid HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n" + b'{"a": 1}', "did not answer within"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "no valid HTTP"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_answer_is_a_named_error(answer: bytes, expected: str) -> None:
    """Whatever is not one defined decision is refused, and nothing is asked twice."""
    with HostileServer.answering(answer) as server:
        fails(server.url, expected)
        assert len(server.requests) == 1


def drip(connection: socket.socket) -> None:
    read_request(connection)
    for byte in GOOD[:-1]:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def drip_body(connection: socket.socket) -> None:
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
    while True:
        connection.sendall(b" ")
        time.sleep(0.05)


def drip_continue(connection: socket.socket) -> None:
    read_request(connection)
    while True:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.05)


def hang(connection: socket.socket) -> None:
    read_request(connection)
    while connection.recv(1):
        pass


def never_read(connection: socket.socket) -> None:
    time.sleep(1)


def flood(connection: socket.socket) -> None:
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b" " * 65536)


def cut_body(connection: socket.socket) -> None:
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")


def cut_at_once(connection: socket.socket) -> None:
    read_request(connection)


@pytest.mark.parametrize(
    ("behave", "expected"),
    [
        (drip, "did not answer within 0.5 s"),
        (drip_body, "did not answer within 0.5 s"),
        (drip_continue, "did not answer within 0.5 s"),
        (hang, "did not answer within 0.5 s"),
        (never_read, "did not answer within 0.5 s"),
        (flood, "answered more than"),
        (cut_body, "broke off"),
        (cut_at_once, "broke off"),
    ],
)
def test_a_server_that_stalls_or_breaks_off_costs_the_time_out_at_most(
    behave: Callable[[socket.socket], None], expected: str
) -> None:
    """One deadline holds for all of a call, however the bytes arrive."""
    with HostileServer(behave) as server:
        fails(server.url, expected)


def test_a_late_answer_is_never_the_answer_to_the_next_call() -> None:
    """A connection on which something went wrong is not used again."""
    release = threading.Event()

    def late(connection: socket.socket) -> None:
        read_request(connection)
        if not release.wait(0.4):
            connection.sendall(http_answer(b'{"result": {"late": true}}'))
        else:
            connection.sendall(GOOD)

    with HostileServer(late) as server:
        engine = SidecarEngine(server.url, timeout=0.2)
        with pytest.raises(EvaluationError, match="did not answer"):
            engine.evaluate(REQUEST)
        time.sleep(0.3)
        release.set()
        assert engine.evaluate(REQUEST) == {"effect": "allow"}
        engine.close()


def test_an_idle_connection_that_was_closed_is_opened_again() -> None:
    """The call that finds it closed does not fail."""

    def once(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(GOOD)

    with HostileServer(once) as server:
        engine = SidecarEngine(server.url)
        for _ in range(3):
            assert engine.evaluate(REQUEST) == {"effect": "allow"}
            time.sleep(0.05)
        assert server.connections == 3
        engine.close()


def test_connecting_is_tried_again_while_opa_starts() -> None:
    """A server that comes up within the first tries is reached."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    answers: list[Any] = []
    engine = SidecarEngine(f"http://127.0.0.1:{port}", timeout=5)
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)

    def serve() -> None:
        listener.bind(("127.0.0.1", port))
        listener.listen()
        connection, _ = listener.accept()
        with connection:
            read_request(connection)
            connection.sendall(GOOD)

    thread = threading.Thread(target=serve)
    original = time.sleep
    try:
        # The server is started by the first pause between tries.
        def sleep(seconds: float) -> None:
            if not thread.is_alive() and not answers:
                answers.append("pause")
                thread.start()
            original(seconds + 0.05)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("tenacity.nap.time.sleep", sleep)
            assert engine.evaluate(REQUEST) == {"effect": "allow"}
    finally:
        listener.close()
        thread.join()
        engine.close()
    assert answers == ["pause"]


def test_what_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """One POST with the input, strict errors, the token and the trace; no proxy on the way."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with HostileServer.answering(GOOD) as server:
        engine = SidecarEngine(server.url, token="t0ken", path=("a b", "c.d/e?f#", "é"))
        with TracerProvider().get_tracer("test").start_as_current_span("call") as span:
            engine.evaluate(REQUEST)
            context = span.get_span_context()
        engine.evaluate(REQUEST)
        engine.close()
    traced, untraced = (r.decode().split("\r\n") for r in server.requests)
    line = "POST /v1/data/a%20b/c%2Ed%2Fe%3Ff%23/%C3%A9?strict-builtin-errors=true HTTP/1.1"
    assert traced[0] == line
    assert json.loads(traced[-1]) == {"input": json.loads(REQUEST)}
    assert "Authorization: Bearer t0ken" in traced
    trace, span_id = f"{context.trace_id:032x}", f"{context.span_id:016x}"
    assert [h for h in traced if h.startswith(f"traceparent: 00-{trace}-{span_id}-")]
    assert not [header for header in untraced if header.startswith("traceparent")]


def test_an_encoded_path_reaches_the_rule(opa_url: Start, bundle: Bundle) -> None:
    """OPA decodes what was encoded."""
    engine = SidecarEngine(opa_url(bundle), path=("guard", "bundle", "digest"), timeout=5)
    with pytest.raises(EvaluationError, match="not an object"):
        engine.evaluate(REQUEST)
    engine.close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1:8181",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
        "http://",
        "http://:8181",
        "http://user:secret@127.0.0.1:8181",
        "http://127.0.0.1:8181/v1",
        "http://127.0.0.1:8181?x=1",
        "http://127.0.0.1:8181#x",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:0",
        "http://[::1",
    ],
)
def test_other_addresses_are_refused_at_once(url: str) -> None:
    """Only `http(s)://host[:port]` is an address of OPA."""
    with pytest.raises(InputError):
        SidecarEngine(url)


@pytest.mark.parametrize(
    "settings",
    [
        {"timeout": 0},
        {"timeout": -1},
        {"path": ()},
        {"path": ("guard", "..", "x")},
        {"path": ("",)},
        {"path": "guard"},
        {"token": "a\r\nX: y"},
    ],
)
def test_other_settings_are_refused_at_once(settings: dict[str, Any]) -> None:
    """What cannot work, or would change the request, fails before any call."""
    with pytest.raises(InputError):
        SidecarEngine(**settings)


def test_a_server_that_speaks_no_tls_gets_nothing() -> None:
    """An https address is never asked in the clear."""
    got: list[bytes] = []

    def behave(connection: socket.socket) -> None:
        connection.sendall(GOOD)
        got.append(connection.recv(65536))

    with HostileServer(behave) as server:
        fails(server.url.replace("http:", "https:"), "failed the TLS handshake", timeout=2)
    assert not [data for data in got if b"version" in data]


def test_tls_is_verified(tmp_path: Path) -> None:
    """The certificate must be trusted: by the system, or by the file that is named."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to make a certificate with")
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1"
    command += " -subj /CN=opa -addext subjectAltName=IP:127.0.0.1"
    files = ["-out", str(certificate), "-keyout", str(key)]
    subprocess.run([*command.split(), *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def behave(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            while read_request(secure):
                secure.sendall(GOOD)

    with HostileServer(behave) as server:
        url = server.url.replace("http:", "https:")
        fails(url, "certificate", timeout=5)
        engine = SidecarEngine(url, timeout=5, cafile=str(certificate))
        assert [engine.evaluate(REQUEST) for _ in range(3)] == [{"effect": "allow"}] * 3
        assert server.connections == 2
        engine.close()
