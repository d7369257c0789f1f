"""Which rows no static reader can be asked about, from a data file that gives a reason for each."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.evaluate.rows import Row

__all__ = ["Exclusion", "ExclusionError", "excluded", "read_exclusions"]

PATH = Path(__file__).parent.parent / "exclusions.json"
_FIELDS = {"file", "category", "flag", "kind", "reason"}
_KINDS = ("compiled", "reputation", "content", "context")


class ExclusionError(ValueError):
    """An exclusion that says nothing, or that no row answers to."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Rows of `file` with this `category`, or with a true field `flag`, are told apart."""

    file: str
    kind: str
    reason: str
    category: str = ""
    flag: str = ""

    @property
    def name(self) -> str:
        """What is excluded, as the page calls it."""
        return self.category or f"rows marked `{self.flag}`"

    def holds(self, row: Row) -> bool:
        """True if the row is one of those."""
        if row.file != self.file:
            return False
        if self.flag:
            return row.extra.get(self.flag) is True
        return row.category == self.category


def read_exclusions(files: Mapping[str, Sequence[Row]], path: Path = PATH) -> tuple[Exclusion, ...]:
    """The list in `path`, checked against the rows that are there.

    Raises ExclusionError for a reason that is missing, and for an exclusion that no row of a
    present file answers to: it would look like honesty and be a leftover.
    """
    entries = json.loads(path.read_text(encoding="utf-8"))
    found = []
    for entry in entries:
        one = _exclusion(entry)
        if one.file in files and not any(one.holds(row) for row in files[one.file]):
            raise ExclusionError(
                f"no row of `{one.file}` is excluded by `{one.name}`: correct `{path.name}`"
            )
        found.append(one)
    return tuple(found)


def _exclusion(entry: dict[str, str]) -> Exclusion:
    if unknown := sorted(entry.keys() - _FIELDS):
        raise ExclusionError(f"unknown field `{unknown[0]}` in an exclusion: remove it")
    one = Exclusion(**entry)
    if bool(one.category) == bool(one.flag):
        raise ExclusionError("an exclusion names a category or a flag: give one of them")
    if one.kind not in _KINDS:
        raise ExclusionError(f"unknown kind `{one.kind}`: use one of {', '.join(_KINDS)}")
    if len(one.reason.split()) < 5:
        raise ExclusionError(f"`{one.name}` is excluded without a reason: say why in a sentence")
    return one


def excluded(row: Row, exclusions: Sequence[Exclusion]) -> bool:
    """True if one of the exclusions holds the row."""
    return any(one.holds(row) for one in exclusions)
