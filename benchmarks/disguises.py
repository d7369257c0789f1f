"""Puts dangerous commands behind disguises, and counts what the guard's reading sees of them.

    python benchmarks/disguises.py [--samples 3000] [--seed N] [--show 20] [--kind NAME]

Real bash is the judge: a text that does not start its target there is discarded. A kind is
counted in every sample that it is part of. `resolved`: the reading shows the target with its
arguments; `opaque`: a part is marked at high severity, and a person is asked; `medium`: a part
is marked, and the default profile lets it pass; `partial`: the program is shown, some of its
arguments are not known; `silent` and `raised` are faults.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.support.disguises.judge import DISGUISES, Judge, Verdict, generate, judge_reading
from tests.support.disguises.sample import Sample
from tests.support.real_bash import missing

__all__: list[str] = []

_VERDICTS: tuple[Verdict, ...] = ("resolved", "opaque", "medium", "partial", "silent", "raised")
_WORKERS = 2


def _judged(samples: list[Sample]) -> list[Sample]:
    """Those that really run their target."""
    with tempfile.TemporaryDirectory() as folder:
        judge = Judge(Path(folder))
        return [sample for sample in samples if judge.runs(sample)]


def _table(verdicts: list[tuple[Sample, Verdict]]) -> None:
    kinds: dict[str, Counter[str]] = {name: Counter() for name in DISGUISES}
    for sample, verdict in verdicts:
        for name in set(sample.kinds):
            kinds[name][verdict] += 1
    print("| disguise | samples |" + "".join(f" {v} |" for v in _VERDICTS))
    print("|---|---:|" + "---:|" * len(_VERDICTS))
    for name, counts in sorted(kinds.items()):
        cells = "".join(f" {counts[v]} |" for v in _VERDICTS)
        print(f"| {name.replace('_', ' ')} | {counts.total()} |{cells}")
    total = Counter(verdict for _, verdict in verdicts)
    cells = "".join(
        f" {total[v]} ({100 * total[v] / max(total.total(), 1):.2f} %) |" for v in _VERDICTS
    )
    print(f"| **all** | {total.total()} |{cells}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    parser.add_argument("--show", type=int, default=0, help="samples that were not resolved")
    parser.add_argument("--kind", default="", choices=["", *DISGUISES])
    options = parser.parse_args()
    if reason := missing():
        print(f"real bash cannot be asked: {reason}", file=sys.stderr)
        return 2
    random = Random(options.seed)
    names = [options.kind] if options.kind else list(DISGUISES)
    samples = [generate(random, names[at % len(names)]) for at in range(options.samples)]
    shares = [samples[at::_WORKERS] for at in range(_WORKERS)]
    with ThreadPoolExecutor(_WORKERS) as pool:
        kept = [sample for share in pool.map(_judged, shares) for sample in share]
    verdicts = [(sample, judge_reading(sample)) for sample in kept]
    print(f"seed {options.seed}: {len(kept)} samples, {len(samples) - len(kept)} discarded\n")
    _table(verdicts)
    unresolved = [(s, v) for s, v in verdicts if v != "resolved"]
    unresolved.sort(key=lambda pair: (_VERDICTS.index(pair[1]), -len(pair[0].text)), reverse=True)
    for sample, verdict in unresolved[: options.show]:
        print(f"\n--- {verdict}: {' < '.join(sample.kinds)}\n{sample.text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
