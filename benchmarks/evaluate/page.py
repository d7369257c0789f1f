"""The scoreboard page: facts about the run, then the sections. Same input, same text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.evaluate.tables import Section

__all__ = ["Facts", "page"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a reader needs to know to make the page again. Nothing about the machine."""

    date: str
    version: str
    digest: str
    rows: int
    rows_digest: str


_HEAD = """\
# Scoreboard

How often the guard catches what it should, and disturbs what it should not, on {rows} labelled
tool calls that this project did not write, and on its own corpus. `make evaluate` writes this page.

| date | version | policies | rows |
|---|---|---|---|
| {date} | {version} | `{digest}` | `{rows_digest}` |

How to read it:

- A share is followed by its 95 % interval in brackets: Wilson's for counted rows, a bootstrap over
  the groups for means over sources or categories, since rows of one source are alike. With few
  groups the bootstrap is rough.
- Means give each source or category the same weight, so that the largest file does not decide.
- *Asked* is neither right nor wrong: a person sees the call first. It is always told apart from
  denied.
- The rows come from published attack collections, agent benchmarks, manuals and build files.
  Several carry licences that forbid copying, so this page shows ids and counts of them and no text.
- Labels are the collections' own and were not changed. Rules are written for classes of mistakes
  and never for a row; still, these rows were looked at while rules were written. They are no blind
  test.
- Numbers are of the profile `baseline` unless a table says otherwise.
"""


def page(facts: Facts, sections: Sequence[Section]) -> str:
    """The page as Markdown, with one line break at its end."""
    head = _HEAD.format(
        date=facts.date,
        version=facts.version,
        digest=facts.digest,
        rows=f"{facts.rows:,}",
        rows_digest=facts.rows_digest,
    )
    return "\n".join([head, *(section.markdown() + "\n" for section in sections)])
