"""The journal: records in a file, one JSON line each, every line bound to the one before.

What a line looks like is in `chain`; how files are opened and read is in `files`. What
the chain can prove, and what it cannot, is said in docs/journal.md.

INVARIANT: a record is kept whole, behind a tail that verifies, or `write` raises.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import threading
import time
import weakref
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from guard.audit import files
from guard.audit.chain import (
    FORMAT,
    GENESIS,
    Head,
    chain_hash,
    chain_name,
    encode,
    journal_key,
    link,
    read_link,
)
from guard.audit.record import rfc3339, without_content
from guard.canonical import Json
from guard.errors import AuditError

__all__ = ["Journal"]

_MIN_BYTES = 4096
_EMPTY = Head(-1, GENESIS)


class Journal:
    """A hash-chained file of records; several threads and processes may share its path.

    When a file would grow beyond `max_bytes` it is renamed after the number of its first
    record and the chain goes on in a new one. `keep` is how many full files stay
    (None: all). `sync` waits for the disk at each record. `content` False turns texts of
    arguments into hashes. `key` (else GUARD_JOURNAL_KEY) makes the hashes keyed ones.
    `lock_timeout` is in seconds.

    Raises:
        AuditError: at once, if the file cannot be used or does not verify at its end.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        max_bytes: int = 64 * 1024 * 1024,
        keep: int | None = None,
        sync: bool = False,
        content: bool = True,
        key: bytes | str | None = None,
        lock_timeout: float = 1.0,
    ) -> None:
        if max_bytes < _MIN_BYTES or (keep is not None and keep < 1):
            raise AuditError(
                f"a journal of files of {max_bytes} bytes, {keep} of them kept, cannot work",
                help=f"give max_bytes of {_MIN_BYTES} or more, keep of 1 or more",
            )
        # Absolute, so that a change of the working folder starts no other journal.
        self.path = Path(os.path.abspath(path))
        self._name = str(self.path)
        self.content = content
        self._max_bytes = max_bytes
        self._keep = keep
        self._sync = sync
        self._key = journal_key(key)
        self._timeout = lock_timeout
        self._mutex = threading.Lock()
        self._fd: int | None = None
        self._closed = False
        self._head = _EMPTY
        self._size = self._inode = self._first = 0
        _open_journals.add(self)
        with self._locked():
            pass

    def write(self, record: dict[str, Json]) -> Head:
        """Append one record and return the new head.

        Raises:
            AuditError: the record is not kept: no space, no lock, a tail that was changed.
        """
        members = encode(record if self.content else without_content(record))
        with self._locked() as fd:
            return self._append(fd, members)

    def head(self) -> Head:
        """Return number and hash of the last record, to be kept where nobody can reach both."""
        with self._locked():
            return self._head

    def close(self) -> None:
        """Close the file. The journal is not used afterwards."""
        with self._mutex:
            self._closed = True
            self._drop()

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # -- the state of the file, valid while the lock is held -----------------------------

    @contextlib.contextmanager
    def _locked(self) -> Iterator[int]:
        """Hold the lock, with `_head` and `_size` true of the file that is now at `path`."""
        with self._mutex:
            if self._closed:
                raise AuditError(f"journal `{self.path}` is closed", help="open it anew")
            while True:
                if self._fd is None:
                    self._fd = files.open_append(self.path)
                    self._size = self._inode = 0
                fd = self._fd
                files.lock(fd, self.path, self._timeout)
                try:
                    if self._current(fd):
                        yield fd
                        return
                except OSError as error:
                    raise AuditError(
                        f"journal `{self.path}`: {(error.strerror or str(error)).lower()}",
                        help="free space, or check the disk",
                    ) from error
                finally:
                    if self._fd is not None:  # another one by now, if it was rotated
                        fcntl.flock(self._fd, fcntl.LOCK_UN)
                self._drop()  # another process rotated it away: open the new one

    def _current(self, fd: int) -> bool:
        """Bring `_head` and `_size` up to date; False if `path` is another file by now."""
        try:
            status = os.stat(self._name)
        except FileNotFoundError:
            raise AuditError(
                f"journal `{self.path}` was removed while it was in use",
                help="find out by whom; a new journal begins when the guard is started again",
            ) from None
        if status.st_ino != self._inode or self._inode == 0:
            mine = os.fstat(fd)
            if (mine.st_ino, mine.st_dev) != (status.st_ino, status.st_dev):
                return False
        if status.st_size != self._size or self._inode == 0:
            self._load(fd, status.st_size)
        self._inode = status.st_ino
        return True

    def _load(self, fd: int, size: int) -> None:
        """Read the end of a file that is new to us or that another process wrote to."""
        if size < self._size:
            raise AuditError(
                f"journal `{self.path}` was cut short while it was in use",
                help="find out by whom: run `guard journal verify` on it",
            )
        if size == 0:
            self._begin(fd)
            return
        line, end = files.last_line(fd, size)
        if end:
            if self._inode == 0:
                self._read_header(fd)
            self._head, self._size = self._read_tail(line), end
        if end < size:
            self._recover(fd, end, size)

    def _read_header(self, fd: int) -> None:
        line = files.first_line(fd)
        parts = read_link(line)
        header = json.loads(line) if parts is not None else {}
        if header.get("type") != "header" or header.get("format") != FORMAT or parts is None:
            raise AuditError(
                f"`{self.path}` is no journal of the form {FORMAT}",
                help="name another file; this one is left as it is",
            )
        if header.get("chain") != chain_name(self._key):
            raise AuditError(
                f"journal `{self.path}` is chained by {header.get('chain')!r:.40}",
                help="set GUARD_JOURNAL_KEY as it was when the journal was begun",
            )
        self._first = parts.seq

    def _read_tail(self, line: bytes) -> Head:
        parts = read_link(line)
        if parts is None or chain_hash(parts.covered, self._key) != parts.hash:
            raise AuditError(
                f"journal `{self.path}` does not verify at its last record",
                help=f"run `guard journal verify {self.path}` with the key it was written with",
            )
        if parts.seq < self._head.seq:
            raise AuditError(
                f"journal `{self.path}` goes back from record {self._head.seq} to {parts.seq}",
                help=f"run `guard journal verify {self.path}`",
            )
        return Head(parts.seq, parts.hash)

    # -- writing, under the lock ---------------------------------------------------------

    def _begin(self, fd: int) -> None:
        """Write the header of the very first file."""
        if older := files.rotated_files(self.path):
            raise AuditError(
                f"journal `{self.path}` is empty but `{older[-1]}` came before it",
                help="restore it, or move the older files away as evidence",
            )
        if self._head.seq >= 0:
            raise AuditError(
                f"journal `{self.path}` was replaced by an empty file while it was in use",
                help="find out by whom; a new journal begins when the guard is started again",
            )
        self._put(fd, encode(self._header()))

    def _append(self, fd: int, members: bytes) -> Head:
        room = self._max_bytes - self._size - len(members) - 200
        if room < 0 and self._head.seq > self._first:
            fd = self._rotate(fd)
        return self._put(fd, members)

    def _put(self, fd: int, members: bytes) -> Head:
        """Write one line with one call; take back what a full disk left of it."""
        head, line = link(self._head, members, self._key)
        if len(line) > files.MAX_LINE:
            raise AuditError(f"a record of {len(line)} bytes is too large for the journal")
        try:
            written = os.write(fd, line)
            if written == len(line) and self._sync:
                os.fsync(fd)
        except OSError:
            os.ftruncate(fd, self._size)
            raise
        if written != len(line):
            os.ftruncate(fd, self._size)
            raise AuditError(
                f"journal `{self.path}` took {written} of {len(line)} bytes of a record",
                help="free space on its disk",
            )
        self._head, self._size = head, self._size + written
        return head

    def _recover(self, fd: int, end: int, size: int) -> None:
        """Move what a crash left of a record into a file of its own, and say so in a record."""
        torn = os.pread(fd, size - end, end)
        digest = hashlib.sha256(torn).hexdigest()
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        aside = self.path.with_name(f"{self.path.name}.torn-{digest[:16]}")
        with open(os.open(aside, flags, 0o600), "wb") as file:
            file.write(torn)
            file.flush()
            os.fsync(file.fileno())
        os.ftruncate(fd, end)
        if end == 0:
            self._begin(fd)
        self._size = end or self._size
        note: dict[str, Json] = {
            "type": "recovered",
            "time": rfc3339(time.time_ns()),
            "bytes": size - end,
            "sha256": digest,
            "aside": aside.name,
        }
        self._put(fd, encode(note))

    def _rotate(self, fd: int) -> int:
        """Give the full file its number and go on in a new one. `path` is never missing."""
        full = files.rotated_name(self.path, self._first)
        kept = list(dict.fromkeys([*files.rotated_files(self.path), full]))
        dropped = kept[: -self._keep] if self._keep is not None else []
        kept = kept[len(dropped) :]
        header = self._header(oldest=kept[0] if dropped else None, path=full)
        fresh = self.path.with_name(f"{self.path.name}.new")
        fresh.unlink(missing_ok=True)
        new = files.open_append(fresh)
        try:
            fcntl.flock(new, fcntl.LOCK_EX)  # whoever opens it next waits until we are done
            self._link_full(fd, full)
            before = self._head, self._size
            self._size = 0
            try:
                self._put(new, encode(header))
                os.rename(fresh, self.path)
            except BaseException:
                self._head, self._size = before
                raise
        except BaseException:
            os.close(new)
            raise
        os.close(fd)
        self._fd, self._first, self._inode = new, self._head.seq, os.fstat(new).st_ino
        for old in dropped:
            old.unlink(missing_ok=True)
        return new

    def _link_full(self, fd: int, full: Path) -> None:
        try:
            os.link(self.path, full)
        except FileExistsError:
            # A crash between the link and the rename left it; anything else is foreign.
            if os.stat(full).st_ino != os.fstat(fd).st_ino:
                raise AuditError(
                    f"cannot rotate journal `{self.path}`: `{full}` exists",
                    help="move it away as evidence",
                ) from None

    def _header(self, *, oldest: Path | None = None, path: Path | None = None) -> dict[str, Json]:
        """Return a file's first record. With `oldest`, files before it are dropped."""
        header: dict[str, Json] = {
            "type": "header",
            "format": FORMAT,
            "chain": chain_name(self._key),
            "created": rfc3339(time.time_ns()),
            "previous": path.name if path is not None else None,
        }
        if oldest is not None:
            fd = self._fd if oldest == path else files.open_read(oldest)
            assert fd is not None  # noqa: S101 - the lock is held
            try:
                parts = read_link(files.first_line(fd))
            finally:
                if fd != self._fd:
                    os.close(fd)
            if parts is None:
                raise AuditError(f"`{oldest}` does not begin with a header", help="move it away")
            # Lets a reader accept a chain that begins there, since this record says so.
            header["begins"] = {"seq": parts.seq, "prev": parts.prev}
        return header

    def _drop(self) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def _after_fork(self) -> None:
        # The child shares the parent's lock as long as it shares the open file.
        self._mutex = threading.Lock()
        self._drop()


_open_journals: weakref.WeakSet[Journal] = weakref.WeakSet()


def _renew_in_child() -> None:
    for journal in list(_open_journals):
        journal._after_fork()  # noqa: SLF001 - its own module


os.register_at_fork(after_in_child=_renew_in_child)
