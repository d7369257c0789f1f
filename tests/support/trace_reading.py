"""What a trace of strace says was read, written, deleted, connected to and listened on."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

__all__ = ["RESOLVER", "Effects", "effects"]

_CALL = re.compile(r"(\d+) +(\w+)\((.*)\) += (-?\d+|\?)(?:<(.*)>)?")
_BEGUN = re.compile(r"(\d+) +(\w+\(.*) <unfinished \.\.\.>$")
_ENDED = re.compile(r"(\d+) +<\.\.\. \w+ resumed>(.*)$")
_TEXT = r'"((?:[^"\\]|\\.)*)"'
_PATHS = re.compile(r"(?:(AT_FDCWD|\d+)<((?:[^>\\]|\\.)*)>(?:\(deleted\))?, )?" + _TEXT)
_FOUR = re.compile(r'sin_port=htons\((\d+)\), sin_addr=inet_addr\("([^"]+)"\)')
_SIX = re.compile(r'sin6_port=htons\((\d+)\).*?inet_pton\(AF_INET6, "([^"]+)"')
_LISTENS = re.compile(r"<(?:TCP|TCPv6|UDP|UDPv6):\[(.*):(\d+)\]>")
_ESCAPE = re.compile(r"\\(x[0-9a-f]{2}|[0-7]{1,3}|.)")
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "v": "\v", "f": "\f"}

Address = tuple[str, int]

RESOLVER = ("192.0.2.253", 53)  # of /etc/resolv.conf, which no program here is told to ask
_NOWHERE = ("0.0.0.0", "::")


@dataclass
class Effects:
    """Paths are absolute, as the program wrote them. `touched`: times or rights were changed."""

    reads: set[str] = field(default_factory=set)
    writes: set[str] = field(default_factory=set)
    deletes: set[str] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)
    updates: set[str] = field(default_factory=set)  # opened for both: see `_settle`
    folders: set[str] = field(default_factory=set)  # made
    connects: set[Address] = field(default_factory=set)
    listens: set[Address] = field(default_factory=set)
    programs: set[str] = field(default_factory=set)


def _plain(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        mark = match[1]
        if mark[0] == "x":
            return chr(int(mark[1:], 16))
        return chr(int(mark, 8)) if mark[0].isdigit() else _LETTERS.get(mark, mark)

    if "\\" not in text:
        return text
    return _ESCAPE.sub(one, text).encode("latin-1", "ignore").decode("utf-8", "replace")


def _joined(lines: Iterable[str]) -> Iterator[str]:
    """Calls that another process interrupted, in one piece."""
    begun: dict[str, str] = {}
    for line in lines:
        if match := _BEGUN.match(line):
            begun[match[1]] = match[2]
        elif match := _ENDED.match(line):
            yield f"{match[1]} {begun.pop(match[1], '')}{match[2]}"
        else:
            yield line


def effects(
    lines: Iterable[str], folder: str, before: Mapping[str, str], after: Mapping[str, str]
) -> Effects:
    """Read a trace of a run in `folder`. `before`, `after`: its listings of `traced_lines`."""
    found = Effects()
    places: dict[str, str] = {}
    for line in _joined(lines):
        match = _CALL.match(line)
        if match is None:
            continue
        process, call, arguments, result = match.groups()[:4]
        if call in ("connect", "sendto", "sendmsg", "sendmmsg", "bind", "listen"):
            _network(found, call, arguments, result)
            continue
        if result == "?" or result.startswith("-"):
            continue
        here = places.setdefault(process, folder)
        if call in ("clone", "clone3", "fork", "vfork"):
            places[result] = here
            continue
        paths = []
        for kind, at, text in _PATHS.findall(arguments):
            if kind == "AT_FDCWD":
                here = places[process] = _plain(at)
            base = _plain(at) if kind else here
            paths.append(os.path.normpath(os.path.join(base, _plain(text))))
        if call == "fchdir":
            places[process] = _plain(arguments.partition("<")[2].removesuffix(">"))
        elif call == "execve":
            found.programs.add(os.path.basename(paths[0]))
        elif call == "chdir":
            places[process] = paths[0]
        elif paths:
            _files(found, call, arguments, paths)
    _settle(found, folder, before, after)
    return found


def _files(found: Effects, call: str, arguments: str, paths: list[str]) -> None:
    path = paths[0]
    if call in ("open", "openat", "openat2"):
        if "O_DIRECTORY" in arguments or "O_PATH" in arguments:
            return
        if "O_RDWR" in arguments and "O_TRUNC" not in arguments:
            found.updates.add(path)
        elif "O_WRONLY" in arguments or "O_RDWR" in arguments:
            found.writes.add(path)
        elif path not in found.writes:
            found.reads.add(path)
    elif call in ("mkdir", "mkdirat"):
        found.folders.add(path)
    elif call in ("creat", "truncate", "mknod", "mknodat"):
        found.writes.add(path)
    elif call in ("rename", "renameat", "renameat2"):
        found.deletes.add(path)
        found.writes.add(paths[1])
    elif call in ("link", "linkat", "symlink", "symlinkat"):
        found.writes.add(paths[-1])
    elif call in ("unlink", "unlinkat", "rmdir"):
        found.deletes.add(path)
    else:
        found.touched.add(path)


def _settle(
    found: Effects, folder: str, before: Mapping[str, str], after: Mapping[str, str]
) -> None:
    """Keep what concerns the folder: no files that came and went, none opened in vain."""
    start = len(folder) + 1

    def below(path: str) -> str:
        return path[start:] if path.startswith(f"{folder}/") else ""

    for path in found.updates:
        name = below(path)
        unchanged = name in before and before[name] == after.get(name)
        (found.reads if unchanged else found.writes).add(path)
    existing = {path for path in found.deletes if below(path) in before}
    found.deletes = {path for path in existing if below(path) not in after}
    written = found.writes | existing
    found.writes = {path for path in written if after.get(below(path), "d") != "d"}
    found.writes |= {path for path in written if below(path) in after.keys() - before.keys()}
    found.folders = {path for path in found.folders if below(path) in after.keys() - before.keys()}
    # Whoever changes a file in place reads it: that tells nothing more.
    found.reads = {
        path for path in found.reads - found.writes if before.get(below(path), "d") != "d"
    }
    found.touched = {path for path in found.touched if below(path)}


def _network(found: Effects, call: str, arguments: str, result: str) -> None:
    if call == "listen":
        match = _LISTENS.search(arguments)
        if match and match[2] != "0":
            found.listens.add((match[1].strip("[]"), int(match[2])))
        return
    for pattern in (_FOUR, _SIX):
        for port, host in pattern.findall(arguments):
            address = (host.removeprefix("::ffff:"), int(port))
            if call != "bind":
                if address[1] and address != RESOLVER and address[0] not in _NOWHERE:
                    found.connects.add(address)
            elif address[1] and "<UDP" in arguments and result == "0":
                found.listens.add(address)
