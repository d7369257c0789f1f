"""INSERT ... VALUES: the rows of a dump, of which plain ones say nothing that a parser need see.

A literal names no table and calls nothing. What is left of a statement without them names the
same things, so thousands of rows are read as if there were one.
"""

from __future__ import annotations

import re

__all__ = ["shortened"]

# Quoted names are units of their own: what stands in them is no keyword and no bracket.
_UNIT = r"""(?:[\w\s.,]|"[^"]*"|`[^`]*`|\[[^\]]*\])"""
_HEAD = re.compile(
    rf"\s*+(?:insert|replace)\b{_UNIT}*?(?:\({_UNIT}*?\)\s*+)?\bvalues?\s*+(?=\()", re.IGNORECASE
)
# A backslash before a quote is read differently by different systems: no plain literal. Nor is a
# text in double quotes, which is a name to some.
_LITERAL = (
    r"(?:(?:\b[enxb])?'(?:[^'\\]|''|\\[^'])*+'(?!')|[-+]?+(?:\d++(?:\.\d*+)?+|\.\d++)(?:e[-+]?\d++)?+"
    r"(?![\w.])|\b(?:null|true|false|default)\b)"
)
_ITEMS = rf"\s*+{_LITERAL}\s*+(?:,\s*+{_LITERAL}\s*+)*+"
_CALL = rf"\b[a-z_][\w.]*+\((?:{_ITEMS}|\s*+)\)"
_CELL = rf"\s*+(?:{_CALL}|{_LITERAL})\s*+"
# In a row that is one: what stands in quotes is passed over as a whole.
_CALLED = re.compile(rf"{_LITERAL}|({_CALL})", re.IGNORECASE)
_ROW = re.compile(
    rf"(?P<row>\((?:(?P<plain>{_ITEMS})|{_CELL}(?:,{_CELL})*+)\))\s*+(?:,\s*+(?=\()|;?\s*\Z)",
    re.IGNORECASE,
)


def shortened(text: str) -> tuple[str, bool] | None:
    """Return an INSERT of one row that names the same, and whether all its rows are literals.

    Calls stay, each once as it is written. Two statements of literals alone that are shortened
    alike differ in their values only. None for what is no INSERT of literals and of calls with
    literals.
    """
    head = _HEAD.match(text)
    if head is None:
        return None
    kept: dict[str, None] = {}
    position, length = head.end(), len(text)
    while position < length:
        row = _ROW.match(text, position)
        if row is None:
            return None
        if row["plain"] is None:
            kept.update(dict.fromkeys(filter(None, _CALLED.findall(row["row"]))))
        position = row.end()
    plain = not kept
    return f"{head.group().strip()} ({', '.join(kept) or '1'})", plain
