"""Assignments, and what follows from the names that change lookup, loading or what programs run.

bash(1) "Shell Variables", ld.so(8), git(1) "Environment Variables".
"""

from __future__ import annotations

from guard.operations import Severity
from guard.parse.reading import UNKNOWN
from guard.parse.shell.expand import Expander, alternatives, resolve
from guard.parse.shell.machine import Machine
from guard.parse.shell.state import File, Texts, Variable, foreign, unite
from guard.parse.shell.tree import Assignment
from guard.parse.shell.worlds import Worlds

__all__ = ["assign", "assign_node", "note", "set_element"]

# Their value is a command that some program runs sooner or later.
_COMMAND_NAMES = """
BROWSER CVS_RSH EDITOR FCEDIT GIT_ASKPASS GIT_EDITOR GIT_EXTERNAL_DIFF GIT_PAGER GIT_PROXY_COMMAND
GIT_SEQUENCE_EDITOR GIT_SSH GIT_SSH_COMMAND LESSCLOSE LESSOPEN MANPAGER PAGER PROMPT_COMMAND
PSQL_EDITOR PSQL_PAGER RSYNC_CONNECT_PROG RSYNC_RSH SSH_ASKPASS SUDO_ASKPASS SUDO_EDITOR
SYSTEMD_EDITOR SYSTEMD_PAGER VISUAL
"""
_COMMANDS = frozenset(_COMMAND_NAMES.split())
_PRELOAD = frozenset(("LD_PRELOAD", "LD_AUDIT", "DYLD_INSERT_LIBRARIES"))
_PROMPTS = frozenset(("PS0", "PS1", "PS2", "PS4"))
_FOLDERS: dict[str, Severity] = {
    "LD_LIBRARY_PATH": "low",
    "DYLD_LIBRARY_PATH": "low",
    "GIT_EXEC_PATH": "medium",
    "GIT_CONFIG_GLOBAL": "medium",
    "GIT_CONFIG_PARAMETERS": "medium",
    "GIT_CONFIG_COUNT": "medium",
    "PERL5OPT": "medium",
    "RUBYOPT": "medium",
    "NODE_OPTIONS": "low",
    "PYTHONSTARTUP": "medium",
    "TAR_OPTIONS": "medium",
    "SHELLOPTS": "low",
    "BASHOPTS": "low",
}
_STANDARD_FOLDERS = """
/bin /sbin /usr/bin /usr/sbin /usr/local/bin /usr/local/sbin /snap/bin /usr/games
"""
_STANDARD = frozenset(_STANDARD_FOLDERS.split())
# Values with which the shell keeps no history.
_HISTORY = {
    "HISTFILE": ("", "/dev/null"),
    "HISTSIZE": ("", "0"),
    "HISTFILESIZE": ("", "0"),
    "HISTIGNORE": ("*",),
}
_INTERESTING = (
    _COMMANDS
    | _PRELOAD
    | _PROMPTS
    | _FOLDERS.keys()
    | _HISTORY.keys()
    | {"BASH_ENV", "ENV", "PATH", "LD_PRELOAD"}
)


def assign(
    machine: Machine, name: str, texts: Texts, *, exported: bool = False, append: bool = False
) -> None:
    """Set a scalar variable, or element 0 of an array."""
    name = resolve(machine, name)
    if "[" in name:
        base, _, rest = name.partition("[")
        set_element(machine, base, rest.removesuffix("]"), texts)
        return
    variables = machine.state.variables
    old = variables.get(name)
    options = machine.state.options
    if "a" in options and "?a" not in options:
        exported = True  # `set -a`
    if old is None:
        if append:
            texts = machine.concatenate(_before(machine, name), texts)
        variables[name] = Variable(
            texts, exported=exported or name in machine.environment, origin=machine.origin
        )
    else:
        if append:
            before = old.values if old.items is None else old.items.get("0", ("",))
            texts = (
                _sum(machine, before, texts) if old.integer else machine.concatenate(before, texts)
            )
        texts = _dressed(machine, old, texts)
        if old.items is not None:
            items = {**old.items, "0": texts}
            variables[name] = Variable(("",), items, old.associative, old.exported)
        else:
            variables[name] = Variable(
                texts,
                exported=old.exported or exported,
                integer=old.integer,
                letters=old.letters,
                origin=foreign(old.origin, machine.origin) if append else machine.origin,
            )
    if name in _INTERESTING or name.endswith("_COMMAND"):
        for text in texts:
            note(machine, name, text)


