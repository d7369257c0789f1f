"""Miners of cryptocurrency: only where they connect; whether they may is for policies to say."""

from __future__ import annotations

from guard.parse.addresses import split_host, split_url
from guard.parse.programs.draft import Draft, Reader
from guard.parse.programs.tables import load
from guard.parse.reading import Invocation, Reading

__all__ = ["READERS"]

_POOL = frozenset(load("miners")["pool_options"])


def _miner(invocation: Invocation) -> Reading:
    """The pool stands behind -o, --url, --pool, -P, ..., attached or in the next word."""
    draft = Draft(invocation)
    argv = invocation.argv
    values: dict[str, None] = {}
    for index, word in enumerate(argv[1:], 1):
        name, equals, value = word.lstrip("-").partition("=")
        if not word.startswith("-"):
            value = word if "stratum" in word or "://" in word else ""
        elif not equals:
            attached = word[:2] == "-o" and len(word) > 2
            following = "".join(argv[index + 1 : index + 2])
            value = word[2:] if attached else following if name in _POOL else ""
        elif name not in _POOL:
            value = ""
        values[value] = None
    for value in values:
        _pool(draft, value)
    return draft.reading


def _pool(draft: Draft, text: str) -> None:
    url = split_url(text) if "://" in text else None
    host, port = (url.host, url.port) if url else split_host(text)
    if host and (url or port is not None or "." in host):
        draft.connect("stratum", host, port, url=text if url else "")


READERS: dict[str, Reader] = dict.fromkeys(load("miners")["miners"], _miner)
