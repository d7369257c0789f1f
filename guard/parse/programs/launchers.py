"""Wrappers whose way of running the rest needs more than a row: env, find, su, tmux, ..."""

from __future__ import annotations

import itertools
import shlex
from collections.abc import Sequence

from guard.parse.programs.draft import Draft, Reader
from guard.parse.programs.grammar import named, scan
from guard.parse.programs.wrappers import assignments, run_rest
from guard.parse.reading import UNKNOWN, Invocation, Reading

__all__ = ["READERS"]

_ENV = named("env")
_ROUNDS = 8  # env -S may give env another -S


def _env(invocation: Invocation) -> Reading:
    """env(1): assignments, then a command; -S splits one word into options and command."""
    draft = Draft(invocation)
    argv: Sequence[str] = invocation.argv
    folder = ""
    for _ in range(_ROUNDS):
        split = _split_string(argv)
        if split is None:
            break
        argv = split
    else:
        draft.hide("limit_depth", "high", "env -S is nested too deeply")
        return draft.reading
    options = scan(argv, _ENV)
    for word in options.unknown:
        draft.hide("unknown_option", "medium", f"`{word}` is no known option of env")
    folder = options.last("C")
    rest: Sequence[str] = options.operands
    if rest and rest[0] == "-":
        rest = rest[1:]
    environment, rest = assignments(rest)
    run_rest(draft, rest, environment=environment, cwd=draft.path(folder) if folder else None)
    return draft.reading


def _split_string(argv: Sequence[str]) -> list[str] | None:
    """Put the words of -S in its place, or None where there is none before the command."""
    index = 1
    while index < len(argv):
        word = argv[index]
        if word[:1] != "-" or word in ("-", "--"):
            return None
        text, used = _split_value(argv, index)
        if text is not None:
            return [*argv[:index], *_env_words(text), *argv[index + used :]]
        index += 2 if word in _ENV_VALUED else 1
    return None


_ENV_VALUED = frozenset({"-u", "-C", "-P", "-a", "--unset", "--chdir", "--argv0"})


def _split_value(argv: Sequence[str], index: int) -> tuple[str | None, int]:
    word = argv[index]
    following = argv[index + 1] if index + 1 < len(argv) else ""
    if word.startswith("--"):
        name, equals, value = word[2:].partition("=")
        if len(name) > 0 and "split-string".startswith(name):
            return (value, 1) if equals else (following, 2)
        return None, 0
    letters = word[1:]
    at = letters.find("S")
    if at < 0 or any(letter in "uCPa" for letter in letters[:at]):
        return None, 0
    return (letters[at + 1 :], 1) if letters[at + 1 :] else (following, 2)


def _env_words(text: str) -> list[str]:
    """Quotes and backslashes as in the shell, `\\_` a blank, `${NAME}` from the environment."""
    pieces = text.replace("\\_", " ").split("${")
    text = pieces[0] + "".join(UNKNOWN + piece.partition("}")[2] for piece in pieces[1:])
    try:
        return shlex.split(text.replace("\\c", " #"), comments=True)
    except ValueError:
        return [UNKNOWN]


_SU = named("su")


def _su(invocation: Invocation) -> Reading:
    """su(1), runuser(1): a shell as someone else; what follows the user's name is for the shell."""
    draft = Draft(invocation)
    options = scan(invocation.argv, _SU)
    if options.has("h", "V"):
        return draft.reading
    operands = [word for word in options.operands if word != "-"]
    if options.has("u") and invocation.program == "runuser":
        draft.start(scan(invocation.argv, _runuser).operands)
        return draft.reading
    shell = options.last("s") or "sh"
    texts = options.all("c", "session-command")
    arguments = operands[1:]
    if texts:
        draft.start([shell, "-c", texts[-1], *arguments])
    else:
        draft.start([shell, *arguments])
    return draft.reading


_runuser = named("runuser")
_WATCH = named("watch")


def _watch(invocation: Invocation) -> Reading:
    draft = Draft(invocation)
    options = scan(invocation.argv, _WATCH)
    if options.has("x"):
        draft.start(options.operands)
    else:
        draft.text(" ".join(options.operands))
    return draft.reading


_FLOCK = named("flock")


