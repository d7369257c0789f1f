"""Option grammars as data and the one scanner that reads words by them.

A grammar is written like a synopsis: `"u,user= g,group= i,login preserve-env? #"`. Names
of one option are joined by commas, the first of them is the one that readers ask for;
one-letter names are short (`-u`), others long (`--user`). `=` takes a value, `==` two
words, `?` a value only when attached, `%` the same for long names and none for short ones (`-E`,
`--preserve-env=X`), `~` digits only when attached, `!` a value and ends the
options; `#` allows `-5`. Sources are the manual pages.

The first word may be `@` and a style. The grammars of programs that no other table describes
are in `grammars.json`. Nothing here knows what an option means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, get_args

from guard.parse.programs.tables import load

__all__ = ["Grammar", "Options", "grammar", "named", "scan"]

_ATTACHED = -1  # a value only in the same word
_DIGITS = -2  # the same, as far as there are digits
_ARITY = {"?": _ATTACHED, "%": _ATTACHED, "~": _DIGITS, "!": 1}

# "stop": the first operand ends the options (POSIX, wrappers). "permute": they may follow
# operands (GNU). "single": long names have one dash (`-name`), and may follow operands.
# "single-stop": both.
Style = Literal["stop", "permute", "single", "single-stop"]
_STYLES: dict[str, Style] = {style: style for style in get_args(Style)}


@dataclass(frozen=True, slots=True)
class Grammar:
    """`names` maps every spelling to (name, number of values, _ATTACHED or _DIGITS)."""

    names: dict[str, tuple[str, int]]
    style: Style
    numbers: bool  # -5 is an option
    final: frozenset[str]  # these end the options


@dataclass(slots=True)
class Options:
    """What `scan` found. `options` are pairs of name and value ("" where it has none)."""

    options: list[tuple[str, str]] = field(default_factory=list)
    operands: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    terminated: bool = False  # by "--"
    end: int = 0  # where `operands` begin, for grammars that stop at the first
    names: Mapping[str, tuple[str, int]] = field(default_factory=dict)  # of the grammar
    _found: dict[str, list[str]] | None = None

    def _values(self) -> dict[str, list[str]]:
        if self._found is None:
            self._found = {}
            for name, value in self.options:
                self._found.setdefault(name, []).append(value)
        return self._found

    def has(self, *names: str) -> bool:
        """True if one of the options was given, in whatever spelling."""
        if not self.options:
            return False
        found = self._values()
        return any(name in self.names and self.names[name][0] in found for name in names)

    def all(self, *names: str) -> list[str]:
        """The values of these options in order."""
        if not self.options:
            return []
        found = self._values()
        wanted = {self.names[name][0] for name in names if name in self.names} & found.keys()
        if len(wanted) == 1:
            return found[wanted.pop()].copy()
        return [value for name, value in self.options if name in wanted] if wanted else []

    def add(self, other: Options) -> None:
        """Take over the options of a part that was read on its own."""
        self.options = [*self.options, *other.options]
        self._found = None

    def last(self, *names: str, default: str = "") -> str:
        """The value that counts for most programs: the last one."""
        values = self.all(*names)
        return values[-1] if values else default

    def first(self, *names: str, default: str = "") -> str:
        """The first value (ssh: the first obtained value is used)."""
        values = self.all(*names)
        return values[0] if values else default


@cache
def named(program: str) -> Grammar:
    """Return a grammar of `grammars.json`."""
    text = load("grammars")[program]
    return grammar(text if isinstance(text, str) else " ".join(text))


@cache
def grammar(text: str) -> Grammar:
    """Return the grammar that a synopsis describes."""
    names: dict[str, tuple[str, int]] = {}
    final: set[str] = set()
    numbers = False
    style: Style = "permute"
    for item in text.split():
        if item == "#":
            numbers = True
            continue
        if item[0] == "@" and item[1:] in _STYLES:
            style = _STYLES[item[1:]]
            continue
        bare = item.rstrip("=?~!%") or item
        arity = _ARITY.get(item[-1], len(item) - len(bare))
        spellings = bare.split(",")
        if item[-1] == "!":
            final.add(spellings[0])
        for spelling in spellings:
            counts = 0 if item[-1] == "%" and len(spelling) == 1 else arity
            names[spelling] = (spellings[0], counts)
    return Grammar(names, style, numbers, frozenset(final))


def scan(words: Sequence[str], rules: Grammar, start: int = 1) -> Options:
    """Read `words` from `start` on. Never raises: what the grammar lacks is in `unknown`."""
    found = Options(names=rules.names)
    index, count = start, len(words)
    single = rules.style in ("single", "single-stop")
    stop = rules.style in ("stop", "single-stop")
    while index < count:
        word = words[index]
        if len(word) < 2 or word[0] != "-":
            if stop:
                break
            found.operands.append(word)
            index += 1
        elif word == "--":
            found.terminated = True
            index += 1
            break
        elif word[1] == "-" or (single and _is_single(word, rules)):
            index = _long(words, index, rules, found)
        else:
            index = _short(words, index, rules, found)
        if found.options and found.options[-1][0] in rules.final:
            break
    found.end = index
    found.operands.extend(words[index:])
    return found


def _is_single(word: str, rules: Grammar) -> bool:
    name = word[1:].partition("=")[0]
    return name in rules.names or not any(letter in rules.names for letter in name[:1])


def _long(words: Sequence[str], index: int, rules: Grammar, found: Options) -> int:
    word = words[index]
    name, equals, value = word.lstrip("-").partition("=")
    known = rules.names.get(name) if len(name) > 1 or word[1] != "-" else None
    if known is None and word[1] == "-":
        known = _abbreviated(name, rules)
    if known is None:
        found.unknown.append(word)
        return index + 1
    return _values(words, index, known, value if equals else None, found)


def _values(
    words: Sequence[str], index: int, known: tuple[str, int], attached: str | None, found: Options
) -> int:
    """Note an option with as many of the following words as it takes; return the next index.

    An option of two words is noted twice.
    """
    name, count = known
    if attached is not None or count <= 0:
        found.options.append((name, attached or ""))
        count -= 1
    for _ in range(count):
        index += 1
        found.options.append((name, words[index] if index < len(words) else ""))
    return index + 1


def _abbreviated(name: str, rules: Grammar) -> tuple[str, int] | None:
    """getopt_long(3) accepts the beginning of a long name as long as it is unique.

    Where it is not unique the program fails; the first match is then as good as any.
    """
    if not name:
        return None
    for spelling, known in rules.names.items():
        if len(spelling) > 1 and spelling.startswith(name):
            return known
    return None


def _short(words: Sequence[str], index: int, rules: Grammar, found: Options) -> int:
    """`-abc`, `-avalue`, `-a value`: one word of short options."""
    word = words[index]
    position = 1
    while position < len(word):
        letter = word[position]
        position += 1
        known = rules.names.get(letter)
        if known is None:
            if rules.numbers and letter.isdigit():
                continue
            found.unknown.append(word)
            return index + 1
        if known[1] == 0:
            found.options.append((known[0], ""))
            continue
        if known[1] == _DIGITS:
            start = position
            while position < len(word) and word[position] in "0123456789abcdefxABCDEF":
                if start == position and not word[position].isdigit():
                    break
                position += 1
            found.options.append((known[0], word[start:position]))
            continue
        return _values(words, index, known, word[position:] or None, found)
    return index + 1
