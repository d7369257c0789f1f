"""Settings files that may name programs to run: hooks, scripts, plugins.

No format is parsed but JSON. In all others a path of a program, or a known shell, begins a
command that ends with its quotes, its line or its list. What is found may run.
"""

from __future__ import annotations

import json
import re

from guard.parse.budget import Budget
from guard.parse.reading import Reading, Run

__all__ = ["read_makefile", "read_settings"]

# A program by its path; what follows up to the end of the quoted text or of the line.
_COMMAND = re.compile(
    r"""(?<![\w./$-])(?<!\#!)((?:/usr(?:/local)?)?/s?bin/[\w.+-]+)"""
    r"""((?:[, \t]"[^"\n]{0,500}"|[^\n"'`}\];]){0,500})"""
)
_LISTED = re.compile(r"""["',]+\s*""")
_ITEMS = 64  # commands of one file that are looked at
_DEPTH = 6


def read_settings(text: str, budget: Budget) -> Reading:
    """Return the commands that a text of settings names, as runs that may happen."""
    reading = Reading()
    commands = _scripts(text)
    if commands is None:
        commands = []
        for match in _COMMAND.finditer(text):
            budget.node()
            commands.append(_LISTED.sub(" ", match[1] + match[2]).strip())
            if len(commands) > _ITEMS:
                break
    if len(commands) > _ITEMS:
        reading.hide("limit_items", "medium", f"settings name more than {_ITEMS} commands")
    for command in commands[:_ITEMS]:
        reading.runs.append(Run("settings", text=command, certainty="may"))
    return reading


def _scripts(text: str) -> list[str] | None:
    """The commands of `scripts` in package.json and composer.json; None if it is no JSON."""
    if text.lstrip()[:1] != "{":
        return None
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or "scripts" not in document:
        return None
    found: list[str] = []
    _collect(document["scripts"], found, _DEPTH)
    return found


def _collect(value: object, found: list[str], depth: int) -> None:
    if isinstance(value, str):
        found.append(value)
    elif isinstance(value, list | dict) and depth:
        for item in value.values() if isinstance(value, dict) else value:
            _collect(item, found, depth - 1)


_VARIABLE = re.compile(r"\$(?:\(([\w.-]+)\)|\{([\w.-]+)\}|([@<^?*%+|])|\$)")
_ASSIGNED = re.compile(r"^([\w.-]+)[ \t]*[:?]{0,2}=[ \t]*([^\n]*)$", re.MULTILINE)
_KNOWN = {"CC": "cc", "CXX": "c++", "MAKE": "make", "RM": "rm -f", "SHELL": "sh", "AR": "ar"}


def read_makefile(text: str, budget: Budget) -> Reading:
    """Return the recipes of a makefile, with its plain variables filled in, as runs that may be.

    Which target is made is not looked at. Functions but `$(shell)` are left out.
    """
    reading = Reading()
    values = {**_KNOWN, **{match[1]: match[2].strip() for match in _ASSIGNED.finditer(text)}}

    def filled(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        if name:
            return values.get(name, name.lower())
        return "$" if match[0] == "$$" else "target"

    count = 0
    for line in text.replace("\\\n", " ").splitlines():
        budget.node()
        commands = _recipe(line)
        for command in commands:
            count += 1
            if count > _ITEMS:
                reading.hide("limit_items", "medium", f"more than {_ITEMS} recipes")
                return reading
            run = _VARIABLE.sub(filled, command.lstrip("@-+ "))
            reading.runs.append(Run("make", text=run, certainty="may"))
    return reading


def _recipe(line: str) -> list[str]:
    """The commands in one line of a makefile."""
    found = []
    if "$(shell " in line:
        found.append(line.partition("$(shell ")[2].rpartition(")")[0])
    elif line[:1] == "\t":
        found.append(line.strip())
    else:
        head, _, rest = line.partition(";")
        if ":" in head and "=" not in head and rest:
            found.append(rest)
        elif "!=" in head:
            found.append(line.partition("!=")[2])
    return [command for command in found if command.strip(" \t@-+")]
