"""A request of an HTTP tool beside its URL: where else it leads, and what it carries.

Names of arguments, headers and query parameters as tools and servers commonly have them;
RFC 9110 for `Host`. Facts only: `guard.parse.known` makes operations of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from guard.parse.addresses import Url, split_url

__all__ = ["BODIES", "FILES", "HEADERS", "header_host", "redirects", "sent_files"]

HEADERS = frozenset({"headers", "header", "request_headers", "extra_headers"})
BODIES = frozenset(
    ("body", "data", "json", "payload", "form", "form_data", "json_body", "request_body", "content")
)
FILES = frozenset(
    ("file", "files", "upload", "upload_file", "file_path", "filepath", "attachment", "body_file")
)
# Parameters by which a server sends its client, or itself, to another place.
_REDIRECTS_NAMES = """
url uri u redirect redirect_url redirect_uri redirect_to redirecturl redir next target to dest
destination return return_url return_to returnurl returnto continue goto go out link href
callback callback_url forward location image_url img src source proxy fetch feed host domain
rurl checkout_url view path open site page
"""
_REDIRECTS = frozenset(_REDIRECTS_NAMES.split())
_FIELDS = 64  # parameters of one URL that are looked at


def redirects(url: Url) -> list[Url]:
    """Return the URLs in the query (and the fragment) of a URL that it may lead on to."""
    query = url.path.partition("?")[2]
    if not query or ("/" not in query and "%" not in query):
        return []
    found: list[Url] = []
    for part in query.split("#"):
        try:
            pairs = parse_qsl(part, max_num_fields=_FIELDS)
        except ValueError:
            pairs = parse_qsl("&".join(part.split("&")[:_FIELDS]))
        for name, value in pairs:
            if name.lower().strip() in _REDIRECTS or "://" in value[:16]:
                inner = split_url(f"{url.scheme}:{value}" if _bare(value) else value)
                if inner is not None and inner.host and inner.host != url.host:
                    found.append(inner)
    return found


def _bare(value: str) -> bool:
    """True for `//host/path`, which takes the scheme of the page it stands on (RFC 3986)."""
    return value[:2] in ("//", "\\\\", "/\\", "\\/")


def header_host(headers: Any) -> str:
    """Return the `Host` of headers given as a mapping, as lines, or as pairs; "" without one."""
    if isinstance(headers, Mapping):
        items = [(str(name), value) for name, value in headers.items()]
    elif isinstance(headers, str | list | tuple):
        lines = headers.splitlines() if isinstance(headers, str) else headers
        items = [item for line in lines for item in _pair(line)]
    else:
        return ""
    for name, value in items:
        if name.strip().lower() in ("host", ":authority") and isinstance(value, str):
            return value.strip()
    return ""


def _pair(line: Any) -> list[tuple[str, Any]]:
    if isinstance(line, str):
        name, colon, value = line.partition(":" if not line.startswith(":") else ": ")
        return [(name, value)] if colon else []
    if isinstance(line, Mapping):
        named = line.get("name") or line.get("key")
        return (
            [(str(named), line.get("value"))] if named else [(str(k), v) for k, v in line.items()]
        )
    if isinstance(line, list | tuple) and len(line) == 2:
        return [(str(line[0]), line[1])]
    return []


def sent_files(name: str, value: Any) -> list[str] | None:
    """Return the files that an argument would send, "-" for a body that stands in the call.

    None where the argument carries nothing. `@path` is a file, as it is to curl(1).
    """
    if value in (None, "", {}, [], False):
        return None
    if name in BODIES:
        if isinstance(value, str) and value[0] == "@" and len(value) < 4096 and "\n" not in value:
            return [value[1:]]
        return ["-"]
    values = value.values() if isinstance(value, Mapping) else value
    if isinstance(values, str):
        values = [values]
    texts: list[str] = []
    for item in values if not isinstance(values, int | float) else ():
        path = item.get("path") if isinstance(item, Mapping) else item
        if isinstance(path, str) and path and "\n" not in path and len(path) < 4096:
            texts.append(path.removeprefix("@"))
    return texts or None
