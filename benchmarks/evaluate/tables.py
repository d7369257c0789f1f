"""A table, as text for a terminal and as Markdown for the page. Nothing is counted here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.evaluate.intervals import Interval, Rate

__all__ = ["Section", "Table", "percent", "span"]


@dataclass(frozen=True, slots=True)
class Table:
    """A heading row and rows of text; the first column is a name, the others are figures."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]

    def markdown(self) -> str:
        """As a Markdown table. A bar in a cell is escaped."""
        lines = [_bars(self.head), "|---" + "|---:" * (len(self.head) - 1) + "|"]
        return "\n".join([*lines, *(_bars(row) for row in self.rows)])

    def text(self) -> str:
        """As columns of one width."""
        whole = [list(map(_plain, row)) for row in (self.head, *self.rows)]
        widths = [max(len(row[at]) for row in whole) for at in range(len(self.head))]
        lines = []
        for row in whole:
            cells = [row[0].ljust(widths[0])]
            cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
            lines.append("  " + "  ".join(cells).rstrip())
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, words about how to read it, tables, and remarks after them."""

    title: str
    words: str = ""
    tables: Sequence[Table] = ()
    remarks: Sequence[str] = field(default_factory=tuple)

    def markdown(self) -> str:
        """As a part of the page."""
        parts = [f"## {self.title}", self.words, *(table.markdown() for table in self.tables)]
        parts.append("\n".join(f"- {remark}" for remark in self.remarks))
        return "\n\n".join(part for part in parts if part)

    def text(self) -> str:
        """For a terminal: without the words."""
        parts = [self.title, *(table.text() for table in self.tables)]
        parts += [f"  {_plain(remark)}" for remark in self.remarks]
        return "\n".join(parts)


def percent(share: float, digits: int = 1) -> str:
    """A share as per cent; a dash where it is unknown."""
    return "-" if math.isnan(share) else f"{100 * share:.{digits}f} %"


def span(value: Interval | Rate, digits: int = 1) -> str:
    """A share with its bounds, as `12.5 % (3.5-36.0)`."""
    interval = value.interval if isinstance(value, Rate) else value
    bounds = f"({100 * interval.low:.{digits}f}-{100 * interval.high:.{digits}f})"
    return f"{percent(interval.share, digits)} {bounds}"


def _bars(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _plain(cell: str) -> str:
    return cell.replace("**", "").replace("`", "")
