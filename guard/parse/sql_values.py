"""Statements that differ in their values only: rows of a dump, UPDATEs and DELETEs one by one.

A literal names no table and calls nothing. What is left of a statement without them names the
same things, so thousands of rows are read as if there were one.
"""

from __future__ import annotations

import re

__all__ = ["shape", "shortened"]

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

# UPDATE and DELETE whose cells and conditions are one name beside literals. Two names, a call, a
# bracket or a literal alone are something else, and so is whatever stands behind.
_NAME = r"""\b[a-z_][\w.]*+|"[^"]*"|`[^`]*`"""
_IS = (
    rf"\s*+(?:{_NAME})\s*+(?:(?:[<>]=?|<>|!?=)\s*+(?:{_LITERAL})"
    rf"|\bis\s++(?:not\s++)?+null\b|\bin\s*+\({_ITEMS}\))\s*+"
)
_ALIKE = re.compile(
    rf"(?:delete\s++from\s++(?:{_NAME})|update\s++(?:{_NAME})\s++set\b{_IS}(?:,{_IS})*+)"
    rf"\s*+(?:\bwhere\b{_IS}(?:\band\b{_IS})*+)?+",
    re.IGNORECASE,
)
# Quoted names stay: only literals go.
_VALUE = re.compile(rf"({_NAME})|{_LITERAL}", re.IGNORECASE)
# Where text could be read as more than a value, each statement is looked at.
_MORE = re.compile(r"\bor\b|\bunion\b|--|/\*|[#;]", re.IGNORECASE)


def shape(text: str) -> str | None:
    """Return an UPDATE or a DELETE without its values; None for all that is not of that form.

    Two statements of one shape change the same columns of the same table and are limited by
    the same columns.
    """
    if _ALIKE.fullmatch(text) is None or _MORE.search(text):
        return None
    return _VALUE.sub(lambda match: match[1] or "?", text).lower()


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
