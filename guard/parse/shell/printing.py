"""Who is to answer for what a program prints, where the text itself is not known.

Text that comes from this machine through plain tools is like a file that nobody showed us;
text from the network, from a decoder or from an unknown program may be anything. Nothing
is followed or noted here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from guard.parse.programs import wrappers
from guard.parse.reading import UNKNOWN, Reading, Stdin
from guard.parse.shell.machine import Machine
from guard.parse.shell.sockets import SHELLS

__all__ = ["passes_on", "writer"]

# They print facts of this machine: names, times, numbers, settings.
_LISTING = frozenset(("find", "ls", "dir", "vdir", "locate", "mlocate", "plocate", "stat", "lsof"))
_SETTINGS = frozenset(
    ("alias", "declare", "env", "export", "local", "printenv", "readonly", "set", "typeset")
)
_FACTS = """
arch basename blkid date df dirname du free getent getconf groups hostname id ipcs jobs locale
lsblk lscpu lsmod mount nproc pgrep pidof ps pwd readlink realpath seq stty tty uname uptime
who whoami
"""
_FILTER_NAMES = """
awk cat column comm cut egrep expand fgrep fmt gawk grep head join mawk nawk nl paste sed sort
tac tail tee tr tsort unexpand uniq
"""
_FILTERS = frozenset(_FILTER_NAMES.split())
_LOCAL = _LISTING | _SETTINGS | _FILTERS | frozenset(_FACTS.split())
# Those that print words of their arguments among it.
_ADDING = frozenset(
    ("awk", "date", "find", "gawk", "mawk", "nawk", "nl", "ps", "sed", "seq", "stat")
)
# Programs that print nothing of their own: only what they run does.
_CARRIERS = wrappers.READERS.keys() | SHELLS | {"env", "xargs", "gxargs", "parallel", "su"}
_CARRIERS |= {"runuser", "flock", "busybox", "toybox", "find"}
_PRINTS = ("-print", "-ls", "-fls", "-fprint")

# Words that such tools would have to add, for what they print to reach out or hide itself.
_REACHING = re.compile(
    r"%c|\bsystem\b|getline|://|/dev/(tcp|udp)|\d:[\w.]*:\d|ssh|\bscp\b|\bn?cat\b.*-[el]|\bnc\b"
    r"|netcat|socat|curl|wget|telnet|\bbash\b|\beval\b|\bexec\b|python|\bperl|\bruby|\bphp"
    r"|\bnode\b|base64|openssl|(?<![.\w])sh\b|chisel|ngrok|xmrig|cloudflared"
)
_ESCAPED = re.compile(r"\\([xu][0-9a-fA-F]|[0-7]{3})")
_SED_TRICKS = re.compile(r"\\[xod][0-9a-fA-F]{2}|(^|[;\s{])y[^\w\s]")
_CLASSES = re.compile(r"\[:\w+:\]|\\[ntrfv]")


def passes_on(program: str, argv: Sequence[str], reading: Reading | None) -> bool:
    """Whether the output is all that of programs whose runs the reading has."""
    if reading is None or not reading.runs or program not in _CARRIERS:
        return False
    if any(part["severity"] != "low" for part in reading.opaque):
        return False
    return program != "find" or not any(word.startswith(_PRINTS) for word in argv)


def writer(
    machine: Machine, program: str, argv: Sequence[str], stdin: Stdin, missing: Sequence[str]
) -> str:
    """The origin of what a program prints: `file:` and a name where it is of this machine.

    `missing`: the origins of the files it was seen to read, and whose text is not known.
    """
    if argv[0].startswith(("./", "../", "~/")) and machine.find_file(argv[0]) is None:
        return "file:" + argv[0]  # who runs what nobody showed us may as well run what it prints
    if not _is_local(machine, program, argv[1:]):
        return stdin.origin if stdin.origin and stdin.source != "file" else program
    for name in argv[1:]:
        file = machine.find_file(name)
        if file is not None and not file.origin.startswith("file:"):
            return file.origin or program
    if missing:
        return missing[0]
    if stdin.source == "inherited" or program not in _FILTERS:
        return f"file:what {program} prints"
    if stdin.text is None and stdin.source == "file" and stdin.origin:
        return "file:" + stdin.origin
    return stdin.origin or program


def _is_local(machine: Machine, program: str, arguments: Sequence[str]) -> bool:
    """Whether a program prints what this machine holds, and adds nothing that reaches out."""
    if program not in _LOCAL:
        return False
    if program == "tr":
        return _keeps_letters(arguments)
    if program == "cut":
        return not any(word.startswith(("-c", "-b", "--c", "--b")) for word in arguments)
    return not any(_reaches(program, text) for text in _added(machine, program, arguments))


def _added(machine: Machine, program: str, arguments: Sequence[str]) -> Iterator[str]:
    """The texts of this call that may be among what a program prints."""
    if program in _ADDING:
        yield " ".join(arguments)
    if program in _SETTINGS:
        yield from machine.temporary.values()
        for variable in machine.state.variables.values():
            yield from variable.values
        for texts in machine.state.aliases.values():
            yield from texts
    if program in _LISTING:
        for operation in machine.parsed.operations:
            if operation["kind"] == "file.write" and " " in operation["path"]:
                yield operation["path"]


def _reaches(program: str, text: str) -> bool:
    tricks = _SED_TRICKS if program == "sed" else _ESCAPED
    bare = text.replace('"', "").replace("'", "").replace("\\\n", "")
    return bool(tricks.search(text) or _REACHING.search(text) or _REACHING.search(bare))


def _keeps_letters(arguments: Sequence[str]) -> bool:
    """`tr` that changes no letter into another, but for its case."""
    sets = [_CLASSES.sub("", word) for word in arguments if word[:1] != "-"]
    if len(sets) < 2:
        return True
    plain = [word.replace("a-z", "", 1).replace("A-Z", "", 1) for word in sets]
    return not any(letter.isalnum() or letter == UNKNOWN for word in plain for letter in word)
