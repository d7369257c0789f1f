"""Every reading of one command, one after the other: choices turned like an odometer."""

from __future__ import annotations

from guard.parse.reading import UNKNOWN
from guard.parse.shell.state import UNSET, Texts

__all__ = ["Worlds"]


class Worlds:
    """The choices made while one command is expanded.

    A command is expanded once for each world. In one world a name always has the same
    value. `cache` holds what must happen once only, such as command substitutions.
    INVARIANT: when there are more worlds than `limit`, a last one follows in which every
    choice is unknown, so nothing is left out in silence.
    """

    __slots__ = ("_limit", "_seen", "_trail", "_wild", "cache", "count")

    def __init__(self, limit: int) -> None:
        self._trail: list[list[int]] = []
        self._seen: dict[str, int] = {}
        self._limit = limit
        self._wild = False
        self.cache: dict[int, Texts] = {}
        self.count = 1  # worlds begun

    @property
    def several(self) -> bool:
        """True if a choice was met."""
        return bool(self._trail)

    def pick(self, key: str, texts: Texts) -> str:
        """Return the alternative that `key` has in this world."""
        if len(texts) == 1:
            return texts[0]
        if self._wild:
            return UNKNOWN
        return texts[self.choose("" if texts == UNSET else key, len(texts))]

    def choose(self, key: str, count: int) -> int:
        """Return which of `count` choices `key` has in this world."""
        if self._wild:
            return count - 1
        at = self._seen.get(key)
        if at is None:
            at = self._seen[key] = len(self._seen)
            if at == len(self._trail):
                self._trail.append([0, count])
        return min(self._trail[at][0], count - 1)

    def next(self) -> bool:
        """Go to the next world; False if there is none."""
        if self._wild:
            return False
        while self._trail and self._trail[-1][0] + 1 >= self._trail[-1][1]:
            self._trail.pop()
        if not self._trail:
            return False
        self._trail[-1][0] += 1
        self._seen.clear()
        self.count += 1
        self._wild = self.count > self._limit
        return True
