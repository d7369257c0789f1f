"""Reads a chain of journal files from its beginning and names the first broken record.

Streams: one line is held at a time. Writes nothing and takes no lock for longer than a
moment, so a journal in use can be verified.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from guard.audit import files
from guard.audit.chain import (
    FORMAT,
    GENESIS,
    Head,
    Link,
    chain_hash,
    chain_name,
    journal_key,
    read_link,
)

__all__ = ["Broken", "Verification", "verify"]


class Broken(NamedTuple):
    """The first place at which the chain does not hold. `line` counts from 1."""

    file: Path
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found. `head` is the last record that holds; `first` the number of the first.

    `first` is above 0 where rotation dropped older files and a later record says so.
    `recovered` counts the pieces that crashes left and that were put aside.
    """

    records: int
    files: int
    ok: bool
    first_broken: Broken | None
    head: Head | None
    first: int = 0
    recovered: int = 0


class _BrokenError(Exception):
    """Ends the reading at the first broken record."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class _Chain:
    """How far the chain has been followed."""

    key: bytes | None
    expected: Head | None
    head: Head | None = None
    first: tuple[int, str] = (0, GENESIS)
    records: int = 0
    recovered: int = 0
    # Where a header says that the chain begins, once older files were dropped.
    begins: set[tuple[int, str]] = field(default_factory=set)

    def follow(self, line: bytes, *, first_of_file: bool) -> None:
        """Check one line against everything before it."""
        link = _whole(line)
        # The form of the hash comes first: a header that was swapped for one of a chain
        # without a key must not choose how it is checked.
        if chain_hash(link.covered, self.key) != link.hash:
            raise _BrokenError(self._why(line, first_of_file=first_of_file))
        record = _read(link)
        self._continues(link)
        if first_of_file != (record.get("type") == "header"):
            raise _BrokenError(
                "the file does not begin with a header"
                if first_of_file
                else "a header stands in the middle of a file"
            )
        if first_of_file:
            self._header(record)
        self.recovered += record.get("type") == "recovered"
        if self.expected and link.seq == self.expected.seq and link.hash != self.expected.hash:
            raise _BrokenError(
                f"record {link.seq} is not the one that was expected: the journal was rewritten"
            )
        self.head = Head(link.seq, link.hash)
        self.records += 1

    def _why(self, line: bytes, *, first_of_file: bool) -> str:
        """Tell a changed record from a journal that needs another key."""
        if first_of_file and self.head is None:
            try:
                chain = json.loads(line).get("chain")
            except (ValueError, AttributeError, RecursionError):
                chain = None
            if chain != chain_name(self.key):
                return (
                    "the key is missing: set GUARD_JOURNAL_KEY"
                    if self.key is None
                    else ("it is chained without a key and a key was given")
                )
            if self.key is not None:
                return "the record was changed, or the key is another"
        return "the record was changed"

    def _continues(self, link: Link) -> None:
        if self.head is None:
            self.first = link.seq, link.prev
            if link.seq == 0 and link.prev != GENESIS:
                raise _BrokenError("the first record names one before it")
            return
        expected = self.head.seq + 1
        if link.seq > expected:
            missing = (
                f"record {expected} is"
                if link.seq == expected + 1
                else (f"records {expected} to {link.seq - 1} are")
            )
            raise _BrokenError(f"{missing} missing before record {link.seq}")
        if link.seq < expected:
            raise _BrokenError(f"record {link.seq} stands where record {expected} belongs")
        if link.prev != self.head.hash:
            raise _BrokenError(f"record {link.seq} does not follow the record before it")

    def _header(self, record: dict[str, Any]) -> None:
        if record.get("format") != FORMAT:
            raise _BrokenError(f"the file is not of the form {FORMAT}")
        if record.get("chain") != chain_name(self.key):
            raise _BrokenError("the header names another kind of chain")
        begins = record.get("begins")
        if isinstance(begins, dict):
            # Bounded: each drop replaces the one before; only the first of a chain matters.
            place = (begins.get("seq"), begins.get("prev"))
            if place == self.first:
                self.begins.add(self.first)

    def finish(self) -> None:
        """Check what only the end can show."""
        if self.head is None:
            raise _BrokenError("there is no record")
        if self.first[0] > 0 and self.first not in self.begins:
            raise _BrokenError(
                f"the chain begins at record {self.first[0]}: records before it are missing"
            )
        if self.expected is not None and self.expected.seq > self.head.seq:
            raise _BrokenError(
                f"it ends at record {self.head.seq}, and record {self.expected.seq} was expected:"
                " the end was cut off"
            )
        if self.expected is not None and self.expected.seq < self.first[0]:
            raise _BrokenError(
                f"record {self.expected.seq} was expected and was dropped: give a later head"
            )


def verify(
    paths: Path | str | Sequence[Path | str],
    *,
    head: Head | None = None,
    key: bytes | str | None = None,
) -> Verification:
    """Follow the chain through a journal and the full files beside it, or the files given.

    `head` is what `Journal.head` said earlier: without it a cut-off end cannot be seen.
    `key` is that of the journal (default: GUARD_JOURNAL_KEY).

    Raises:
        AuditError: a file cannot be read at all.
    """
    chain = _Chain(journal_key(key), head)
    place = Path(paths if isinstance(paths, str | Path) else (list(paths) or [""])[0]), 1
    count = 0
    broken = None
    try:
        for path, number, line in _lines(paths):
            place = path, number
            count += number == 1
            chain.follow(line, first_of_file=number == 1)
        chain.finish()
    except _BrokenError as error:
        broken = Broken(*place, error.reason)
    return Verification(
        records=chain.records,
        files=count,
        ok=broken is None,
        first_broken=broken,
        head=chain.head,
        first=chain.first[0],
        recovered=chain.recovered,
    )


def _lines(paths: Path | str | Sequence[Path | str]) -> Iterator[tuple[Path, int, bytes]]:
    """Yield (file, number, line) over all files in order."""
    if not isinstance(paths, str | Path):
        for path in paths:
            yield from _file_lines(Path(path), files.open_read(Path(path)))
        return
    live = Path(os.path.abspath(paths))
    # Opened before the others are listed: a rotation in between then hides nothing, and
    # the file that it renamed is recognised.
    fd = files.open_read(live)
    try:
        mine = os.fstat(fd)
        for path in files.rotated_files(live):
            other = files.open_read(path)
            if os.fstat(other).st_ino == mine.st_ino:
                os.close(other)
                break
            yield from _file_lines(path, other)
        reading, fd = fd, -1
        yield from _file_lines(live, reading)
    finally:
        if fd >= 0:
            os.close(fd)


def _file_lines(path: Path, fd: int) -> Iterator[tuple[Path, int, bytes]]:
    with open(fd, "rb") as file:
        left = _settled_size(fd)
        number = 0
        while left > 0:
            line = file.readline(min(left, files.MAX_LINE + 1))
            left -= len(line) or left
            number += 1
            yield path, number, line
        if number == 0:
            yield path, 1, b""


def _settled_size(fd: int) -> int:
    """Return the size at a moment at which nobody is in the middle of a write."""
    fcntl.flock(fd, fcntl.LOCK_SH)
    try:
        return os.fstat(fd).st_size
    finally:
        fcntl.flock(fd, fcntl.LOCK_UN)


def _whole(line: bytes) -> Link:
    link = read_link(line)
    if link is not None:
        return link
    if not line:
        raise _BrokenError("the file is empty")
    if len(line) > files.MAX_LINE:
        raise _BrokenError("the line is longer than any record")
    if not line.endswith(b"\n"):
        raise _BrokenError("the file ends in the middle of a record")
    raise _BrokenError("the line is no record of a journal")


def _read(link: Link) -> dict[str, Any]:
    try:
        record = json.loads(link.covered)
    except (ValueError, RecursionError):
        raise _BrokenError("the line is no record of a journal") from None
    if not isinstance(record, dict) or not isinstance(record.get("type"), str):
        raise _BrokenError("the line is no record of a journal")
    return record
