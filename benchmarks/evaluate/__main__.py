"""`make evaluate`: judge all rows, print the tables, write docs/scoreboard.md.

`GUARD_EVALUATION` names the folder of `*.dev.jsonl` files (default `../shared/evaluation`). The
project's own corpus is scored always. A folder that lacks a file the page is about, as one of
your own rows does (docs/blind.md), is scored and printed, and nothing is written.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from benchmarks.evaluate import agreement, guards, outside, own, page, profiles
from benchmarks.evaluate.exclusions import Exclusion, ExclusionError, read_exclusions
from benchmarks.evaluate.judging import judge
from benchmarks.evaluate.rows import Row, RowError, own_cases, read_folder
from benchmarks.evaluate.score import Judged
from benchmarks.evaluate.tables import Section
from guard import __version__
from guard.policy.bundle import Bundle

__all__: list[str] = []

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "scoreboard.md"


def main() -> int:
    options = _options()
    start = time.perf_counter()
    folder = Path(os.environ.get("GUARD_EVALUATION") or ROOT.parent / "shared" / "evaluation")
    try:
        files = read_folder(folder)
        missing = outside.lacking(files)
        exclusions = read_exclusions({} if missing else files)
    except (RowError, ExclusionError) as error:
        print(error, file=sys.stderr)
        return 2
    if not files:
        print(f"no rows in `{folder}`: only the own corpus is scored, and no page is written")
    if files and missing:
        print(f"no page is written: `{folder}` has no {', '.join(missing)}")
    bundle = Bundle.load()
    every = profiles.names(bundle)
    judged: dict[str, dict[str, list[Judged]]] = {}
    for name in every[:1] if options.fast else every:
        wanted = files if name == every[0] else {n: files[n] for n in profiles.FILES if n in files}
        judged[name] = _judged(wanted, name)
    baseline = judged[every[0]]
    corpus = _own()
    sections = _sections(judged, corpus, exclusions)
    if not options.fast:
        sections.insert(2, _beside(baseline, corpus, files, exclusions, peers=options.peers))
    for section in sections:
        print(section.text() + "\n")
    if options.examples:
        _examples(baseline, exclusions, options.examples)
    if not missing and not options.no_write and not options.fast:
        facts = page.Facts(
            date=datetime.datetime.now(datetime.UTC).date().isoformat(),
            version=__version__,
            digest=bundle.digest[:16],
            rows=sum(map(len, files.values())),
            rows_digest=_rows_digest(files),
        )
        PAGE.write_text(page.page(facts, sections), encoding="utf-8")
        print(f"wrote {PAGE.relative_to(ROOT)}")
    print(f"({time.perf_counter() - start:.0f} s)")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.evaluate", description=__doc__)
    parser.add_argument("--no-write", action="store_true", help="only print")
    parser.add_argument("--fast", action="store_true", help="one profile, no other guards, no page")
    parser.add_argument(
        "--peers",
        nargs="?",
        const="all",
        default="",
        metavar="NAME",
        help="install and measure other guards anew, or the named one",
    )
    parser.add_argument(
        "--examples", type=int, default=0, metavar="N", help="print N wrong rows of each file"
    )
    return parser.parse_args()


def _judged(files: Mapping[str, Sequence[Row]], profile: str) -> dict[str, list[Judged]]:
    flat = [row for rows in files.values() for row in rows]
    verdicts = iter(judge(flat, profile, title=profile))
    return {name: [(row, next(verdicts)) for row in rows] for name, rows in files.items()}


def _own() -> dict[str, list[Judged]]:
    cases = own_cases(ROOT / "tests" / "cases")
    hidden = own.disguised()
    if not hidden:
        print("disguised samples are left out: real bash cannot be asked here")
    judged = {"own_cases": cases, "disguised": hidden}
    flat = [*cases, *hidden]
    chosen = [*(row.category for row in cases), *("baseline" for _ in hidden)]
    verdicts = iter(judge(flat, chosen, title="own corpus"))
    return {name: [(row, next(verdicts)) for row in rows] for name, rows in judged.items()}


def _sections(
    judged: Mapping[str, Mapping[str, Sequence[Judged]]],
    corpus: Mapping[str, Sequence[Judged]],
    exclusions: Sequence[Exclusion],
) -> list[Section]:
    files = next(iter(judged.values()))
    sections = []
    if files:
        sections.append(profiles.profile_section(judged, exclusions))
        if present := [one for one in exclusions if one.file in files]:
            sections.append(outside.exclusion_list(present, files))
    if one := files.get("policy_tunnel_mining"):
        sections.append(outside.policy("policy_tunnel_mining", one))
    sections += [
        outside.malicious(name, files[name], exclusions)
        for name in outside.MALICIOUS
        if name in files
    ]
    sections += [outside.benign(name, files[name]) for name in outside.BENIGN if name in files]
    if one := files.get("gtfobins_capability"):
        sections.append(outside.capabilities("gtfobins_capability", one))
    if one := files.get("peer_suites"):
        sections.append(agreement.agreement(one, agreement.read_explanations()))
    rest = {name: files[name] for name in ("dualuse_shell", "agent_suites") if name in files}
    if rest:
        sections.append(outside.unscored(rest))
    sections.append(own.own_section(corpus))
    return sections


def _beside(
    baseline: Mapping[str, Sequence[Judged]],
    corpus: Mapping[str, Sequence[Judged]],
    files: Mapping[str, Sequence[Row]],
    exclusions: Sequence[Exclusion],
    *,
    peers: str,
) -> Section:
    """The table of other guards: ours and the project's own baselines live, peers as measured."""
    rows = {name: files.get(name, []) for name in guards.FILES}
    rows["disguised"] = [row for row, _ in corpus["disguised"]]
    known = {id(row): v for some in (baseline, corpus) for one in some.values() for row, v in one}
    ours = guards.Spec("regoguard", "", "baseline", "this project, its default profile")

    def answer(flat: Sequence[Row]) -> list[guards.Answer]:
        found = [known[id(row)] for row in flat]
        return [guards.Answer(str(v.effect), v.nanoseconds / 1000) for v in found]

    measured = {ours.title: guards.measure(ours, rows, exclusions, answer)}
    stored = json.loads(guards.MEASURED.read_text(encoding="utf-8"))
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    specs = guards.read_specs()
    for spec in specs:
        if spec.package and peers not in ("all", spec.name):
            continue
        if sys.stderr.isatty():
            print(f"\r{spec.title}\033[K", end="", file=sys.stderr)
        try:
            if spec.package:
                guards.install(spec)
            one = guards.measure(spec, rows, exclusions)
        except (ValueError, OSError, subprocess.SubprocessError) as error:
            print(f"{spec.title} could not be measured: {error}", file=sys.stderr)
            continue
        if spec.package:
            stored[spec.title] = {**one, "date": today}
        else:
            measured[spec.title] = one
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    if peers:
        text = json.dumps(dict(sorted(stored.items())))
        guards.MEASURED.write_text(text.replace('}, "', '},\n"') + "\n", encoding="utf-8")
    return guards.guards_section([ours, *specs], {**stored, **measured})


