"""Writes the files that are made of others: `python tools/generate.py [--check]`.

With `--check` nothing is written, and the exit status is 1 where a file would change.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from guard.policy import sources
from guard.policy.annotations import asked_when

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.profile_pages import profile_pages  # noqa: E402
from tools.rule_pages import rule_pages  # noqa: E402 - its folder is no package of the path
from tools.scenario_page import scenario_page  # noqa: E402

REGO = ROOT / "rego"


def files() -> Iterator[tuple[Path, str]]:
    """Each generated file and what it should hold."""
    modules, _ = sources.read_folder(REGO)
    conditions = asked_when(sorted(modules.items()))
    yield REGO / "guard/asked_when/data.json", json.dumps(conditions, indent=2) + "\n"
    yield from rule_pages(ROOT)
    yield from profile_pages(ROOT)
    yield from scenario_page(ROOT)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say what would change")
    options = parser.parse_args()
    stale = []
    wanted = set()
    for path, text in files():
        wanted.add(path)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(path)
            if not options.check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    for path in set((ROOT / "docs/rules").glob("*.md")) - wanted:
        stale.append(path)
        if not options.check:
            path.unlink()
    for path in stale:
        print(("stale: " if options.check else "wrote ") + str(path.relative_to(ROOT)))
    if stale and options.check:
        print("run `make generate`")
    return 1 if stale and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
