"""From options to what they name: a guard, the call of one command, the lines of a file."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from guard.errors import InputError

if TYPE_CHECKING:
    from guard._guard import Guard
    from guard.audit.journal import Journal
    from guard.model import ToolCall
    from guard.policy.bundle import Bundle

__all__ = ["load_policies", "one_call", "open_calls", "open_guard", "open_journal"]


def open_guard(options: argparse.Namespace, journal: Journal | None = None) -> Guard:
    """Return the guard that the options describe.

    Raises:
        GuardError: policies, settings or profile cannot be used.
    """
    from guard._guard import Guard

    return Guard(
        policy=options.policy,
        add_policy=options.add_policy,
        settings=options.settings,
        profile=options.profile,
        engine=options.engine,
        url=options.url,
        journal=journal,
    )


def load_policies(name: str, settings: str | None = None) -> Bundle:
    """Return the policies called `shipped`, or those of a folder.

    A folder without a package `guard.main` is laid beside the shipped policies.

    Raises:
        PolicyError: they cannot be loaded.
    """
    from pathlib import Path

    from guard.policy import sources
    from guard.policy.bundle import Bundle

    if name == "shipped":
        return Bundle.load(None, settings)
    folder = Path(name)
    if sources.decides(sources.read_rego(folder)):
        return Bundle.load(folder, settings)
    return Bundle.load(None, settings, add=folder)


def open_journal(options: argparse.Namespace) -> Journal | None:
    """Return the journal that the options name, or None.

    Raises:
        AuditError: it cannot be appended to.
    """
    if not options.journal:
        return None
    from guard.audit.journal import Journal

    return Journal(options.journal)


def one_call(options: argparse.Namespace) -> ToolCall | None:
    """Return the call of COMMAND, or None if calls come from a file.

    Raises:
        InputError: both, neither, or a command that is not in quotes.
    """
    from guard.model import ToolCall

    words: list[str] = options.command
    if options.calls is not None:
        if words:
            raise InputError("a command and --calls were both given", help="give one of them")
        return None
    if not words:
        raise InputError(
            "nothing to judge", help="give a command in quotes, or --calls FILE (- reads stdin)"
        )
    if len(words) > 1:
        raise InputError(
            f"the command came in {len(words)} pieces", help="put the whole command in quotes"
        )
    return ToolCall(options.tool, {_argument(options.tool): words[0]}, source="cli")


@contextlib.contextmanager
def open_calls(name: str) -> Iterator[BinaryIO]:
    """Open the file of calls; `-` is standard input.

    Raises:
        InputError: it cannot be read.
    """
    if name == "-":
        if sys.stdin is None:  # as it is when the caller closed it
            raise InputError("standard input is closed", help="send the calls to it")
        yield sys.stdin.buffer
        return
    try:
        file = open(name, "rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise InputError(
            f"cannot read `{name}`: {(error.strerror or str(error)).lower()}",
            help="name a file with one JSON object a line, or - for standard input",
        ) from None
    with file:
        yield file


def _argument(tool: str) -> str:
    """Return the name of the argument in which the tool takes its text."""
    from guard.parse.tools import DEFAULT_TOOLS

    reader = DEFAULT_TOOLS.find(tool)
    return reader.arguments[0] if reader is not None and reader.arguments else "input"
