"""Calls of tunnel and transfer programs that open nothing, and lists of jobs."""

from __future__ import annotations

from typing import Any

import pytest

from guard.parse.budget import Budget
from guard.parse.programs import is_described, may_be_described
from guard.parse.shell import read_shell


def _kinds(text: str) -> set[str]:
    return {o["kind"] for o in read_shell(text, Budget()).operations}


def _tunnels(text: str) -> list[Any]:
    return [o for o in read_shell(text, Budget()).operations if o["kind"] == "network.tunnel"]


@pytest.mark.parametrize(
    "text",
    [
        "ssh -O check h",
        "ssh -S sock -O exit u@h",
        "ssh -Ostop h",
        "bore local -h",
        "frpc tcp -h",
        "rsync -a -e 'ssh -p 22' here there",
    ],
)
def test_nothing_is_opened(text: str) -> None:
    """Help, a word to the socket of an older connection, and local copies stay at home."""
    assert _kinds(text) <= {"process.exec", "file.read", "file.write"}


def test_a_forward_through_the_socket_is_a_tunnel() -> None:
    """`-O forward` opens what -R says on the connection that stands."""
    (tunnel,) = _tunnels("ssh -O forward -R 2222:localhost:22 h")
    assert (tunnel["direction"], tunnel["host"]) == ("remote", "h")


def test_an_rsync_whose_operands_are_unknown_may_use_its_shell() -> None:
    """One of them may name another machine."""
    assert _tunnels("rsync -e 'ssh -R 2222:localhost:22' $from here")


def test_a_daemon_of_rsync_is_no_ssh() -> None:
    """`host::module` is rsync's own protocol."""
    found = read_shell("rsync -a h::module/f .", Budget()).operations
    assert [o["protocol"] for o in found if o["kind"] == "network.connect"] == ["rsync"]


def test_a_job_of_cron_reads_nothing_but_what_stands_behind_the_percent_sign() -> None:
    """`script` in a table gets no copy of the table; text behind `%` is its input."""
    quiet = read_shell("echo '* * * * * script' | crontab -", Budget())
    assert all(o["kind"] not in ("network.tunnel", "network.connect") for o in quiet.operations)
    assert all(part["kind"] != "globbed_command" for part in quiet.opaque)
    assert _tunnels("echo '* * * * * bash%ssh -R 2222:localhost:22 h' | crontab -")


@pytest.mark.parametrize(
    ("line", "argv"),
    [
        ("parallel convert {} {.}.png ::: '*.jpg'", ["convert", "*.jpg", "*.png"]),
        ("parallel convert {} {/.}.png ::: 'a b/c d.jpg'", ["convert", "a b/c d.jpg", "c d.png"]),
        ('parallel mv {} {//}/x ::: "it\'s/f"', ["mv", "it's/f", "it's/x"]),
        ("parallel x {2} {1} ::: 'a b' ::: c", ["x", "c", "a b"]),
    ],
)
def test_parallel_quotes_what_it_fills_in(line: str, argv: list[str]) -> None:
    """Each placeholder becomes one word, whatever stands in it (parallel(1))."""
    found = read_shell(line, Budget())
    runs = [o["argv"] for o in found.operations if o["kind"] == "process.exec"]
    assert runs[-1] == argv
    assert all(part["kind"] != "unreadable_syntax" for part in found.opaque)


def test_names_of_which_a_part_is_known() -> None:
    """A version, a platform or a missing end may hide a described program; a script's may not."""
    assert is_described("ssh")
    assert is_described("chisel_1.9_linux_amd64")
    assert not is_described("COMMAND")
    for head, tail in [("", ""), ("s", "h"), ("ssh-", ""), ("", "-linux-amd64"), ("pyth", "3.12")]:
        assert may_be_described(head, tail), (head, tail)
    for head, tail in [("run-", ".sh"), ("count_em_", ""), ("", "_my_own_tests")]:
        assert not may_be_described(head, tail), (head, tail)


def test_an_address_behind_the_subcommand_is_no_help() -> None:
    """A tunnel with all it needs is a tunnel."""
    assert _tunnels("bore local 22 --to h")
