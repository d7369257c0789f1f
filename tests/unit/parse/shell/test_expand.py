"""Expansion against real bash: the fields that a word becomes."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path

import pytest

from guard.parse.budget import Budget, Limits
from guard.parse.reading import UNKNOWN
from guard.parse.shell import read_shell

BASH = shutil.which("bash")
needs_bash = pytest.mark.skipif(BASH is None, reason="bash is not installed")

SETUP = r"""
x=abcabc; e=; p=/usr/local/bin/tool.tar.gz; s='  two  words '; g='a*b?[c]'; n=3; m=-1; U=MiXed
a=(one 'two three' four); declare -A h=([k]=v [key]='w x'); q="it's"; i=x; c=a,b,,c; z=007
set -- p1 'p 2' p3
"""

WORDS = Path(__file__).with_name("words.txt")  # one a line


def _bash(lines: list[str]) -> list[list[str]]:
    """The fields of each word, as bash itself expands them in a fresh subshell."""
    script = SETUP + "\n".join(f"( printf '%s\\0' X {line} )\nprintf '\\1\\0'" for line in lines)
    assert BASH is not None
    output = subprocess.run(
        [BASH, "--norc", "-f", "-c", script], capture_output=True, check=False, timeout=60
    ).stdout
    results: list[list[str]] = [[]]
    for field in output.decode("utf-8", "surrogateescape").split("\0")[:-1]:
        if field == "\1":
            results.append([])
        else:
            results[-1].append(field)
    return [fields[1:] for fields in results[:-1]]


def _ours(line: str) -> list[list[str]]:
    """The readings of a word: the arguments that a program would get."""
    parsed = read_shell(f"{SETUP}\n/bin/tool {line}", Budget(Limits(cpu_seconds=10)))
    return [
        o["argv"][1:]
        for o in parsed.operations
        if o["kind"] == "process.exec" and o["path"] == "/bin/tool"
    ]


@needs_bash
def test_words_expand_as_in_bash() -> None:
    """Every word of the table becomes the fields that bash makes of it."""
    words = WORDS.read_text().splitlines()
    wrong = []
    for word, expected in zip(words, _bash(words), strict=True):
        readings = _ours(word)
        if expected not in readings and not (not expected and [] in readings):
            wrong.append((word, expected, readings))
    assert wrong == []


def _random_word(pick: random.Random) -> str:
    name = pick.choice(["x", "p", "s", "c", "g", "U", "e", "q"])
    pattern = pick.choice(
        [
            "a",
            "*b",
            "b*",
            "?",
            "[a-b]",
            "[!a]",
            "*",
            "/*",
            "*/",
            ".*",
            "*.",
            ",",
            "\\*",
            "a*c",
            "''",
        ]
    )
    operator = pick.choice(["#", "##", "%", "%%", "/", "//", "/#", "/%", "^^", ",,", ":", ":-"])
    if operator == ":":
        body = f":{pick.randint(0, 4)}" + pick.choice(["", f":{pick.randint(0, 5)}"])
    elif operator[0] == "/":
        escaped = pattern.replace("/", "\\/")
        body = f"{operator}{escaped}/" + pick.choice(["", "Z", "$n", "a b"])
    elif operator in ("^^", ",,"):
        body = operator + pick.choice(["", "[ab]", "?"])
    else:
        body = operator + pattern
    word = "${" + name + body + "}"
    return pick.choice([word, f'"{word}"', f"a{word}b", f'{word}"$e"', f"{word}$x"])


@needs_bash
def test_random_parameter_expansions_agree_with_bash() -> None:
    """A thousand random operators on random values give what bash gives."""
    pick = random.Random(20261123)
    words = [_random_word(pick) for _ in range(1000)]
    wrong = [
        (word, expected, _ours(word))
        for word, expected in zip(words, _bash(words), strict=True)
        if expected not in _ours(word)
    ]
    assert wrong == []


def test_unset_variable_is_empty_and_unknown() -> None:
    """Glued to letters or alone, an unset variable is read both ways."""
    assert sorted(_ours("a${unset}b")) == [["ab"], [f"a{UNKNOWN}b"]]
    assert sorted(_ours("$unset x")) == [["x"], [UNKNOWN, "x"]]


def test_unset_variable_in_a_slot_is_unknown_only() -> None:
    """Where a whole value belongs, "empty" is no reading worth having."""
    assert _ours('"$unset"') == [[UNKNOWN]]
    assert _ours("$unset/lib --to=$unset") == [[f"{UNKNOWN}/lib", f"--to={UNKNOWN}"]]


def test_braces_are_counted_before_they_are_built() -> None:
    """Two to the power of forty words are refused, not built."""
    parsed = read_shell("tool " + "{a,b}" * 40, Budget())
    assert [o["kind"] for o in parsed.opaque] == ["limit_braces"]


def test_too_many_readings_end_in_an_unknown_one() -> None:
    """Beyond the limit one more reading says that the rest is not known."""
    text = "".join(f"if a; then v{i}=x; else v{i}=y; fi\n" for i in range(8))
    parsed = read_shell(text + "/bin/tool " + "$v0$v1$v2$v3$v4$v5$v6$v7", Budget())
    found = [
        o["argv"][1]
        for o in parsed.operations
        if o["kind"] == "process.exec" and o["path"] == "/bin/tool"
    ]
    assert len(found) <= Limits().alternatives + 1
    assert UNKNOWN * 8 in found


def test_growing_string_is_stopped() -> None:
    """A string that grows too long stops the reading, visibly."""
    parsed = read_shell("x=aaaaaaaaaaaaaaaa;" + "x=$x$x;" * 20 + "tool $x", Budget())
    assert [(o["kind"], o["severity"]) for o in parsed.opaque] == [("limit_expansion", "high")]