def _before(machine: Machine, name: str) -> Texts:
    from guard.parse.shell.defaults import default

    return default(machine, name) or ("", UNKNOWN)


def _sum(machine: Machine, before: Texts, texts: Texts) -> Texts:
    return tuple(f"{a}+({b})" for a in before for b in texts)[: machine.budget.limits.alternatives]


def _dressed(machine: Machine, variable: Variable, texts: Texts) -> Texts:
    """What `declare -i`, `-l` and `-u` make of a value."""
    if variable.integer:
        expander = Expander(machine, Worlds(machine.budget.limits.alternatives))
        numbers = [expander.arithmetic(text) for text in texts]
        texts = tuple(UNKNOWN if number is None else str(number) for number in numbers)
    if variable.letters == "l":
        return tuple(text.lower() for text in texts)
    if variable.letters == "u":
        return tuple(text.upper() for text in texts)
    if variable.letters == "c":
        return tuple(text[:1].upper() + text[1:].lower() for text in texts)
    return texts


def set_element(machine: Machine, name: str, index: str, texts: Texts) -> None:
    """`name[index]=value`."""
    name = resolve(machine, name)
    old = machine.state.variables.get(name)
    expander = Expander(machine, Worlds(machine.budget.limits.alternatives))
    key = expander.key(old, index)
    if key[:1] == "-" and key[1:].isdigit() and old is not None and not old.associative:
        last = max((int(k) for k in old.items or {"0": ()} if k.isdigit()), default=-1)
        key = str(max(last + 1 + int(key), 0))
    if name == "BASH_ALIASES":
        machine.state.aliases[index.strip("\"'")] = texts
        return  # there they are read from, too
    if name == "BASH_CMDS":
        machine.state.hashed[index.strip("\"'")] = texts[0]
    _store(machine, name, old, {key: texts}, keep=True)


def _store(
    machine: Machine, name: str, old: Variable | None, new: dict[str, Texts], *, keep: bool
) -> None:
    items: dict[str, Texts] = {}
    if keep and old is not None:
        items = dict(old.items) if old.items is not None else {"0": old.values}
    associative = old is not None and old.associative
    unknown = [texts for key, texts in new.items() if UNKNOWN in key]
    items.update(new)
    if unknown and len(items) > 1:
        # Nobody knows which element it is: it may be any of them.
        limit = machine.budget.limits.alternatives
        for texts in unknown:
            items = {key: unite(value, texts, limit) for key, value in items.items()}
    if not associative and all(key.isdigit() for key in items):
        items = dict(sorted(items.items(), key=lambda item: int(item[0][:18])))
    machine.state.variables[name] = Variable(
        ("",), items, associative, old is not None and old.exported
    )


def assign_node(machine: Machine, node: Assignment, *, exported: bool = False) -> None:
    """Perform an assignment of the shell itself."""
    if node.array is not None:
        _assign_array(machine, node)
        return
    texts = alternatives(machine, node.value, assignment=True) if node.value else ("",)
    if node.index is None:
        assign(machine, node.name, texts, exported=exported, append=node.append)
        return
    index = alternatives(machine, node.index)
    old = machine.state.variables.get(resolve(machine, node.name))
    for one in index:
        if node.append and old is not None and old.items is not None:
            texts = machine.concatenate(old.items.get(one, ("",)), texts)
        set_element(machine, node.name, one, texts)


