"""What a web request does beyond being sent: it may pay, and it may pass a message on.

One door for HTTP tools, curl and Python's libraries, which all have an address, headers and a
body. Pure; bodies are read once and within bounds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from guard.operations import Operation
from guard.parse.addresses import Url
from guard.parse.message_http import read_message_request
from guard.parse.payment_http import read_payment_request
from guard.parse.payment_x402 import HEADERS, decode_header

__all__ = ["Sent", "body_fields", "header_fields", "web_effects"]

_LONGEST = 131_072
_FIELDS = 256


def header_fields(headers: Any) -> dict[str, Any]:
    """Return headers by their names in lower case, from a mapping, from lines or pairs."""
    if isinstance(headers, Mapping):
        return {str(name).strip().lower(): value for name, value in headers.items()}
    found: dict[str, Any] = {}
    lines: Iterable[Any] = headers.splitlines() if isinstance(headers, str) else headers or ()
    for line in lines if isinstance(lines, list | tuple) else ():
        if isinstance(line, str):
            name, _, value = line.partition(":")
            found[name.strip().lower()] = value.strip()
        elif isinstance(line, Mapping) and "name" in line:
            found[str(line["name"]).strip().lower()] = line.get("value")
        elif isinstance(line, list | tuple) and len(line) == 2:
            found[str(line[0]).strip().lower()] = line[1]
    return found


def body_fields(body: Any) -> Any:
    """Return a body as an object or a list, from JSON or a form; {} where it is neither."""
    if isinstance(body, Mapping | list):
        return body
    if not isinstance(body, str) or len(body) > _LONGEST:
        return {}
    text = body.strip()
    if text[:1] in ("{", "["):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict | list) else {}
    if "=" not in text:
        return {}
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_FIELDS))
    except ValueError:
        return {}


@dataclass(frozen=True, slots=True)
class Sent:
    """What goes along with a request, read once for all its addresses."""

    payments: tuple[Any, ...] = ()  # of x402, as headers carry them
    fields: Any = None  # the body as an object or a list, {} where it is neither
    text: str = ""  # a body that is no fields
    files: tuple[str, ...] = ()

    @classmethod
    def of(cls, headers: Any = None, body: Any = None, files: Iterable[str] = ()) -> Sent:
        """Read headers (a mapping, lines or pairs) and a body (a text or what JSON gives)."""
        named = header_fields(headers)
        payments = tuple(decode_header(value) for name, value in named.items() if name in HEADERS)
        fields = body_fields(body)
        text = body if isinstance(body, str) and not fields else ""
        return cls(payments, fields, text, tuple(files))


def web_effects(url: Url, method: str, sent: Sent) -> list[Operation]:
    """Return the payments and messages of one request; none for most."""
    fields = sent.fields
    if not fields and not sent.text and "?" in url.path:
        fields = body_fields(url.path.partition("?")[2])  # Telegram takes its fields there
    found: list[Operation] = []
    found += read_payment_request(url, method, sent.payments, fields)
    if isinstance(fields, Mapping):
        found += read_message_request(url, method, fields, sent.text, list(sent.files))
    return found
