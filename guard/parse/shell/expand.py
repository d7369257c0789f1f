"""Expansion of words: what a word may stand for in the present state.

Order of expansions as in the Bash Reference Manual, "Shell Expansions": braces, tilde,
parameters with commands and arithmetic, splitting. Names of files are not expanded: a
pattern in an argument stays as it is written.
"""

from __future__ import annotations

from guard.parse.reading import UNKNOWN
from guard.parse.shell import operators
from guard.parse.shell.arithmetic import Names, evaluate
from guard.parse.shell.brace import expand_braces
from guard.parse.shell.defaults import default, working_folder
from guard.parse.shell.machine import Machine
from guard.parse.shell.pattern import escape
from guard.parse.shell.splitting import BLANK, split_runs
from guard.parse.shell.state import UNSET, Texts, Variable
from guard.parse.shell.tree import (
    ArithmeticSubstitution,
    CommandSubstitution,
    Literal,
    Parameter,
    Part,
    Word,
)
from guard.parse.shell.worlds import Worlds

__all__ = ["Expander", "alternatives", "element_texts", "resolve"]

# Kinds of pieces: text as written, in quotes, and split; the end of a field, and of one that
# is not empty, with what stands there where nothing is split.
_PLAIN, _QUOTED, _SPLIT, _BREAK, _GLUE = range(5)
_Piece = tuple[int, str]


def resolve(machine: Machine, name: str) -> str:
    """Follow `declare -n` references to the name that is meant."""
    variables = machine.state.variables
    for _ in range(8):
        variable = variables.get(name)
        if variable is None or not variable.reference:
            return name
        name = variable.values[0]
    return name


def element_texts(variable: Variable, key: str) -> Texts | None:
    """The texts of one element of an array (of a scalar: of element 0), None if unset."""
    if variable.items is None:
        return variable.values if key == "0" else None
    if UNKNOWN in key:
        if not variable.items:
            return None
        return tuple(dict.fromkeys(t for texts in variable.items.values() for t in texts))
    if key.startswith("-") and not variable.associative:
        keys = list(variable.items)
        at = int(key) if key[1:].isdigit() else 0
        key = str(int(keys[-1]) + 1 + at) if keys else key
    return variable.items.get(key)


def alternatives(machine: Machine, word: Word, *, assignment: bool = False) -> Texts:
    """Return what a word that is not split may stand for."""
    parts = word.parts
    if len(parts) == 1 and type(parts[0]) is Literal and "~" not in parts[0].text:
        return (parts[0].text,)
    worlds = Worlds(machine.budget.limits.alternatives)
    expander = Expander(machine, worlds)
    found: dict[str, None] = {}
    while True:
        found[expander.text(word, assignment=assignment)] = None
        if not worlds.next():
            return tuple(found)


