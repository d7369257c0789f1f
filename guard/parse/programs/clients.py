"""Clients of network services that a row of `clients.json` can describe.

Keys of a row: `protocol`, `port` (default), `options` (grammar), `hosts` (which operands are
hosts: all, first, second, at: `@server`, mail: `user@host`, urls, pages: URLs or files,
slash: `/v:host`), `other_port` (tried as well where none is named),
`host_options`, `port_options`, `url_options`, `url_operands`, `default_host`,
`host_variables`, `port_variables` (of the environment), `operand_port`
(index of the operand with the port), `ports` (options with ports), `names` (without a host it
only asks the resolver), `sql_options`, `sql_operands`, `js_options` (options whose value is a
statement), `escape` (words in statements behind which a shell command stands),
`script_options` (options whose value is a list of commands, of which `!` lines run here),
`reads_options`, `file_options`, `writes`, `sends`, `uploads` (how files to be sent are named:
see `uploads.py`), `scripts`, `text`, `commands`, `remote_paths` (operands like name:path),
`local` (no network).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from guard.parse.addresses import split_host, split_url
from guard.parse.programs.draft import Draft, Reader, known_port
from guard.parse.programs.grammar import Options, grammar, scan
from guard.parse.programs.tables import load
from guard.parse.programs.uploads import uploaded
from guard.parse.programs.web import connect_url, guess_url
from guard.parse.reading import UNKNOWN, Invocation, Reading

__all__ = ["READERS"]

# Kinds of stores that restic(1) and its like write before the place.
_STORES = frozenset({"azure", "b2", "gs", "rclone", "rest", "s3", "sftp", "swift"})
_SECURE = frozenset({"https", "xhs"})  # names under which the scheme is another
_HOSTS = 16  # hosts of one call that are listed one by one


def _read(invocation: Invocation) -> Reading:
    facts = load("clients")[invocation.program]
    draft = Draft(invocation)
    options = scan(invocation.argv, grammar(facts["options"]))
    if options.has("help", "version", "V") and not options.operands:
        return draft.reading
    if not facts.get("local"):
        _connections(draft, options, facts)
    _files(draft, options, facts)
    _statements(draft, options, facts)
    return draft.reading


def _names(facts: Mapping[str, Any], key: str) -> list[str]:
    names: list[str] = facts.get(key, "").split()
    return names


def _port(options: Options, facts: Mapping[str, Any], environment: Mapping[str, str]) -> int | None:
    for text in options.all(*_names(facts, "port_options"), *_names(facts, "ports")):
        return known_port(text)
    for name in _names(facts, "port_variables"):
        if name in environment:
            return known_port(environment[name])
    at = facts.get("operand_port")
    if at is not None and len(options.operands) > at:
        return known_port(options.operands[at])
    port: int | None = facts.get("port")
    return port


def _connections(draft: Draft, options: Options, facts: Mapping[str, Any]) -> None:
    protocol, port = facts["protocol"], _port(options, facts, draft.invocation.environment)
    if protocol == "ftp" and "://" in options.last("u"):  # tnftp's `-u URL FILE`
        connect_url(draft, guess_url(options.last("u")), sends=options.operands)
        draft.read(*options.operands)
        return
    hosts = _hosts(options, facts)
    sends = [*options.all(*_names(facts, "sends")), *_uploads(draft, options, facts)]
    urls = options.all(*_names(facts, "url_options"))
    if facts.get("url_operands"):
        urls += [word for word in options.operands if "://" in word or "host=" in word]
    if facts.get("hosts") == "urls":
        for word in _addresses(options, facts):
            if "." in word or "/" in word or word.startswith((":", "localhost", UNKNOWN)):
                local = f"localhost{word}" if word.startswith(":") else word
                secure = draft.program in _SECURE or options.last("default-scheme") == "https"
                guessed = guess_url(local, "https" if secure else "http")
                connect_url(draft, guessed, sends=sends)
    if facts.get("hosts") == "pages":
        _pages(draft, options.operands)
    for url in urls:
        _url(draft, url, protocol, port)
    if not hosts and not urls:
        given = draft.invocation.environment
        hosts = [given[name] for name in _names(facts, "host_variables") if name in given][:1]
    if not hosts and not urls and "default_host" in facts:
        hosts = [facts["default_host"]]
    if protocol == "scan":
        for text in hosts[:_HOSTS]:
            draft.connect(protocol, _first_address(text), port, url=text)
        hosts = hosts[_HOSTS:]
    for text in hosts[:_HOSTS]:
        if "://" in text:
            connect_url(draft, guess_url(text, protocol), sends=sends)
            continue
        host, written = split_host(text.replace("\\", "/").strip("/").partition("/")[0])
        draft.connect(protocol, host, written or port, sends=sends)
        if facts.get("other_port") and not written and port == facts["port"]:
            draft.connect(protocol, host, facts["other_port"])
    if len(hosts) > _HOSTS:
        draft.hide("limit_items", "medium", f"{draft.program} would reach more than {_HOSTS} hosts")
    if facts.get("remote_paths"):
        _remote_paths(draft, options, sends)


def _pages(draft: Draft, words: Sequence[str]) -> None:
    """What browsers of text are given: an address, or a file; without a scheme the file goes first.

    Only the disk knows which it is.
    """
    for word in words:
        scheme, rooted = "://" in word, word.startswith(("/", "./", "../", "~"))
        if not scheme and (rooted or "/" not in word):
            draft.read(word)
        if scheme or (not rooted and ("." in word or ":" in word or UNKNOWN in word)):
            connect_url(draft, guess_url(word))


def _uploads(draft: Draft, options: Options, facts: Mapping[str, Any]) -> list[str]:
    """Files that the call names, in the way of the program, as what it would send."""
    if "uploads" not in facts:
        return []
    scripts = options.all(*_names(facts, "script_options"))
    found = uploaded(
        draft, options, facts["uploads"], [*scripts, draft.invocation.stdin.text or ""]
    )
    draft.read(*found)
    return found


def _addresses(options: Options, facts: Mapping[str, Any]) -> list[str]:
    """Operands that may be URLs: all, or but the first behind the method where items follow."""
    if facts.get("uploads") != "items":
        return options.operands
    words = [word for word in options.operands if not (word.isalpha() and word.isupper())]
    return words[:1]


def _first_address(text: str) -> str:
    """The first address of a range: `10.0.0.0/24`, `10.0.0.1-254`, `10.0.*.*`."""
    host = text.partition("/")[0]
    if host[:1].isdigit() and host.count(".") == 3:
        octets = (part.partition("-")[0].partition(",")[0] for part in host.split("."))
        host = ".".join("0" if part == "*" else part for part in octets)
    return host


def _url(draft: Draft, text: str, protocol: str, port: int | None) -> None:
    url = split_url(text)
    if url:
        draft.connect(protocol, url.host, url.port or port)
        return
    fields = dict(part.partition("=")[::2] for part in text.split() if "=" in part)
    if "host" in fields or "hostaddr" in fields:
        host = fields.get("hostaddr") or fields["host"]
        draft.connect(protocol, host, known_port(fields.get("port")) or port)
    elif protocol == "http":
        connect_url(draft, guess_url(text))


def _hosts(options: Options, facts: Mapping[str, Any]) -> list[str]:
    found = [
        host
        for value in options.all(*_names(facts, "host_options"))
        for host in value.split(",")
        if host
    ]
    operands = [word for word in options.operands if not word.startswith(("+", "-"))]
    kind = facts.get("hosts", "")
    if kind == "all":
        found += operands
    elif kind == "first":
        found += operands[:1]
    elif kind == "second":
        found += operands[1:2]
    elif kind == "at":
        found += [word[1:] for word in operands if word.startswith("@")]
    elif kind == "mail":
        found += [word for word in operands if "@" in word]
    elif kind == "slash":
        found += [word[3:] for word in operands if word.startswith(("/v:", "/g:"))]
        found += [word for word in operands if not word.startswith("/")][:1]
    if not found and facts.get("names") and operands:
        # The question itself leaves the machine by way of the resolver.
        found = operands[:1]
    return [host for host in found if host]


def _remote_paths(draft: Draft, options: Options, sends: Sequence[str]) -> None:
    words = [*options.operands, *options.all("r")]
    if draft.program == "rclone":
        _local_paths(draft, options.operands, sends)
    for index, word in enumerate(words):
        given = sends if index >= min(len(options.operands) - 1, 1) else ()
        if "://" in word:
            address = word.partition(":")[2]
            connect_url(draft, guess_url(word if address[:2] == "//" else address), sends=given)
        elif ":" in word and "/" not in word.partition(":")[0]:
            name, _, rest = word.partition(":")
            host = split_host(rest.partition("/")[0].rstrip(":"))[0] if name in _STORES else name
            draft.connect(draft.program, host, None, sends=given)


_READING = frozenset(
    [
        "copy",
        "copyto",
        "sync",
        "bisync",
        "move",
        "moveto",
        "cat",
        "check",
        "cryptcheck",
        "md5sum",
        "sha1sum",
    ]
)
_WRITING = frozenset(
    ["copy", "copyto", "sync", "bisync", "move", "moveto", "copyurl", "mkdir", "touch"]
)
_DELETING = frozenset(
    ["move", "moveto", "delete", "deletefile", "purge", "rmdir", "rmdirs", "cleanup"]
)


def _local_paths(draft: Draft, words: Sequence[str], sends: Sequence[str]) -> None:
    """rclone(1): a path without a remote's name is one of this machine."""
    verb, places = "".join(words[:1]), words[1:3]
    first, last = "".join(places[:1]), "".join(places[-1:])
    if verb in _READING and ":" not in first and first not in sends:
        draft.read(first)
    if verb in _DELETING and ":" not in first:
        draft.delete(first, recursive=True)
    if verb in _WRITING and ":" not in last:
        draft.write(last)


