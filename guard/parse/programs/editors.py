"""Editors, pagers and debuggers: programs with a command language from which a shell is near."""

from __future__ import annotations

import re
from functools import cache

from guard.parse.programs.draft import Draft, Reader
from guard.parse.programs.grammar import Grammar, grammar, named, scan
from guard.parse.programs.tables import load
from guard.parse.reading import UNKNOWN, Invocation, Reading

__all__ = ["READERS"]

_OTHER_LANGUAGES = {
    "py": "python",
    "py3": "python",
    "python": "python",
    "python3": "python",
    "pythonx": "python",
    "perl": "perl",
    "ruby": "ruby",
    "lua": "lua",
    "tcl": "tcl",
}
_MODIFIERS = frozenset({"silent", "silent!", "sil", "noautocmd", "keepalt", "execute", "exe"})


def _vim(invocation: Invocation) -> Reading:
    """vim(1): -c and +command are Ex commands; -s and -S name scripts."""
    draft = Draft(invocation)
    words = [word for word in invocation.argv if not word.startswith("+")]
    quiet = draft.program == "ex" or any(word[:2] in ("-e", "-E") for word in words)
    options = scan(words, _quiet() if quiet else named("vim"))
    if options.has("version", "help", "h"):
        return draft.reading
    commands = [word[1:] for word in invocation.argv[1:] if word.startswith("+")]
    for text in [*options.all("c", "cmd"), *commands]:
        _ex(draft, text)
    for path in options.all("S", "s", "u", "U"):
        if path and path not in ("NONE", "NORC", "DEFAULTS"):
            draft.script("vim", path)
    remote = [word for word in options.operands if "://" in word]
    draft.read(*[word for word in options.operands if word not in remote])
    if draft.program not in ("view", "rview") and not options.has("R", "M"):
        for path in options.operands:
            if path not in remote:
                draft.write(path)
    if options.has("e", "E", "es") or draft.program == "ex":
        for line in (invocation.stdin.text or "").splitlines():
            _ex(draft, line)
    return draft.reading


@cache
def _quiet() -> Grammar:
    """In Ex mode `-s` is no script, but silence: a flag."""
    return grammar(" ".join(load("grammars")["vim"]).replace(" s= ", " s "))


def _ex(draft: Draft, text: str) -> None:
    """One line of Ex commands, parted by bars."""
    for piece in text.split("\n"):
        command = piece.strip().lstrip(":")
        words = command.split(None, 1)
        for _ in range(8):
            if len(words) < 2 or words[0] not in _MODIFIERS:
                break
            command = words[1].strip("'\"").lstrip(":")
            words = command.split(None, 1)
        if not words:
            continue
        bare = command.lstrip("%0123456789,.$'<> ")
        verb = words[0].rstrip("!")
        rest = words[1] if len(words) > 1 else ""
        if bare.startswith("!"):
            draft.text(bare[1:], f"{draft.program} :!")
        elif verb in ("r", "read", "w", "write") and "!" in command:
            draft.text(command.partition("!")[2], f"{draft.program} :{verb}!")
        elif verb in ("w", "write", "sav", "saveas") and rest:
            draft.write(rest)
        elif verb in ("r", "read", "e", "edit") and rest:
            draft.read(rest)
        elif verb in ("so", "source", "luafile", "pyfile", "py3file"):
            draft.script("vim", rest)
        elif verb in ("term", "terminal", "ter"):
            draft.text(rest or "sh", f"{draft.program} :terminal")
        elif verb in _OTHER_LANGUAGES:
            draft.text(rest, f"{draft.program} :{verb}", language=_OTHER_LANGUAGES[verb])
        elif verb in ("sh", "shell", "st", "stop"):
            draft.start(["sh"], f"{draft.program} :{verb}")
        elif "system(" in command:
            _called(draft, command)
        elif "|" in command and "!" not in command:
            for part in command.split("|")[1:]:
                _ex(draft, part)


def _called(draft: Draft, command: str) -> None:
    argument = command.partition("system(")[2].strip()
    quote = argument[:1]
    if quote in ("'", '"') and quote in argument[1:]:
        draft.text(argument[1:].partition(quote)[0], f"{draft.program} system()")
    else:
        draft.hide("unknown_code", "high", f"nobody knows what {draft.program} would run")


# Lines that a command of ed counts for: numbers, marks, patterns, and `g/pattern/` before them.
_ADDRESSES = re.compile(
    r"^(?:[0-9.,;$%+ -]|'[a-z]|/(?:\\.|[^/\\])*/|\?(?:\\.|[^?\\])*\?|[gv](?=/))+"
)


def _ed(invocation: Invocation) -> Reading:
    """ed(1): commands come on standard input; `!` runs one, `w`, `r` and `e` take a file or `!`."""
    draft = Draft(invocation)
    options = scan(invocation.argv, named("ed"))
    draft.read(*[word for word in options.operands if not word.startswith("!")])
    for word in options.operands:
        if word.startswith("!"):
            draft.text(word[1:], "ed !")
    text = invocation.stdin.text
    if text is None:
        if invocation.stdin.source not in ("inherited", "file"):
            draft.feed("ed", "ed")
        if invocation.stdin.source != "inherited":
            draft.write("".join(options.operands[:1]), certainty="may")
        return draft.reading
    for line in text.splitlines():
        bare = _ADDRESSES.sub("", line.strip(), count=1)
        if bare.startswith("!"):
            draft.text(bare[1:], "ed !")
        elif bare[:1] in ("r", "w", "e") and bare[1:].lstrip().startswith("!"):
            draft.text(bare.partition("!")[2], f"ed {bare[0]}!")
        elif bare[:1] in ("w", "W"):
            named_file = bare[1:].removeprefix("q").strip()  # `wq` writes and ends
            draft.write(named_file or "".join(options.operands[:1]))
        elif bare[:2] in ("e ", "E ", "r "):
            draft.read(bare[2:].strip())
    return draft.reading


