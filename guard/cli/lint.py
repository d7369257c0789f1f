"""`guard lint`: what is wrong with policies that load and run all the same."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from guard.cli import show
from guard.policy import sources
from guard.policy.lint import lint

__all__ = ["run"]


def run(options: argparse.Namespace) -> int:
    """Print every problem; return 0 if there is none, else 1."""
    folder = Path(options.folder) if options.folder is not None else None
    settings = sources.read_json(Path(options.settings)) if options.settings is not None else None
    problems = lint(folder, [Path(name) for name in options.policy or ()], settings)
    if options.json:
        show.line(json.dumps([problem._asdict() for problem in problems], indent=2))
        return 1 if problems else 0
    for problem in problems:
        line = f":{problem.line}" if problem.line else ""
        show.line(show.printable(f"{problem.file}{line}: {problem.text}"))
    told = f"{len(problems)} problems" if problems else "no problems"
    show.line(told if len(problems) != 1 else "1 problem")
    return 1 if problems else 0
