"""The project's own corpus: its decision tables, and disguised commands that real bash judged."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from random import Random

from benchmarks.evaluate.intervals import Rate
from benchmarks.evaluate.rows import Row
from benchmarks.evaluate.score import Judged
from benchmarks.evaluate.tables import Section, Table, span
from tests.support.disguises.judge import DISGUISES, Judge, generate
from tests.support.disguises.sample import Sample
from tests.support.real_bash import missing

__all__ = ["disguised", "own_section"]

ROOT = Path(__file__).parent.parent.parent
CACHE = ROOT / ".benchmarks"
SAMPLES = 400
SEED = 20260101
_EXAMPLES = 5
_JUDGES = 4  # each mostly waits for bash


def disguised(samples: int = SAMPLES, seed: int = SEED, cache: Path = CACHE) -> list[Row]:
    """Commands behind disguises that real bash runs; empty where bash cannot be asked.

    The answer of bash is kept in `cache`, under a digest of what the samples are made by.
    """
    if missing():
        return []
    made = sha256(f"{samples} {seed}".encode())
    for path in sorted((ROOT / "tests" / "support").rglob("*.py")):
        made.update(path.read_bytes())
    kept = cache / f"disguised-{made.hexdigest()[:16]}.json"
    if kept.exists():
        texts = json.loads(kept.read_text(encoding="utf-8"))
    else:
        texts = _judged(samples, seed)
        cache.mkdir(exist_ok=True)
        kept.write_text(json.dumps(texts), encoding="utf-8")
    return [
        Row(
            file="disguised",
            id=f"disguised-{at}",
            source="disguised",
            label="deny",
            category=program,
            tool="bash",
            arguments={"command": text},
        )
        for at, (program, text) in enumerate(texts)
    ]


def _judged(samples: int, seed: int) -> list[tuple[str, str]]:
    random = Random(seed)
    names = list(DISGUISES)
    made = [generate(random, names[at % len(names)]) for at in range(samples)]
    shares = [made[at::_JUDGES] for at in range(_JUDGES)]
    with ThreadPoolExecutor(_JUDGES) as pool:
        return [one for share in pool.map(_running, shares) for one in share]


def _running(samples: Sequence[Sample]) -> list[tuple[str, str]]:
    """Program and text of those that really run their target."""
    with tempfile.TemporaryDirectory() as folder:
        judge = Judge(Path(folder))
        return [(one.target[0], one.text) for one in samples if judge.runs(one)]


def own_section(files: Mapping[str, Sequence[Judged]]) -> Section:
    """Decided as owed, by table and profile; then disguised commands, and what went wrong."""
    rows, wrong = [], []
    cases = files["own_cases"]
    for source in sorted({row.source for row, _ in cases}):
        for owed in ("allow", "ask", "deny"):
            group = [(r, v) for r, v in cases if (r.source, r.label) == (source, owed)]
            if group:
                right = sum(verdict.effect == owed for _, verdict in group)
                rows.append([source, owed, str(len(group)), span(Rate(right, len(group)))])
    for row, verdict in cases:
        if verdict.effect != row.label:
            wrong.append(f"{row.id}: {verdict.effect} instead of {row.label}: `{row.text[:120]}`")
    hidden = files.get("disguised", [])
    words = (
        "Cases that the project wrote, with the effect owed under a profile; its tests hold them "
        "at 100 %, so they show what is promised and how much of it, not how well it does "
        "elsewhere."
    )
    tables = [Table(("table", "effect owed", "cases", "decided so"), rows)]
    if hidden:
        words += (
            " Below them, dangerous commands behind one to three disguises, kept only where real "
            "bash did run the command ([disguises.md](disguises.md))."
        )
        tables.append(Table(("disguised", "samples", "denied", "not allowed"), _hidden(hidden)))
        wrong += [f"allowed: `{r.text[:120]}`" for r, v in hidden if not v.stopped]
    return Section("Our own corpus", words, tables, wrong[:_EXAMPLES])


def _hidden(hidden: Sequence[Judged]) -> list[list[str]]:
    rows = []
    for name in (*sorted({row.category for row, _ in hidden}), ""):
        group = [verdict for row, verdict in hidden if name in (row.category, "")]
        denied = sum(verdict.effect == "deny" for verdict in group)
        stopped = sum(verdict.stopped for verdict in group)
        total = len(group)
        rates = (span(Rate(denied, total)), span(Rate(stopped, total)))
        rows.append([f"`{name}`" if name else "**all**", str(total), *rates])
    return rows
