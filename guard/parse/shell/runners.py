"""Builtins that run something: `eval`, `source`, `exec`, `command`, `trap`, `kill`, ...

Each takes the arguments after its name and returns the status, as in `builtins`.
"""

from __future__ import annotations

from collections.abc import Callable

from guard.operations import Severity
from guard.parse.reading import UNKNOWN, Invocation
from guard.parse.shell import ends
from guard.parse.shell.machine import Machine

__all__ = ["GENERATORS", "RUNNERS", "shown"]

# `eval "$(pyenv init -)"`: programs made to print settings for the shell that calls them.
_GENERATORS = """
brew conda dircolors direnv docker-machine fnm fzf keychain lesspipe mamba micromamba minikube
nodenv opam oh-my-posh poetry pyenv pipenv rbenv register-python-argcomplete resize rtx mise
starship ssh-agent thefuck zoxide luarocks asdf pixi uv activate-global-python-argcomplete
"""
GENERATORS = frozenset(_GENERATORS.split())
_STARTUP_FILES = """
.bashrc .bash_profile .profile .zshrc .zprofile .bash_aliases .env .envrc .cshrc activate
profile bashrc nvm.sh conda.sh env cargo/env environment os-release setup.bash setvars.sh
"""
_TRAPS = 8  # texts of `trap` that are followed once more at the end
_STARTUP = frozenset(_STARTUP_FILES.split())


def _eval(machine: Machine, arguments: list[str]) -> bool | None:
    if arguments[:1] == ["--"]:
        arguments = arguments[1:]
    text = " ".join(arguments)
    if not text.strip():
        return True
    if text.strip() == UNKNOWN:
        _unknown_code(machine, machine.origin, "eval")
        return None
    machine.run_text(shown(machine, text, machine.origin, "eval"), via="eval", here=True)
    return machine.status


def shown(machine: Machine, text: str, origin: str, runner: str) -> str:
    """What is known of a file that the judged text only adds to, and that is run."""
    if not text.startswith(UNKNOWN + "\n") or not origin.startswith("file:"):
        return text
    path = origin[5:]
    severity: Severity = "low" if path.rpartition("/")[2] in _STARTUP else "medium"
    machine.hide("unread_file", severity, f"{runner} runs `{path}`, whose start was not read")
    return text[2:]


def _unknown_code(machine: Machine, origin: str, runner: str) -> None:
    """Note that text which nobody knows is run by `runner` in this shell."""
    severity: Severity = "high"
    if origin in GENERATORS:
        severity = "medium"
    elif origin.startswith("file:"):
        machine.hide("unread_file", "medium", f"{runner} runs `{origin[5:]}`, which was not read")
        return
    what = f"what `{origin}` prints" if origin else "text that nobody knows"
    machine.hide("unknown_code", severity, f"{what} is run by {runner}")
    machine.wired(runner)


def _source(machine: Machine, arguments: list[str]) -> bool | None:
    if arguments[:1] == ["--"]:
        arguments = arguments[1:]
    if not arguments:
        return False
    path, rest = arguments[0], arguments[1:]
    device = machine.device(path)
    file = machine.find_file(path) if device is not None else machine.script(path)
    if device is None and file is None:
        if path != "/dev/null":
            _unread(machine, path)
        return None
    texts, origin = (file.texts, file.origin) if file else machine.read_file(path)
    if device is not None and device.source == "socket":
        machine.wired("source")
    for text in texts:
        if text == UNKNOWN:
            _unknown_code(machine, origin, "source")
            continue
        since, own = machine.left, machine.state.arguments
        machine.frames += 1
        with machine.noted(len(texts) > 1):
            known = shown(machine, text, origin, "source")
            machine.run_text(known, via="source", arguments=tuple(rest) or None, here=True)
        machine.frames -= 1
        ends.absorb(machine, since, ("return",))
        if rest:
            machine.state.arguments = own
        if len(texts) > 1 or (machine.ended is not None and machine.ended[0] != "exit"):
            ends.perhaps(machine)
    return None


def _unread(machine: Machine, path: str) -> None:
    name = path.rpartition("/")[2]
    low = name in _STARTUP or path in ("/etc/profile", "/etc/os-release")
    machine.hide(
        "unread_file", "low" if low else "medium", f"`{path}` is run here, and was not read"
    )
    machine.emit(
        {
            "kind": "code.run",
            "program": "source",
            "language": "sh",
            "source": "file",
            "path": machine.path(path),
        }
    )


def _exec(machine: Machine, arguments: list[str]) -> bool | None:
    name = ""
    words = list(arguments)
    while words and words[0][:1] == "-" and len(words[0]) > 1:
        word = words.pop(0)
        if word == "--":
            break
        if "a" in word:
            attached = word.partition("a")[2]
            name = attached or (words.pop(0) if words else "")
    if words:
        machine.launch(words, name=name)
        # Where no such program is, an interactive shell goes on, and so does `execfail`.
        ends.end(machine, "exec", "exit", sure=machine.forked)
    return None


def _exit(machine: Machine, arguments: list[str]) -> bool | None:
    ends.end(machine, "exit", "exit", sure=_counts(arguments))
    return None


def _counts(arguments: list[str]) -> bool:
    """Whether the arguments are none, or one number."""
    return not arguments or (len(arguments) == 1 and arguments[0].isdecimal())


