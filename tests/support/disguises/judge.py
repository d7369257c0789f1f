"""What real bash did with a disguised command, and what the reading of it says."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from random import Random
from typing import Any, Literal

from guard.parse.budget import Budget, Limits
from guard.parse.reading import UNKNOWN
from guard.parse.shell import read_shell
from tests.support.disguises.codecs import CODECS
from tests.support.disguises.sample import COMMANDS, Disguise, Sample, plain
from tests.support.disguises.texts import TEXTS
from tests.support.disguises.vectors import VECTORS
from tests.support.disguises.words import WORDS
from tests.support.real_bash import RealBash

__all__ = ["DISGUISES", "Judge", "Verdict", "generate", "judge_reading"]

DISGUISES: dict[str, Disguise] = {**WORDS, **VECTORS, **TEXTS, **CODECS}
Verdict = Literal["resolved", "opaque", "medium", "partial", "silent", "raised"]
# The processor time of a reading is not what is measured here.
_LIMITS = Limits(cpu_seconds=5)
_INTERPRETERS = ("python3", "perl")


def generate(random: Random, first: str = "") -> Sample:
    """A command behind one to three disguises, `first` (or any) as the innermost."""
    while True:
        sample = plain(random.choice(COMMANDS))
        names = [first or random.choice(list(DISGUISES))]
        names += random.choices(list(DISGUISES), k=random.choice([0, 0, 1, 1, 2]))
        for name in names:
            done = DISGUISES[name](random, sample)
            if done is not None and len(done.text) < 20_000:
                kinds = (*sample.kinds, name)
                sample = Sample(done.target, done.text, done.words, done.posix, kinds)
            elif name == first:
                break
        if sample.kinds and (not first or sample.kinds[0] == first):
            return sample


class Judge(RealBash):
    """Real bash with stubs for what is dangerous, and with real Python and Perl."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        for name in _INTERPRETERS:
            found = sys.executable if name == "python3" else shutil.which(name)
            if found:
                text = (self.stubs / name).read_text()
                self._write(name, f'{text}exec {os.path.realpath(found)} "$@"\n')

    def runs(self, sample: Sample) -> bool:
        """True if bash started the target with exactly its arguments."""
        ran = self.run(sample.text)
        shutil.rmtree(self.folder / f"run{self.count}", ignore_errors=True)
        (self.folder / f"notes{self.count}").unlink()
        program, arguments = sample.target[0], sample.target[1:]
        return any(one.program == program and one.arguments == arguments for one in ran)


def judge_reading(sample: Sample) -> Verdict:
    """Whether the reading shows the target, or at least says that it could not see."""
    try:
        parsed = read_shell(sample.text, Budget(_LIMITS))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return "raised"  # the guard denies, but a reader answers every text
    wanted = [_fact(o) for o in read_shell(plain(sample.target).text, Budget(_LIMITS)).operations]
    network = [fact for fact in wanted if fact["kind"].startswith("network.")]
    found = [_fact(o) for o in parsed.operations]
    for fact in found:
        if fact["kind"] == "process.exec" and (fact["program"], *fact["argv"][1:]) == sample.target:
            return "resolved"
    if network and all(fact in found for fact in network):
        return "resolved"
    severities = {part["severity"] for part in parsed.opaque}
    if "high" in severities:
        return "opaque"
    if "medium" in severities:
        return "medium"
    seen = (fact for fact in found if fact["kind"] == "process.exec")
    if any(
        fact["program"] == sample.target[0] and UNKNOWN in "".join(fact["argv"]) for fact in seen
    ):
        return "partial"
    return "silent"


def _fact(operation: object) -> dict[str, Any]:
    """An operation without how it is reached."""
    assert isinstance(operation, dict)
    return {k: v for k, v in operation.items() if k not in ("via", "certainty", "background")}
