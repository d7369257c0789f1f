"""`guard new rule`: the files of a rule that works, to be changed into the one that is wanted."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from guard.cli import show
from guard.errors import InputError
from guard.policy import builtins, sources

__all__ = ["run"]

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PROGRAM = re.compile(r"[a-z0-9][a-z0-9._+-]*")
_KEYWORDS = {
    *("as", "contains", "data", "default", "else", "every", "false", "if", "import", "in"),
    *("input", "not", "null", "package", "some", "true", "with"),
}
_LONGEST = 40  # characters of a name: lines stay within what the linter allows

_RULE = """\
# METADATA
# title: {title}
# description: >-
#   Starts of the programs that the settings list. Say here what the rule finds, and why it
#   matters.
# custom:
#   severity: medium
#   risk_category: controllability
#   profiles: [baseline, strict, locked]
#   solution: ask the operator to do it, or to take the program off the list
#   references:
#     - "OWASP Agentic ASI02 Tool Misuse and Exploitation"
#   asked_when:
#     programs: [programs]
package guard.rules.{category}.{name}

import data.guard.settings.{category}.{name} as settings

findings contains {{
	"effect": settings.effect,
	"reason": sprintf("starts %s", [operation.program]),
	"solution": "ask the operator to do it, or to take the program off the list",
	"obligations": [],
}} if {{
	some operation in input.context.operations
	operation.kind == "process.exec"
	settings.programs[lower(operation.program)]
}}
"""

_TEST = """\
package guard.rules.{category}.{name}_test

import data.guard.rules.{category}.{name}

# A request in which one program would be started; see `guard explain` for what others hold.
_start(argv) := {{"context": {{"operations": [operation]}}}} if {{
	operation := {{"kind": "process.exec", "program": argv[0], "path": argv[0], "argv": argv}}
}}

test_starting_a_listed_program_is_{told} if {{
	found := {name}.findings with input as _start(["{program}", "--force"])
	found == {{{{
		"effect": "{effect}",
		"reason": "starts {program}",
		"solution": "ask the operator to do it, or to take the program off the list",
		"obligations": [],
	}}}}
}}

test_starting_another_program_is_silent if {{
	found := {name}.findings with input as _start(["ls", "{program}"])
	found == set()
}}
"""

_LINTER = """\
# The linter reads no data, and not the shipped policies beside which these are loaded.
rules:
  idiomatic:
    no-defined-entrypoint:
      level: ignore
  imports:
    unresolved-import:
      level: error
      except-imports:
        - data.guard.settings.**
        - data.guard.lib.**
        - data.guard.profiles
    unresolved-reference:
      level: error
      except-paths:
        - data.guard.settings.**
        - data.guard.lib.**
        - data.guard.profiles.**
  performance:
    with-outside-test-context:
      level: ignore
  style:
    external-reference:
      level: ignore
    pointless-reassignment:
      level: ignore
"""

_NEXT = """\
next:
  guard test {folder}
  guard check --add-policy {folder} '{program} --force'   # says {effect}
  then change the rule, its test and its list of programs, and run both again;
  `guard explain --add-policy {folder} COMMAND` shows what a rule can look at,
  `guard lint {folder}` whether something is missing"""


def run(options: argparse.Namespace) -> int:
    """Write the files of a rule and say what to do next; return 0."""
    category, name, folder = options.category, options.name, Path(options.dir)
    programs: list[str] = options.program or ["example-program"]
    _check_names(category, name, programs)
    texts = _texts(category, name, programs, options.effect)
    if not (folder / ".regal").exists():
        texts[".regal/config.yaml"] = _LINTER
    _refuse_existing(folder, category, name, texts)
    for path, text in texts.items():
        _write(folder / path, text)
        show.line(f"wrote {folder / path}")
    show.line(_NEXT.format(folder=options.dir, program=programs[0], effect=options.effect))
    return 0


def _texts(category: str, name: str, programs: Sequence[str], effect: str) -> dict[str, str]:
    words = {
        "category": category,
        "name": name,
        "program": programs[0],
        "effect": effect,
        "told": "denied" if effect == "deny" else "asked_about",
        "title": f"Programs of the list `{name}` are not started",
    }
    settings = {"effect": effect, "programs": dict.fromkeys(programs, True)}
    return {
        f"guard/rules/{category}/{name}/{name}.rego": _RULE.format_map(words),
        f"guard/rules/{category}/{name}/{name}_test.rego": _TEST.format_map(words),
        f"guard/settings/{category}/{name}/data.json": json.dumps(settings, indent=2) + "\n",
    }


def _check_names(category: str, name: str, programs: Sequence[str]) -> None:
    for what, word in (("category", category), ("name", name)):
        if not _NAME.fullmatch(word) or len(word) > _LONGEST:
            raise InputError(
                f"`{word}` is no {what} of a rule",
                help="use lower-case letters, digits and underscores, a letter first",
            )
        if word in _KEYWORDS | builtins.PORTABLE or word.endswith("_test"):
            raise InputError(f"`{word}` has a meaning in Rego", help="choose another name")
    if category == "profile":
        raise InputError(
            "rules of the category `profile` allow, and are not asked what to refuse",
            help="choose another category",
        )
    for program in programs:
        if not _PROGRAM.fullmatch(program) or len(program) > _LONGEST:
            raise InputError(
                f"`{program}` is no name of a program",
                help="give the last part of its path, in lower case",
            )


def _refuse_existing(folder: Path, category: str, name: str, texts: Mapping[str, str]) -> None:
    rule = f"guard/rules/{category}/{name}"
    for root in (folder, sources.shipped()):
        if (root / rule).exists():
            raise InputError(
                f"there is a rule `{category}.{name}` in `{root}`", help="choose another name"
            )
    for path in texts:
        if (folder / path).exists():
            raise InputError(f"`{folder / path}` exists", help="move it away, or choose a name")


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"cannot write `{path}`: {reason}", help="check the folder") from None