def _return(machine: Machine, arguments: list[str]) -> bool | None:
    """Outside of functions and sourced texts it does nothing."""
    if not machine.frames:
        return None  # but the text itself may be sourced
    ends.end(machine, "return", "return", sure=_counts(arguments))
    if len(arguments) == 1 and arguments[0].isdecimal():
        return int(arguments[0][-9:]) % 256 == 0
    return None


def _break(machine: Machine, arguments: list[str]) -> bool | None:
    return _turn(machine, "break", arguments)


def _continue(machine: Machine, arguments: list[str]) -> bool | None:
    return _turn(machine, "continue", arguments)


def _turn(machine: Machine, kind: str, arguments: list[str]) -> bool | None:
    """Outside of loops it does nothing."""
    if not machine.loops and machine.looped:
        ends.end(machine, kind, "exit", sure=False)  # the loop is another process's
    if machine.loops:
        known = _counts(arguments) and arguments[:1] != ["0"]
        turns = int(arguments[0][:6]) if known and arguments else 1
        if turns == 0:
            known, turns = False, 1
        if not known:
            # Any of the loops around it may be over.
            for one in range(1, machine.loops + 1):
                ends.end(machine, kind, "break", one, sure=False)
            ends.end(machine, kind, "exit", sure=False)  # what is no number is an error
        else:
            ends.end(machine, kind, kind, min(turns, machine.loops))
    return True


def _command(machine: Machine, arguments: list[str]) -> bool | None:
    words = list(arguments)
    asks = False
    while words and words[0][:1] == "-" and len(words[0]) > 1:
        word = words.pop(0)
        if word == "--":
            break
        asks = asks or bool(set(word) & {"v", "V"})
    if asks:
        _locate(machine, words)
        return None
    if not words:
        return True
    return machine.run_plain(words, via="command")


def _locate(machine: Machine, names: list[str]) -> None:
    """`command -v ssh` prints a path that ends in the name; a builtin's name as it is."""
    lines: list[str] = []
    for name in names:
        if (
            name in machine.state.functions
            or name in machine.state.aliases
            or "/" in name
            or UNKNOWN in name
            or machine.is_builtin(name)
        ):
            lines.append(name)
        else:
            lines.append(f"{UNKNOWN}/{name}")
    machine.write(1, ("".join(line + "\n" for line in lines),), "command")


def _type(machine: Machine, arguments: list[str]) -> bool | None:
    flags = "".join(a[1:] for a in arguments if a[:1] == "-")
    if flags in ("p", "P"):
        _locate(machine, [a for a in arguments if a[:1] != "-"])
    else:
        machine.write(1, (UNKNOWN,), "type")
    return None


def _builtin(machine: Machine, arguments: list[str]) -> bool | None:
    if arguments[:1] == ["--"]:
        arguments = arguments[1:]
    if not arguments or UNKNOWN in arguments[0]:
        if arguments:
            machine.hide("unresolved_command", "high", "a builtin is run whose name is not known")
        return None
    return machine.run_builtin(arguments)


def _trap(machine: Machine, arguments: list[str]) -> bool | None:
    words = [a for a in arguments if a != "--"]
    if not words or words[0] == "-p":
        machine.write(1, (UNKNOWN,), "trap")
    if len(words) < 2 or words[0][:1] == "-" or not words[0]:
        return True
    with machine.maybe():
        if words[0] == UNKNOWN:
            _unknown_code(machine, machine.origin, "trap")
        else:
            if len(machine.traps) < _TRAPS:
                machine.traps[words[0]] = None
            machine.run_text(words[0], via="trap")
    return True


def _kill(machine: Machine, arguments: list[str]) -> bool | None:
    from guard.parse.programs import read_program

    reading = read_program(Invocation("kill", ("kill", *arguments)))
    if reading is None:
        return None
    for operation in reading.operations:
        machine.emit(operation)
    for opaque in reading.opaque:
        machine.hide(opaque["kind"], opaque["severity"], opaque["detail"])
    return None


def _complete(machine: Machine, arguments: list[str]) -> bool | None:
    """`compgen -C command` runs it, `compgen -W words` expands the words."""
    words = iter(arguments)
    for word in words:
        if word == "-C":
            with machine.maybe():
                # It is given the word that is completed, and more.
                machine.run_text(f"{next(words, '')} {UNKNOWN}", via="compgen -C")
        elif word == "-W":
            text = next(words, "")
            if "$(" in text or "`" in text:
                machine.evaluate(text)
        elif word == "-F":
            with machine.maybe(), machine.process():
                machine.run_words([next(words, "")])
    machine.write(1, (UNKNOWN,), "compgen")
    return None


def _bind(machine: Machine, arguments: list[str]) -> bool | None:
    for argument in arguments:
        _, colon, command = argument.partition(":")
        if "-x" in arguments and colon:
            with machine.maybe():
                machine.run_text(command.strip().strip("\"'"), via="bind -x")
    return None


def _fc(machine: Machine, arguments: list[str]) -> bool | None:
    if not any("l" in a for a in arguments if a[:1] == "-"):
        machine.hide("history_command", "high", "`fc` runs a command of the history again")
    return None


RUNNERS: dict[str, Callable[[Machine, list[str]], bool | None]] = {
    "eval": _eval,
    "source": _source,
    ".": _source,
    "exec": _exec,
    "exit": _exit,
    "return": _return,
    "break": _break,
    "continue": _continue,
    "command": _command,
    "type": _type,
    "builtin": _builtin,
    "trap": _trap,
    "kill": _kill,
    "complete": _complete,
    "compgen": _complete,
    "bind": _bind,
    "fc": _fc,
}