def _files(draft: Draft, options: Options, facts: Mapping[str, Any]) -> None:
    draft.read(*options.all(*_names(facts, "reads_options"), *_names(facts, "file_options")))
    draft.read(*options.all(*_names(facts, "sends")))
    for path in options.all(*_names(facts, "writes")):
        draft.write(path)
    for script in options.all(*_names(facts, "scripts")):
        if "/" in script or "." in script:
            draft.script("lua", script)


def _statements(draft: Draft, options: Options, facts: Mapping[str, Any]) -> None:
    texts = options.all(*_names(facts, "sql_options"))
    if facts.get("sql_operands"):
        texts += options.operands[1:]
        draft.read(*options.operands[:1])
        _changed(draft, options, texts)
    escapes = _names(facts, "escape")
    if escapes and draft.invocation.stdin.text:
        texts.append(draft.invocation.stdin.text)
    for text in texts:
        _statement(draft, text, escapes)
    for text in options.all(*_names(facts, "js_options")):
        draft.text(text, language="javascript")
    for text in options.all(*_names(facts, "script_options")):
        for line in text.replace(";", "\n").splitlines():
            verb, _, rest = line.strip().partition(" ")
            if verb in ("open", "connect") and _opened(rest):
                sends = _uploads(draft, options, facts)
                connect_url(draft, guess_url(_opened(rest), facts["protocol"]), sends=sends)
            if line.strip().startswith("!"):
                draft.text(line.strip()[1:], f"{draft.program} !")
    for text in [*options.all(*_names(facts, "text")), *options.all(*_names(facts, "commands"))]:
        draft.text(text)


