"""Tunnel tools under other names: arguments that only they are given.

`disguises.json` says for each program what its argument list `looks` like: regular
expressions over the words behind the name, one a line; of the pieces that it `has` one is
there in any case, which is quicker to see. Only programs that nobody described
are compared, so that a text tool may speak of tunnels.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from guard.parse.programs.tables import load

__all__ = ["disguised"]

_WORDS = 48  # words that are compared
_CHARACTERS = 2048
# Nobody described these, and they search or explain texts.
_SILENT = frozenset(
    {"rg", "ag", "ack", "man", "info", "tldr", "apropos", "whatis", "cheat", "logger", "figlet"}
)


@cache
def _signatures() -> tuple[tuple[str, tuple[str, ...], tuple[re.Pattern[str], ...]], ...]:
    return tuple(
        (
            program,
            tuple(facts["has"]),
            tuple(re.compile(pattern, re.MULTILINE) for pattern in facts["looks"]),
        )
        for program, facts in load("disguises").items()
    )


def disguised(program: str, argv: Sequence[str]) -> str:
    """Return the tool that these arguments are made for, or ""."""
    if len(argv) < 2 or program in _SILENT:
        return ""
    text = "\n".join(argv[1:_WORDS])[:_CHARACTERS]
    if "-" not in text and ":" not in text:
        return ""
    for name, pieces, patterns in _signatures():
        for piece in pieces:
            if piece in text:
                if any(pattern.search(text) for pattern in patterns):
                    return name
                break
    return ""
