"""Arguments made to be costly: the reading stays small, and every bound that is hit is said."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from guard.parse.reading import UNKNOWN, Reading, Stdin

N = 60_000


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("ssh", ["-R", "1:b:2"] * 4000),
        ("rm", ["x"] * 3000),
        ("sudo", ["-n"] * 3000),
    ],
)
def test_too_many_words_are_said(
    program: str, words: list[str], read: Callable[..., Reading]
) -> None:
    """Beyond 2048 words nothing is read, and that is of high severity."""
    reading = read([program, *words])
    assert ("limit_words", "high") in [(o["kind"], o["severity"]) for o in reading.opaque]
    assert len(reading.operations) < 2100


def test_values_that_double_do_not_grow(read: Callable[..., Reading]) -> None:
    """`a=a a` again and again is cut, and what is cut ends unknown."""
    text = 'BEGIN{a="x";' + "a=a a a a;" * 100 + "system(a)}"
    reading = read(["awk", text])
    assert all(len(run.text or "") < 10_000 for run in reading.runs)
    assert any(UNKNOWN in (run.text or "") for run in reading.runs)


def test_an_awk_program_of_thousands_of_parts_is_opaque(read: Callable[..., Reading]) -> None:
    """What lies beyond the bound is not read, and that is said."""
    reading = read(["awk", "x|y|" * 5000])
    assert "limit_tokens" in [part["kind"] for part in reading.opaque]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (["xargs", "-n1", "x"], "limit_items"),
        (["parallel", "x", ":::", *map(str, range(99))], "limit_items"),
        (["parallel", "x", *[":::", "a"] * 20], "limit_items"),
        (["crontab", "-"], "limit_items"),
        (["curl", "-T", *["f", "-T"] * 90, "f", "http://h"], "limit_items"),
        (["nmap", *[f"10.0.0.{n}" for n in range(40)]], "limit_items"),
        (["scp", *[f"h{n}:x" for n in range(30)], "."], "limit_items"),
        (["env", *["-S-S-S-S-S-S-S-S-S-S-S-Sx"]], "limit_depth"),
    ],
)
def test_a_bound_that_is_hit_is_visible(
    line: list[str], kind: str, read: Callable[..., Reading]
) -> None:
    """Lists that are not read to their end say so."""
    text = "\n".join(f"* * * * * job{n}" for n in range(200))
    reading = read(line, stdin=Stdin(text, "pipe", "printf"))
    assert kind in [part["kind"] for part in reading.opaque]


@pytest.mark.parametrize("program", ["socat", "curl", "sed", "awk", "env", "ssh", "vim", "tar"])
@pytest.mark.parametrize("unit", [":", ",", "|", "\\", "'", '"', "{", "[", "a,b=", "s/a/b/e;"])
def test_long_words_of_one_sign_are_read(
    program: str, unit: str, read: Callable[..., Reading]
) -> None:
    """Sixty thousand characters of anything give a reading of bounded size."""
    reading = read([program, (unit * N)[:N]])
    assert len(reading.operations) + len(reading.runs) < 100_000
