"""The form of one line of a journal, and what links a line to the one before it.

Pure: bytes in, bytes out. A line is one JSON object: `seq` and `prev` first, the
record's own keys in canonical order, `hash` last. `hash` covers the line's bytes with
the `hash` member taken out, so every byte of a line is covered by its own hash, and by
`prev` every line before it as well.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
from typing import NamedTuple

from guard.canonical import Json, dumps
from guard.errors import AuditError, InputError

__all__ = [
    "FORMAT",
    "GENESIS",
    "Head",
    "Link",
    "chain_hash",
    "chain_name",
    "encode",
    "journal_key",
    "link",
    "read_link",
]

FORMAT = "regoguard-journal/1"
# What `prev` of the very first record is.
GENESIS = "0" * 64
# Made by `record`, out of values that were found to be JSON before.
_OWN = frozenset({"decision", "outcome"})
_RESERVED = frozenset({"seq", "prev", "hash"})
_PREFIX = re.compile(rb'\{"seq":(0|[1-9][0-9]{0,17}),"prev":"([0-9a-f]{64})",')
_SUFFIX = re.compile(rb',"hash":"([0-9a-f]{64})"\}\n')
_SUFFIX_LENGTH = len(',"hash":""}\n') + 64
# Shorter keys can be guessed; 16 bytes are half of what SHA-256 could use.
_MIN_KEY = 16


class Head(NamedTuple):
    """The last record of a chain: what must be known elsewhere to notice a cut-off end."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> Head:
        """Read `SEQ:HASH`.

        Raises:
            InputError: it is something else.
        """
        match = re.fullmatch(r"([0-9]{1,18}):([0-9a-f]{64})", text.strip())
        if match is None:
            raise InputError(
                f"`{text:.80}` is no head of a journal",
                help="write SEQ:HASH as `guard journal head` prints it",
            )
        return cls(int(match[1]), match[2])


class Link(NamedTuple):
    """One line, taken apart. `covered` is what `hash` is computed over."""

    seq: int
    prev: str
    hash: str
    covered: bytes


def journal_key(key: bytes | str | None = None) -> bytes | None:
    """Return the HMAC key: `key`, else the environment's GUARD_JOURNAL_KEY, else None.

    Raises:
        AuditError: the key is shorter than 16 bytes.
    """
    if key is None:
        key = os.environ.get("GUARD_JOURNAL_KEY") or None
    if key is None:
        return None
    raw = key.encode() if isinstance(key, str) else key
    if len(raw) < _MIN_KEY:
        raise AuditError(
            f"the journal's key has {len(raw)} bytes, which can be guessed",
            help=f"use {_MIN_KEY} random bytes or more, for instance `openssl rand -hex 32`",
        )
    return raw


def chain_name(key: bytes | None) -> str:
    """Return what the header of a file says about how its hashes are made."""
    return "sha256" if key is None else "hmac-sha256"


def chain_hash(covered: bytes, key: bytes | None) -> str:
    """Return SHA-256 in hexadecimal, keyed (RFC 2104) where there is a key."""
    if key is None:
        return hashlib.sha256(covered).hexdigest()
    return hmac.digest(key, covered, "sha256").hex()


def encode(record: dict[str, Json]) -> bytes:
    """Return the members of `record` in canonical JSON, without the braces.

    Raises:
        AuditError: it has no `type`, uses a key of the chain, or is no JSON.
    """
    if not isinstance(record.get("type"), str) or not _RESERVED.isdisjoint(record):
        raise AuditError("a record needs a `type` and may not set `seq`, `prev` or `hash`")
    try:
        try:
            if record["type"] in _OWN:
                return dumps(record).encode()[1:-1]
            return _encode_strictly(record).encode()[1:-1]
        except (InputError, UnicodeEncodeError):
            # Half of a surrogate pair in a tool's name, an object for a session's id: the
            # refusal of such a call must be recorded too.
            return _encode_loosely(record).encode()[1:-1]
    except (TypeError, ValueError, RecursionError) as error:
        raise AuditError(f"a record cannot be written as JSON: {error!s:.200}") from error


def _encode_strictly(record: dict[str, Json]) -> str:
    """Return JSON without NaN, which the faster encoder of our own records writes as null."""
    return json.dumps(
        record, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def _encode_loosely(record: dict[str, Json]) -> str:
    """Return JSON in ASCII, with the names of types where there are foreign objects."""
    return json.dumps(
        record,
        sort_keys=True,
        separators=(",", ":"),
        allow_nan=False,
        default=lambda value: f"<{type(value).__name__}>",
    )


def link(head: Head, members: bytes, key: bytes | None) -> tuple[Head, bytes]:
    """Return the new head and the whole line that appends `members` behind `head`."""
    seq = head.seq + 1
    start = b'{"seq":%d,"prev":"%s",%s' % (seq, head.hash.encode(), members)
    value = chain_hash(start + b"}", key)
    return Head(seq, value), b'%s,"hash":"%s"}\n' % (start, value.encode())


def read_link(line: bytes) -> Link | None:
    """Take a line with its newline apart; None if it does not have the form of a record."""
    prefix = _PREFIX.match(line)
    suffix = _SUFFIX.fullmatch(line, max(0, len(line) - _SUFFIX_LENGTH))
    if prefix is None or suffix is None or prefix.end() > suffix.start():
        return None
    covered = line[: suffix.start()] + b"}"
    return Link(int(prefix[1]), prefix[2].decode(), suffix[1].decode(), covered)