def _flock(invocation: Invocation) -> Reading:
    """flock(1): `-c text` stands behind the file; with a lone descriptor nothing is run."""
    draft = Draft(invocation)
    options = scan(invocation.argv, _FLOCK)
    rest = options.operands[1:]
    if options.operands and (rest or options.has("c")):
        draft.write(options.operands[0], append=True)
    if options.has("c"):
        draft.text(options.last("c"), "flock -c")
    elif rest[:1] in (["-c"], ["--command"]):
        draft.text("".join(rest[1:2]), "flock -c")
    else:
        draft.start(rest)
    return draft.reading


_FIND_FILES = frozenset({"-fprint", "-fprint0", "-fls", "-fprintf"})
_FIND_RUNS = frozenset({"-exec", "-execdir", "-ok", "-okdir"})
# Tests that leave less than everything below a start.
_FIND_TESTS = frozenset(
    [
        *(
            "-name",
            "-iname",
            "-path",
            "-ipath",
            "-wholename",
            "-regex",
            "-iregex",
            "-type",
            "-size",
        ),
        *("-mtime", "-mmin", "-atime", "-ctime", "-newer", "-empty", "-user", "-perm", "-lname"),
    ]
)
_GLOB = frozenset("*?[" + UNKNOWN)


def _find(invocation: Invocation) -> Reading:
    """find(1): -exec and its like run a command for each file, -delete removes them."""
    draft = Draft(invocation)
    argv = invocation.argv
    index = 1
    while index < len(argv) and (
        argv[index] in ("-H", "-L", "-P", "-D") or argv[index][:2] == "-O"
    ):
        index += 2 if argv[index] == "-D" else 1
    starts: list[str] = []
    while index < len(argv) and argv[index][:1] not in ("-", "(", "!", ","):
        starts.append(argv[index])
        index += 1
    found = _found(starts or ["."], argv[index:])
    while index < len(argv):
        word = argv[index]
        index += 1
        if word in _FIND_RUNS:
            end = index
            while end < len(argv) and argv[end] not in (";", "+"):
                end += 1
            for path in found if "{}" in argv[index : index + 1] else found[:1]:
                words = [part.replace("{}", path) for part in argv[index:end]]
                draft.start(words, f"find {word}", certainty="may")
            index = end + 1
        elif word == "-delete":
            chosen = any(test in _FIND_TESTS for test in argv)
            for path in found if chosen else starts or ["."]:
                draft.delete(path, recursive=not chosen)
        elif word in _FIND_FILES:
            draft.write("".join(argv[index : index + 1]))
    return draft.reading


def _found(starts: Sequence[str], expression: Sequence[str]) -> list[str]:
    """What `{}` stands for: a path below a start, with its name where the expression gives it."""
    name = UNKNOWN
    if ("-maxdepth", "0") in itertools.pairwise(expression):
        return list(starts[:8])
    for test, value in itertools.pairwise(expression):
        if test in ("-name", "-iname", "-path", "-wholename") and not _GLOB & set(value):
            name = value if test in ("-name", "-iname") else value.lstrip("/")
            if test in ("-path", "-wholename") and value.startswith("/"):
                return [value]
    return [start if start == name else f"{start.rstrip('/')}/{name}" for start in starts[:8]]


def _applet(invocation: Invocation) -> Reading:
    """busybox, toybox: the first operand is the program."""
    draft = Draft(invocation)
    if len(invocation.argv) > 1 and invocation.argv[1][:1] != "-":
        draft.start(invocation.argv[1:])
    return draft.reading


_LOADER = named("ld.so")


def _loader(invocation: Invocation) -> Reading:
    """ld.so(8), musl's too: the program is the first operand."""
    draft = Draft(invocation)
    options = scan(invocation.argv, _LOADER)
    for library in options.all("preload", "audit"):
        draft.hide("loaded_library", "high", f"the loader loads the library `{library}`")
    if not options.has("list", "verify", "help", "version"):
        run_rest(draft, options.operands, unsure=bool(options.unknown))
    return draft.reading


_DAEMON = named("start-stop-daemon")