# Statements behind which the file of a database is another one (sqlite.org/lang.html).
_CHANGES = re.compile(
    r"(?:^|;)\s*(?:--[^\n]*\n\s*)*(?:insert|update|delete|create|drop|alter|replace|vacuum|reindex"
    r"|with\b[^;]*\b(?:insert|update|delete|replace)\b)\b",
    re.IGNORECASE,
)


def _changed(draft: Draft, options: Options, texts: Sequence[str]) -> None:
    """A database in a file is written where a statement changes it, or may where none was seen."""
    path = "".join(options.operands[:1]).removeprefix("file:").partition("?")[0]
    if path in ("", ":memory:") or options.has("readonly"):
        return
    stdin = draft.invocation.stdin
    given = [*texts, "" if len(options.operands) > 1 else stdin.text or ""]
    unseen = len(options.operands) < 2 and stdin.text is None and stdin.source != "inherited"
    if any(_CHANGES.search(text) for text in given):
        draft.write(path)
    elif unseen or options.has("init") or UNKNOWN in "".join(given):
        draft.write(path, certainty="may")


def _opened(text: str) -> str:
    """The address behind `open -u user,password -p 21 address`."""
    words = [word for word in text.split() if word[:1] != "-"]
    places = [word for word in words if "." in word or "://" in word]
    return places[-1] if places else ""


def _statement(draft: Draft, text: str, escapes: list[str]) -> None:
    """A statement for a database; what stands behind an escape runs here."""
    plain = []
    for line in text.splitlines():
        stripped = line.strip()
        for escape in escapes:
            at = stripped.find(escape)
            if at == 0 or (at > 0 and escape == "\\!"):
                command = stripped[at + len(escape) :].strip()
                draft.text(command, f"{draft.program} {escape}")
                stripped = stripped[:at]
        if stripped:
            plain.append(stripped)
    if plain:
        draft.text("\n".join(plain), language="sql")


READERS: dict[str, Reader] = dict.fromkeys(load("clients"), _read)