def _examples(
    judged: Mapping[str, Sequence[Judged]], exclusions: Sequence[Exclusion], count: int
) -> None:
    """Print rows that were judged otherwise than their label: for the terminal alone."""
    for name, pairs in judged.items():
        owed = name in outside.MALICIOUS
        if not owed and name not in outside.BENIGN:
            continue
        wrong = [(row, v) for row, v in pairs if v.stopped != owed]
        wrong = [(r, v) for r, v in wrong if not any(one.holds(r) for one in exclusions)]
        print(f"{name}: {len(wrong)} judged otherwise than labelled")
        for row, verdict in wrong[:count]:
            print(f"  {verdict.effect} {row.id} [{row.category}] {row.text:.300}")
            print("".join(f"      {reason:.200}\n" for reason in verdict.reasons), end="")


def _rows_digest(files: Mapping[str, Sequence[Row]]) -> str:
    """Of ids and texts, so that two pages can be told to be about the same rows."""
    made = sha256()
    for rows in files.values():
        for row in sorted(rows, key=lambda row: row.id):
            arguments = json.dumps(row.arguments, sort_keys=True)
            made.update(f"{row.file} {row.id} {row.label} {arguments}\n".encode())
    return made.hexdigest()[:16]


if __name__ == "__main__":
    sys.exit(main())
