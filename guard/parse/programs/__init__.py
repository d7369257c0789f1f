"""Facts about programs: what each would do with the arguments that it gets.

One module for each family, tables in JSON where a table can say it. Pure: nothing is
looked up, run or read from disk but the tables.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from guard.parse.programs import (
    archives,
    awk,
    clients,
    containers,
    described,
    development,
    editors,
    files,
    git,
    interpreters,
    items,
    launchers,
    mailers,
    miners,
    netcat,
    powershell,
    remote,
    sed,
    services,
    shells,
    socat,
    terminals,
    transfer,
    tunnels,
    wallets,
    web,
    wrappers,
)
from guard.parse.programs.draft import Reader
from guard.parse.reading import UNKNOWN, Invocation, Reading

__all__ = ["is_described", "may_be_described", "read_program"]

_FAMILIES = (
    archives,
    awk,
    clients,
    services,
    editors,
    development,
    containers,
    files,
    git,
    interpreters,
    items,
    launchers,
    mailers,
    miners,
    netcat,
    powershell,
    remote,
    sed,
    shells,
    socat,
    terminals,
    transfer,
    tunnels,
    wallets,
    web,
    wrappers,
    described,
)
_READERS: dict[str, Reader] = {
    program: reader for family in reversed(_FAMILIES) for program, reader in family.READERS.items()
}

# What further families say of a program that one of them reads.
_SUPPLEMENTS: dict[str, tuple[Callable[[Invocation, Reading], None], ...]] = {
    program: tuple(
        family.supplement
        for family in (described, mailers, wallets)
        if program in family.SUPPLEMENTED
    )
    for program in {*described.SUPPLEMENTED, *mailers.SUPPLEMENTED, *wallets.SUPPLEMENTED}
}


def read_program(invocation: Invocation) -> Reading | None:
    """Return what a program would do, or None where nobody described it.

    The program itself is not among the operations; whoever runs it adds `process.exec`.
    A name with a version or a platform (`python3.12`, `chisel_1.9_linux_amd64`) is read as
    the program that it begins with.
    """
    reader = _READERS.get(invocation.program)
    if reader is None:
        known = _plain_name(invocation.program)
        if known is None:
            return None
        invocation = dataclasses.replace(invocation, program=known)
        reader = _READERS[known]
    crowded = len(invocation.argv) > _WORDS
    if crowded:
        invocation = dataclasses.replace(invocation, argv=invocation.argv[:_WORDS])
    reading = reader(invocation)
    for supplement in _SUPPLEMENTS.get(invocation.program, ()):
        supplement(invocation, reading)
    if crowded:
        reading.hide("limit_words", "high", f"`{invocation.program}` has more than {_WORDS} words")
    path = invocation.argv[0]
    # Where the names differ, whoever asks knows what the file is.
    if "/" in path and path.endswith(invocation.program) and not _is_usual(path):
        reading.hide("unread_file", "medium", f"`{path}` is run, and was not read")
    return reading


def is_described(program: str) -> bool:
    """Whether a base name is read as some program here."""
    return program in _READERS or _plain_name(program) is not None


def may_be_described(head: str, tail: str) -> bool:
    """Whether a name that begins and ends so, and is unknown between, may be a program's here.

    A described program may carry a version, a platform or a prefix (see `read_program`).
    """
    end = tail.lower().rstrip("0123456789.")
    if not head and not end:
        return True
    if not _PLATFORMS.isdisjoint(tail.lower().replace("_", "-").replace(".", "-").split("-")):
        return True
    return any(
        name.endswith((tail, end))
        and (
            name.startswith(head) or (head.startswith(name) and head[len(name)] in "-_.0123456789")
        )
        for name in _READERS
    )


# INVARIANT: a bound that is hit is visible as opaque. Readers are linear, or quadratic in this.
_WORDS = 2048
_USUAL = ("/bin/", "/usr/", "/sbin/", "/opt/", "/snap/", "/nix/", "/lib", UNKNOWN)
_SCRATCH = ("/tmp/", "/var/tmp/", "/dev/shm/", "/run/")  # noqa: S108


def _is_usual(path: str) -> bool:
    """Whether a path leads to where programs lie; elsewhere a name says little of a file."""
    if path.startswith(_USUAL):
        return ".." not in path
    folder = path.rpartition("/")[0].rpartition("/")[2]
    return folder in ("bin", ".bin", "Scripts") and not path.startswith(_SCRATCH)


_PLATFORMS = frozenset(
    [
        *("linux", "linux64", "darwin", "windows", "amd64", "arm64", "armv7", "x64", "x86", "64"),
        *("aarch64", "musl", "gnu", "static", "exe", "386", "i386", "x86_64", "freebsd"),
    ]
)


def _plain_name(program: str) -> str | None:
    """The described program that a longer name stands for."""
    if UNKNOWN in program:
        return None
    for name in (program.rstrip("0123456789."), program.lower().removesuffix(".exe")):
        plain = name.rstrip("-_")
        if plain != program and plain in _READERS and plain != "command":
            return plain
    if program.startswith(("ld-", "ld64")) and ".so" in program:
        return "ld.so"
    tool = program.rpartition("-")[2]
    if tool in _READERS and (program.startswith("llvm-") or "-linux-gnu" in program):
        return tool
    words = program.lower().replace("_", "-").replace(".", "-").split("-")
    if _PLATFORMS.isdisjoint(words[1:]):
        return None
    for count in range(len(words) - 1, 0, -1):
        name = "-".join(words[:count])
        if name in _READERS:
            return name
    return None