def _start_stop_daemon(invocation: Invocation) -> Reading:
    draft = Draft(invocation)
    options = scan(invocation.argv, _DAEMON)
    program = options.last("a") or options.last("x")
    if options.has("K"):
        target = options.last("n") or options.last("x") or options.last("p") or options.last("u")
        draft.signal(target, options.last("s", default="TERM").removeprefix("SIG"), "name")
    elif program:
        draft.start([program, *options.operands], background=options.has("b"))
    for path in options.all("O"):
        draft.write(path)
    return draft.reading


def _run_parts(invocation: Invocation) -> Reading:
    draft = Draft(invocation)
    options = scan(
        invocation.argv,
        named("run-parts"),
    )
    for folder in options.operands:
        if not options.has("list", "test"):
            draft.script("sh", f"{folder.rstrip('/')}/{UNKNOWN}")
    return draft.reading


_HYPERFINE = named("hyperfine")


def _hyperfine(invocation: Invocation) -> Reading:
    draft = Draft(invocation)
    options = scan(invocation.argv, _HYPERFINE)
    for text in [*options.all("s", "p", "c", "C", "reference"), *options.operands]:
        draft.text(text)
    return draft.reading


def _nodemon(invocation: Invocation) -> Reading:
    """nodemon: --exec is a command line, else a script for node."""
    draft = Draft(invocation)
    options = scan(
        invocation.argv,
        named("nodemon"),
    )
    if options.has("x"):
        draft.text(" ".join([options.last("x"), *options.operands]))
    elif options.operands:
        draft.start(["node", *options.operands])
    return draft.reading


def _watcher(invocation: Invocation) -> Reading:
    """entr, watchexec, reflex: a command when files change; entr -s and watchexec take text."""
    draft = Draft(invocation)
    text = named("text")
    options = scan(invocation.argv, text)
    if options.has("s") and invocation.program == "entr":
        draft.text("".join(options.operands[:1]))
    elif len(options.operands) == 1:
        draft.text(options.operands[0])
    else:
        run_rest(draft, options.operands, unsure=bool(options.unknown))
    return draft.reading


def _capsh(invocation: Invocation) -> Reading:
    """capsh(1): what follows `--` or `==` are arguments of bash or of capsh itself."""
    draft = Draft(invocation)
    argv = invocation.argv
    for index, word in enumerate(argv):
        if word in ("--", "==") and index:
            shell = "bash" if word == "--" else "capsh"
            draft.start([shell, *argv[index + 1 :]])
            break
    return draft.reading


def _netns(invocation: Invocation) -> Reading:
    """ip(8): `ip netns exec NAME command`; all else reads or sets the network's own state."""
    draft = Draft(invocation)
    words = [word for word in invocation.argv[1:] if not word.startswith("-")]
    if len(words) > 2 and "netns".startswith(words[0]) and words[1] in ("exec", "e", "ex", "exe"):
        rest = words[3:]
        at = invocation.argv.index(words[2]) + 1 if words[2] in invocation.argv else 0
        draft.start(invocation.argv[at:] if at else rest, "ip netns exec")
    elif len(words) > 2 and words[0] == "vrf" and words[1] == "exec":
        draft.start(words[3:], "ip vrf exec")
    for flag, value in itertools.pairwise(invocation.argv):
        if flag in ("-b", "-batch"):
            draft.read(value)
            draft.consult("settings", value)
    return draft.reading


def _coverage(invocation: Invocation) -> Reading:
    """coverage run [-m module | script] runs Python."""
    draft = Draft(invocation)
    if invocation.argv[1:2] == ("run",):
        options = scan(
            invocation.argv,
            named("coverage"),
            2,
        )
        flag = ["-m"] if options.has("m") else []
        draft.start(["python", *flag, *options.operands])
    return draft.reading


READERS: dict[str, Reader] = {
    "env": _env, "genv": _env,
    "su": _su, "runuser": _su,
    "watch": _watch,
    "flock": _flock,
    "find": _find, "gfind": _find,
    "busybox": _applet, "toybox": _applet,
    "ld.so": _loader,
    "ld-linux": _loader,
    "ld-musl": _loader,
    "start-stop-daemon": _start_stop_daemon,
    "run-parts": _run_parts,
    "hyperfine": _hyperfine,
    "nodemon": _nodemon,
    "entr": _watcher, "watchexec": _watcher, "reflex": _watcher,
    "capsh": _capsh,
    "ip": _netns,
    "coverage": _coverage,
}  # fmt: skip
