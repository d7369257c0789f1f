"""Compares what a line is said to read, write, delete and reach with what it really does.

Lines run under strace in namespaces of their own (see `traced_lines`), two at a time, each in a
fresh copy of one folder. Whatever happened must be said, or be covered by something opaque.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from guard.model import Parsed
from guard.parse.budget import Budget, Limits
from guard.parse.reading import UNKNOWN
from guard.parse.shell import read_shell
from tests.support import traced_lines
from tests.support.trace_reading import RESOLVER, Effects, effects

__all__ = ["HOSTS", "Compared", "compare", "missing", "programs", "run", "said", "table"]

HOSTS = {
    "www.shop.example": "203.0.113.10",
    "files.shop.example": "198.51.100.20",
    "db.shop.example": "192.0.2.30",
    "git.shop.example": "203.0.113.40",
    "mail.shop.example": "198.51.100.50",
}
_SHARDS = 2


@cache
def missing() -> str:
    """Why nothing can be traced here, or ""."""
    for program in ("strace", "unshare", "ip", "mount", "bash"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    if subprocess.run([*_namespaces(), "true"], capture_output=True, check=False).returncode:
        return "namespaces are not allowed here"
    traced = [*_namespaces(), "strace", "-f", "-qq", "-o", "/dev/null", "true"]
    if subprocess.run(traced, capture_output=True, check=False).returncode:
        return "ptrace is not allowed here"
    return ""


def _namespaces() -> list[str]:
    return ["unshare", "-nmpf" if os.geteuid() == 0 else "-rnmpf", "--mount-proc", "--kill-child"]


def said(line: str, folder: Path) -> Parsed:
    """What the guard says of a line that would run in `folder`."""
    return read_shell(
        line,
        Budget(Limits(cpu_seconds=10)),
        cwd=str(folder),
        home=str(folder.parent.parent / "home"),
    )


@dataclass(frozen=True)
class Compared:
    """One line. `silent`: what happened and was not said; `idle`: what must happen and did not."""

    line: str
    silent: tuple[str, ...]
    idle: tuple[str, ...]
    opaque: bool
    effects: Effects
    status: int
    complaint: str


def table(path: Path) -> list[str]:
    """The lines of a table; one whose quote is open goes on in the next."""
    lines: list[str] = []
    for text in path.read_text().splitlines():
        if lines and lines[-1].count("'") % 2:
            lines[-1] += f"\n{text}"
        elif text and not text.startswith("#"):
            lines.append(text)
    return lines


def programs(line: str) -> set[str]:
    """The programs that a line is said to start."""
    parsed = said(line, Path("/x/y/z"))
    return {each["program"] for each in parsed.operations if each["kind"] == "process.exec"}


def run(lines: Sequence[str], folder: Path) -> list[Compared]:
    """Run and compare. `folder` holds `template`, what each line finds, and `served` and `home`."""
    for name in ("template", "served", "home", "runs", "traces", "scratch"):
        (folder / name).mkdir(exist_ok=True)
    shards = []
    for number in range(_SHARDS):
        mine = {str(at): text for at, text in enumerate(lines) if at % _SHARDS == number}
        task = folder / f"task{number}"
        task.write_text(
            json.dumps(
                {"folder": str(folder), "hosts": HOSTS, "resolver": RESOLVER[0], "lines": mine}
            )
        )
        words = [*_namespaces(), sys.executable, traced_lines.__file__, str(task)]
        shards.append((task, subprocess.Popen(words, stdin=subprocess.DEVNULL)))
    seen: dict[str, Any] = {}
    for task, process in shards:
        assert process.wait() == 0, "the lines could not be run"
        seen |= json.loads(Path(f"{task}.seen").read_text())
    found = []
    for at, line in enumerate(lines):
        one = seen[str(at)]
        place = folder / "runs" / str(at)
        trace = (folder / "traces" / str(at)).read_text(errors="replace").splitlines()
        happened = effects(trace, str(place), one["before"], one["after"])
        parsed = said(line, place)
        silent, idle = compare(parsed, happened, place, one["before"])
        found.append(
            Compared(line, silent, idle, bool(parsed.opaque), happened, one["status"], one["said"])
        )
    return found


# Files of a program's own, in the place where it keeps them: no rule asks about each.
_OWN = re.compile(
    r"/\.git/|/\.git$|-journal$|-wal$|-shm$|/__pycache__(/|$)|\.sw[a-z]$|/4913$|"
    r"/served/|~$|\.lock$"
)


def compare(
    parsed: Parsed, happened: Effects, folder: Path, before: Mapping[str, str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What happened unsaid, and what was said for certain and did not happen."""
    operations: list[Any] = list(parsed.operations)
    here = [each for each in operations if not each.get("elsewhere")]
    claims = {kind: _paths(here, kinds, folder) for kind, kinds in _CLAIMS.items()}
    silent = []
    for kind in _CLAIMS:
        for path in sorted(getattr(happened, kind)):
            covered = any(_covers(claim, path) for claim in claims[kind])
            if not covered and not _OWN.search(path):
                silent.append(f"{kind} {path.removeprefix(f'{folder}/')}")
    for path in sorted(happened.folders):
        # A folder that is made for what is said to be written in it was said, too.
        covered = any(
            claim.startswith(f"{path}/") or _covers(claim, path) for claim in claims["writes"]
        )
        if not covered and not _OWN.search(path):
            silent.append(f"writes {path.removeprefix(f'{folder}/')}")
    for kind, actual in (("connects", happened.connects), ("listens", happened.listens)):
        for host, port in sorted(actual):
            if not any(_reaches(each, kind, host, port) for each in here):
                silent.append(f"{kind} {host} {port}")
    return tuple(silent), tuple(_idle(here, happened, folder, before))


