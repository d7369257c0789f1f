"""Hosts and URLs as text: one spelling for each. No look-ups, no IO.

Numeric hosts are read as inet_aton(3) reads them, URLs as the WHATWG URL Standard
has it, since those are what programs do with what an agent writes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from guard.parse.reading import UNKNOWN

__all__ = [
    "DEFAULT_PORTS",
    "Url",
    "file_path",
    "find_urls",
    "normalise_host",
    "split_host",
    "split_url",
]

DEFAULT_PORTS = {
    "ftp": 21,
    "ftps": 990,
    "git": 9418,
    "http": 80,
    "https": 443,
    "imap": 143,
    "imaps": 993,
    "ldap": 389,
    "ldaps": 636,
    "mongodb": 27017,
    "mysql": 3306,
    "nfs": 2049,
    "postgres": 5432,
    "postgresql": 5432,
    "redis": 6379,
    "rediss": 6379,
    "rsync": 873,
    "sftp": 22,
    "scp": 22,
    "smb": 445,
    "smtp": 25,
    "smtps": 465,
    "socks4": 1080,
    "socks5": 1080,
    "socks5h": 1080,
    "ssh": 22,
    "svn": 3690,
    "telnet": 23,
    "tftp": 69,
    "vnc": 5900,
    "ws": 80,
    "wss": 443,
}
# Schemes whose authority may be introduced by any number of slashes, either way round.
_SPECIAL = frozenset({"ftp", "http", "https", "ws", "wss"})
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]{0,31}:")
_AUTHORITY_END = re.compile(r"[/?#]")
_AUTHORITY_END_SPECIAL = re.compile(r"[/\\?#]")
_QUERY = re.compile(r"[?#]")
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})")
_IN_TEXT = re.compile(
    r"""[A-Za-z][A-Za-z0-9+.\-]{0,31}:(?://|(?<=[Hh][Tt][Tt][Pp][Ss]:)[/\\]{2}"""
    r"""|(?<=[Hh][Tt][Tt][Pp]:)[/\\]{2})[^\s"'<>`|{}^]+"""
)
_NUMBER = re.compile(r"0[xX][0-9A-Fa-f]*|[0-9]+")
_CONTROL = "".join(map(chr, range(33)))
_WIDE_DOTS = str.maketrans("\u3002\uff0e\uff61", "...")
_NO_BLANKS = {9: None, 10: None, 13: None}


@dataclass(frozen=True, slots=True)
class Url:
    """The parts of a URL that say where it leads."""

    scheme: str
    host: str  # normalised; "" for `file:///...`
    port: int | None  # the scheme's own where none is written
    path: str  # with query and fragment
    text: str
    # The host that readers after RFC 3986 see where they disagree: `http://a\@b/`.
    other_host: str = ""


def normalise_host(text: str) -> str:
    """Return a host in one spelling: lower case, ASCII, numeric forms as addresses.

    `0x7f.1`, `2130706433`, `127.0.0.1.`, `[::ffff:7f00:1]` and the same in fullwidth
    digits are all `127.0.0.1`. User names, brackets and zones are dropped; IPv6 is compressed
    (RFC 5952). Text that is no host comes back in lower case.
    """
    host = text.strip(_CONTROL)
    if "@" in host:
        host = host.rpartition("@")[2]
    if not host.isascii() and UNKNOWN not in host:
        host = _to_ascii(host)
    host = host.lower()
    if host[:1] == "[":
        host = host[1:].partition("]")[0]
    if ":" in host:
        return _ipv6(host)
    if host[-1:] == "." and host != ".":
        host = host[:-1]
    last = host[host.rfind(".") + 1 :]
    if last and last[0] in "0123456789":
        return _ipv4(host) or host
    return host


def _to_ascii(host: str) -> str:
    """IDNA 2003 by the standard library; fullwidth forms become plain ASCII on the way."""
    import unicodedata

    host = unicodedata.normalize("NFKC", host.translate(_WIDE_DOTS))
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _ipv4(host: str) -> str | None:
    """One to four numbers, the last of which fills what is left (inet_aton(3))."""
    parts = host.split(".")
    if len(parts) > 4:
        return None
    value = 0
    for position, part in enumerate(parts):
        if len(part) > 64 or not _NUMBER.fullmatch(part):
            return None
        number = _number(part)
        last = position == len(parts) - 1
        size = 8 * (5 - len(parts)) if last else 8
        if number is None or number >> size:
            return None
        value = value << size | number
    return ".".join(str(value >> shift & 255) for shift in (24, 16, 8, 0))


