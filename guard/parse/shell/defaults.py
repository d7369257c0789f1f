"""What is known of variables that nobody set in the judged text: the shell's own and usual ones."""

from __future__ import annotations

from guard.parse.reading import UNKNOWN
from guard.parse.shell.machine import Machine
from guard.parse.shell.state import Texts

__all__ = ["default", "working_folder"]

_ANY: Texts = (UNKNOWN,)
# A path of which only the first character is known.
_PATH: Texts = ("/" + UNKNOWN,)
_SHELL: Texts = ("/bin/bash", "/usr/bin/bash")

# Set in every shell, to something that only the machine knows.
_UNKNOWABLE = """
BASHPID BASH_COMMAND BASH_REMATCH BASH_SOURCE BASH_VERSION BASH_VERSINFO COLUMNS DISPLAY
EPOCHREALTIME EPOCHSECONDS EUID FUNCNAME GROUPS HOSTNAME HOSTTYPE LANG LINENO LINES LOGNAME
MACHTYPE PIPESTATUS RANDOM SECONDS SRANDOM TERM UID USER
"""
_KNOWN: dict[str, Texts] = {
    "IFS": (" \t\n",),
    "PATH": _PATH,
    "OLDPWD": _PATH,
    "SHELL": _SHELL,
    "BASH": _SHELL,
    "OSTYPE": ("linux-gnu",),
    "OPTIND": ("1",),
    "SHLVL": _ANY,
    "PS1": _ANY,
    "PS4": ("+ ",),
    "#": _ANY,
    "$": _ANY,
    "!": _ANY,
    # Nobody knows its number, but whose it is: that of the tool that started this shell.
    "PPID": (UNKNOWN + "parent",),
    "-": _ANY,
} | dict.fromkeys(
    _UNKNOWABLE.split(),
    _ANY,
)


def default(machine: Machine, name: str) -> Texts | None:
    """Return the texts of a variable that the judged text did not set, None if it is unset."""
    given = machine.environment.get(name)
    if given is not None:
        return (given,)
    if name == "HOME":
        return (machine.home,)
    if name in ("PWD", "DIRSTACK"):
        return (working_folder(machine),)
    if name == "?":
        return ("0",) if machine.status else _ANY
    if name == "#":
        return (str(len(machine.state.arguments)),)
    if name == "_":
        return (machine.last,) if machine.last else _ANY
    return _KNOWN.get(name)


def working_folder(machine: Machine) -> str:
    """What `$PWD` holds, an unknown piece for what is not known of it."""
    return machine.folder or "/".join(filter(None, ("/" + UNKNOWN, machine.state.cwd)))
