"""The files of a journal on disk: open one safely, read its ends, list the whole chain.

Knows about files and bytes, nothing of decisions. `Journal` writes through it and
`verify` reads through it.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import stat
import time
from pathlib import Path

from guard.errors import AuditError

__all__ = [
    "MAX_LINE",
    "first_line",
    "last_line",
    "lock",
    "open_append",
    "open_read",
    "rotated_files",
    "rotated_name",
]

# No record comes near: the engines refuse requests beyond a few MiB.
MAX_LINE = 64 * 1024 * 1024
_BLOCK = 64 * 1024


def open_append(path: Path) -> int:
    """Open or create a journal's file for appending; new files are for their owner alone.

    Raises:
        AuditError: not a regular file, a symbolic link, writable by others, or the
            system refused.
    """
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        fd = os.open(path, flags, 0o600)
    except OSError as error:
        raise _cannot("open", path, error) from error
    try:
        _check(fd, path)
    except AuditError:
        os.close(fd)
        raise
    return fd


def open_read(path: Path) -> int:
    """Open a journal's file for reading.

    Raises:
        AuditError: it cannot be read or is no regular file.
    """
    try:
        # O_NONBLOCK: opening a pipe by mistake must not wait for its writer.
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise _cannot("read", path, error) from error
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise AuditError(f"`{path}` is no regular file", help="name the journal's file")
    return fd


def lock(fd: int, path: Path, timeout: float) -> None:
    """Take the file's exclusive lock (flock), waiting at most `timeout` seconds.

    Raises:
        AuditError: another process holds it for longer.
    """
    deadline = 0.0
    pause = 0.0001
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EWOULDBLOCK, errno.EACCES, errno.EINTR):
                raise _cannot("lock", path, error) from error
        else:
            return
        now = time.monotonic()
        deadline = deadline or now + timeout
        if now >= deadline:
            raise AuditError(
                f"journal `{path}` has been locked by another process for {timeout:g} s",
                help="look for a writer that hangs, with `fuser` or `lslocks`",
            )
        time.sleep(pause)
        pause = min(pause * 2, 0.01)


def first_line(fd: int) -> bytes:
    """Return the first line, cut off after 64 KiB: headers are short."""
    block = os.pread(fd, _BLOCK, 0)
    end = block.find(b"\n")
    return block if end < 0 else block[: end + 1]


def last_line(fd: int, size: int) -> tuple[bytes, int]:
    """Return the last whole line (with its newline) and where it ends.

    It ends before `size` if a torn piece follows it; (b"", 0) if there is no whole line.
    """
    end = _newline_before(fd, size)
    if end < 0:
        return b"", 0
    start = _newline_before(fd, end) + 1
    return os.pread(fd, end + 1 - start, start), end + 1


def rotated_name(path: Path, first_seq: int) -> Path:
    """Return the name that a full file gets, after the number of its first record."""
    return path.with_name(f"{path.name}.{first_seq:012d}")


def rotated_files(path: Path) -> list[Path]:
    """Return the full files that rotation put beside `path`, oldest first."""
    pattern = re.compile(re.escape(path.name) + r"\.[0-9]{12,}")
    try:
        names = [name for name in os.listdir(path.parent) if pattern.fullmatch(name)]
    except OSError as error:
        raise _cannot("list the folder of", path, error) from error
    return [path.with_name(name) for name in sorted(names, key=lambda name: (len(name), name))]


def _newline_before(fd: int, end: int) -> int:
    """Return the position of the last newline before `end`, or -1."""
    while end > 0:
        start = max(0, end - _BLOCK)
        found = os.pread(fd, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found
        end = start
    return -1


def _check(fd: int, path: Path) -> None:
    mode = os.fstat(fd).st_mode
    if not stat.S_ISREG(mode):
        raise AuditError(f"journal `{path}` is no regular file", help="name a file to append to")
    if mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise AuditError(
            f"journal `{path}` can be written by others", help=f"run `chmod go-w {path}`"
        )


def _cannot(what: str, path: Path, error: OSError) -> AuditError:
    if error.errno == errno.ELOOP:
        return AuditError(
            f"journal `{path}` is a symbolic link", help="name the file that it points to"
        )
    reason = (error.strerror or str(error)).lower()
    return AuditError(
        f"cannot {what} journal `{path}`: {reason}",
        help="check that its folder exists and that this user may use it",
    )
