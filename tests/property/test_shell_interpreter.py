"""The interpreter answers every text: no exception, whole operations, bounded."""

from __future__ import annotations

import json
from typing import get_args, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guard.operations import Operation
from guard.parse.budget import Budget
from guard.parse.shell import read_shell
from tests.support.shell_programs import programs

_WORDS = r"""
ssh nc bash echo eval exec export declare read local set -- -c -R -e $x ${x} "$x" ${x:-y} $(
) ` ' " { } ; & && || | > >> < << <<< >& 2>&1 <( >( ( ) [[ ]] (( )) if then else fi for in do
done while case esac a=b a=(x y) ${a[@]} ${!a} f() \ # * ? ~ /tmp/x /dev/tcp/h/9 $((1+x)) IFS=,
PATH=/tmp: alias trap source . printf %s base64 -d xargs sh cat E
"""
_PIECES = st.sampled_from([*_WORDS.split(), "\n", "\t", " ", "x'y", '"a b"'])
_REQUIRED: dict[str, frozenset[str]] = {
    get_args(get_type_hints(kind)["kind"])[0]: kind.__required_keys__
    for kind in get_args(Operation)
}


def _check(text: str) -> None:
    budget = Budget()
    parsed = read_shell(text, budget)
    for operation in parsed.operations:
        assert _REQUIRED[operation["kind"]] <= operation.keys()
        assert operation["certainty"] in ("must", "may")
        assert isinstance(operation["via"], list)
    for opaque in parsed.opaque:
        assert opaque["severity"] in ("low", "medium", "high")
        assert opaque["kind"]
        assert opaque["detail"]
    json.dumps([parsed.operations, parsed.opaque])


@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECES, max_size=25))
def test_any_sequence_of_shell_pieces_is_answered(pieces: list[str]) -> None:
    """Pieces of shell in any order give operations with all their keys, and no exception."""
    _check(" ".join(pieces))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_answered(text: str) -> None:
    """Any text at all is answered."""
    _check(text)


@pytest.mark.parametrize("seed", range(20))
def test_generated_programs_are_answered(seed: int) -> None:
    """Valid programs of every construct are followed to their end."""
    for program in programs(15, seed=seed):
        _check(program)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text("abcxyz/-.=:_", min_size=1, max_size=8), min_size=1, max_size=5))
def test_quoting_hides_nothing(words: list[str]) -> None:
    """The same words in quotes are the same program with the same arguments."""
    plain = read_shell("tool " + " ".join(words), Budget())
    quoted = read_shell("'tool' " + " ".join(f'"{word}"' for word in words), Budget())
    assert plain.operations == quoted.operations
