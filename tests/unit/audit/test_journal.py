"""The journal under writers, crashes, rotation and tampering while it is open."""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from guard.audit.chain import GENESIS, Head
from guard.audit.journal import Journal
from guard.audit.verify import verify
from guard.errors import AuditError

_KEY = b"0123456789abcdef0123456789abcdef"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit.jsonl"


def note(number: int, size: int = 0) -> dict[str, Any]:
    return {"type": "note", "number": number, "filler": "x" * size}


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def numbers(*paths: Path) -> list[int]:
    return [r["number"] for path in paths for r in read(path) if r["type"] == "note"]


def test_lines_are_json_that_names_the_line_before(path: Path) -> None:
    """A header, then records; `seq` counts and `prev` is the hash before."""
    with Journal(path) as journal:
        for number in range(3):
            journal.write(note(number))
    header, *records = read(path)
    assert header["type"] == "header"
    assert header["format"] == "regoguard-journal/1"
    assert header["prev"] == GENESIS
    assert [r["seq"] for r in records] == [1, 2, 3]
    assert [r["prev"] for r in records] == [header["hash"], *(r["hash"] for r in records[:-1])]
    assert numbers(path) == [0, 1, 2]


def test_head_is_the_last_record(path: Path) -> None:
    """`write` and `head` return number and hash of what was written last."""
    with Journal(path) as journal:
        head = journal.write(note(1))
        assert head == journal.head() == Head(1, read(path)[-1]["hash"])
        assert Head.parse(str(head)) == head


