"""One line on a terminal that says how far long work is. Nothing is written elsewhere."""

from __future__ import annotations

import sys
import time

__all__ = ["Progress"]

_PAUSE = 0.25  # seconds between two lines


class Progress:
    """Shows a text a few times a second on standard error, and takes it away at the end.

    `beside_output` shows it although the answers go to a terminal as well; without it they
    would be mixed up.
    """

    def __init__(self, *, beside_output: bool = False) -> None:
        self._on = sys.stderr.isatty() and (beside_output or not sys.stdout.isatty())
        self._begin = self._last = time.monotonic()

    def rate(self, number: int) -> float:
        """Return how many of `number` things were done in a second."""
        return number / max(time.monotonic() - self._begin, 1e-9)

    def show(self, text: str) -> None:
        """Show `text` in place of what stood there."""
        now = time.monotonic()
        if self._on and now - self._last >= _PAUSE:
            self._last = now
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()

    def end(self) -> None:
        """Take the line away."""
        if self._on:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