_CLAIMS = {
    "reads": ("file.read", "code.run", "process.exec"),
    "writes": ("file.write", "file.delete"),
    "deletes": ("file.delete",),
}


def _paths(operations: Iterable[Any], kinds: tuple[str, ...], folder: Path) -> set[str]:
    paths = {each.get("path", "") for each in operations if each["kind"] in kinds}
    if "file.read" in kinds:
        for each in operations:
            paths |= set(each.get("sends", ()))
    return {_rooted(path, folder) for path in paths if path}


def _rooted(path: str, folder: Path) -> str:
    if path.startswith(("/", UNKNOWN)):
        return path
    return os.path.normpath(folder / path)


def _covers(claim: str, path: str) -> bool:
    """A folder covers what lies in it; what is unknown covers anything."""
    if not _WILD.isdisjoint(claim):
        return re.match(_pattern(claim), path) is not None
    return path == claim or path.startswith(f"{claim.rstrip('/')}/")


_WILD = frozenset(f"*?[{UNKNOWN}")


def _pattern(claim: str) -> str:
    parts = [_ONE.get(part, re.escape(part)) for part in re.split(f"([*?{UNKNOWN}])", claim)]
    return "".join(parts) + "(/|$)"


_ONE = {"*": "[^/]*", "?": "[^/]", UNKNOWN: ".*"}


def _reaches(operation: Any, kind: str, host: str, port: int) -> bool:
    connects = ("network.connect", "network.tunnel", "network.shell", "network.send")
    listens = ("network.listen", "network.tunnel", "network.shell")
    if operation["kind"] not in (connects if kind == "connects" else listens):
        return False
    if kind == "listens" and operation["kind"] == "network.tunnel":
        bind = str(operation.get("bind", ""))
        return bind.rpartition(":")[2] == str(port) or UNKNOWN in bind
    claimed = str(operation["host"])
    if operation["port"] not in (None, port):
        return False
    addresses = {claimed, HOSTS.get(claimed, "")}
    if claimed in ("localhost", ""):
        addresses |= {"127.0.0.1", "::1", "0.0.0.0", "::"}
    return UNKNOWN in claimed or host in addresses or (kind == "listens" and claimed == "")


def _idle(
    operations: Iterable[Any], happened: Effects, folder: Path, before: Mapping[str, str]
) -> Iterable[str]:
    known = {str(folder / name) for name, kind in before.items() if kind != "d"}
    done = {
        "file.read": happened.reads | happened.deletes | happened.writes,
        "file.write": happened.writes | happened.touched | happened.deletes | happened.folders,
        "file.delete": happened.deletes | happened.writes,
    }
    for each in operations:
        if each.get("certainty") == "may" or UNKNOWN in str(each):
            continue
        kind = each["kind"]
        if kind in done:
            path = _rooted(each["path"], folder)
            if not path.startswith(f"{folder}/") or (kind != "file.write" and path not in known):
                continue
            if not any(_covers(path, one) for one in done[kind]):
                yield f"{kind} {path.removeprefix(f'{folder}/')}"
        elif (
            kind == "network.connect"
            and not any(_reaches(each, "connects", *address) for address in happened.connects)
        ) or (
            kind == "network.listen"
            and not any(_reaches(each, "listens", *address) for address in happened.listens)
        ):
            yield f"{kind} {each['host']} {each['port']}"
