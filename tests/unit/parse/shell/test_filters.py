"""Filters of text against the real programs: what they print is known exactly, or not at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from random import Random

import pytest

from guard.parse.budget import Budget, BudgetExceededError, Limits
from guard.parse.shell import pure

_TEXT = "alpha beta\nfoo=bar; x\n3 three\n\n10 ten [a]\n2 two.two\n-a/b c\nend & \\ end\naaa\n"
_LONG = Limits(cpu_seconds=10)
_KNOWN: tuple[tuple[str, ...], ...] = (
    ("sed", "s/a/X/"),
    ("sed", "s/a/X/g;s/X/Y/"),
    ("sed", "-e", "s/a/b/", "-e", "s/b/c/g"),
    ("sed", "-n", "2p"),
    ("sed", "-n", "2,4p"),
    ("sed", "-n", "$p"),
    ("sed", "-n", "/t/p"),
    ("sed", "-n", "/foo/,/ten/p"),
    ("sed", "-n", "/two/,$p"),
    ("sed", "-n", "3,1p"),
    ("sed", "-n", "s/a/a/p"),
    ("sed", "1d;$d"),
    ("sed", "2,3d"),
    ("sed", "/^$/d"),
    ("sed", "$!d"),
    ("sed", "2q"),
    ("sed", "2!s/a/Z/g"),
    ("sed", "s/[aeiou]//g"),
    ("sed", "s/[!=]/#/"),
    ("sed", "s/[]a]/#/g"),
    ("sed", "s/[^a-z]/_/g"),
    ("sed", "s/^.//"),
    ("sed", "s/^.\\{3\\}//"),
    ("sed", "s/^[^ ]* //"),
    ("sed", "s/ .*$//"),
    ("sed", "s/a*/-/"),
    ("sed", "s/\\./,/g"),
    ("sed", "s/t.o/[&]/g"),
    ("sed", "s/\\(a\\)\\(l\\)/\\2\\1/"),
    ("sed", "-E", "s/(a)(l)/\\2\\1/"),
    ("sed", "-E", "s/[0-9]+ //"),
    ("sed", "-E", "s/a{2}/b/"),
    ("sed", "s|a/b|c|"),
    ("sed", "s/A/x/I"),
    ("sed", "y/abc/xyz/"),
    ("sed", "s/[[:digit:]]//g"),
    ("sed", "s/\\s/_/"),
    ("sed", "s/+/p/;s/?/q/;s/|/r/"),
    ("awk", "{print $2}"),
    ("awk", "{ print $1, $2; }"),
    ("awk", "NR==2"),
    ("awk", "NR>2 && NR<=4"),
    ("awk", "/two/"),
    ("awk", "!/a/"),
    ("awk", "/^[0-9]/ {print $2}"),
    ("awk", '{gsub(/a/, "X"); print}'),
    ("awk", '{sub(/a/, "<&>"); print $1}'),
    ("awk", '{ printf "%s", $1 }'),
    ("awk", "-F=", "NR == 2 {print $2}"),
    ("awk", "{print $NF}"),
    ("awk", 'BEGIN { print "x;y" }'),
    ("grep", "two"),
    ("grep", "^a"),
    ("grep", "-v", "^$"),
    ("grep", "-E", "[0-9]+"),
    ("grep", "-i", "TWO.TWO"),
    ("grep", "-F", "[a]"),
    ("head", "-n", "2"),
    ("tail", "-n", "+3"),
    ("cut", "-d ", "-f2"),
    ("cut", "-c2-4"),
    ("tac",),
    ("rev",),
)
# Not followed, or followed exactly: never wrong.
_PERHAPS: tuple[tuple[str, ...], ...] = (
    ("sed", "s/a/b/2"),
    ("sed", "1~2d"),
    ("sed", "N;s/\\n/ /"),
    ("sed", "s/\\(a\\)*/x/"),
    ("sed", "s/a\\|b/x/g"),
    ("sed", "-n", "$="),
    ("sed", "s/b/\\U&/"),
    ("sed", "s/\\bt/T/"),
    ("sed", "-E", "s/(a|b)+/x/"),
    ("sed", "-z", "s/\\n/,/g"),
    ("sed", "s/a^b$c/x/"),
    ("sed", "0,/a/d"),
    ("awk", "{print length($0)}"),
    ("awk", "{print $1+1}"),
    ("awk", '{ printf "%5s|\\n", $1 }'),
    ("awk", "/a/ || /b/"),
    ("awk", '{gsub(/a/, "\\\\&"); print}'),
    ("grep", "-c", "a"),
    ("grep", "-o", "t.o"),
    ("grep", "-w", "end"),
    ("sort",),
    ("sort", "-n"),
    ("sort", "-rn"),
    ("sort", "-k1n"),
    ("sort", "-u"),
)


def _real(argv: tuple[str, ...], text: str) -> str:
    done = subprocess.run(
        argv,
        input=text.encode(),
        capture_output=True,
        check=False,
        timeout=10,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
    )
    return done.stdout.decode()


def _ours(argv: tuple[str, ...], text: str) -> str | None:
    return pure.output(argv[0], list(argv[1:]), text, lambda _: None, Budget(_LONG))


def _needs(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")


@pytest.mark.parametrize("argv", _KNOWN, ids=" ".join)
def test_what_is_followed_is_printed_alike(argv: tuple[str, ...]) -> None:
    """The programs that disguises are made of are followed to the last character."""
    _needs(argv[0])
    for text in (_TEXT, _TEXT.rstrip("\n")):
        assert _ours(argv, text) == _real(argv, text)


@pytest.mark.parametrize("argv", _PERHAPS, ids=" ".join)
def test_what_is_not_followed_is_not_known(argv: tuple[str, ...]) -> None:
    """An option or a command that is not followed gives no output, rather than a wrong one."""
    _needs(argv[0])
    assert _ours(argv, _TEXT) in (None, _real(argv, _TEXT))


@pytest.mark.parametrize("seed", range(40))
def test_random_patterns_match_as_in_sed(seed: int) -> None:
    """A random pattern replaces in `sed` what it replaces here, or is not followed."""
    _needs("sed")
    random = Random(seed)
    items = ["a", "b", ".", "[ab]", "[^a]", "\\.", "x", " ", "^", "$", "*", "\\{2\\}", "\\(", "\\)"]
    followed = 0
    for _ in range(12):
        pattern = "".join(random.choices(items, k=random.randint(1, 5)))
        argv = ("sed", f"s/{pattern}/<&>/g")
        text = "".join(random.choices("ab.x \n", k=30)) + "\n"
        ours = _ours(argv, text)
        followed += ours is not None
        assert ours in (None, _real(argv, text)), argv
    assert followed


@pytest.mark.parametrize(
    "options", ["-r -p", "-ps -r", "-r -ps", "-plain -revert", "-rp", "-p -r -s2"]
)
def test_hex_is_read_as_by_xxd(options: str) -> None:
    """xxd takes single letters and starts of long names, and no clusters."""
    _needs("xxd")
    argv, text = ("xxd", *options.split()), "686578 0a\n"
    assert _ours(argv, text) in (_real(argv, text), None)
    assert _ours(("xxd", "-ps", "-r"), text) == "hex\n"


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("print('ssh u@h')", True),
        ("import base64; print(base64.b64decode('c3NoIGE=').decode())", True),
        ("from base64 import *\nprint(b64decode(b'c3NoIGE=').decode())", True),
        ("print(bytes.fromhex('737368').decode())", True),
        ("print('h@u hss'[::-1]); print('x')", True),
        ("import codecs; print(codecs.decode('ffu', 'rot13'))", True),
        ("print(base64.b64decode('c3NoIGE=').decode())", False),
        ("import base64; print(base64.b64decode('c3NoIGE='))", False),
        ("from os import write as print; print('a')", False),
        ("print('a', 'b')", False),
        ("print('a', end='')", False),
        ("print(1)", False),
        ("if 0: print('a')", False),
        ("print('abc'[1])", False),
    ],
)
def test_python_that_prints_a_constant(code: str, known: bool) -> None:
    """A line of Python that prints what it decodes is followed, any other is not known."""
    argv = ("python3", "-c", code)
    real = _real((sys.executable, *argv[1:]), "")
    ours = _ours(argv, "")
    # Without its import the code fails, and its output is taken for what it means to print.
    assert ours == real if known else ours in (None, real, "ssh a\n")


def test_lines_with_numbers_sort_as_they_do() -> None:
    """Numbers before distinct lines decide the order; equal ones are for the locale."""
    text = "10 x\n2 y\n-3 z\n"
    assert _ours(("sort", "-n"), text) == _real(("sort", "-n"), text) == "-3 z\n2 y\n10 x\n"
    assert _ours(("sort",), "b x\nA y\n") is None
    assert _ours(("sort", "-n"), "1 b\n1 a\n") is None


def test_patterns_cost_bounded_time() -> None:
    """A pattern made to be matched slowly is refused, and so is a long text."""
    text = "a" * 60_000
    assert _ours(("sed", "s/a*a*a*b//"), text) is None
    assert _ours(("sed", "-E", "s/" + "a?" * 60 + "b//"), text) is None
    assert _ours(("sed", "s/a*b//"), text) is None
    with pytest.raises(BudgetExceededError):
        _ours(("sed", ";".join(["s/a/aaaaaaaa/g"] * 40)), text)
