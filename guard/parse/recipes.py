"""What `make` and `npm run` run, from the text of a makefile or a package.json.

Texts in, commands out; who reads the files is not known here. After the GNU make manual
and npm-run-script(1). What is not understood is said to be, never guessed.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from guard.parse.reading import UNKNOWN, Run

__all__ = ["RECIPES", "Recipe", "read_recipe"]

_MAKES = frozenset({"make", "gmake"})
_NPMS = frozenset({"npm", "pnpm", "yarn", "cnpm", "bun"})
RECIPES = _MAKES | _NPMS
_MAKEFILES = ("GNUmakefile", "makefile", "Makefile")
_ASSIGNMENT = re.compile(
    r"^(?:export\s+|override\s+)*([A-Za-z_][\w.-]*)\s*(\+|\?|::?:?|!)?=\s*(.*)$"
)
_RULE = re.compile(r"^([^\s:=][^:=]*?)\s*::?(?!=)\s*(.*)$")
_FOREIGN = re.compile(
    r"^-?\s*(?:include|sinclude|ifeq|ifneq|ifdef|ifndef|define|load|vpath|else|endif|endef)\b"
)
_STEPS = 400  # commands, rules and variables of one makefile that are followed
_INSTALLS = ("preinstall", "install", "postinstall", "prepare")
_NPM_OWN = {"start": "start", "test": "test", "t": "test", "tst": "test", "stop": "stop"}


@dataclass(slots=True)
class Recipe:
    """The commands that would run. `whole`: nothing was left out."""

    runs: list[Run] = field(default_factory=list)
    whole: bool = True


def read_recipe(
    program: str, argv: Sequence[str], read: Callable[[str], str | None]
) -> Recipe | None:
    """Return what the project's file makes `program` run; None where the file is not shown.

    `read` returns the text of a file by the name that the program would open.
    """
    if program in _MAKES:
        return _make(argv[1:], read)
    return _npm(program, argv[1:], read) if program in _NPMS else None


# -- npm ------------------------------------------------------------------------------


def _npm(program: str, words: Sequence[str], read: Callable[[str], str | None]) -> Recipe | None:
    words = list(words)
    while words and words[0] in ("-s", "--silent", "--if-present", "-q", "--quiet"):
        words.pop(0)
    if not words or words[0].startswith("-"):
        return None
    verb, rest = words[0], words[1:]
    if verb in ("run", "run-script"):
        name = next((word for word in rest if not word.startswith("-")), "")
        if not name or rest[0] != name:
            return None
        rest = rest[1:]
    elif verb in _NPM_OWN:
        name = _NPM_OWN[verb]
    elif verb in ("install", "i", "ci", "add") and program in ("npm", "pnpm", "cnpm"):
        name = ""
    elif program in ("yarn", "pnpm", "bun"):
        name = verb
    else:
        return None
    scripts = _scripts(read("package.json"))
    if scripts is None:
        return None
    names = [f"pre{name}", name, f"post{name}"] if name else list(_INSTALLS)
    recipe = Recipe(whole=bool(name))  # packages that are installed bring scripts of their own
    if name and name not in scripts:
        return None
    given = [word for word in rest if word != "--"]
    for each in names:
        if each in scripts:
            text = scripts[each]
            if each == name and given:
                text = f"{text} {shlex.join(given)}"
            recipe.runs.append(Run(f"{program} {each}", text=text))
    return recipe


def _scripts(text: str | None) -> dict[str, str] | None:
    if text is None:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    scripts = found.get("scripts", {}) if isinstance(found, dict) else None
    if not isinstance(scripts, dict):
        return None
    return {key: value for key, value in scripts.items() if isinstance(value, str)}


# -- make -----------------------------------------------------------------------------


@dataclass(slots=True)
class _Rule:
    needs: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


class _Makefile:
    """Rules and variables of one makefile."""

    def __init__(self, text: str, given: dict[str, str]) -> None:
        self.rules: dict[str, _Rule] = {}
        self.variables = dict(given)
        self.given = given
        self.recipe = Recipe()
        self.default = ""
        self.steps = 0
        rules: list[_Rule] = []
        for line in _lines(text):
            self.steps += 1
            if line.startswith("\t"):
                for rule in rules:
                    rule.lines.append(line[1:])
            elif line.strip():
                rules = self._line(line.partition("#")[0].rstrip(), rules)

    def _line(self, line: str, rules: list[_Rule]) -> list[_Rule]:
        if not line:
            return rules
        if _FOREIGN.match(line):
            self.recipe.whole = False
            return rules
        if assigned := _ASSIGNMENT.match(line):
            self._assign(*assigned.groups())
            return rules
        found = _RULE.match(line)
        if not found:
            self.recipe.whole = False
            self.expand(line)
            return []
        names, rest = self.expand(found.group(1)).split(), found.group(2)
        if _ASSIGNMENT.match(rest):
            self.recipe.whole = False  # a variable of one target
            return rules
        needs, semicolon, command = rest.partition(";")
        rules = []
        for name in names:
            if "%" in name or UNKNOWN in name:
                self.recipe.whole = False
            rule = self.rules.setdefault(name, _Rule())
            rule.needs += [word for word in self.expand(needs).split() if word != "|"]
            if semicolon:
                rule.lines.append(command)
            rules.append(rule)
            if not self.default and name[0] != "." and "%" not in name:
                self.default = name
        return rules

    def _assign(self, name: str, operator: str | None, value: str) -> None:
        if name in self.given:
            return
        if name in ("SHELL", ".SHELLFLAGS", "MAKEFLAGS", ".RECIPEPREFIX"):
            self.recipe.whole = False
        if operator == "!":
            self.recipe.runs.append(Run("make !=", text=self.expand(value)))
            self.variables[name] = UNKNOWN
        elif operator == "+":
            self.variables[name] = f"{self.variables.get(name, '')} {value}".strip()
        elif operator == "?":
            self.variables.setdefault(name, value)
        elif operator:
            self.variables[name] = self.expand(value)
        else:
            self.variables[name] = value

    def expand(self, text: str, automatic: dict[str, str] | None = None, depth: int = 0) -> str:
        """Expand references to variables; what is not known becomes unknown."""
        pieces: list[str] = []
        at = 0
        while (found := text.find("$", at)) >= 0 and found + 1 < len(text):
            pieces.append(text[at:found])
            sign, at = text[found + 1], found + 2
            if sign == "$":
                pieces.append("$")
            elif sign in "({":
                end = _closing(text, at, sign)
                pieces.append(self._value(text[at:end], automatic, depth))
                at = end + 1
            else:
                pieces.append(self._value(sign, automatic, depth))
            if sum(map(len, pieces)) > 16_384:
                self.recipe.whole = False
                return UNKNOWN
        pieces.append(text[at:])
        return "".join(pieces)

    def _value(self, name: str, automatic: dict[str, str] | None, depth: int) -> str:
        self.steps += 1
        if automatic and name in automatic:
            return automatic[name]
        if depth > 8 or self.steps > _STEPS * 4:
            self.recipe.whole = False
            return UNKNOWN
        if name.startswith("shell "):
            text = self.expand(name[6:], automatic, depth + 1)
            self.recipe.runs.append(Run("make $(shell)", text=text))
            return UNKNOWN
        if name == "MAKE":
            return "make"
        if name in self.variables:
            return self.expand(self.variables[name], automatic, depth + 1)
        if not re.fullmatch(r"[\w.-]+", name):
            self.recipe.whole = False  # a function, or a substitution reference
        return UNKNOWN

    def build(self, target: str, done: set[str]) -> None:
        """Add the commands that make a target, those of what it needs first."""
        if target in done:
            return
        done.add(target)
        rule = self.rules.get(target)
        if rule is None:
            return  # a file that is there, or made by a rule of make's own
        if len(done) > 60:
            self.recipe.whole = False
            return
        for need in rule.needs:
            self.build(need, done)
        automatic = {"@": target, "<": "".join(rule.needs[:1]), "^": " ".join(rule.needs)}
        for line in rule.lines:
            text = self.expand(line.strip().lstrip("@-+ "), automatic)
            if text.strip():
                self.recipe.runs.append(Run(f"make {target}", text=text))
        if len(self.recipe.runs) > _STEPS:
            del self.recipe.runs[_STEPS:]
            self.recipe.whole = False


def _make(words: Sequence[str], read: Callable[[str], str | None]) -> Recipe | None:
    targets: list[str] = []
    given: dict[str, str] = {}
    names: Sequence[str] = _MAKEFILES
    folder = ""
    rest = iter(words)
    for word in rest:
        if word in ("-f", "-C"):
            value = next(rest, "")
            folder, names = (value, names) if word == "-C" else (folder, (value,))
        elif word.startswith(("-j", "-k", "-s", "-B", "--silent", "-w")):
            continue
        elif word.startswith("-"):
            return None
        elif "=" in word:
            name, _, value = word.partition("=")
            given[name.rstrip(":")] = value
        else:
            targets.append(word)
    for name in names:
        text = read(f"{folder}/{name}" if folder else name)
        if text is not None:
            break
    else:
        return None
    makefile = _Makefile(text, given)
    done: set[str] = set()
    for target in targets or [makefile.default]:
        if target not in makefile.rules:
            makefile.recipe.whole = False
        makefile.build(target, done)
    if folder:
        makefile.recipe.runs = [
            Run(run.via, text=f"cd {shlex.quote(folder)} && {{ {run.text}\n}}")
            for run in makefile.recipe.runs
        ]
    return makefile.recipe


def _lines(text: str) -> list[str]:
    """Lines with those that a backslash continues joined."""
    return text.replace("\r\n", "\n").replace("\\\n", " ").split("\n")


def _closing(text: str, at: int, sign: str) -> int:
    close = ")" if sign == "(" else "}"
    depth = 1
    for position in range(at, len(text)):
        if text[position] == sign:
            depth += 1
        elif text[position] == close:
            depth -= 1
            if not depth:
                return position
    return len(text)
