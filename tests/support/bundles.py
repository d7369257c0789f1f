"""Small policy folders for tests of the engines. What they say is not the product's policy."""

from __future__ import annotations

from pathlib import Path

from guard.policy.bundle import Bundle

__all__ = ["MAIN", "load", "main", "write"]

# Allows a request of version 1; `input.boom` reaches a built-in that fails.
MAIN = """\
package guard.main

decision := {
	"effect": effect,
	"findings": [{
		"rule": "test.main",
		"effect": effect,
		"reason": reason,
		"solution": "",
		"obligations": [],
	}],
	"obligations": [],
	"errors": [],
	"profile": "baseline",
	"digest": data.guard.bundle.digest,
}

default effect := "deny"

effect := "allow" if input.version == 1

reason := sprintf("version %v", [input.version])

reason := "boom" if to_number(input.boom) > 0
"""


def main(expression: str) -> str:
    """Return a `guard.main` whose decision is `expression`."""
    return f"package guard.main\n\ndecision := {expression}\n"


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write files by relative path below `folder`."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def load(folder: Path, source: str = MAIN, **files: str) -> Bundle:
    """Write a bundle of one main file, and others by path, and load it."""
    return Bundle.load(write(folder, {"guard/main/main.rego": source, **files}))
