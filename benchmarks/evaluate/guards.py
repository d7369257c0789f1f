"""Other guards beside ours, on the same rows, each behind an adapter in its own process.

`benchmarks/baselines/guards.json` lists them with version and licence. Those from PyPI and npm
live in environments under `.benchmarks/peers/` (`make peers`); what they answered is kept as
counts in `benchmarks/baselines/measured.json`, so that the page stands without them.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import venv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.evaluate.exclusions import Exclusion, excluded
from benchmarks.evaluate.intervals import Interval, Rate, bootstrap_mean
from benchmarks.evaluate.rows import Row
from benchmarks.evaluate.tables import Section, Table, percent, span

__all__ = ["FILES", "Answer", "Spec", "ask", "guards_section", "install", "measure", "read_specs"]

FOLDER = Path(__file__).parent.parent / "baselines"
MEASURED = FOLDER / "measured.json"
PEERS = Path(__file__).parent.parent.parent / ".benchmarks" / "peers"
FILES = ("policy_tunnel_mining", "malicious_shell", "benign_shell", "disguised")
HOMES = PEERS.parent / "home"
_TIMEOUT = 3600


@dataclass(frozen=True, slots=True)
class Spec:
    """A guard in one configuration. `sample` bounds the rows of each source; 0 is all.

    `package` is empty for those that the project wrote itself; `registry` is pypi or npm.
    """

    name: str
    adapter: str
    variant: str
    note: str
    registry: str = ""
    package: str = ""
    version: str = ""
    licence: str = ""
    sample: int = 0

    @property
    def title(self) -> str:
        """As the table calls it."""
        return f"{self.name}, {self.variant}" if self.variant else self.name

    @property
    def command(self) -> list[str]:
        """What runs the adapter: the environment's Python, Node, or our own Python."""
        home = PEERS / self.name
        if self.registry == "npm":
            return ["node", str(FOLDER / self.adapter), self.variant, str(home)]
        python = home / "bin" / "python" if self.package else Path(sys.executable)
        return [str(python), str(FOLDER / self.adapter), self.variant]


class Answer(NamedTuple):
    """What a guard said about one command, and how long that took."""

    effect: str
    microseconds: float


