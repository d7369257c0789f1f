"""Builtins that change the shell's own state: `declare`, `read`, `set`, `cd`, `trap`, ...

Each takes the arguments after its name and returns the status: true for success, None
where it is not known. Bash Reference Manual, "Shell Builtin Commands".
"""

from __future__ import annotations

import re
from collections.abc import Callable

from guard.operations import FileWrite
from guard.parse.reading import UNKNOWN, Stdin
from guard.parse.shell import conditions, formats, inputs
from guard.parse.shell.defaults import working_folder
from guard.parse.shell.expand import Expander, resolve
from guard.parse.shell.inputs import run_subscripts
from guard.parse.shell.machine import Machine
from guard.parse.shell.printing import writer
from guard.parse.shell.runners import RUNNERS
from guard.parse.shell.state import Variable
from guard.parse.shell.variables import set_element
from guard.parse.shell.worlds import Worlds
from guard.parse.shell.written import declarations, read_again

__all__ = ["BUILTINS", "DECLARATIONS", "Builtin"]

Builtin = Callable[[Machine, list[str]], "bool | None"]

# Their arguments `name=value` are expanded as assignments are.
DECLARATIONS = frozenset(("declare", "typeset", "local", "export", "readonly"))
_IGNORED_NAMES = """
: bg bind_ caller dirs disown fg jobs logout suspend times ulimit umask wait compopt help
"""
_IGNORED = _IGNORED_NAMES.split()


_TELLING = frozenset(("extglob", "patsub_replacement", "B", "braceexpand"))


def _true(_: Machine, __: list[str]) -> bool | None:
    return True


def _false(_: Machine, __: list[str]) -> bool | None:
    return False


def _unsure(_: Machine, __: list[str]) -> bool | None:
    return None


def _printing(machine: Machine, _: list[str]) -> bool | None:
    machine.write(1, (UNKNOWN,), "file:what the shell prints")
    return None


def _echo(machine: Machine, arguments: list[str]) -> bool | None:
    expand = "xpg_echo" in machine.state.options
    machine.write(1, (formats.echo(arguments, expand=expand),))
    return True


def _printf(machine: Machine, arguments: list[str]) -> bool | None:
    if arguments[:1] == ["-v"] and len(arguments) > 2:
        text = formats.printf(_undashed(arguments[2:]), machine.budget.limits.string)
        run_subscripts(machine, arguments[1:2])
        machine.assign(arguments[1], (UNKNOWN if text is None else text,))
        return True
    text = formats.printf(_undashed(arguments), machine.budget.limits.string)
    machine.write(1, (UNKNOWN if text is None else text,))
    return True


def _undashed(arguments: list[str]) -> list[str]:
    return arguments[1:] if arguments[:1] == ["--"] else arguments


# --- variables ------------------------------------------------------------------------


def _declare(machine: Machine, arguments: list[str], *, kind: str = "declare") -> bool | None:
    flags: set[str] = set()
    names: list[str] = []
    for argument in arguments:
        if len(argument) > 1 and argument[0] in "-+" and not names:
            if argument == "--":
                continue
            sign = argument[0]
            flags |= {letter if sign == "-" else "+" + letter for letter in argument[1:]}
        else:
            names.append(argument)
    if odd := flags - set("aAfFgiIlnrtuxpc") - {"+x", "+i", "+l", "+u", "+n", "+a", "+r", "+t"}:
        machine.hide("unknown_option", "medium", f"option `{'`, `'.join(sorted(odd))}` of {kind}")
    if flags & {"f", "F"}:
        if "x" in flags or kind == "export":
            machine.state.options |= {f"export -f {name}" for name in names}
        elif kind in ("declare", "typeset"):
            machine.write(1, (UNKNOWN,), kind)  # the text of functions
        if "r" in flags or kind == "readonly":
            machine.state.options |= {f"readonly -f {name}" for name in names}
        return True
    run_subscripts(machine, [n.partition("=")[0] for n in names])
    if "p" in flags:
        texts = declarations(machine, names) if names and flags == {"p"} else None
        if texts is not None:
            machine.write(1, texts)
            return True
    elif kind == "readonly" or flags & {"r", "t", "I"}:
        machine.marked |= {re.split(r"[+=\[]", n, maxsplit=1)[0] for n in names}
    local = kind == "local" or (kind in ("declare", "typeset") and "g" not in flags)
    for name in names if "p" not in flags else ():
        _declare_one(machine, name, flags, local=local and bool(machine.calls), kind=kind)
    if not names or "p" in flags:
        nothing = Stdin(None, "inherited")
        machine.write(1, (UNKNOWN,), writer(machine, kind, [kind, *arguments], nothing, ()))
    return True


