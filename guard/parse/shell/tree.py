"""The syntax tree of a shell text. Data only: no reading, no meaning.

Positions are characters of the text that was read: `start` inclusive, `end` exclusive.
Names follow the POSIX shell grammar and the Bash Reference Manual.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

__all__ = [
    "AndOr",
    "Arithmetic",
    "ArithmeticSubstitution",
    "ArrayItem",
    "Assignment",
    "CStyleFor",
    "Case",
    "CaseArm",
    "Command",
    "CommandSubstitution",
    "Conditional",
    "Coproc",
    "For",
    "Function",
    "Group",
    "If",
    "Literal",
    "Parameter",
    "Part",
    "Pipeline",
    "ProcessSubstitution",
    "Redirect",
    "Script",
    "Select",
    "Simple",
    "Statement",
    "Subshell",
    "While",
    "Word",
]


@dataclass(slots=True)
class Literal:
    """Text. `quoted`: not split, not globbed, no brace or tilde expansion."""

    text: str
    quoted: bool


@dataclass(slots=True)
class Parameter:
    """`$name`, `${name}`, `${name op argument}`.

    `operator` is one of "" `:-` `-` `:=` `=` `:?` `?` `:+` `+` `#` `##` `%` `%%` `/` `//`
    `/#` `/%` `:` (substring) `^` `^^` `,` `,,` `~` `~~` `@` (transform; `argument`: its letter)
    `!*` `!@` (names with a prefix). `replacement` is the part after the second `/`, or
    after the second `:` of a substring. `bad`: bash reads it and refuses it when it is
    expanded; `name` is empty and `argument` holds its text with the expansions inside.
    """

    name: str
    quoted: bool
    operator: str = ""
    argument: Word | None = None
    replacement: Word | None = None
    index: Word | None = None  # ${name[index]}; a Word of "@" or "*" for all
    length: bool = False  # ${#name}
    indirect: bool = False  # ${!name}


@dataclass(slots=True)
class CommandSubstitution:
    """`$(...)`, `` `...` ``, `${ ...; }`. `script` is None where its text could not be read."""

    script: Script | None
    quoted: bool
    text: str


@dataclass(slots=True)
class ArithmeticSubstitution:
    """`$(( ... ))` or `$[ ... ]`; `expression` keeps its expansions."""

    expression: Word
    quoted: bool


@dataclass(slots=True)
class ProcessSubstitution:
    """`<(...)` or `>(...)`; `direction` is the first character."""

    script: Script
    direction: str


Part: TypeAlias = (
    Literal | Parameter | CommandSubstitution | ArithmeticSubstitution | ProcessSubstitution
)


@dataclass(slots=True)
class Word:
    parts: tuple[Part, ...]
    start: int
    end: int


@dataclass(slots=True)
class ArrayItem:
    """One element of `name=( ... )`; `index` is None where it is not written."""

    index: Word | None
    value: Word
    append: bool = False


@dataclass(slots=True)
class Assignment:
    """`name=value`, `name+=value`, `name[index]=value`, `name=(...)`."""

    name: str
    value: Word | None
    append: bool = False
    index: Word | None = None
    array: tuple[ArrayItem, ...] | None = None


@dataclass(slots=True)
class Redirect:
    """`operator` is one of `<` `>` `>>` `>|` `<>` `<&` `>&` `&>` `&>>` `<<` `<<-` `<<<`.

    For here-documents `target` is the body; its literals are quoted if the delimiter was,
    its expansions always, since they are never split.
    `variable` is the name in `{name}>file`.
    """

    operator: str
    fd: int | None
    target: Word
    variable: str = ""
    start: int = 0
    end: int = 0


@dataclass(slots=True)
class Simple:
    """Assignments and words. Arguments of `declare`, `export`, ... that assign arrays
    are in `words` as text up to the `=` with the items in `arrays` by position."""

    assignments: tuple[Assignment, ...]
    words: tuple[Word, ...]
    redirects: tuple[Redirect, ...] = ()
    arrays: tuple[tuple[int, Assignment], ...] = ()
    start: int = 0
    end: int = 0


@dataclass(slots=True)
class Pipeline:
    """`a | b |& c`; `merges[i]` is true where the i-th bar was `|&`."""

    commands: tuple[Command, ...]
    negated: bool = False
    timed: bool = False
    merges: tuple[bool, ...] = ()


@dataclass(slots=True)
class AndOr:
    """`a && b || c`: `operators[i]` stands between `pipelines[i]` and `pipelines[i + 1]`."""

    pipelines: tuple[Command, ...]
    operators: tuple[str, ...]


@dataclass(slots=True)
class Subshell:
    body: Script
    redirects: tuple[Redirect, ...] = ()


@dataclass(slots=True)
class Group:
    body: Script
    redirects: tuple[Redirect, ...] = ()


@dataclass(slots=True)
class If:
    """`branches`: (condition, body) of `if` and each `elif`."""

    branches: tuple[tuple[Script, Script], ...]
    otherwise: Script | None
    redirects: tuple[Redirect, ...] = ()


@dataclass(slots=True)
class While:
    condition: Script
    body: Script
    until: bool = False
    redirects: tuple[Redirect, ...] = ()


@dataclass(slots=True)
class For:
    """`words` is None for `for name; do`, which goes through the positional parameters."""

    name: str
    words: tuple[Word, ...] | None
    body: Script
    redirects: tuple[Redirect, ...] = ()


@dataclass(slots=True)
class CStyleFor:
    header: Word
    body: Script
    redirects: tuple[Redirect, ...] = ()


@dataclass(slots=True)
class Select:
    name: str
    words: tuple[Word, ...] | None
    body: Script
    redirects: tuple[Redirect, ...] = ()


@dataclass(slots=True)
class CaseArm:
    """`terminator` is `;;`, `;&` or `;;&`."""

    patterns: tuple[Word, ...]
    body: Script
    terminator: str = ";;"


@dataclass(slots=True)
class Case:
    word: Word
    arms: tuple[CaseArm, ...]
    redirects: tuple[Redirect, ...] = ()


@dataclass(slots=True)
class Function:
    name: str
    body: Command
    redirects: tuple[Redirect, ...] = ()


@dataclass(slots=True)
class Conditional:
    """`[[ ... ]]`: its words and operators in order."""

    words: tuple[Word, ...]
    redirects: tuple[Redirect, ...] = ()


@dataclass(slots=True)
class Arithmetic:
    """`(( ... ))`."""

    expression: Word
    redirects: tuple[Redirect, ...] = ()


@dataclass(slots=True)
class Coproc:
    name: str
    body: Command
    redirects: tuple[Redirect, ...] = ()


Command: TypeAlias = (
    Simple
    | Pipeline
    | AndOr
    | Subshell
    | Group
    | If
    | While
    | For
    | CStyleFor
    | Select
    | Case
    | Function
    | Conditional
    | Arithmetic
    | Coproc
)


@dataclass(slots=True)
class Statement:
    command: Command
    background: bool = False


@dataclass(slots=True)
class Script:
    statements: tuple[Statement, ...]