def _less(invocation: Invocation) -> Reading:
    """less(1): LESSOPEN runs a filter, `+!command` a command, -o writes."""
    draft = Draft(invocation)
    words = [word for word in invocation.argv if not word.startswith("+")]
    options = scan(words, named("less"))
    draft.read(*options.operands)
    for path in options.all("o", "O", "log-file", "LOG-FILE"):
        draft.write(path)
    for word in invocation.argv[1:]:
        if word.startswith("+") and "!" in word:
            draft.text(word.partition("!")[2], "less +!", certainty="may")
    for name in ("LESSOPEN", "LESSCLOSE"):
        value = invocation.environment.get(name, "")
        if value and "lesspipe" not in value:
            draft.text(value.lstrip("|-").replace("%s", UNKNOWN), name, certainty="may")
    return draft.reading


def _man(invocation: Invocation) -> Reading:
    """man(1): -P names a pager, -H a browser, -l and -C files."""
    draft = Draft(invocation)
    options = scan(invocation.argv, named("man"))
    for name, value in options.options:
        if name in ("P", "H", "T") and value and name != "T":
            draft.text(value, f"man -{name}")
        elif name == "C":
            draft.read(value)
    for name in ("MANPAGER", "PAGER", "MANOPT"):
        if invocation.environment.get(name):
            draft.text(invocation.environment[name], name, certainty="may")
    draft.read(*[word for word in options.operands if "/" in word])
    return draft.reading


def _pager_user(invocation: Invocation) -> Reading:
    """Programs that show their output with $PAGER and do no more."""
    draft = Draft(invocation)
    pager = invocation.environment.get("PAGER", "")
    if pager:
        draft.text(pager, "PAGER", certainty="may")
    return draft.reading


def _gdb(invocation: Invocation) -> Reading:
    """gdb(1), lldb: -ex commands; `shell`, `!`, `python` and `run` leave the debugger."""
    draft = Draft(invocation)
    options = scan(invocation.argv, named("gdb"))
    if options.has("version", "help"):
        return draft.reading
    runs = False
    for text in options.all("ex", "iex", "o", "O", "eval-command", "init-eval-command"):
        command = text.strip()
        verb, _, rest = command.partition(" ")
        if command.startswith("!"):
            draft.text(command[1:], f"{draft.program} !")
        elif verb in ("shell", "make", "pipe", "platform"):
            draft.text(rest.removeprefix("shell "), f"{draft.program} shell")
        elif verb in ("python", "py", "pi", "python-interactive", "script"):
            draft.text(rest, f"{draft.program} python", language="python")
        elif verb in ("source", "command"):
            draft.script("gdb", rest)
        elif "system(" in command:
            _called(draft, command)
        elif verb in ("target", "attach") and "remote" in rest:
            draft.connect("gdb", rest.split()[-1].partition(":")[0], None)
        runs = runs or verb in ("run", "r", "start", "starti")
    for path in options.all("x", "command", "s", "ix"):
        draft.script("gdb", path)
    operands = options.operands
    if operands and (options.has("args") or runs):
        draft.start(operands if options.has("args") else operands[:1], certainty="may")
    else:
        draft.read(*operands[:1])
    return draft.reading


def _nano(invocation: Invocation) -> Reading:
    """nano(1) and other plain editors: files are read and written; -s names a spell checker."""
    draft = Draft(invocation)
    options = scan(invocation.argv, named("nano"))
    if options.has("s"):
        draft.text(options.last("s"), "nano -s", certainty="may")
    for path in options.operands:
        if not path.startswith("+"):
            draft.read(path)
            draft.write(path)
    return draft.reading


READERS: dict[str, Reader] = {
    **dict.fromkeys(
        (
            "vim",
            "vi",
            "nvim",
            "ex",
            "view",
            "rvim",
            "rview",
            "vimdiff",
            "gvim",
            "evim",
            "vim.basic",
        ),
        _vim,
    ),
    **dict.fromkeys(("ed", "red"), _ed),
    **dict.fromkeys(("less", "zless", "pg", "pager", "sensible-pager"), _less),
    "man": _man,
    **dict.fromkeys(("gdb", "lldb", "cgdb", "gdb-multiarch", "rust-gdb", "rust-lldb"), _gdb),
    **dict.fromkeys(
        (
            "nano",
            "pico",
            "micro",
            "joe",
            "jed",
            "mcedit",
            "kak",
            "hx",
            "helix",
            "editor",
            "sensible-editor",
        ),
        _nano,
    ),
    **dict.fromkeys(("journalctl", "loginctl", "timedatectl", "hostnamectl"), _pager_user),
}
