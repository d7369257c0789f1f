"""socat(1): two addresses and what flows between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from guard.parse.programs.draft import Draft, Reader, known_port
from guard.parse.reading import UNKNOWN, Invocation, Reading, Stdin

__all__ = ["READERS"]

_VALUED = frozenset({"b", "t", "T", "L", "W", "r", "R", "S", "lf", "lp", "lm"})
_FILES = frozenset({"GOPEN", "OPEN", "CREATE", "CREAT", "FILE", "PIPE", "FIFO"})
_MADE = frozenset({"CREATE", "CREAT"})
_UNIX = ("UNIX", "ABSTRACT", "LOCAL")
_OPTIONS = 64  # options of one address that are looked at
_PROGRAMS = frozenset({"EXEC", "SYSTEM", "SHELL"})
_KEYS = ("cert", "certificate", "key", "cafile", "dhparams", "dhparam", "dh")
_DEVICES = frozenset({"TUN", "INTERFACE", "IF", "TAP"})


@dataclass(frozen=True, slots=True)
class _Side:
    """One address, as far as it matters here."""

    kind: Literal["connect", "listen", "program", "unix", "file", "device", "own"]
    name: str
    protocol: str = ""
    host: str = ""
    port: int | None = None
    text: str = ""


def _split(text: str, ends: str) -> tuple[str, str]:
    """The part before the first unquoted end, without its quotes, and the rest with the end."""
    piece, index, quote = "", 0, ""
    while index < len(text):
        letter = text[index]
        if letter == "\\" and index + 1 < len(text):
            index += 1
            piece += text[index]
        elif quote:
            if letter == quote:
                quote = ""
            else:
                piece += letter
        elif letter in "\"'":
            quote = letter
        elif letter in ends:
            return piece, text[index:]
        else:
            piece += letter
        index += 1
    return piece, ""


def _side(text: str) -> _Side:
    if text == "-" or not text:
        return _Side("own", "-")
    keyword, rest = _split(text, ":,")
    name = keyword.upper()
    if not rest.startswith(":"):
        if "/" in keyword:
            return _Side("file", "GOPEN", text=keyword)
        if keyword.isdigit() or name in ("STDIO", "STDIN", "STDOUT", "STDERR", "PTY", "PIPE"):
            return _Side("own", name)
    if name in _PROGRAMS:
        return _Side("program", name, text=_split(rest[1:], ",")[0])
    fields: list[str] = []
    while rest.startswith(":") and len(fields) < 8:
        field, rest = _bracketed(rest[1:])
        fields.append(field)
    return _classified(name, fields, rest)


def _bracketed(text: str) -> tuple[str, str]:
    if text.startswith("[") and "]" in text:
        host, _, rest = text[1:].partition("]")
        return host, rest
    return _split(text, ":,")


def _classified(name: str, fields: Sequence[str], options: str) -> _Side:
    first = fields[0] if fields else ""
    if name.startswith(_UNIX):
        return _Side("unix", name, text=first)
    if name in _FILES:
        return _Side("file", name, text=first)
    if name in _DEVICES:
        return _Side("device", name, text=first)
    if name in ("FD", "READLINE", "STDIO", "STDIN", "STDOUT", "STDERR", "PTY"):
        return _Side("own", name)
    stem, _, role = name.partition("-")
    protocol = {"OPENSSL": "tls", "SSL": "tls"}.get(stem, stem.rstrip("46").lower())
    if role in ("LISTEN", "L", "RECV", "RECVFROM", "DTLS-SERVER") or role.endswith("SERVER"):
        return _Side("listen", name, protocol, _option(options, "bind"), known_port(first))
    if stem.startswith("SOCKS") and len(fields) >= 3:
        written = _option(options, "socksport") or "1080"
        if stem.startswith("SOCKS5") and len(fields) > 3:
            written = fields[1]
        proxy_port = known_port(written)
        return _Side("connect", name, "socks", first, proxy_port, text=":".join(fields[-2:]))
    if stem == "PROXY" and len(fields) >= 3:
        port = known_port(_option(options, "proxyport") or "8080")
        return _Side("connect", name, "http", first, port, text=":".join(fields[1:]))
    port_text = fields[1] if len(fields) > 1 else ""
    return _Side("connect", name, protocol, first, known_port(port_text))


def _option(options: str, wanted: str) -> str:
    for _ in range(_OPTIONS):
        if not options.startswith(","):
            break
        option, options = _split(options[1:], ",")
        name, _, value = option.partition("=")
        if name.strip().lower() == wanted:
            return value
    return ""


def _addresses(argv: Sequence[str]) -> list[str]:
    found: list[str] = []
    index = 1
    while index < len(argv):
        word = argv[index]
        index += 1
        if len(word) > 1 and word[0] == "-" and ":" not in word:
            index += word[1:] in _VALUED
        else:
            found.append(word)
    return found


def _socat(invocation: Invocation) -> Reading:
    """Join the sides: a program with a socket is a shell, two sockets are a tunnel."""
    draft = Draft(invocation)
    sides = [
        _side(part)
        for address in _addresses(invocation.argv)[:2]
        for part in address.split("!!")[:2]
    ]
    network = [side for side in sides if side.kind in ("connect", "listen")]
    way = _way(invocation.argv)
    _own_files(draft, invocation.argv)
    for side in sides:
        _note(draft, side, _sent(draft, sides, way), first=side is sides[0])
        if side.text and side.kind == "connect":
            draft.tunnel("socat", "local", side.host, side.port, bind="stdio", target=side.text)
    for side in sides:
        if side.kind == "program":
            _program(draft, side, network)
    _join(draft, sides, network)
    return draft.reading


def _own_files(draft: Draft, argv: Sequence[str]) -> None:
    """What socat writes beside its data (-lf, -r, -R), and the keys that addresses name."""
    for word, value in pairwise(argv):
        if word in ("-lf", "-r", "-R"):
            draft.write(value, append=True)
    for address in _addresses(argv)[:2]:
        for name in _KEYS if "," in address else ():
            draft.read(_option("," + _split(address, ",")[1].removeprefix(","), name))


def _way(argv: Sequence[str]) -> Literal["", "right", "left"]:
    """Where data goes: `-u` from the first address to the second, `-U` back, else both."""
    if "-u" in argv:
        return "right"
    return "left" if "-U" in argv else ""


def _sent(draft: Draft, sides: Sequence[_Side], way: str) -> list[str]:
    """What a socket among the sides is given: files, and what a pipe brings."""
    givers = sides[:1] if way == "right" else sides[1:] if way == "left" else sides
    sends: list[str] = []
    for side in givers:
        if side.kind == "file" and side.name not in _MADE:
            sends.append(side.text)
        elif side.kind == "own":
            sends += draft.piped
    return sends


def _note(draft: Draft, side: _Side, sends: Sequence[str], *, first: bool) -> None:
    if side.kind == "connect":
        draft.connect(side.protocol, side.host, side.port, sends=sends)
    elif side.kind == "listen":
        draft.listen(side.protocol, side.host, side.port, sends=sends)
    elif side.kind == "unix":
        draft.read(side.text)
    elif side.kind == "file":
        if side.name not in _MADE:
            draft.read(side.text)
        if not first or side.name in _MADE:
            draft.write(side.text)


def _program(draft: Draft, side: _Side, network: Sequence[_Side]) -> None:
    how = f"socat {side.name.lower()}"
    stdin = None
    if network:
        far = network[0]
        draft.shell("bind" if far.kind == "listen" else "reverse", far.host, far.port, how)
        stdin = Stdin(None, "socket", far.host or "the network")
    if side.name == "EXEC":
        draft.start(side.text.split() or [UNKNOWN], how, stdin=stdin)
    else:
        draft.text(side.text, how, stdin=stdin)


def _join(draft: Draft, sides: Sequence[_Side], network: Sequence[_Side]) -> None:
    """Two sockets, or a socket and a device: traffic is forwarded."""
    listening = [side for side in network if side.kind == "listen"]
    reached = [side for side in network if side.kind == "connect"]
    for side in sides:
        if side.kind == "device" and network:
            draft.tunnel("socat", "device", network[0].host, network[0].port, bind=side.text)
        elif side.kind == "unix" and network:
            direction: Literal["local", "remote"] = "local" if listening else "remote"
            far = network[0]
            draft.tunnel("socat", direction, far.host, far.port, target=side.text)
    if listening and reached:
        far = reached[0]
        bind = str(listening[0].port or "")
        draft.tunnel("socat", "local", far.host, far.port, bind=bind, target=_address(far))
    elif len(reached) > 1:
        far = reached[0]
        draft.tunnel("socat", "remote", far.host, far.port, target=_address(reached[1]))


def _address(side: _Side) -> str:
    return f"{side.host}:{'' if side.port is None else side.port}"


READERS: dict[str, Reader] = {"socat": _socat, "socat1": _socat, "socat2": _socat}
