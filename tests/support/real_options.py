"""How many words each option of a real program takes, asked of the program itself.

A program that is given `--OPTION --zz-one --zz-two --zz-three` complains of the first of the
three that is no value of the option. How it complains is learnt from `--zz-one` alone. Nothing
is done by such a call: it is refused before the program begins. It runs in namespaces of its own,
in an empty folder, without a network, input or rights.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

__all__ = ["NAMESPACES", "OptionOracle", "namespaces"]

# Its own users, network, processes and mounts; what it started ends with it.
NAMESPACES = ("unshare", "-rnpfm", "--mount-proc", "--kill-child", "--")

_MARKS = ("zz-one", "zz-two", "zz-three")
_ODD = "~"  # no program here has an option of this name
_SECONDS = 3
_PATIENCE = 2  # calls that may wait for something instead of complaining
_NUMBER = re.compile(r"[0-9]{2,}")


@cache
def namespaces() -> bool:
    """Whether this machine lets a test have namespaces of its own."""
    if shutil.which("unshare") is None:
        return False
    tried = subprocess.run([*NAMESPACES, "true"], capture_output=True, check=False)
    return tried.returncode == 0


class OptionOracle:
    """Asks one program, called with `words` (`["git", "clone"]`), in `folder`.

    `dash` is what its unknown long options begin with.
    """

    def __init__(self, words: Sequence[str], folder: Path, dash: str = "--") -> None:
        self._words, self._folder, self.dash = list(words), folder, dash
        self._waits = 0
        self.complaint = self._complaint([f"{dash}zz-one"])
        self.letter = self._complaint([f"-{_ODD}"])

    @property
    def speaks(self) -> bool:
        """Whether the program names the option that it does not know."""
        return any("zz-one" in line for line in self.complaint) and self._steady()

    def values(self, option: str) -> int | None:
        """Return how many following words `option` takes; None where it does not say."""
        marks = [f"{self.dash}{mark}" for mark in _MARKS]
        said = self._complaint([option, *marks])
        for count, mark in enumerate(_MARKS):
            if self._same(said, self.complaint, mark):
                return count
        return None

    def attached(self, option: str) -> bool | None:
        """Return whether the letter after a short option is its value; None if nothing says."""
        if not any(_ODD in line for line in self.letter):
            return None
        said = self._complaint([f"{option}{_ODD}", f"{self.dash}zz-one"])
        if any(_ODD in line and line in self.letter for line in said):
            return False
        return True if self._same(said, self.complaint, "zz-one") else None

    def knows(self, option: str) -> bool:
        """Whether the program does not complain of the option itself."""
        name = option.lstrip("-")
        said = self._complaint([option, f"{self.dash}zz-one"])
        if option.startswith(self.dash) and len(name) > 1:
            return not self._same(said, self.complaint, name)
        return said != [line.replace(_ODD, name) for line in self.letter]

    def _steady(self) -> bool:
        return self._same(self._complaint([f"{self.dash}zz-two"]), self.complaint, "zz-two")

    @staticmethod
    def _same(said: list[str], complaint: list[str], mark: str) -> bool:
        """Whether the line that complains of `zz-one` is here, about another word."""
        wanted = [line.replace("zz-one", mark) for line in complaint if "zz-one" in line]
        return bool(wanted) and wanted[0] in said

    def _complaint(self, arguments: list[str]) -> list[str]:
        if self._waits > _PATIENCE:
            return []
        try:
            done = subprocess.run(
                [*NAMESPACES, *self._words, *arguments],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=_SECONDS,
                env={
                    "PATH": os.environ.get("PATH", os.defpath),
                    "HOME": str(self._folder),
                    "LC_ALL": "C",
                    "TERM": "dumb",
                    "COLUMNS": "200",
                    "NO_COLOR": "1",
                },
            )
        except subprocess.TimeoutExpired:
            self._waits += 1
            return []
        text = (done.stdout[:20_000] + b"\n" + done.stderr[:20_000]).decode(errors="replace")
        # Times and process ids differ from call to call.
        return [_NUMBER.sub("#", line.strip()) for line in text.splitlines()[:200] if line.strip()]
