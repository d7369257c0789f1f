"""What a person sees: decisions, operations and rules as plain text, coloured on a terminal."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterator
from typing import Any

from guard.canonical import dumps
from guard.model import Decision, Effect, Finding

__all__ = ["command", "effect_word", "line", "note", "operation", "printable", "summary"]

_COLOURS = {Effect.ALLOW: "32", Effect.ASK: "33", Effect.DENY: "31"}
# Keys that every operation may have, told apart from what the operation is about.
_ASIDE = ("kind", "via", "certainty", "elsewhere")


def line(text: str = "") -> None:
    """Print one line to standard output."""
    print(text)  # noqa: T201 - the command's own voice


def note(text: str) -> None:
    """Print one line to standard error."""
    print(f"guard: {text}", file=sys.stderr)  # noqa: T201


def printable(text: str) -> str:
    """Return `text` with nothing in it that moves a terminal's cursor or turns its letters.

    Line breaks and tabs become visible escapes too.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character
        if character.isprintable() and unicodedata.category(character) not in ("Cf", "Co")
        else character.encode("unicode_escape").decode()
        for character in text
    )


def effect_word(effect: Effect, width: int = 0) -> str:
    """Return the effect's name, coloured where that can be seen."""
    word = f"{effect.value:<{width}}"
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ:
        return f"\x1b[1;{_COLOURS[effect]}m{word}\x1b[0m"
    return word


def summary(decision: Decision) -> None:
    """Print effect, reasons and what to do instead, then what the call would do."""
    line(f"{effect_word(decision.effect)}: {printable(command(decision))}")
    for finding in _telling(decision):
        line(f"  {finding.rule}: {printable(finding.reason)}")
        if finding.solution:
            line(f"    instead: {printable(finding.solution)}")
    for error in decision.errors:
        line(f"  error: {printable(error)}")
    if not decision.findings and not decision.errors:
        line("  no rule allows it")
    for text in _seen(decision):
        line(text)


def command(decision: Decision) -> str:
    """Return what was judged: the text of a call that is one text, else tool and arguments."""
    arguments = decision.call.arguments
    texts = list(arguments.values())
    if len(texts) == 1 and isinstance(texts[0], str):
        return texts[0]
    return f"{decision.call.tool} {arguments!r:.200}"


def operation(item: Any) -> str:
    """Return an operation in one line: its kind, then what it is about, as key=value."""
    about = " ".join(f"{key}={_value(value)}" for key, value in item.items() if key not in _ASIDE)
    aside = []
    if item.get("via"):
        aside.append(f"through {' > '.join(map(str, item['via']))}")
    if item.get("elsewhere"):
        aside.append(f"on {item['elsewhere']}")
    if item.get("certainty") == "may":
        aside.append("perhaps")
    end = f" ({', '.join(aside)})" if aside else ""
    return printable(f"{item.get('kind', '?')} {about}{end}")


def _telling(decision: Decision) -> list[Finding]:
    """The findings that a person wants to read: not that the profile allows the rest."""
    return [f for f in decision.findings if decision.allowed or f.effect is not Effect.ALLOW]


def _seen(decision: Decision) -> Iterator[str]:
    for item in decision.operations:
        yield f"  would: {operation(item)}"
    for part in decision.opaque:
        yield f"  not seen ({part.get('severity', '?')}): {printable(part.get('detail', ''))}"


def _value(value: Any) -> str:
    if isinstance(value, str) and value and value.isprintable() and " " not in value:
        return value
    return dumps(value)
