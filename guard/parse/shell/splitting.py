"""Word splitting at IFS (Bash Reference Manual, "Word Splitting")."""

from __future__ import annotations

__all__ = ["BLANK", "split_runs"]

BLANK = " \t\n"


def split_runs(text: str, separators: str) -> list[str | None]:
    """Split at IFS. A separator at an end shows as None there; "" is an empty field."""
    if not separators:
        return [text] if text else []
    if not any(c in text for c in separators):
        return [text] if text else []
    blank = [c for c in separators if c in BLANK]
    hard = [c for c in separators if c not in BLANK]
    if not hard:
        for c in blank:
            text = text.replace(c, " ")
        runs: list[str | None] = [r for r in text.split(" ") if r]
        return [
            *([None] if text[0] == " " else []),
            *runs,
            *([None] if text[-1] == " " else []),
        ]
    return _split_hard(text, blank, hard)


def _split_hard(text: str, blank: list[str], hard: list[str]) -> list[str | None]:
    """Split where IFS holds characters other than blanks (Bash manual, "Word Splitting")."""
    runs: list[str | None] = []
    current = ""
    position = 0
    if text[0] in blank:
        runs.append(None)
        while position < len(text) and text[position] in blank:
            position += 1
    ended = True
    while position < len(text):
        c = text[position]
        if c not in blank and c not in hard:
            current += c
            ended = False
            position += 1
            continue
        while position < len(text) and text[position] in blank:
            position += 1
        if position < len(text) and text[position] in hard:
            position += 1
            while position < len(text) and text[position] in blank:
                position += 1
        runs.append(current)
        current, ended = "", True
    runs.append(None if ended else current)
    return runs