def _assign_array(machine: Machine, node: Assignment) -> None:
    name = resolve(machine, node.name)
    old = machine.state.variables.get(name)
    worlds = Worlds(machine.budget.limits.alternatives)
    results: dict[str, Texts] = {}
    while True:
        expander = Expander(machine, worlds)
        made = _elements(expander, node, old)
        if old is not None and old.integer:
            numbers = {key: expander.arithmetic(text) for key, text in made.items()}
            made = {k: UNKNOWN if n is None else str(n) for k, n in numbers.items()}
        for key, text in made.items():
            results[key] = (*results.get(key, ()), text)
        if not worlds.next():
            break
    new = {key: tuple(dict.fromkeys(texts)) for key, texts in results.items()}
    _store(machine, name, old, new, keep=node.append)


def _elements(expander: Expander, node: Assignment, old: Variable | None) -> dict[str, str]:
    made: dict[str, str] = {}
    position = 0
    if node.append and old is not None:
        keys = [int(k) for k in (old.items or {"0": old.values}) if k.isdigit()]
        position = max(keys, default=-1) + 1
    associative = old is not None and old.associative
    pending: str | None = None
    for item in node.array or ():
        if item.index is not None:
            key = expander.key(old, expander.text(item.index))
            made[key] = expander.text(item.value)
            position = int(key[:18]) + 1 if key.isdigit() else position
            continue
        for field in expander.fields(item.value):
            if associative:
                # `m=(key value key value)`
                if pending is None:
                    pending = field
                else:
                    made[pending], pending = field, None
            else:
                made[str(position)] = field
                position += 1
    return made


def note(machine: Machine, name: str, text: str) -> None:
    """Note what setting a name to a value may lead to."""
    if name == "PATH":
        _note_path(machine, text)
    elif name in _COMMANDS or name.endswith("_COMMAND"):
        _note_command(machine, name, text)
    elif name in _PRELOAD:
        if text:
            machine.hide(
                "preloaded_code", "high", f"`{name}` loads `{text}` into every program started"
            )
    elif name in ("BASH_ENV", "ENV"):
        _note_startup(machine, name, text)
    elif name in _PROMPTS:
        if "$(" in text or "`" in text:
            with machine.maybe():
                machine.evaluate(text)
    elif name in _HISTORY:
        # Said of plain variables too: the shell itself reads them.
        if text in _HISTORY[name]:
            machine.emit({"kind": "environment.set", "name": name, "value": text})
    elif name in _FOLDERS:
        machine.hide("load_path", _FOLDERS[name], f"`{name}` changes what programs load")


def _note_path(machine: Machine, text: str) -> None:
    added = [f for f in text.split(":") if f not in _STANDARD and UNKNOWN not in f]
    kept = UNKNOWN in text or not _STANDARD.isdisjoint(text.split(":"))
    if added or not kept:
        machine.hide(
            "search_path",
            "low" if kept else "medium",
            f"`PATH` changes where programs are found: `{':'.join(added) or text}`",
        )


def _note_command(machine: Machine, name: str, text: str) -> None:
    if not text.strip():
        return
    if text == UNKNOWN:
        machine.hide("command_variable", "medium", f"nobody knows what `{name}` makes programs run")
        return
    with machine.maybe():
        machine.run_text(text, via=name)


def _note_startup(machine: Machine, name: str, text: str) -> None:
    if not text or (name == "ENV" and not set(text) & set("/$`~" + UNKNOWN)):
        return  # `ENV=production` is nobody's startup file
    if "$(" in text or "`" in text:
        with machine.maybe():
            text = machine.evaluate(text)[0]
    file: File | None = machine.find_file(text)
    if file is not None and UNKNOWN not in file.texts:
        with machine.maybe():
            for content in file.texts:
                machine.run_text(content, via=name)
        return
    machine.hide("startup_file", "medium", f"every shell started reads `{text}` first (`{name}`)")
