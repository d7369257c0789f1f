"""Which files a client would send: the ways of saying so that programs share.

A row of `clients.json` names its way under `uploads`. Nothing is connected here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from guard.parse.programs.draft import Draft
from guard.parse.programs.grammar import Options

__all__ = ["script_lines", "uploaded"]

_LINES = 64  # lines of one script that are looked at
_PUTS = frozenset({"put", "mput", "reput", "send", "append", "tar"})
# Verbs of programs that copy between this machine and a store.
_COPIES_NAMES = """
cp copy copyto mv move moveto sync bisync mirror put rsync rcat pipe upload upload-file
"""
_COPIES = frozenset(_COPIES_NAMES.split())
_BACKUPS = frozenset({"backup", "create", "snapshot"})
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def script_lines(texts: Iterable[str]) -> Iterator[str]:
    """Return the commands of scripts for ftp(1) and its like, one by one."""
    lines = [line.strip() for text in texts for line in text.replace(";", "\n").splitlines()]
    return iter([line for line in lines if line][:_LINES])


def uploaded(draft: Draft, options: Options, way: str, scripts: Sequence[str]) -> list[str]:
    """Return the files, "-" for standard input."""
    words = options.operands
    if way == "script":
        return _put(script_lines(scripts))
    if way == "copies":
        copies = words[:1] and words[0] in _COPIES and not _local(words[-1:])
        return _local(words[1:-1]) if copies else []
    if way == "backups":
        return _local(words[1:]) if words[:1] and words[0] in _BACKUPS else []
    if way == "words":
        return _local(words[:-1]) if "://" in "".join(words[-1:]) else []
    if way == "put":
        at = words.index("put") if "put" in words else len(words)
        return words[at + 1 : at + 2] + (options.all("l") if options.has("put") else [])
    if way == "items":
        return [*_items(words), *draft.piped]
    if way == "mail":
        return [*[word for word in words if "@" not in word and "/" in word], *draft.piped]
    return list(draft.piped)


def _put(lines: Iterable[str]) -> list[str]:
    """`put FILE`, `mput FILES`, `mirror -R FOLDER`, as ftp, lftp, sftp and smbclient have them."""
    found: list[str] = []
    for line in lines:
        verb, *words = line.split()
        plain = [word for word in words if word[:1] != "-"]
        if verb == "mput":
            found += plain
        elif verb in _PUTS:
            found += plain[:1]
        elif verb == "mirror" and any(w in ("-R", "--reverse") for w in words):
            found += plain[:1] or ["."]
    return found


def _local(words: Iterable[str]) -> list[str]:
    """Words that are no place in a store (`name:path`, `scheme://`, `repository::archive`)."""
    return [w for w in words if "://" not in w and ":" not in w.partition("/")[0]]


def _items(words: Sequence[str]) -> list[str]:
    """HTTPie's `name@file`, `name=@file`, `name:=@file`, `@file`, behind the address."""
    rest = words[1:] if words[:1] and words[0].upper() not in _METHODS else words[2:]
    found = []
    for word in rest:
        name, at, path = word.partition("@")
        if at and path and "://" not in word and (name == "" or name[-1] == "=" or "=" not in name):
            found.append(path.partition(";")[0])
    return found
