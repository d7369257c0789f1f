"""Patterns of the shell against bash itself: generated ones, on generated texts."""

from __future__ import annotations

import random
import shutil
import subprocess

import pytest

from guard.parse.budget import Budget, Limits
from guard.parse.shell import pattern

BASH = shutil.which("bash")
_ODD = (
    "[ab]",
    "[!a]",
    "[a-b]",
    "[[:alpha:]]",
    "\\a",
    "\\*",
    "[]a]",
    "[a|b]",
    "[(a]",
    ".",
    "+",
    "(",
    "|",
)
_DRIVER = r"""shopt -s extglob
while IFS= read -r -d '' p && IFS= read -r -d '' x; do
  [[ $x == $p ]] && m=1 || m=0
  case $x in $p) c=1;; *) c=0;; esac
  printf '%s\0' $m $c "${x#$p}" "${x##$p}" "${x%$p}" "${x%%$p}"
  printf '%s\0' "${x/$p/-}" "${x//$p/-}" "${x/#$p/-}" "${x/%$p/-}"
done"""
_ASKED = 10  # answers of bash for each pair


def _pattern(pick: random.Random, depth: int) -> str:
    out = []
    for _ in range(pick.choice((0, 1, 1, 2, 2, 3))):
        kind = pick.random()
        if kind < 0.45 or (kind >= 0.65 and not depth):
            out.append(pick.choice("abc"))
        elif kind < 0.55:
            out.append(pick.choice("*?"))
        elif kind < 0.65:
            out.append(pick.choice(_ODD))
        else:
            inner = [_pattern(pick, depth - 1) for _ in range(pick.choice((1, 2, 2, 3)))]
            out.append(pick.choice("?*+@!") + "(" + "|".join(inner) + ")")
    return "".join(out)


def _ours(glob: str, text: str) -> list[str | None]:
    budget = Budget(Limits(cpu_seconds=60))
    found = pattern.match(glob, text, budget, extglob=True)
    answers = [None if found is None else str(int(found))] * 2
    for strip in (pattern.strip_prefix, pattern.strip_suffix):
        for longest in (False, True):
            answers.append(strip(glob, text, budget, longest=longest, extglob=True))
    for every, anchor in ((False, ""), (True, ""), (False, "#"), (False, "%")):
        answers.append(
            pattern.replace(glob, text, "-", budget, every=every, anchor=anchor, extglob=True)
        )
    return answers


@pytest.mark.skipif(BASH is None, reason="bash is not installed")
@pytest.mark.parametrize("seed", range(4))
def test_patterns_match_as_in_bash(seed: int) -> None:
    """`[[`, `case`, `#`, `##`, `%`, `%%`, `/`, `//`, `/#` and `/%` give what bash gives."""
    pick = random.Random(seed)
    pairs = [
        (_pattern(pick, 3), "".join(pick.choices("aabbc*.|()+", k=pick.randint(0, 7))))
        for _ in range(2000)
    ]
    given = "".join(f"{glob}\0{text}\0" for glob, text in pairs).encode()
    done = subprocess.run([BASH or "", "-c", _DRIVER], input=given, capture_output=True, check=True)
    told = done.stdout.decode().split("\0")[:-1]
    assert len(told) == _ASKED * len(pairs)
    known = 0
    for at, (glob, text) in enumerate(pairs):
        theirs = told[_ASKED * at : _ASKED * (at + 1)]
        for mine, real in zip(_ours(glob, text), theirs, strict=True):
            assert mine in (None, real), (glob, text)
            known += mine is not None
    assert known > 0.8 * len(told)


@pytest.mark.parametrize(
    "glob", ["+(+(+(a)))b", "*(a|aa|aaa)b", "!(!(!(*a)))b", "+(*a*)b", "+(a|a|a|!(b))*c"]
)
def test_nothing_backtracks(glob: str) -> None:
    """What makes other matchers take exponential time is answered within the usual budget."""
    for size in (30, 300, 3000):
        text = "a" * size
        budget = Budget(Limits(cpu_seconds=2))
        assert pattern.match(glob, text, budget, extglob=True) in (False, True, None)
        pattern.replace(glob, text, "-", budget, every=True, extglob=True)
