"""OPA in a process of its own, asked over HTTP. The only user of opa-python-client.

The client builds and reads OPA's queries; `transport` does the HTTP in place of its
session. Built-in errors are always strict: OPA would otherwise let a rule that failed
say nothing.
"""

from __future__ import annotations

import json
import re
import ssl
import urllib.parse
from collections.abc import Mapping, Sequence
from typing import Any

from guard.errors import EvaluationError, InputError
from guard.policy.transport import RawJson, Transport

__all__ = ["SidecarEngine"]

_MAX_DEPTH = 128  # as deep as regorus reads; both engines refuse the same requests
_STRICT = {"strict-builtin-errors": "true"}
_HALF_PAIR = re.compile(r"\\u[dD][89a-fA-F]")


class SidecarEngine:
    """Asks the OPA at `url` for the decision at `path`.

    `timeout` in seconds covers all of a call. `token` goes out as a bearer token. With
    `digest`, decisions of any other bundle are refused. `cafile` names the certificate
    authority of an https address; the system's are used without it.

    Raises:
        InputError: an address that is not `http(s)://host[:port]`, or a bad setting.
    """

    name = "opa"
    blocking = True

    def __init__(
        self,
        url: str = "http://127.0.0.1:8181",
        *,
        timeout: float = 1.0,
        path: Sequence[str] = ("guard", "main", "decision"),
        token: str = "",
        digest: str = "",
        cafile: str | None = None,
        max_request: int = 1 << 20,
        max_response: int = 1 << 20,
    ) -> None:
        if timeout <= 0:
            raise InputError(f"timeout `{timeout}` is not above 0", help="give seconds")
        secure, host, port = _address(url)
        self.digest = digest
        self._path = _encode_path(path)
        self._max_request = max_request
        headers = {"Authorization": f"Bearer {_header(token)}"} if token else {}
        shown = f"[{host}]" if ":" in host else host
        self._url = f"{'https' if secure else 'http'}://{shown}:{port}"
        transport = Transport(
            self._url,
            host,
            port,
            tls=ssl.create_default_context(cafile=cafile) if secure else None,
            headers=headers,
            max_response=max_response,
        )
        self._client = _client(transport, shown, port, secure=secure, timeout=timeout)

    def evaluate(self, request: str) -> Mapping[str, Any]:
        """Return the decision document for a request in JSON.

        Raises:
            EvaluationError: the request is too large, too deep or no JSON object, OPA was
                not reached in time, or its answer was not a defined decision.
        """
        self._check(request)
        # INVARIANT: whatever raises gives no answer, and without an answer there is a denial.
        try:
            answer = self._client.query_rule(RawJson(request), self._path, query_params=_STRICT)
        except EvaluationError:
            raise
        except Exception as error:  # noqa: BLE001 - every failure of an engine is no answer
            raise EvaluationError(f"opa at `{self._url}` failed: {error!s:.200}") from None
        return self._decision(answer)

    def ready(self) -> bool:
        """True if OPA answers that it is up and its bundles are loaded."""
        try:
            return bool(self._client.check_health({"bundles": True}))
        except EvaluationError:
            return False

    def close(self) -> None:
        """Close the connections of all threads."""
        self._client.close_connection()

    def _check(self, request: str) -> None:
        """Refuse what OPA would read otherwise than regorus, or not as one document."""
        if len(request) > self._max_request:
            raise EvaluationError(
                f"request is larger than {self._max_request} characters",
                help="judge smaller calls, or raise `max_request`",
            )
        try:
            value = json.loads(request)
            if not request.isascii():
                request.encode()
            if _HALF_PAIR.search(request):
                json.dumps(value, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            raise EvaluationError("evaluation failed: the request is no valid JSON") from None
        if not isinstance(value, dict):
            raise EvaluationError("evaluation failed: the request is not an object")
        if request.count("[") + request.count("{") >= _MAX_DEPTH and _depth(value) >= _MAX_DEPTH:
            raise EvaluationError("evaluation failed: the request is nested too deeply")

    def _decision(self, answer: Any) -> Mapping[str, Any]:
        where = f"opa at `{self._url}`"
        if not isinstance(answer, dict):
            raise EvaluationError(f"{where} answered something that is not an object")
        if "warning" in answer:
            raise EvaluationError(f"{where} warns: {answer['warning']!s:.200}")
        if "result" not in answer:
            raise EvaluationError(
                f"evaluation failed: `data.{self._path.replace('/', '.')}` is undefined at {where}",
                help="check which bundle OPA has loaded",
            )
        result = answer["result"]
        if not isinstance(result, dict):
            raise EvaluationError(f"{where} answered a decision that is not an object")
        if self.digest and result.get("digest") != self.digest:
            raise EvaluationError(
                f"{where} decides by bundle `{result.get('digest')!s:.12}`, "
                f"not by `{self.digest:.12}`",
                help="load the same bundle there",
            )
        return result


def _client(transport: Transport, host: str, port: int, *, secure: bool, timeout: float) -> Any:
    from opa_client.opa import OpaClient

    class Client(OpaClient):  # type: ignore[misc] # the library has no types
        """opa-python-client over our transport."""

        def _init_session(self) -> Transport:
            return transport

    return Client(host=host, port=port, ssl=secure, timeout=timeout)


def _address(url: str) -> tuple[bool, str, int]:
    try:
        parts = urllib.parse.urlsplit(url)
        port = parts.port
    except ValueError:
        raise InputError(f"cannot read the address `{url}`", help=_EXAMPLE) from None
    plain = not (parts.username or parts.password or parts.query or parts.fragment)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not plain:
        raise InputError(f"`{url}` is not the address of an OPA server", help=_EXAMPLE)
    if parts.path not in {"", "/"} or not parts.hostname.isascii() or port == 0:
        raise InputError(f"`{url}` is not the address of an OPA server", help=_EXAMPLE)
    secure = parts.scheme == "https"
    return secure, parts.hostname, port or (443 if secure else 80)


_EXAMPLE = "give one such as `http://127.0.0.1:8181`"


def _encode_path(path: Sequence[str]) -> str:
    """Percent-encode each part, dots too: the client turns those into slashes."""
    if isinstance(path, str) or not path or any(part in {"", ".", ".."} for part in path):
        raise InputError(f"`{path}` is no path of a decision", help="give the parts of its name")
    return "/".join(urllib.parse.quote(part, safe="").replace(".", "%2E") for part in path)


def _header(value: str) -> str:
    if not value.isascii() or not value.isprintable():
        raise InputError("the token holds characters that a header cannot", help="check the token")
    return value


def _depth(value: Any) -> int:
    if not isinstance(value, dict | list):
        return 0
    children = value.values() if isinstance(value, dict) else value
    return 1 + max((_depth(child) for child in children), default=0)
