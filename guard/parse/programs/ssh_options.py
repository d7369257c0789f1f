"""How OpenSSH reads its command line: options, `-o` settings, forwards, destination.

After ssh(1) and ssh_config(5) of OpenSSH 9; option letters of ssh, scp and sftp as in their
getopt strings. Facts only; `remote` says what they mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from guard.parse.addresses import split_host, split_url
from guard.parse.programs.draft import known_port
from guard.parse.programs.grammar import Grammar, Options, named, scan
from guard.parse.reading import UNKNOWN

__all__ = [
    "SSH",
    "Destination",
    "Forward",
    "Settings",
    "apply_setting",
    "destination",
    "forward",
    "port_of",
    "read_ssh",
    "setting",
]

SSH = named("ssh")
Direction = Literal["local", "remote", "dynamic", "remote_dynamic", "device"]


@dataclass(frozen=True, slots=True)
class Forward:
    """One forwarding; `bind` and `target` as they were meant, "" where there is none."""

    direction: Direction
    bind: str
    target: str


@dataclass(frozen=True, slots=True)
class Destination:
    """`port` is None where the destination does not say it."""

    user: str
    host: str
    port: int | None


@dataclass(slots=True)
class Settings:
    """A command line of ssh: the first value of a setting counts, forwards add up."""

    values: dict[str, str] = field(default_factory=dict)
    forwards: dict[Forward, None] = field(default_factory=dict)  # in order, each once
    unknown: list[str] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    config: str = ""  # -F
    control: str = ""  # -O
    destination: str | None = None
    command: tuple[str, ...] = ()

    def forward(self, text: str, direction: Direction) -> None:
        """Add a forward, once."""
        self.forwards[forward(text, direction)] = None

    def put(self, key: str, value: str) -> None:
        """The first obtained value is used (ssh_config(5))."""
        self.values.setdefault(key, value)


def setting(text: str) -> tuple[str, str]:
    """Split `Key=value`, `Key value` or `Key = value`; the key comes in lower case."""
    text = text.strip(" \t\r\n")
    end = 0
    while end < len(text) and text[end] not in " \t=":
        end += 1
    value = text[end:].lstrip(" \t")
    if value.startswith("="):
        value = value[1:].lstrip(" \t")
    return text[:end].strip('"').lower(), value.rstrip(" \t")


def _words(value: str) -> list[str]:
    """The words of a setting's value; double quotes hold a word together."""
    found: list[str] = []
    word, quoted, inside = "", "", False
    for letter in value:
        if quoted:
            quoted, word = ("", word) if letter == quoted else (quoted, word + letter)
        elif letter in "\"'":
            quoted, inside = letter, True
        elif letter in " \t":
            if word or inside:
                found.append(word)
            word, inside = "", False
        else:
            word += letter
    return [*found, word] if word or inside else found


def _fields(text: str) -> list[tuple[str, bool]]:
    """`[v6]:port:/socket` -> pairs of text and whether it is a path; `\\` quotes one letter."""
    found: list[tuple[str, bool]] = []
    index = 0
    while index < len(text) and len(found) < 5:
        if text[index] == "[" and "]" in text[index:]:
            end = text.index("]", index)
            found.append((text[index + 1 : end], text[index + 1 : index + 2] == "/"))
            index = end + 2
            continue
        piece = ""
        path = text[index] == "/"
        while index < len(text) and text[index] != ":":
            if text[index] == "\\" and index + 1 < len(text):
                index += 1
            piece += text[index]
            index += 1
        found.append((piece, path))
        index += 1
    return found


def forward(text: str, direction: Direction) -> Forward:
    """Read what follows -L, -R or -D: `[bind:]port:host:hostport`, sockets as paths.

    `-R` with nothing but a port is a SOCKS proxy for the far side.
    """
    fields = _fields(text.strip())
    texts = [piece for piece, _ in fields]
    paths = [path for _, path in fields]
    if direction == "dynamic":
        return Forward("dynamic", ":".join(texts), "")
    if len(fields) == 4:
        bind, target = texts[:2], texts[2:]
    elif len(fields) == 3:
        split = 2 if paths[2] else 1
        bind, target = texts[:split], texts[split:]
    elif len(fields) == 2 and paths[1]:
        bind, target = texts[:1], texts[1:]
    else:
        bind, target = texts, []
    if not target and direction == "remote":
        return Forward("remote_dynamic", ":".join(bind), "")
    return Forward(direction, ":".join(bind), ":".join(target))


def destination(text: str) -> Destination:
    """Read `[user@]host` or `ssh://[user@]host[:port]` (also scp:// and sftp://)."""
    if "://" in text:
        url = split_url(text)
        if url:
            user = text.partition("://")[2].rpartition("@")[0]
            port = split_host(text.partition("://")[2].partition("/")[0])[1]
            return Destination(user, url.host, port)
    user, _, host = text.rpartition("@")
    return Destination(user, host, None)


_VALUE_OF = {
    "p": "port",
    "l": "user",
    "J": "proxyjump",
    "S": "controlpath",
    "W": "stdio",
    "w": "tunneldevice",
    "I": "pkcs11provider",
}
_FORWARDS: dict[str, Direction] = {"L": "local", "R": "remote", "D": "dynamic"}
_FORWARD_KEYS: dict[str, Direction] = {
    "localforward": "local",
    "remoteforward": "remote",
    "dynamicforward": "dynamic",
}


def _apply(settings: Settings, options: Options) -> None:
    """Add options of ssh's grammar to `settings` in their order."""
    settings.unknown += options.unknown
    for name, value in options.options:
        if name in _FORWARDS:
            settings.forward(value, _FORWARDS[name])
        elif name == "o":
            apply_setting(settings, value)
        elif name == "F":
            settings.config = value
        elif name == "O":
            settings.control = value
        elif name in _VALUE_OF:
            settings.put(_VALUE_OF[name], value)
        else:
            settings.flags.add(name)


def apply_setting(settings: Settings, text: str) -> None:
    """Add one `-o Key=value`."""
    key, value = setting(text)
    if key in _FORWARD_KEYS:
        direction = _FORWARD_KEYS[key]
        settings.forward(":".join(_words(value)[:2]), direction)
    elif key in ("hostname", "port", "user", "proxyjump"):
        settings.put(key, "".join(_words(value)[:1]))
    else:
        settings.put(key, value)


def read_ssh(argv: Sequence[str], rules: Grammar = SSH) -> Settings:
    """Read `ssh [options] destination [options] [command]`.

    Options may follow the destination; the first operand behind them begins the command.
    """
    settings = Settings()
    options = scan(argv, rules)
    _apply(settings, options)
    rest = options.operands
    if not rest:
        return settings
    settings.destination = rest[0]
    written = destination(rest[0])
    if written.port is not None:
        settings.put("port", str(written.port))
    if written.user:
        settings.put("user", written.user)
    rest = rest[1:]
    if not options.terminated:
        options = scan(rest, rules, 0)
        _apply(settings, options)
        rest = options.operands
    settings.command = tuple(rest)
    return settings


def port_of(settings: Settings, target: Destination) -> int | None:
    """The port that would be used: the first one given, else that of `target`, else 22."""
    text = settings.values.get("port")
    if text is None:
        return target.port or 22
    return None if UNKNOWN in text else known_port(text)