def test_file_is_for_its_owner_alone(path: Path) -> None:
    """Others can neither read nor write a journal that the guard made."""
    Journal(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_appending_goes_on_after_reopening(path: Path) -> None:
    """A second life of the program continues the chain."""
    for number in range(3):
        with Journal(path) as journal:
            journal.write(note(number))
    assert numbers(path) == [0, 1, 2]
    assert verify(path).ok


def test_threads_share_one_journal(path: Path) -> None:
    """Eight threads lose nothing and break nothing."""
    with Journal(path) as journal:

        def work(start: int) -> None:
            for number in range(start, start + 50):
                journal.write(note(number))

        threads = [threading.Thread(target=work, args=(100 * n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(numbers(path)) == sorted(100 * n + m for n in range(8) for m in range(50))
    assert verify(path).ok


def _work(path: Path, start: int, max_bytes: int) -> None:
    with Journal(path, max_bytes=max_bytes, lock_timeout=30) as journal:
        for number in range(start, start + 60):
            journal.write(note(number, 100))


@pytest.mark.parametrize("max_bytes", [64 * 1024 * 1024, 8192])
def test_processes_share_one_path_also_while_it_rotates(path: Path, max_bytes: int) -> None:
    """Four processes on one path write one chain that verifies across all files."""
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_work, args=(path, 1000 * n, max_bytes)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    files = [*sorted(path.parent.glob("audit.jsonl.*")), path]
    assert sorted(numbers(*files)) == sorted(1000 * n + m for n in range(4) for m in range(60))
    found = verify(path)
    assert found.ok, found.first_broken
    assert found.files == len(files)
    assert (len(files) > 5) == (max_bytes == 8192)


def test_parent_and_forked_child_write_one_chain(path: Path) -> None:
    """A fork shares neither lock nor state with its parent."""
    with Journal(path, lock_timeout=30) as journal:
        journal.write(note(0))
        pid = os.fork()
        if pid == 0:  # pragma: no cover - another process
            try:
                for number in range(100, 200):
                    journal.write(note(number))
            finally:
                os._exit(0)
        for number in range(200, 300):
            journal.write(note(number))
        os.waitpid(pid, 0)
        journal.write(note(1))
    assert sorted(numbers(path)) == [0, 1, *range(100, 300)]
    assert verify(path).ok


def test_rotation_keeps_the_chain(path: Path) -> None:
    """Full files are named by their first record, and each new one goes on from it."""
    with Journal(path, max_bytes=4096) as journal:
        for number in range(30):
            journal.write(note(number, 400))
    files = [*sorted(path.parent.glob("audit.jsonl.*")), path]
    assert len(files) > 3
    assert numbers(*files) == list(range(30))
    assert all(file.stat().st_size <= 4096 for file in files)
    assert all(file.name.endswith(f".{read(file)[0]['seq']:012d}") for file in files[:-1])
    assert verify(path).ok
    assert verify(files).ok


def test_record_larger_than_a_file_is_kept(path: Path) -> None:
    """The size of files is a wish, a record is not cut for it."""
    with Journal(path, max_bytes=4096) as journal:
        for number in range(3):
            journal.write(note(number, 10_000))
    assert verify(path).ok
    assert numbers(*sorted(path.parent.glob("audit.jsonl.*")), path) == [0, 1, 2]


def test_kept_files_are_bounded_and_the_chain_says_where_it_begins(path: Path) -> None:
    """With `keep`, older files go, and what remains still verifies."""
    with Journal(path, max_bytes=4096, keep=2) as journal:
        for number in range(60):
            journal.write(note(number, 400))
    assert len(list(path.parent.glob("audit.jsonl.*"))) == 2
    found = verify(path)
    assert found.ok, found.first_broken
    assert found.first > 0


def test_rotation_after_a_crash_in_its_middle(path: Path) -> None:
    """The full file already has its second name: the next rotation takes it up."""
    with Journal(path, max_bytes=4096) as journal:
        for number in range(3):
            journal.write(note(number, 400))
        os.link(path, path.with_name("audit.jsonl.000000000000"))
        assert verify(path).ok
        for number in range(3, 20):
            journal.write(note(number, 400))
    assert verify(path).ok


def test_foreign_file_in_the_way_of_a_rotation_is_not_overwritten(path: Path) -> None:
    """A file that has the full file's name already is evidence, not garbage."""
    foreign = path.with_name("audit.jsonl.000000000000")
    with Journal(path, max_bytes=4096) as journal:
        foreign.write_text("mine\n")
        for number in range(3):
            journal.write(note(number, 1000))
        with pytest.raises(AuditError, match="cannot rotate"):
            journal.write(note(3, 1000))
    assert foreign.read_text() == "mine\n"


@pytest.mark.parametrize("torn", [b'{"seq":3,"prev":"', b"\0" * 300, b"x"])
def test_torn_end_is_put_aside_and_said(path: Path, torn: bytes) -> None:
    """What a crash left is kept in a file, named in a record, and the chain goes on."""
    with Journal(path) as journal:
        journal.write(note(0))
    with path.open("ab") as file:
        file.write(torn)
    assert not verify(path).ok
    with Journal(path) as journal:
        journal.write(note(1))
    recovered = read(path)[-2]
    assert recovered["type"] == "recovered"
    assert recovered["bytes"] == len(torn)
    assert path.with_name(recovered["aside"]).read_bytes() == torn
    assert numbers(path) == [0, 1]
    found = verify(path)
    assert found.ok
    assert found.recovered == 1


def test_torn_header_begins_the_journal_anew(path: Path) -> None:
    """A crash in the very first write leaves a journal that can begin."""
    path.write_bytes(b'{"seq":0,"pr')
    with Journal(path) as journal:
        journal.write(note(0))
    assert [r["type"] for r in read(path)] == ["header", "recovered", "note"]
    assert verify(path).ok


def test_killed_writer_leaves_a_journal_that_goes_on(path: Path) -> None:
    """After SIGKILL in the middle of writing, everything that was acknowledged is there."""
    program = (
        "import sys\nfrom guard.audit.journal import Journal\nj = Journal(sys.argv[1])\n"
        "n = 0\nwhile True:\n"
        "    j.write({'type': 'note', 'number': n, 'filler': 'x' * 3000})\n"
        "    print(n, flush=True)\n    n += 1\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        while int(writer.stdout.readline()) < 40:
            pass
        writer.kill()
        said = [int(line) for line in writer.stdout.read().split()]
    with Journal(path) as journal:
        journal.write(note(-1))
    kept = numbers(path)
    assert kept[:-1] == list(range(len(kept) - 1))
    assert len(kept) - 1 >= max([40, *said])
    assert verify(path).ok


def test_full_disk_is_an_error_and_leaves_whole_records(path: Path) -> None:
    """When the system takes only a part of a line, nothing of it stays and `write` raises."""
    program = (
        "import resource, sys\nfrom guard.audit.journal import Journal\n"
        "from guard.errors import AuditError\nj = Journal(sys.argv[1])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))\n"
        "kept = 0\n"
        "for n in range(20):\n"
        "    try:\n        j.write({'type': 'note', 'number': n, 'filler': 'x' * 700})\n"
        "        kept += 1\n"
        "    except AuditError as error:\n        last = str(error)\n"
        "print(kept, last)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )
    kept, _, message = done.stdout.partition(" ")
    assert "free space" in message
    assert numbers(path) == list(range(int(kept)))
    assert 0 < int(kept) < 20
    assert verify(path).ok
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 5000
    assert signal.getsignal(signal.SIGXFSZ) is not None


def test_changed_end_is_refused(path: Path) -> None:
    """A journal whose last record does not verify is not appended to, and stays as it is."""
    with Journal(path) as journal:
        journal.write(note(7))
    text = path.read_text().replace('"number":7', '"number":8')
    path.write_text(text)
    with pytest.raises(AuditError, match="does not verify"):
        Journal(path)
    assert path.read_text() == text


def test_foreign_file_is_refused(path: Path) -> None:
    """A file that is no journal is left alone."""
    path.write_text("hello\n")
    path.chmod(0o600)
    with pytest.raises(AuditError, match="no journal"):
        Journal(path)
    assert path.read_text() == "hello\n"


def test_end_cut_off_while_open_is_refused(path: Path) -> None:
    """Removing the last record of a journal in use is noticed at the next write."""
    with Journal(path) as journal:
        journal.write(note(0))
        size = path.stat().st_size
        journal.write(note(1))
        os.truncate(path, size)
        with pytest.raises(AuditError, match="cut short"):
            journal.write(note(2))


def test_removal_while_open_is_refused(path: Path) -> None:
    """A journal in use that is gone is an error, not a reason for a new one."""
    with Journal(path) as journal:
        journal.write(note(0))
        path.unlink()
        with pytest.raises(AuditError, match="removed"):
            journal.write(note(1))
        assert not path.exists()


def test_replacement_by_an_empty_or_a_shorter_journal_is_refused(path: Path) -> None:
    """Another file in its place is no rotation unless the chain goes on in it."""
    other = path.with_name("other")
    Journal(other).close()
    with Journal(path) as journal:
        journal.write(note(0))
        os.rename(other, path)
        with pytest.raises(AuditError, match="goes back"):
            journal.write(note(1))
        path.write_bytes(b"")
        with pytest.raises(AuditError, match=r"empty|cut short"):
            journal.write(note(1))


def test_missing_file_beside_full_ones_is_refused(path: Path) -> None:
    """A start after somebody removed the current file does not begin a second chain."""
    with Journal(path, max_bytes=4096) as journal:
        for number in range(20):
            journal.write(note(number, 400))
    path.unlink()
    with pytest.raises(AuditError, match="came before it"):
        Journal(path)


def test_link_device_and_shared_file_are_refused(path: Path, tmp_path: Path) -> None:
    """A symbolic link, a device and a file that others can write hold no journal."""
    target = tmp_path / "target"
    target.touch(0o600)
    path.symlink_to(target)
    with pytest.raises(AuditError, match="symbolic link"):
        Journal(path)
    with pytest.raises(AuditError, match="no regular file"):
        Journal("/dev/null")
    target.chmod(0o666)
    with pytest.raises(AuditError, match="written by others"):
        Journal(target)
    with pytest.raises(AuditError, match="no such file"):
        Journal(tmp_path / "missing" / "audit.jsonl")


def test_held_lock_is_an_error_after_a_while(path: Path) -> None:
    """A writer that hangs with the lock does not hang the others."""
    program = (
        "import fcntl, sys\nf = open(sys.argv[1], 'rb')\nfcntl.flock(f, fcntl.LOCK_EX)\n"
        "print('held', flush=True)\nsys.stdin.read()\n"
    )
    with Journal(path, lock_timeout=0.05) as journal:
        with subprocess.Popen(
            [sys.executable, "-c", program, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as holder:
            assert holder.stdout is not None
            holder.stdout.readline()
            with pytest.raises(AuditError, match="locked by another process"):
                journal.write(note(0))
            holder.communicate()
        journal.write(note(1))
    assert numbers(path) == [1]


def test_closed_journal_takes_nothing(path: Path) -> None:
    """Writing after `close` raises; closing twice does not."""
    journal = Journal(path)
    journal.close()
    journal.close()
    with pytest.raises(AuditError, match="closed"):
        journal.write(note(0))


@pytest.mark.parametrize(
    "record", [{}, {"type": "x", "hash": "y"}, {"type": "x", "n": float("nan")}, {"type": {1}}]
)
def test_what_is_no_record_is_refused(path: Path, record: dict[str, Any]) -> None:
    """Records need a type, leave the chain's keys alone and are JSON."""
    with Journal(path) as journal:
        with pytest.raises(AuditError):
            journal.write(record)
        journal.write(note(0))
    assert verify(path).ok


def test_text_that_is_no_unicode_is_recorded_all_the_same(path: Path) -> None:
    """A call with half of a surrogate pair in its name is refused, and that is recorded."""
    with Journal(path) as journal:
        journal.write({"type": "note", "tool": "x\ud800y", "number": 0})
    assert read(path)[-1]["tool"] == "x\ud800y"
    assert verify(path).ok


def test_line_breaks_stay_inside_a_line(path: Path) -> None:
    """Texts with newlines and separators of any kind do not make two lines of one."""
    text = "a\nb\r\nc\u2028d\x85e\x0bf"
    with Journal(path) as journal:
        journal.write({"type": "note", "text": text})
    assert path.read_bytes().count(b"\n") == 2
    assert json.loads(path.read_bytes().split(b"\n")[1])["text"] == text


def test_key_makes_the_chain_one_that_others_cannot_make(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a key, from the environment as well, neither no key nor another one will do."""
    monkeypatch.setenv("GUARD_JOURNAL_KEY", _KEY.decode())
    with Journal(path) as journal:
        journal.write(note(0))
    monkeypatch.delenv("GUARD_JOURNAL_KEY")
    assert verify(path, key=_KEY).ok
    with pytest.raises(AuditError, match="GUARD_JOURNAL_KEY"):
        Journal(path)
    with pytest.raises(AuditError, match="does not verify"):
        Journal(path, key=b"y" * 32)
    with pytest.raises(AuditError, match="can be guessed"):
        Journal(path, key=b"short")


def test_content_can_be_switched_off(path: Path) -> None:
    """A journal without content holds hashes, whoever made the record."""
    with Journal(path, content=False) as journal:
        request = {"resource": {"properties": {"arguments": {"command": "secret"}}}}
        journal.write({"type": "decision", "request": request, "errors": ["`secret`"]})  # type: ignore[dict-item]
    assert "secret" not in path.read_text()


def test_change_of_the_working_folder_keeps_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative path means the folder in which the journal was opened."""
    monkeypatch.chdir(tmp_path)
    with Journal("audit.jsonl") as journal:
        monkeypatch.chdir("/")
        journal.write(note(0))
    assert numbers(tmp_path / "audit.jsonl") == [0]
