"""`guard test`: the tests of a policy folder, on either engine, in one report."""

from __future__ import annotations

import argparse
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

from guard.cli import show
from guard.cli.progress import Progress
from guard.policy.testing import FileCoverage, Outcome, Report, Suite, choose, collect, run_embedded

__all__ = ["run"]


def run(options: argparse.Namespace) -> int:
    """Run the tests that the options name; return 0 if all pass and enough is covered."""
    suite = choose(_collect(options), options.run or "")
    least = options.coverage_at_least
    report = _run(options, suite, coverage=options.coverage or least is not None)
    enough = least is None or report.percent >= least
    if options.json:
        show.line(json.dumps(_document(report), indent=2, ensure_ascii=False))
    else:
        _print(report, options)
        if not enough:
            show.line(f"less than {least:g} % of the lines are reached")
    return 0 if enough and not report.failed else 1


def _collect(options: argparse.Namespace) -> Suite:
    folder = Path(options.folder) if options.folder is not None else None
    return collect(folder, [Path(name) for name in options.policy or ()])


def _run(options: argparse.Namespace, suite: Suite, *, coverage: bool) -> Report:
    if options.engine == "opa":
        from guard.policy.testing_opa import run_opa

        return run_opa(suite, coverage=coverage)
    progress = Progress(beside_output=True)
    try:
        return run_embedded(
            suite, coverage=coverage, tell=lambda n, all_: progress.show(f"{n} of {all_} tests")
        )
    finally:
        progress.end()


def _print(report: Report, options: argparse.Namespace) -> None:
    for outcome in report.outcomes:
        if outcome.passed and not options.verbose:
            continue
        show.line(_line(outcome))
        for text in outcome.printed:
            show.line(f"    printed: {show.printable(text)}")
    seconds = sum(outcome.seconds for outcome in report.outcomes)
    passed = len(report.outcomes) - len(report.failed)
    show.line(f"{passed} passed, {len(report.failed)} failed on {report.engine} in {seconds:.1f} s")
    if report.coverage is not None:
        show.line(f"{report.percent:.1f} % of the lines are reached")
        for file in report.coverage:
            if file.missed or options.verbose:
                show.line(f"  {file.file}: {file.percent:.1f} %{_missed(file)}")


def _line(outcome: Outcome) -> str:
    if outcome.passed:
        return f"passed  {outcome.test.query} ({outcome.seconds * 1000:.1f} ms)"
    if outcome.result == "error":
        return f"failed  {outcome.test.query}: error: {show.printable(outcome.detail)}"
    what = "" if outcome.result == "failed" else f": it is {show.printable(outcome.result)}"
    return f"failed  {outcome.test.query}{what}, in {outcome.test.file}"


def _missed(file: FileCoverage) -> str:
    """Return the lines that were not reached, those that follow one another as a range."""
    if not file.missed:
        return ""
    breaks = [0, *(n for n, (a, b) in enumerate(pairwise(file.missed), 1) if b > a + 1)]
    parts = [file.missed[start:end] for start, end in pairwise([*breaks, len(file.missed)])]
    texts = [f"{part[0]}-{part[-1]}" if len(part) > 1 else f"{part[0]}" for part in parts]
    return f", not line {', '.join(texts)}"


def _document(report: Report) -> dict[str, Any]:
    document: dict[str, Any] = {
        "engine": report.engine,
        "passed": len(report.outcomes) - len(report.failed),
        "failed": len(report.failed),
        "tests": [
            {
                "name": outcome.test.query,
                "file": outcome.test.file,
                "result": outcome.result,
                "detail": outcome.detail,
                "printed": list(outcome.printed),
                "seconds": round(outcome.seconds, 6),
            }
            for outcome in report.outcomes
        ],
    }
    if report.coverage is not None:
        document["coverage"] = {
            "percent": round(report.percent, 2),
            "files": {
                file.file: {"percent": round(file.percent, 2), "missed": list(file.missed)}
                for file in report.coverage
            },
        }
    return document
