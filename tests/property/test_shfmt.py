"""The reader of shell text against shfmt's (mvdan.cc/sh): the same simple commands in both.

What is compared: how many simple commands a program has, at any depth, and the literal
text of the first word of each. shfmt comes with the development tools (`shfmt-py`).
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from guard.parse.budget import Budget, Limits
from guard.parse.shell.syntax import read
from guard.parse.shell.tree import Literal, Simple
from tests.support.shell_programs import programs
from tests.support.shell_trees import normal

SHFMT = shutil.which("shfmt", path=str(Path(sys.executable).parent)) or shutil.which("shfmt")
ROOMY = Limits(cpu_seconds=30)
UNKNOWN = "?"  # a head, or a piece of one, that is no literal
_ESCAPED = re.compile(r"\\(\n|.)", re.DOTALL)

pytestmark = pytest.mark.skipif(SHFMT is None, reason="shfmt is not installed")

TABLE = [
    "ls -la",
    "l\\s; 'l's; \"l\"s; l''s; $'ls'; $\"ls\"",
    "a=1 b=2 c d",
    "a=1",
    "a=(b $(c) d)",
    ">f",
    ">f a <g b 2>&1",
    "a | b |& c && d || e; f & g",
    "! a; time b; time -p c | d; coproc e; coproc N { f; }",
    "(a; b) | { c; d; }",
    "if a; then b; elif c; then d; else e; fi",
    "while a; do b; done; until c; do d; done",
    "for x in $(a) `b`; do c; done; for ((i = $(d); i < 3; i++)); do e; done",
    "select x in a b; do c; done",
    "case $(a) in b | $(c)) d ;; *) e ;& f) g ;;& esac",
    "f() { a; }; function g { b; }; function h() (c)",
    "[[ -f $(a) && $b == c* ]]; (($(d) + 1)); let x=1",
    "declare -A m=([k]=$(a)); export b=$(c) d; local e; readonly f; typeset g; nameref h",
    'echo "$(a "$(b)")" `c \\`d\\`` ${x:-$(e)} ${x#$(f)} ${x/$(g)/$(h)} ${x:$(i)} $((j + $(k)))',
    "cat <(a) >(b) <<<$(c)",
    "cat <<E\n$(a) `b` ${x:-$(c)}\nE",
    "cat <<'E'\n$(a)\nE",
    "cat <<A <<-B\n$(a)\nA\n\t$(b)\n\tB\nc",
    "eval a; exec b; command c; builtin d; . e; source f",
    '$x a; ${x}y b; "$x" c; `a` d; $(a) e',
    "a\\\nb c; a # b\nc",
    "{ a; } >f; (b) 2>&1; if c; then d; fi | e",
    "echo {a,b} *.c ~/x [a-z] ?(a|b) @(c)",
    "x[$(a)]=b; x+=$(c); x[1]+=d",
]


def by_shfmt(program: str) -> Counter[str] | None:
    """Return the heads that shfmt sees, or None where it refuses the program."""
    assert SHFMT is not None
    done = subprocess.run(
        [SHFMT, "--language-dialect=bash", "--to-json"],
        capture_output=True,
        check=False,
        input=program.encode(),
        timeout=30,
    )
    if done.returncode:
        return None
    return Counter(_shfmt_heads(json.loads(done.stdout)))


def _shfmt_heads(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _shfmt_heads(item)
    elif isinstance(node, dict):
        kind = node.get("Type")
        if kind == "CallExpr" and node.get("Args"):
            yield _shfmt_text(node["Args"][0].get("Parts", []))
        elif kind == "DeclClause":
            yield node["Variant"]["Value"]
        elif kind == "LetClause":
            yield "let"
        for value in node.values():
            yield from _shfmt_heads(value)


def _shfmt_text(parts: list[dict[str, Any]], *, quoted: bool = False) -> str:
    """The literal text of a word's parts; `?` for each other part."""
    text = ""
    for part in parts:
        if part["Type"] == "Lit" and not quoted:
            text += _ESCAPED.sub(lambda m: m[1].strip("\n"), part["Value"])
        elif part["Type"] == "Lit":
            text += part["Value"]
        elif part["Type"] == "SglQuoted":
            text += part.get("Value", "")
        elif part["Type"] == "DblQuoted":
            text += _shfmt_text(part.get("Parts", []), quoted=True)
        else:
            text += UNKNOWN
    return text


def by_us(program: str) -> Counter[str]:
    """Return the heads that our reader sees."""
    return Counter(_our_heads(read(program, Budget(ROOMY))))


def _our_heads(node: Any) -> Iterator[str]:
    if isinstance(node, Simple) and node.words:
        parts = node.words[0].parts
        yield "".join(p.text if isinstance(p, Literal) else UNKNOWN for p in parts)
    if isinstance(node, tuple):
        for item in node:
            yield from _our_heads(item)
    else:
        for name in getattr(node, "__dataclass_fields__", ()):
            yield from _our_heads(getattr(node, name))


@pytest.mark.parametrize("program", TABLE)
def test_table(program: str) -> None:
    """Each kind of command, quoting and nesting has the same commands in both."""
    theirs = by_shfmt(program)
    assert theirs is not None
    assert by_us(program) == theirs


@pytest.mark.parametrize("seed", range(3))
def test_generated_programs(seed: int) -> None:
    """Programs of a grammar have the same commands in both, where shfmt takes them at all."""
    compared = 0
    for program in programs(150, seed=seed + 500, size=1):
        theirs = by_shfmt(program)
        if theirs is None:
            continue
        assert by_us(program) == theirs, program
        compared += 1
    assert compared > 40


@pytest.mark.parametrize("seed", range(2))
def test_a_formatted_program_reads_the_same(seed: int) -> None:
    """What shfmt prints for a program has the commands of the program."""
    assert SHFMT is not None
    compared = 0
    for program in programs(80, seed=seed + 900, size=1):
        done = subprocess.run(
            [SHFMT, "--language-dialect=bash"],
            capture_output=True,
            check=False,
            input=program.encode(),
            timeout=30,
        )
        if done.returncode:
            continue
        assert by_us(done.stdout.decode()) == by_us(program), program
        compared += 1
    assert compared > 20


def test_a_hidden_command_is_told_apart() -> None:
    """The comparison notices one command more, and one of another name."""
    assert by_shfmt("a; b") != by_us("a")
    assert by_shfmt("a $(b)") != by_us("a '$(b)'")
    assert normal(read("a", Budget(ROOMY))) != normal(read("b", Budget(ROOMY)))