def _declare_one(
    machine: Machine, argument: str, flags: set[str], *, local: bool, kind: str
) -> None:
    name, equals, text = argument.partition("=")
    append = equals != "" and name.endswith("+")
    name = name.removesuffix("+")
    if UNKNOWN in name:
        machine.hide("unknown_variable", "medium", "a variable is set whose name is not known")
        return
    exported = "x" in flags or kind == "export"
    variables = machine.state.variables
    base = name.partition("[")[0]
    if exported:
        values = (text,) if equals else variables[base].values if base in variables else ()
        value = values[0] if len(values) == 1 else UNKNOWN
        machine.emit({"kind": "environment.set", "name": base, "value": value})
    if local and machine.locals and base not in machine.locals[-1]:
        machine.locals[-1][base] = variables.pop(base, None)
    reference = "n" in flags and kind not in ("export", "readonly")
    if "n" in flags and kind == "export":
        return
    if reference:
        variables[name] = Variable((text,), reference=True)
        return
    if kind in ("export", "readonly"):
        base = resolve(machine, base)
    old = variables.get(base)
    letters = next((c for c in "luc" if c in flags), "")
    array = bool(flags & {"a", "A"})
    if old is None and not (equals or array or letters or "i" in flags or exported):
        if local:
            variables[base] = Variable()
        return
    if old is None and (array or letters or "i" in flags):
        old = variables[base] = Variable(("",), {} if array else None)
    if old is not None and old.reference and not exported:
        old = None
    if old is not None and (array or letters or "i" in flags or exported):
        items = old.items
        if items is None and array:
            items = {"0": old.values} if old.values != ("",) else {}
        variables[base] = Variable(
            old.values,
            items,
            old.associative or "A" in flags,
            old.exported or exported,
            integer=(old.integer or "i" in flags) and "+i" not in flags,
            letters=letters or old.letters,  # type: ignore[arg-type]
        )
    if equals and array and text[:1] == "(":
        if read_again(machine, argument):
            return
        machine.hide("unresolved_variable", "medium", f"`{name}` is an array that is read again")
        text = UNKNOWN
    if equals:
        if "[" in name:
            set_element(machine, base, name.partition("[")[2].removesuffix("]"), (text,))
        else:
            machine.assign(name, (text,), exported=exported, append=append)


def _kind(kind: str) -> Builtin:
    def run(machine: Machine, arguments: list[str]) -> bool | None:
        return _declare(machine, arguments, kind=kind)

    return run


def _unset(machine: Machine, arguments: list[str]) -> bool | None:
    functions = False
    for argument in arguments:
        if argument[:1] == "-":
            functions = "f" in argument
            continue
        run_subscripts(machine, [argument])
        if functions:
            machine.state.functions.pop(argument, None)
        elif "[" in argument:
            _unset_element(machine, argument)
        else:
            name = argument if "-n" in arguments else resolve(machine, argument)
            if machine.state.variables.pop(name, None) is None:
                machine.state.functions.pop(argument, None)
            if name in machine.environment or name in ("PATH", "IFS"):
                machine.state.variables[name] = Variable(("",) if name == "PATH" else (" \t\n",))
            if name == "HISTFILE":
                machine.assign("HISTFILE", ("",))
    return True


def _unset_element(machine: Machine, argument: str) -> None:
    name, _, rest = argument.partition("[")
    name = resolve(machine, name)
    old = machine.state.variables.get(name)
    if old is None or old.items is None:
        return
    index = rest.removesuffix("]")
    key = Expander(machine, Worlds(machine.budget.limits.alternatives)).key(old, index)
    items = {k: v for k, v in old.items.items() if k != key and index not in ("@", "*")}
    machine.state.variables[name] = Variable(("",), items, old.associative, old.exported)


def _let(machine: Machine, arguments: list[str]) -> bool | None:
    number: int | None = 0
    expander = Expander(machine, Worlds(machine.budget.limits.alternatives))
    for argument in arguments:
        number = expander.arithmetic(argument)
    return None if number is None else number != 0


# --- settings -------------------------------------------------------------------------


def _set(machine: Machine, arguments: list[str]) -> bool | None:
    words = iter(arguments)
    for word in words:
        if word in ("--", "-"):
            machine.state.arguments = tuple(words)
            return True
        if word[:1] not in ("-", "+") or len(word) < 2:
            machine.state.arguments = (word, *words)
            return True
        on = word[0] == "-"
        for letter in word[1:]:
            name = next(words, "") if letter == "o" else letter
            _setting(machine, name, on=on)
    return True


def _setting(machine: Machine, name: str, *, on: bool) -> None:
    if name in ("history", "H") and not on:
        machine.assign("HISTFILE", ("",))
    if name == "allexport":
        name = "a"
    if name in ("k", "keyword") and on:
        machine.hide("shell_setting", "medium", "`set -k` takes assignments from any argument")
    if UNKNOWN in name:
        machine.hide("shell_setting", "low", "a setting of the shell is not known")
    # What is off is kept too where "off" is another thing than "nobody said".
    given = {name} if on else {"-" + name} if name in _TELLING else set()
    machine.state.options = machine.state.options - {name, "-" + name, "?" + name} | given


def _shopt(machine: Machine, arguments: list[str]) -> bool | None:
    on = "-s" in arguments
    for name in arguments:
        if name[:1] != "-" and ("-u" in arguments or on):
            _setting(machine, name, on=on)
    return None if not on and "-u" not in arguments else True