def read_specs(path: Path = FOLDER / "guards.json") -> list[Spec]:
    """The guards to measure. Raises ValueError where an adapter does not exist."""
    specs = [Spec(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
    for spec in specs:
        if not (FOLDER / spec.adapter).exists():
            raise ValueError(f"`{spec.name}` names no adapter `{spec.adapter}`: add it")
    return specs


def install(spec: Spec) -> None:
    """Make the guard's environment, unless it is there in this version.

    Raises subprocess.CalledProcessError where pip or npm cannot install it.
    """
    mark = PEERS / spec.name / f"{spec.version}.ready"
    if mark.exists():
        return
    folder = PEERS / spec.name
    if spec.registry == "npm":
        folder.mkdir(parents=True, exist_ok=True)
        npm = [
            "npm",
            "install",
            "--ignore-scripts",
            "--silent",
            "--no-save",
            "--prefix",
            str(folder),
        ]
        subprocess.run([*npm, f"{spec.package}@{spec.version}"], check=True)
    else:
        venv.create(folder, with_pip=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        pip += ["--disable-pip-version-check", f"{spec.package}=={spec.version}"]
        subprocess.run(pip, check=True)
    mark.touch()


def ask(spec: Spec, commands: Sequence[str]) -> list[Answer]:
    """What the guard says of each command. Nothing is run: adapters only ask for a judgement.

    The adapter gets a home folder without any user's settings.
    Raises ValueError where it does not answer each command with allow, ask or deny.
    """
    home = HOMES / spec.name
    home.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        spec.command,
        input="".join(json.dumps(command) + "\n" for command in commands),
        capture_output=True,
        text=True,
        timeout=_TIMEOUT,
        check=False,
        cwd=home,
        env={"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
    )
    answers = [Answer(*json.loads(line)) for line in done.stdout.splitlines()]
    known = all(answer.effect in ("allow", "ask", "deny") for answer in answers)
    if done.returncode or len(answers) != len(commands) or not known:
        raise ValueError(
            f"`{spec.title}` answered {len(answers)} of {len(commands)} commands: "
            f"{done.stderr.strip()[-500:]}"
        )
    return answers


def _sampled(rows: Sequence[Row], sample: int) -> list[Row]:
    """Every k-th row of each source, so that at most `sample` are left; all for 0."""
    if not sample:
        return list(rows)
    kept: list[Row] = []
    for source in sorted({row.source for row in rows}):
        group = [row for row in rows if row.source == source]
        kept += group[:: -(-len(group) // sample)]
    return kept


def measure(
    spec: Spec,
    files: Mapping[str, Sequence[Row]],
    exclusions: Sequence[Exclusion],
    answer: Callable[[Sequence[Row]], list[Answer]] | None = None,
) -> dict[str, Any]:
    """Counts for one guard, JSON-able. `answer` replaces the adapter (for our own guard)."""
    rows = {name: _sampled(files.get(name, ()), spec.sample) for name in FILES}
    rows = {name: [row for row in some if row.tool == "bash"] for name, some in rows.items()}
    flat = [row for some in rows.values() for row in some]
    said = answer(flat) if answer else ask(spec, [row.text for row in flat])
    told = iter(said)
    pairs = {name: [(row, next(told).effect) for row in some] for name, some in rows.items()}
    policy = pairs["policy_tunnel_mining"]
    bad = [effect for row, effect in policy if row.label == "policy-violating"]
    good = [effect for row, effect in policy if row.label == "policy-allowed"]
    attacks = pairs["malicious_shell"]
    kept = [one for one in attacks if not excluded(one[0], exclusions)]
    return {
        "policy_owed": [_stopped(bad), len(bad)],
        "policy_innocent": [_stopped(good), len(good)],
        "malicious": _groups(attacks, lambda row: row.category),
        "malicious_kept": _groups(kept, lambda row: row.category),
        "benign_denied": _groups(pairs["benign_shell"], lambda row: row.source, ("deny",)),
        "benign_asked": _groups(pairs["benign_shell"], lambda row: row.source, ("ask",)),
        "disguised": [_stopped([e for _, e in pairs["disguised"]]), len(pairs["disguised"])],
        "sample": spec.sample,
        "microseconds": round(statistics.median(one.microseconds for one in said), 1)
        if said
        else 0,
    }


def _stopped(effects: Sequence[str]) -> int:
    return sum(effect != "allow" for effect in effects)


def _groups(
    pairs: Sequence[tuple[Row, str]],
    key: Callable[[Row], str],
    effects: Sequence[str] = ("deny", "ask"),
) -> list[list[int]]:
    """[hits, rows] of each group, without its name: no label of a row is kept."""
    groups: dict[str, list[int]] = {}
    for row, effect in pairs:
        counts = groups.setdefault(key(row), [0, 0])
        counts[0] += effect in effects
        counts[1] += 1
    return [groups[name] for name in sorted(groups)]


_WORDS = """\
The same rows, judged by other means. Those from package registries are pinned, run in environments
of their own, and are asked through the entry point that their own hook or command uses. Ours were
written for this table and are meant to be as good as their kind can be. *Not allowed* counts deny
and ask alike. A guard that has no rule about tunnels or persistence is not wrong here, it answers
another question: read a row as what one gets by installing it as the note says, not as a grade.
Times are medians in process on one shared machine, without start and without tracing: compare
their order of magnitude only."""


def guards_section(specs: Sequence[Spec], measured: Mapping[str, Mapping[str, Any]]) -> Section:
    """One line for each guard that was measured, and a note on what was asked of it."""
    rows, notes = [], []
    for spec in specs:
        one = measured.get(spec.title)
        if one is None:
            continue
        rows.append([spec.title, *_cells(one)])
        what = f" {spec.version} ({spec.licence})" if spec.package else ""
        part = f"; at most {one['sample']} rows of each source" if one["sample"] else ""
        when = f"; measured {one['date']}" if "date" in one else ""
        notes.append(f"**{spec.title}**{what}: {spec.note}{part}{when}")
    return Section("Beside other guards", _WORDS, [Table(_HEAD, rows)], notes)


_HEAD = (
    "guard",
    "tunnels and mining not allowed",
    "innocent look-alikes not allowed",
    "malicious shell not allowed, mean",
    "with the excluded",
    "benign shell denied, mean",
    "asked, mean",
    "disguised not allowed",
    "median us",
)


def _cells(one: Mapping[str, Any]) -> list[str]:
    return [
        _rate(one["policy_owed"]),
        _rate(one["policy_innocent"]),
        *(span(_mean(one[name]), 0) if one[name] else "-" for name in _MALICIOUS),
        *(percent(_mean(one[name]).share, 2) if one[name] else "-" for name in _BENIGN),
        _rate(one["disguised"]),
        f"{one['microseconds']:,.0f}",
    ]


_MALICIOUS = ("malicious_kept", "malicious")
_BENIGN = ("benign_denied", "benign_asked")


def _rate(pair: Sequence[int]) -> str:
    return span(Rate(*pair), 0) if pair[1] else "-"


def _mean(groups: Sequence[Sequence[int]]) -> Interval:
    return bootstrap_mean([hits / total for hits, total in groups])