def _number(part: str) -> int | None:
    try:
        if part[:2] == "0x":
            return int(part[2:] or "0", 16)
        return int(part, 8) if part[0] == "0" else int(part)
    except ValueError:
        return None


def _ipv6(host: str) -> str:
    import ipaddress

    try:
        address = ipaddress.IPv6Address(host.partition("%")[0])
    except ValueError:
        return host
    mapped = address.ipv4_mapped
    return str(mapped) if mapped else address.compressed


def split_host(text: str) -> tuple[str, int | None]:
    """Return host and port of `host`, `host:port`, `[v6]:port` or `user@host:port`."""
    host = text.rpartition("@")[2]
    port = ""
    if host[:1] == "[":
        host, _, port = host.partition("]")
        port = port[1:]
    elif host.count(":") == 1:
        host, _, port = host.partition(":")
    number = int(port) if port.isascii() and port.isdigit() and len(port) <= 5 else None
    return normalise_host(host), number


def split_url(text: str) -> Url | None:
    """Return the parts of a URL, or None where the text has no scheme and authority.

    As browsers do: blanks around and tabs and newlines within are dropped, `\\` is `/`
    for http and its like, the last `@` ends the user's name, the host is percent-decoded.
    """
    text = text.strip(_CONTROL).translate(_NO_BLANKS)
    found = _SCHEME.match(text)
    if not found:
        return None
    scheme = found.group()[:-1].lower()
    rest = text[found.end() :]
    special = scheme in _SPECIAL
    if special:
        stripped = rest.lstrip("/\\")
    elif rest.startswith("//"):
        stripped = rest[2:]
    else:
        return None
    end = (_AUTHORITY_END_SPECIAL if special else _AUTHORITY_END).search(stripped)
    authority = stripped[: end.start()] if end else stripped
    host, port = _authority(authority)
    if not host and scheme != "file":
        return None
    other = ""
    if special and end and end.group() == "\\":
        longer = _AUTHORITY_END.split(stripped, maxsplit=1)[0]
        if "@" in longer:
            other = _authority(longer)[0]
    return Url(
        scheme=scheme,
        host=host,
        port=DEFAULT_PORTS.get(scheme.rpartition("+")[2]) if port is None else port,
        path=stripped[end.start() :] if end else "",
        text=text,
        other_host=other,
    )


def _authority(text: str) -> tuple[str, int | None]:
    host = text.rpartition("@")[2]
    if "%" in host:
        raw = _PERCENT.sub(lambda m: chr(int(m.group(1), 16)), host)
        # Percent-encoding carries UTF-8; what is no UTF-8 stays as it was written.
        host = raw if raw.isascii() else _utf8(raw, host)
    return split_host(host)


def _utf8(raw: str, written: str) -> str:
    try:
        return raw.encode("latin-1").decode()
    except UnicodeError:
        return written


def file_path(text: str) -> str:
    """Return the path that a `file:` URL names (RFC 8089), percent-decoded; else the text.

    `file:///etc/passwd`, `file://localhost/etc/passwd` and `file:/etc/%70asswd?x` are all
    `/etc/passwd`.
    """
    if text[:5].lower() != "file:":
        return text
    from urllib.parse import unquote

    rest = text[5:].replace("\\", "/")
    if rest.startswith("//"):
        _, slash, path = rest[2:].partition("/")
        rest = slash + path
    return unquote(_QUERY.split(rest, maxsplit=1)[0]) or "/"


def find_urls(text: str) -> list[Url]:
    """Return every URL in a text, in order. Time is linear in its length."""
    if ":" not in text:
        return []
    urls = []
    for found in _IN_TEXT.finditer(text):
        url = split_url(found.group().rstrip(".,;:!?)]"))
        if url:
            urls.append(url)
    return urls