def _shift(machine: Machine, arguments: list[str]) -> bool | None:
    count = arguments[0] if arguments else "1"
    if UNKNOWN in count:
        machine.state.arguments = (UNKNOWN,) * len(machine.state.arguments)
        return None
    if not count.isdigit() or int(count[:6]) > len(machine.state.arguments):
        return False
    machine.state.arguments = machine.state.arguments[int(count) :]
    return True


def _alias(machine: Machine, arguments: list[str]) -> bool | None:
    for argument in arguments:
        name, equals, value = argument.partition("=")
        if equals:
            machine.state.aliases[name] = (value,)
    return True


def _unalias(machine: Machine, arguments: list[str]) -> bool | None:
    for argument in arguments:
        if argument == "-a":
            machine.state.aliases.clear()
        machine.state.aliases.pop(argument, None)
    return True


def _hash(machine: Machine, arguments: list[str]) -> bool | None:
    if arguments[:1] == ["-p"] and len(arguments) > 2:
        for name in arguments[2:]:
            machine.state.hashed[name] = arguments[1]
    elif arguments[:1] == ["-r"]:
        machine.state.hashed.clear()
    elif arguments[:1] == ["-d"]:
        for name in arguments[1:]:
            machine.state.hashed.pop(name, None)
    return True


def _enable(machine: Machine, arguments: list[str]) -> bool | None:
    off = any(a[:1] == "-" and "n" in a for a in arguments)
    if any(a[:1] == "-" and "f" in a for a in arguments):
        machine.hide("loaded_builtin", "high", "`enable -f` loads code into the shell")
    for name in arguments:
        if name[:1] != "-":
            options = machine.state.options
            mark = {f"enable -n {name}"}
            machine.state.options = options | mark if off else options - mark
    return True


def _cd(machine: Machine, arguments: list[str]) -> bool | None:
    operands = [a for a in arguments if a == "-" or a[:1] != "-"]
    target = operands[0] if operands else machine.home
    variables = machine.state.variables
    before, old = machine.folder, variables.get("OLDPWD")
    if before:
        # A `cd` that fails leaves it as it is.
        variables["OLDPWD"] = Variable((before, UNKNOWN), exported=True)
    elif old is not None:
        del variables["OLDPWD"]
    if target == "-" and old is not None and old.values[1:] == (UNKNOWN,):
        target = old.values[0] or "-"
    if target == "-" or target[:1] == UNKNOWN:
        machine.state.cwd = ""
    else:
        path = machine.path(target)
        machine.state.cwd = "" if path == "." else path
    return None


def _popd(machine: Machine, _: list[str]) -> bool | None:
    machine.state.cwd = ""
    return None


def _pwd(machine: Machine, _: list[str]) -> bool | None:
    machine.write(1, (working_folder(machine) + "\n",))
    return True


def _test(machine: Machine, arguments: list[str]) -> bool | None:
    return conditions.test(machine, arguments)


def _bracket(machine: Machine, arguments: list[str]) -> bool | None:
    return conditions.test(machine, arguments[:-1]) if arguments[-1:] == ["]"] else False


def _history(machine: Machine, arguments: list[str]) -> bool | None:
    """`-c` forgets all, `-d` one entry; `-w` and `-a` may write another file than the usual."""
    words = iter(arguments)
    for word in words:
        if word[:1] != "-":
            break
        if "c" in word:
            machine.emit(
                {
                    "kind": "file.delete",
                    "program": "history",
                    "path": machine.path("~/.bash_history"),
                }
            )
        if "d" in word:
            machine.emit(_kept("~/.bash_history", machine))
        if set(word) & set("aw"):
            for path in words:
                machine.emit(_kept(path, machine))
    return True


def _kept(path: str, machine: Machine) -> FileWrite:
    return {"kind": "file.write", "program": "history", "path": machine.path(path)}


BUILTINS: dict[str, Builtin] = {
    **dict.fromkeys(_IGNORED, _unsure),
    **dict.fromkeys(("caller", "dirs", "jobs", "times", "ulimit", "umask"), _printing),
    ":": _true,
    "true": _true,
    "false": _false,
    "echo": _echo,
    "printf": _printf,
    "declare": _kind("declare"),
    "typeset": _kind("typeset"),
    "local": _kind("local"),
    "export": _kind("export"),
    "readonly": _kind("readonly"),
    "unset": _unset,
    "let": _let,
    "read": inputs.read,
    "mapfile": inputs.mapfile,
    "readarray": inputs.mapfile,
    "getopts": inputs.getopts,
    "set": _set,
    "shopt": _shopt,
    "shift": _shift,
    "alias": _alias,
    "unalias": _unalias,
    "hash": _hash,
    "enable": _enable,
    "cd": _cd,
    "chdir": _cd,
    "pushd": _cd,
    "popd": _popd,
    "pwd": _pwd,
    "test": _test,
    "[": _bracket,
    "history": _history,
    **RUNNERS,
}