class Expander(Names):
    """Expands words in one world."""

    __slots__ = ("command", "machine", "worlds")

    def __init__(self, machine: Machine, worlds: Worlds, *, command: bool = False) -> None:
        self.machine = machine
        self.worlds = worlds
        self.command = command  # the next word names the command

    # --- words -------------------------------------------------------------------------

    def fields(self, word: Word) -> list[str]:
        """Expand a word of a command to any number of fields."""
        parts = word.parts
        if len(parts) == 1 and type(parts[0]) is Literal:
            text = parts[0].text
            if parts[0].quoted or ("{" not in text and text[:1] != "~"):
                return [text]
        for part in parts:
            if type(part) is Literal and not part.quoted and "{" in part.text:
                if not {"-B", "-braceexpand"}.isdisjoint(self.machine.state.options):
                    break
                fields: list[str] = []
                for made in expand_braces(parts, self.machine.budget):
                    fields += self._split(self._pieces(made, tilde=True))
                return fields
        pieces = self._pieces(parts, tilde=True)
        if len(pieces) == 1 and pieces[0][0] == _QUOTED:
            self.machine.budget.expand(len(pieces[0][1]))
            return [pieces[0][1]]
        return self._split(pieces)

    def text(self, word: Word, *, assignment: bool = False) -> str:
        """Expand a word that is not split: an assignment, a pattern, a here-document."""
        text = self._literal(word)
        if text is None:
            pieces = self._pieces(word.parts, tilde=True, assignment=assignment)
            text = _joined(pieces)
        self.machine.budget.expand(len(text))
        return text

    def _literal(self, word: Word) -> str | None:
        """The text of a word in which there is nothing to expand."""
        part = word.parts[0] if len(word.parts) == 1 else None
        if type(part) is Literal and (part.quoted or "~" not in part.text):
            return part.text
        return None

    def document(self, word: Word) -> str:
        """Expand the body of a here-document: no tilde, no splitting."""
        text = _joined(self._pieces(word.parts))
        self.machine.budget.expand(len(text))
        return text

    def pattern(self, word: Word) -> str:
        """Expand a word to a pattern; quoted characters stand for themselves."""
        return "".join(
            escape(piece) if kind == _QUOTED else " " if kind == _BREAK else piece
            for kind, piece in self._pieces(word.parts, tilde=True)
        )

    def replacement(self, word: Word) -> str:
        """Expand the new text of `${x/y/new}`; quoted ampersands and backslashes escaped."""
        return "".join(
            piece.replace("\\", r"\\").replace("&", r"\&") if kind == _QUOTED else piece
            for kind, piece in self._pieces(word.parts, tilde=True)
        )

    def number(self, word: Word) -> int | None:
        """Evaluate a word as arithmetic."""
        text = self._literal(word)
        return self.arithmetic(self.document(word) if text is None else text)

    def arithmetic(self, text: str) -> int | None:
        """Evaluate text as arithmetic; substitutions that its values hold are run."""
        if "$" in text or "`" in text:
            text = self.worlds.pick("((" + text, self.machine.evaluate(text))
        return evaluate(text, self, self.machine.budget)

    def _split(self, pieces: list[_Piece]) -> list[str]:
        fields: list[str] = []
        current: list[str] = []
        present = False
        for kind, text in pieces:
            if kind == _BREAK:
                fields.append("".join(current))
                current, present = [], False
            elif kind == _GLUE:
                if present:
                    fields.append("".join(current))
                    current, present = [], False
            elif kind == _QUOTED or (kind == _PLAIN and text):
                current.append(text)
                present = True
            elif kind == _SPLIT:
                for at, run in enumerate(split_runs(text, self._separators())):
                    if at and present:
                        fields.append("".join(current))
                        current, present = [], False
                    if run is not None:
                        current.append(run)
                        present = True
        if present:
            fields.append("".join(current))
        for field in fields:
            self.machine.budget.expand(len(field))
        return fields

    def split_text(self, text: str, most: int) -> list[str]:
        """Split a line as `read` does; with `most` fields the last one holds the rest."""
        separators = self._separators()
        blank = "".join(c for c in separators if c in BLANK)
        if most == 1:
            return [text.strip(blank)]
        fields = self._split([(_SPLIT, text)])
        if not most or len(fields) <= most:
            return fields
        rest = text.lstrip(blank)
        head: list[str] = []
        while len(head) < most - 1:
            end = next((i for i, c in enumerate(rest) if c in separators), len(rest))
            head.append(rest[:end])
            rest = rest[end:].lstrip(blank)
            if rest[:1] in separators and rest[:1] not in blank:
                rest = rest[1:].lstrip(blank)
        return [*head, rest.rstrip(blank)]

    def _separators(self) -> str:
        variable = self.machine.state.variables.get("IFS")
        if variable is None:
            return BLANK
        value = self.worlds.pick("IFS", variable.values)
        return BLANK if UNKNOWN in value else value

    # --- parts -------------------------------------------------------------------------

    def _pieces(
        self, parts: tuple[Part, ...], *, tilde: bool = False, assignment: bool = False
    ) -> list[_Piece]:
        pieces: list[_Piece] = []
        for at, part in enumerate(parts):
            if isinstance(part, Literal):
                text = part.text
                if part.quoted:
                    pieces.append((_QUOTED, text))
                    continue
                if tilde and "~" in text:
                    text = self._tilde(text, at == 0, assignment, alone=len(parts) == at + 1)
                pieces.append((_PLAIN, text))
            elif isinstance(part, Parameter):
                value = self._known(part)
                if value is None:
                    pieces += self._parameter(part, _is_slot(parts, at))
                else:
                    pieces.append((_QUOTED if part.quoted else _SPLIT, value))
            elif isinstance(part, CommandSubstitution):
                texts = self.worlds.cache.get(id(part))
                if texts is None:
                    texts = self.worlds.cache[id(part)] = self.machine.substitute(part)
                text = self.worlds.pick(f"$({id(part)}", texts)
                pieces.append((_QUOTED if part.quoted else _SPLIT, text))
            elif isinstance(part, ArithmeticSubstitution):
                number = self.number(part.expression)
                text = UNKNOWN if number is None else str(number)
                pieces.append((_QUOTED if part.quoted else _SPLIT, text))
            else:
                made = self.worlds.cache.get(id(part))
                if made is None:
                    made = self.worlds.cache[id(part)] = (self.machine.attach(part),)
                pieces.append((_QUOTED, made[0]))
        return pieces

    def _tilde(self, text: str, first: bool, assignment: bool, *, alone: bool) -> str:
        if first and text[0] == "~":
            user, slash, rest = text.partition("/")
            if slash or alone:
                if user == "~":
                    text = self._home() + slash + rest
                elif user == "~-":
                    text = (self.scalar("OLDPWD") or UNKNOWN) + slash + rest
                elif user.lstrip("~+-").isdigit():
                    text = UNKNOWN + slash + rest
                elif user == "~+":
                    text = working_folder(self.machine) + slash + rest
        if assignment and ":~" in text:
            text = text.replace(":~/", f":{self._home()}/")
        return text

    def _home(self) -> str:
        own = self.machine.state.variables.get("HOME")
        return self.machine.home if own is None else self.worlds.pick("HOME", own.values)

    # --- parameters --------------------------------------------------------------------

    def _known(self, part: Parameter) -> str | None:
        """The value of a plain `$name` that has one value and no more; else None."""
        if part.operator or part.index is not None or part.length or part.indirect:
            return None
        variable = self.machine.state.variables.get(part.name)
        if variable is None or variable.items is not None or variable.reference:
            return None
        values = variable.values
        if len(values) != 1 or UNKNOWN in values[0] or not part.name.isidentifier():
            return None
        return values[0]

    def _parameter(self, part: Parameter, slot: bool) -> list[_Piece]:
        index = self._index_text(part)
        if part.operator in ("!*", "!@"):
            names = sorted(n for n in self.machine.state.variables if n.startswith(part.name))
            return self._list(names or [UNKNOWN], part, "@" if part.operator == "!@" else "*")
        if part.indirect and index in ("@", "*"):
            variable = self._variable(part.name)
            keys = ["0"] if variable and variable.items is None else None
            if keys is None:
                keys = list(variable.items or ()) if variable else []
            return self._list(keys, part, index)
        if (part.name in ("@", "*") or index in ("@", "*")) and not part.indirect:
            return self._vector(part, index or part.name)
        name = part.name
        if part.indirect:
            target = self.scalar(name, index)
            if target is None or UNKNOWN in target:
                return self._piece(part, UNKNOWN)
            name, bracket, rest = target.partition("[")
            index = rest.removesuffix("]") if bracket else None
            if name in ("@", "*"):
                return self._list(list(self.machine.state.arguments), part, name)
            if index in ("@", "*"):
                return self._list(self._items(name, slot), part, index)
        return self._scalar(part, name, index, slot)

    def _scalar(self, part: Parameter, name: str, index: str | None, slot: bool) -> list[_Piece]:
        value = self.scalar(name, index)
        operator = part.operator
        if operator.lstrip(":") in ("-", "=", "+", "?") and operator != ":":
            return self._conditional(part, name, index, value)
        if value is None:
            empty = name.isdigit() and name != "0"
            if not empty and slot and not self.command:
                value = UNKNOWN
            else:
                value = "" if empty else self.worlds.pick("", UNSET)
        if part.length:
            return self._piece(part, UNKNOWN if UNKNOWN in value else str(len(value)))
        if operator:
            if value == self.machine.home == "~":
                value = "/" + UNKNOWN
            value = operators.operate(self, part, name, value)
        return self._piece(part, value)

    def _conditional(
        self, part: Parameter, name: str, index: str | None, value: str | None
    ) -> list[_Piece]:
        """`:-`, `:=`, `:+`, `:?` and the same without the colon."""
        kind = part.operator[-1]
        missing = value is None or (part.operator[0] == ":" and value == "")
        if kind == "+":
            unsure = value is None or value == UNKNOWN
            if unsure:
                missing = self.worlds.choose("+" + name, 2) == 0
            return self._piece(part, "") if missing else self._argument(part)
        if not missing:
            return self._piece(part, value or "")
        if kind == "?":
            return self._piece(part, UNKNOWN)
        if kind == "=" and part.argument is not None:
            text = self.text(part.argument)
            self.write(name, index, text)
            return self._piece(part, text)
        return self._argument(part)

    def _argument(self, part: Parameter) -> list[_Piece]:
        """The word of `${x:-word}`; what is not quoted in it is split."""
        if part.argument is None:
            return self._piece(part, "")
        pieces = self._pieces(part.argument.parts, tilde=True)
        if part.quoted:
            return [(_QUOTED, _joined(pieces))]
        return [(_SPLIT if kind == _PLAIN else kind, text) for kind, text in pieces]

    def _piece(self, part: Parameter, text: str) -> list[_Piece]:
        return [(_QUOTED if part.quoted else _SPLIT, text)]

    def _vector(self, part: Parameter, mark: str) -> list[_Piece]:
        own = part.name in ("@", "*")
        values = list(self.machine.state.arguments) if own else self._items(part.name, False)
        if part.length:
            count = UNKNOWN if values == [UNKNOWN] else str(len(values))
            return self._piece(part, count)
        operator = part.operator
        if operator.lstrip(":") in ("-", "=", "+", "?") and operator != ":":
            filled = bool(values) and values != [""]
            if filled is (operator[-1] == "+"):
                return self._argument(part)
            if operator[-1] == "+":
                return self._piece(part, "")
        elif operator == ":":
            if own:
                values = [self.machine.state.name, *values]
            sliced = operators.slice_list(self, part, values)
            values = [UNKNOWN] if sliced is None else sliced
        elif operator == "@" and part.argument and operators.letter_of(part) in "KkA":
            self.machine.hide("unread_array", "medium", f"an array `{part.name}` is written out")
            values = [UNKNOWN]
        elif operator:
            values = [operators.operate(self, part, part.name, value) for value in values]
        return self._list(values, part, mark)

    def _list(self, values: list[str], part: Parameter, mark: str) -> list[_Piece]:
        if part.quoted and mark == "*":
            glue = self._separators()[:1]
            return [(_QUOTED, glue.join(values))]
        pieces: list[_Piece] = []
        for at, value in enumerate(values):
            if at:
                glue = self._separators()[:1] if mark == "*" else " "
                pieces.append((_BREAK, "") if part.quoted else (_GLUE, glue))
            pieces.append((_QUOTED if part.quoted else _SPLIT, value))
        return pieces

    # --- values ------------------------------------------------------------------------

    def _index_text(self, part: Parameter) -> str | None:
        if part.index is None:
            return None
        parts = part.index.parts
        if len(parts) == 1 and isinstance(parts[0], Literal):
            return parts[0].text
        return self.text(part.index)

    def _variable(self, name: str) -> Variable | None:
        return self.machine.state.variables.get(resolve(self.machine, name))

    def _items(self, name: str, slot: bool) -> list[str]:
        variable = self._variable(name)
        if variable is None:
            aliases = self.machine.state.aliases
            if name == "BASH_ALIASES" and len(aliases) == 1:  # of several, who knows the order
                return [self.worlds.pick("alias " + one, aliases[one]) for one in aliases]
            known = default(self.machine, name)
            if known is not None:
                return [self.worlds.pick(name, known)]
            return [UNKNOWN] if slot or self.worlds.choose("", 2) else []
        if variable.items is None:
            return [self.worlds.pick(name, variable.values)]
        return [self.worlds.pick(f"{name}[{key}]", texts) for key, texts in variable.items.items()]

    def scalar(self, name: str, index: str | None = None) -> str | None:
        """The value of a parameter in this world, None if it is not set."""
        machine = self.machine
        if name.isdigit():
            if name == "0":
                return machine.state.name
            at = int(name) - 1 if len(name) < 6 else 99_999
            arguments = machine.state.arguments
            return arguments[at] if at < len(arguments) else None
        name = resolve(machine, name)
        if "[" in name and index is None:
            name, _, rest = name.partition("[")
            index = rest.removesuffix("]")
        variable = machine.state.variables.get(name)
        if variable is None:
            if index is not None:
                if name == "BASH_ALIASES":
                    return self._alias(index)
                if "$(" in index or "`" in index:
                    machine.evaluate(index)
            texts = default(machine, name) if index in (None, "0") else None
            return None if texts is None else self.worlds.pick(name, texts)
        key = "0" if index is None else self.key(variable, index)
        found = element_texts(variable, key)
        if found is None:
            return ""
        text = self.worlds.pick(name if index is None else f"{name}[{key}]", found)
        if UNKNOWN in text:
            machine.told(variable.origin)
        return text

    def _alias(self, name: str) -> str | None:
        """`${BASH_ALIASES[name]}`."""
        if "$" in name or "`" in name:
            name = self.worlds.pick("[" + name, self.machine.evaluate(name))
        texts = self.machine.state.aliases.get(name.strip("\"'"))
        return None if texts is None else self.worlds.pick("alias " + name, texts)

    def key(self, variable: Variable | None, index: str) -> str:
        """The key that a subscript stands for."""
        if variable is not None and variable.associative:
            if "$" in index or "`" in index:
                index = self.worlds.pick("[" + index, self.machine.evaluate(index))
            return index.strip("\"'")
        number = self.arithmetic(index)
        return UNKNOWN if number is None else str(number)

    # --- what arithmetic needs ---------------------------------------------------------

    def read(self, name: str, subscript: str | None) -> str | None:
        """The text of a variable for arithmetic; an unset one is 0."""
        value = self.scalar(name, subscript)
        if value is None:
            return self.worlds.pick("", ("0", UNKNOWN)) if not name.isdigit() else "0"
        if "$(" in value or "`" in value:
            value = self.worlds.pick("((" + value, self.machine.evaluate(value))
        return value

    def write(self, name: str, subscript: str | None, value: int | str | None) -> None:
        """Set a variable from arithmetic or `:=`."""
        text = UNKNOWN if value is None else str(value)
        name = resolve(self.machine, name)
        if subscript is None:
            self.machine.assign(name, (text,))
            return
        old = self.machine.state.variables.get(name)
        items = dict(old.items or {}) if old is not None else {}
        items[self.key(old, subscript)] = (text,)
        associative = old is not None and old.associative
        self.machine.state.variables[name] = Variable(("",), items, associative)


def _joined(pieces: list[_Piece]) -> str:
    """The pieces as one text that nothing splits."""
    if len(pieces) == 1 and pieces[0][0] != _BREAK:
        return pieces[0][1]
    return "".join([" " if kind == _BREAK else piece for kind, piece in pieces])


def _is_slot(parts: tuple[Part, ...], at: int) -> bool:
    """Say if an unset parameter stands where a whole value belongs: `"$X"`, `$X/y`, `a=$X`.

    There only "unknown" is of interest. Glued to letters (`ss${x}h`) or alone without
    quotes it may as well be a disguise, and "empty" is read too.
    """
    part = parts[at]
    if len(parts) == 1:
        return isinstance(part, Parameter) and part.quoted
    before = _edge(parts[at - 1], -1) if at else " "
    after = _edge(parts[at + 1], 0) if at + 1 < len(parts) else " "
    return not (before.isalnum() or before in "-_") and not (after.isalnum() or after in "-_")


def _edge(part: Part, at: int) -> str:
    if isinstance(part, Literal):
        return part.text[at] if part.text else " "
    return "-"
