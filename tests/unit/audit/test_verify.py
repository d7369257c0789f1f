"""Every way to tamper with a journal is found at the first record that does not hold."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from guard.audit.chain import Head, chain_hash, read_link
from guard.audit.journal import Journal
from guard.audit.verify import verify
from guard.errors import AuditError, InputError

_KEY = b"0123456789abcdef0123456789abcdef"
Lines = list[bytes]


def fill(path: Path, count: int = 9, **options: object) -> Head:
    """Write `count` records, numbers 1 to `count`, at lines 2 to `count + 1`."""
    with Journal(path, **options) as journal:  # type: ignore[arg-type]
        for number in range(count):
            journal.write({"type": "note", "number": number, "filler": "x" * 300})
        return journal.head()


def rehash(line: bytes, old: bytes, new: bytes) -> bytes:
    """Change a line and make its own hash right again, as one can without a key."""
    link = read_link(line)
    assert link is not None
    covered = link.covered.replace(old, new)
    return b'%s,"hash":"%s"}\n' % (covered[:-1], chain_hash(covered, None).encode())


def change(lines: Lines) -> Lines:
    return [*lines[:4], lines[4].replace(b'"number":3', b'"number":4'), *lines[5:]]


def change_hash(lines: Lines) -> Lines:
    flipped = b"0" if lines[4][-4:-3] != b"0" else b"1"
    return [*lines[:4], lines[4][:-4] + flipped + lines[4][-3:], *lines[5:]]


def change_and_rehash(lines: Lines) -> Lines:
    return [*lines[:4], rehash(lines[4], b'"number":3', b'"number":4'), *lines[5:]]


def delete(lines: Lines) -> Lines:
    return [*lines[:4], *lines[5:]]


def delete_first_record(lines: Lines) -> Lines:
    return [lines[0], *lines[2:]]


def insert_copy(lines: Lines) -> Lines:
    return [*lines[:5], lines[3], *lines[5:]]


def swap(lines: Lines) -> Lines:
    return [*lines[:4], lines[5], lines[4], *lines[6:]]


def blank(lines: Lines) -> Lines:
    return [*lines[:4], b"\n", *lines[4:]]


def space(lines: Lines) -> Lines:
    return [*lines[:4], lines[4].replace(b'"number":3', b'"number": 3'), *lines[5:]]


def second_header(lines: Lines) -> Lines:
    return [*lines[:4], lines[0], *lines[4:]]


def without_header(lines: Lines) -> Lines:
    return lines[1:]


def other_header(lines: Lines) -> Lines:
    return [rehash(lines[0], b"regoguard-journal/1", b"regoguard-journal/9"), *lines[1:]]


def other_chain(lines: Lines) -> Lines:
    return [rehash(lines[0], b'"chain":"sha256"', b'"chain":"hmac-sha256"'), *lines[1:]]


def other_genesis(lines: Lines) -> Lines:
    return [rehash(lines[0], b"0" * 64, b"1" * 64), *lines[1:]]


def torn(lines: Lines) -> Lines:
    return [*lines[:-1], lines[-1][:-20]]


def unended(lines: Lines) -> Lines:
    return [*lines[:-1], lines[-1][:-1]]


@pytest.mark.parametrize(
    ("tamper", "line", "reason"),
    [
        (change, 5, "the record was changed"),
        (change_hash, 5, "the record was changed"),
        (space, 5, "the record was changed"),
        (change_and_rehash, 6, "record 5 does not follow the record before it"),
        (delete, 5, "record 4 is missing before record 5"),
        (delete_first_record, 2, "record 1 is missing before record 2"),
        (insert_copy, 6, "record 3 stands where record 5 belongs"),
        (swap, 5, "record 4 is missing before record 5"),
        (blank, 5, "the line is no record of a journal"),
        (second_header, 5, "record 0 stands where record 4 belongs"),
        (without_header, 1, "the file does not begin with a header"),
        (other_header, 1, "the file is not of the form regoguard-journal/1"),
        (other_chain, 1, "the header names another kind of chain"),
        (other_genesis, 1, "the first record names one before it"),
        (torn, 10, "the file ends in the middle of a record"),
        (unended, 10, "the file ends in the middle of a record"),
    ],
)
def test_first_broken_record_is_named(
    tmp_path: Path, tamper: Callable[[Lines], Lines], line: int, reason: str
) -> None:
    """A change, a deletion, an insertion, an exchange: file, line and reason."""
    path = tmp_path / "audit.jsonl"
    fill(path)
    assert verify(path).ok
    path.write_bytes(b"".join(tamper(path.read_bytes().splitlines(keepends=True))))
    found = verify(path)
    assert not found.ok
    assert found.first_broken == (path, line, reason)


def test_every_single_byte_counts(tmp_path: Path) -> None:
    """There is no byte of a journal that can be changed unseen."""
    path = tmp_path / "audit.jsonl"
    with Journal(path) as journal:
        journal.write({"type": "note", "number": 1})
    whole = path.read_bytes()
    for index in range(len(whole)):
        path.write_bytes(whole[:index] + bytes([whole[index] ^ 1]) + whole[index + 1 :])
        assert not verify(path).ok, index


def test_sound_journal_says_how_much_was_read(tmp_path: Path) -> None:
    """Records are counted with the header; the head is the last one."""
    path = tmp_path / "audit.jsonl"
    head = fill(path)
    found = verify(path, head=head)
    assert (found.ok, found.records, found.files, found.first, found.head) == (True, 10, 1, 0, head)
    assert found.first_broken is None


def test_cut_end_is_seen_with_the_head_alone(tmp_path: Path) -> None:
    """A chain cannot know its own end: the anchored head does."""
    path = tmp_path / "audit.jsonl"
    head = fill(path)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-3]))
    assert verify(path).ok
    found = verify(path, head=head)
    assert found.first_broken is not None
    assert "the end was cut off" in found.first_broken.reason


def test_rewritten_chain_is_seen_with_an_earlier_head(tmp_path: Path) -> None:
    """Without a key a whole chain can be made anew; an anchor in its middle shows it."""
    path = tmp_path / "audit.jsonl"
    head = fill(path, 4)
    path.unlink()
    fill(path, 9)
    assert verify(path).ok
    found = verify(path, head=head)
    assert found.first_broken is not None
    assert found.first_broken.line == 5
    assert "rewritten" in found.first_broken.reason


def test_earlier_head_of_a_grown_journal_holds(tmp_path: Path) -> None:
    """An anchor stays good while the journal grows."""
    path = tmp_path / "audit.jsonl"
    head = fill(path, 4)
    fill(path, 4)
    assert verify(path, head=head).ok


def test_files_of_one_chain_in_order_or_found_beside(tmp_path: Path) -> None:
    """One missing, exchanged or foreign file breaks the chain at its first line."""
    path = tmp_path / "audit.jsonl"
    fill(path, 40, max_bytes=4096)
    files = [*sorted(tmp_path.glob("audit.jsonl.*")), path]
    assert verify(path) == verify(files)
    assert verify(path).records == 40 + len(files)

    missing = verify([files[0], *files[2:]])
    assert missing.first_broken is not None
    assert missing.first_broken.file == files[2]
    assert missing.first_broken.line == 1
    assert "missing" in missing.first_broken.reason

    swapped = verify([files[1], files[0], *files[2:]])
    assert swapped.first_broken is not None
    assert swapped.first_broken.file == files[0]

    foreign = tmp_path / "foreign"
    fill(foreign, 2)
    mixed = verify([files[0], foreign])
    assert mixed.first_broken is not None
    assert mixed.first_broken[:2] == (foreign, 1)


def test_beginning_that_nothing_explains_is_broken(tmp_path: Path) -> None:
    """Removing the oldest file is seen, unless rotation did it and the chain says so."""
    path = tmp_path / "audit.jsonl"
    fill(path, 40, max_bytes=4096)
    sorted(tmp_path.glob("audit.jsonl.*"))[0].unlink()
    found = verify(path)
    assert found.first_broken is not None
    assert "records before it are missing" in found.first_broken.reason


def test_removing_more_than_rotation_did_is_broken(tmp_path: Path) -> None:
    """That older files were dropped does not excuse one that was not."""
    path = tmp_path / "audit.jsonl"
    fill(path, 60, max_bytes=4096, keep=3)
    assert verify(path).ok
    sorted(tmp_path.glob("audit.jsonl.*"))[0].unlink()
    assert not verify(path).ok


def test_head_of_a_file_that_was_dropped_is_not_taken_for_granted(tmp_path: Path) -> None:
    """What cannot be checked any more is not called sound."""
    path = tmp_path / "audit.jsonl"
    head = fill(path, 2, max_bytes=4096, keep=1)
    fill(path, 60, max_bytes=4096, keep=1)
    assert verify(path).ok
    found = verify(path, head=head)
    assert found.first_broken is not None
    assert "dropped" in found.first_broken.reason


def test_key_stops_a_rehashed_chain(tmp_path: Path) -> None:
    """Hashes made without the key, or a header that denies the key, do not pass."""
    path = tmp_path / "audit.jsonl"
    fill(path, key=_KEY)
    assert verify(path, key=_KEY).ok
    without = verify(path)
    assert without.first_broken is not None
    assert "GUARD_JOURNAL_KEY" in without.first_broken.reason
    other = verify(path, key=b"z" * 32)
    assert other.first_broken is not None
    assert "the key is another" in other.first_broken.reason

    path.unlink()
    fill(path)
    plain = verify(path, key=_KEY)
    assert plain.first_broken is not None
    assert plain.first_broken.line == 1
    assert "without a key" in plain.first_broken.reason


def test_empty_and_missing_files(tmp_path: Path) -> None:
    """An empty file is a broken journal; a missing one is an error."""
    path = tmp_path / "audit.jsonl"
    path.touch()
    found = verify(path)
    assert found.first_broken == (path, 1, "the file is empty")
    assert not verify([]).ok
    with pytest.raises(AuditError, match="cannot read"):
        verify(tmp_path / "missing")
    with pytest.raises(AuditError, match="no regular file"):
        verify("/dev/zero")


def test_memory_does_not_grow_with_the_journal(tmp_path: Path) -> None:
    """Ten times as many records take no more memory at the peak."""

    def peak(path: Path, count: int) -> int:
        fill(path, count)
        tracemalloc.start()
        try:
            assert verify(path).ok
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    small, large = peak(tmp_path / "a", 200), peak(tmp_path / "b", 2000)
    assert large < 2 * small


def test_journal_in_use_can_be_verified(tmp_path: Path) -> None:
    """Reading takes no lock that keeps the writer waiting, and moves nothing."""
    path = tmp_path / "audit.jsonl"
    with Journal(path, lock_timeout=0.0) as journal:
        for number in range(50):
            journal.write({"type": "note", "number": number})
            assert verify(path).records == number + 2


@pytest.mark.parametrize("text", ["", "12", "x:y", "1:" + "g" * 64, "-1:" + "0" * 64])
def test_head_in_another_form_is_refused(text: str) -> None:
    """Only SEQ:HASH is a head."""
    with pytest.raises(InputError, match="no head"):
        Head.parse(text)


def test_lines_are_what_the_documentation_says(tmp_path: Path) -> None:
    """Anyone can check a line: SHA-256 of the line without its `hash` member."""
    import hashlib

    path = tmp_path / "audit.jsonl"
    fill(path, 3)
    for line in path.read_text().splitlines():
        record = json.loads(line)
        covered = line.replace(f',"hash":"{record["hash"]}"', "")
        assert hashlib.sha256(covered.encode()).hexdigest() == record["hash"]
