"""Files that a call would run, read through an object that the user injects; off by default.

`parse` itself touches no disk: it asks a `FileResolver`, and lists what it was shown, with
hashes, so that a decision can be judged again on the same texts. `FolderResolver` is the
one that reads a folder; nothing else in `parse` does IO.
"""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from guard.errors import InputError

__all__ = ["FileResolver", "Files", "FolderResolver", "ResolvedFile"]

# A longer script is not read; it stays as opaque as without a resolver.
MAX_BYTES = 65_536
_MAX_FILES = 16  # for one call, misses included


@dataclass(frozen=True, slots=True)
class ResolvedFile:
    """The text of a file, and the SHA-256 of its bytes in hexadecimal."""

    text: str
    sha256: str


@runtime_checkable
class FileResolver(Protocol):
    """Shows files. It must answer at once, and be safe to share between threads."""

    def read(self, path: str) -> ResolvedFile | None:
        """Return the file of a normalised path, or None for one that it does not show.

        A path without a leading `/` or `~` lies in the folder where calls begin. What
        this raises denies the call.
        """


class FolderResolver:
    """Shows regular files of UTF-8 text below one folder, of 64 KiB at most.

    No symbolic link is followed, neither to a file nor to a folder on the way. Paths
    without a leading `/` are taken to lie in the folder.

    Raises:
        InputError: `folder` is no folder.
    """

    __slots__ = ("_folder", "_names")

    def __init__(self, folder: Path | str) -> None:
        self._folder = os.path.realpath(folder)
        if not os.path.isdir(self._folder):
            raise InputError(f"`{folder}` is no folder", help="name the folder that calls work in")
        names = (self._folder, os.path.abspath(folder))
        self._names = tuple(name.rstrip("/") + "/" for name in names)

    def read(self, path: str) -> ResolvedFile | None:
        """Return the file of a normalised path, or None."""
        if path.startswith("/"):
            name = next((name for name in self._names if path.startswith(name)), "")
            if not name:
                return None
            path = path[len(name) :]
        parts = [part for part in path.split("/") if part not in ("", ".")]
        if not parts or ".." in parts or parts[0].startswith("~") or "\0" in path:
            return None
        try:
            data = self._data(parts)
            text = data.decode() if data is not None else None
        except (OSError, UnicodeError):
            return None
        if text is None or data is None or "\0" in text:
            return None
        return ResolvedFile(text, hashlib.sha256(data).hexdigest())

    def _data(self, parts: list[str]) -> bytes | None:
        """The bytes of a regular file. Step by step, so that no link leads elsewhere."""
        at = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for part in parts[:-1]:
                flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
                inner = os.open(part, flags, dir_fd=at)
                os.close(at)
                at = inner
            # A FIFO would wait for a writer.
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
            file = os.open(parts[-1], flags, dir_fd=at)
        finally:
            os.close(at)
        with open(file, "rb") as opened:
            if not stat.S_ISREG(os.fstat(file).st_mode):
                return None
            data = opened.read(MAX_BYTES + 1)
        return data if len(data) <= MAX_BYTES else None


class Files:
    """What one call was shown. Not shared between threads."""

    __slots__ = ("_asked", "_resolver")

    def __init__(self, resolver: FileResolver) -> None:
        self._resolver = resolver
        self._asked: dict[str, ResolvedFile | None] = {}

    def open(self, path: str) -> str | None:
        """Return the text of a file, the same one each time; None where it is not shown."""
        if path in self._asked:
            found = self._asked[path]
        elif len(self._asked) >= _MAX_FILES:
            return None
        else:
            found = self._resolver.read(path)
            if found is not None and len(found.text) > MAX_BYTES:
                found = None
            self._asked[path] = found
        return None if found is None else found.text

    @property
    def shown(self) -> list[dict[str, str]]:
        """Path and hash of each file that was read, in order."""
        return [{"path": path, "sha256": file.sha256} for path, file in self._asked.items() if file]
