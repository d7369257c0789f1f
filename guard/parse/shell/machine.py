"""What the parts of the interpreter share: the state that is followed, and the notes taken.

No syntax is read here and no command is known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Literal

from guard.model import Parsed
from guard.operations import Opaque, Operation, ProcessSignal, Severity
from guard.parse.budget import Budget, BudgetExceededError
from guard.parse.paths import normalise
from guard.parse.reading import UNKNOWN, Run
from guard.parse.shell import ends
from guard.parse.shell.pattern import match
from guard.parse.shell.state import Channel, File, State, Texts, foreign, join, unite
from guard.parse.shell.tree import (
    Command,
    CommandSubstitution,
    Coproc,
    ProcessSubstitution,
    Script,
)

__all__ = ["Machine", "clean"]

_CONTENT = 4096  # characters of a file's content that an operation may carry
_INHERITED = Channel("inherited", source="inherited")
# They write files that nobody lists, and so may what is not seen.
_CHANGING = frozenset(
    ("git", "hg", "svn", "tar", "unzip", "7z", "rsync", "patch", "cpio", "docker")
)
# Names lead to other files below them.
_OTHER_ROOTS_NAMES = """
    chroot nsenter unshare bwrap firejail proot fakechroot systemd-nspawn machinectl flatpak
    singularity apptainer toolbox distrobox lxc-attach wsl arch-chroot pivot_root jail"""
_OTHER_ROOTS = frozenset(_OTHER_ROOTS_NAMES.split())
_HIDDEN_EFFECTS = frozenset(
    ("unknown_code", "unknown_program", "unread_file", "unresolved_command", "globbed_command")
)
_NOTHING = nullcontext()
_STANDARD = {"stdin": 0, "stdout": 1, "stderr": 2}


def clean(text: str) -> str:
    """Bytes that are no text become unknown pieces: no document can hold them."""
    if text.isascii():
        return text
    return "".join(UNKNOWN if "\ud800" <= c <= "\udfff" else c for c in text)


class _Maybe(AbstractContextManager[None]):
    """While it lasts, what a machine notes may happen and may not."""

    __slots__ = ("machine",)

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    def __enter__(self) -> None:
        self.machine.certainty = "may"

    def __exit__(self, *_: object) -> None:
        self.machine.certainty = "must"


class _Process(AbstractContextManager[None]):
    """See `Machine.process`. Every stage of a pipeline is one, so it has no generator."""

    __slots__ = ("around", "machine", "since", "traps")

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    def __enter__(self) -> None:
        machine = self.machine
        self.since, self.traps = machine.left, len(machine.traps)
        self.around = (machine.forked, machine.loops, machine.looped)
        machine.looped = bool(machine.loops or machine.looped)
        machine.forked, machine.loops = True, 0

    def __exit__(self, *_: object) -> None:
        machine, since = self.machine, self.since
        if len(machine.traps) > self.traps:
            machine.trapped(since, self.traps)
        machine.forked, machine.loops, machine.looped = self.around
        if machine.ended is not None or machine.left is not since:
            ends.close(machine, since)


class Machine:
    """The state of one reading. Subclassed by the interpreter, which gives it its verbs."""

    def __init__(
        self,
        budget: Budget,
        *,
        cwd: str = "",
        home: str = "~",
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.budget = budget
        self.parsed = Parsed()
        self.state = State(cwd)
        self.home = home
        self.environment: Mapping[str, str] = environment or {}
        self.files: dict[str, File] = {}
        self.buffers: list[Channel] = []  # those that something now being read writes to
        self.via: tuple[str, ...] = ()
        self.certainty: Literal["must", "may"] = "must"
        self.elsewhere = ""
        self.background = False
        self.status: bool | None = True  # of the last command; None: not known
        self.last = ""  # `$_`
        self.depth = 0
        self.reparsed = 0
        self.calls: list[str] = []  # functions that are being run
        self.locals: list[dict[str, Any]] = []  # what their local names held before
        self.shells: list[str] = []  # shells met that read commands from standard input
        self.judged = ""  # the text itself
        self.where: tuple[int, int] | None = None  # of the command, in the judged text
        self.pending: list[tuple[Script, str]] = []  # `>(...)` that wait for their input
        self.pipes = 0
        self.origin = ""  # who printed what is unknown in the words being expanded
        self.silent = True  # nobody has, so far
        self.temporary: Mapping[str, str] = {}  # variables of the program being run alone
        self.unrolled = 0  # turns of loops that were followed one by one
        self.options_read = (0, 0)  # by `getopts`: words, and letters of the next one
        # How the way that is followed ended (and how many loops it leaves); ways that wait.
        self.ended: tuple[str, int] | None = None
        self.left: tuple[ends.End, ...] = ()
        self.loops = 0  # that `break` may leave
        self.looped = False  # a process around this one is in a loop
        self.frames = 0  # functions and sourced texts that `return` may leave
        self.forked = False  # in a subshell, which ends with an `exec` that fails
        self.traps: dict[str, None] = {}  # texts that run when a signal or the end comes
        # Coprocesses, where what is written to them goes, their state, what is opaque of them.
        self.coprocesses: list[tuple[Coproc, str, State, list[Opaque], bool]] = []
        self.marked: set[str] = set()  # names that `declare` gave what no variable holds
        self.compared: dict[str, None] = {}  # texts that unknown ones were compared with, in order

    # --- notes -------------------------------------------------------------------------

    def emit(self, operation: Operation) -> None:
        """Note something that the call would do, with the way it is reached."""
        operation["certainty"] = (
            self.certainty if operation.get("certainty", "must") == "must" else "may"
        )
        operation["via"] = [*self.via, *operation.get("via", ())]
        if self.elsewhere:
            operation["elsewhere"] = self.elsewhere
        self.parsed.operations.append(operation)
        if operation["kind"] == "process.signal" and operation["by"] == "pid":
            self._signal_compared(operation)

    def _signal_compared(self, operation: ProcessSignal) -> None:
        """What is killed was likely chosen by one of the names that the text compares."""
        if UNKNOWN in operation["target"]:
            for name in self.compared:
                likely = operation.copy()
                likely.update({"certainty": "may", "target": name, "by": "name"})
                self.parsed.operations.append(likely)

    def compare(self, text: str) -> None:
        """Note a text that one nobody knows is compared with."""
        name = text.strip("*^$ ")
        if name and UNKNOWN not in name and len(name) < 65 and len(self.compared) < 16:
            self.compared[name] = None

    def hide(self, kind: str, severity: Severity, detail: str) -> None:
        """Note a part that could not be resolved."""
        if self.where is None:
            self.parsed.opaque.append({"kind": kind, "severity": severity, "detail": detail})
        else:
            self.parsed.opaque.append(
                {"kind": kind, "severity": severity, "detail": detail, "where": list(self.where)}
            )

    def maybe(self) -> AbstractContextManager[None]:
        """What is noted inside may happen and may not."""
        return _Maybe(self) if self.certainty == "must" else _NOTHING

    def told(self, origin: str) -> None:
        """Of the words being expanded, a piece is unknown that `origin` printed."""
        self.origin = origin if self.silent else foreign(self.origin, origin)
        self.silent = False

    def noted(self, unsure: bool) -> AbstractContextManager[None]:
        """`maybe` if unsure, else nothing."""
        return self.maybe() if unsure else _NOTHING

    def process(self) -> AbstractContextManager[None]:
        """What is followed inside is a process of its own, and ends alone."""
        return _Process(self)

    def trapped(self, since: tuple[ends.End, ...], count: int) -> None:
        """A process is over that set traps: by now the variables that they name are set."""
        ends.absorb(self, since, ("exit", "return", "break", "continue"))
        self.ended = None
        for text in list(self.traps)[count:]:
            with self.maybe():
                self.run_text(text, via="trap")

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """Count one level of nesting."""
        self.depth += 1
        if self.depth > self.budget.limits.depth:
            self.depth -= 1
            raise BudgetExceededError("depth", "it is nested too deeply")
        try:
            yield
        finally:
            self.depth -= 1

    # --- ways that part and meet -------------------------------------------------------

    def ways(self, *runs: Callable[[], None]) -> None:
        """Run each from the same state and join what they leave. The last is the likeliest."""
        if len(runs) == 1:
            runs[0]()
            return
        state, files = self.state, self.files
        texts = [buffer.texts for buffer in self.buffers]
        kept: list[tuple[State, dict[str, File], list[Texts]]] = []
        statuses: set[bool | None] = set()
        last = ("exit", 1)
        for run in runs:
            self.state, self.files = state.copy(), files.copy()
            for buffer, before in zip(self.buffers, texts, strict=True):
                buffer.texts = before
            run()
            if self.ended is not None:
                last = self.ended
                ends.leave(self)
                continue
            kept.append((self.state, self.files, [buffer.texts for buffer in self.buffers]))
            statuses.add(self.status)
        if not kept:
            self.ended = last  # all ways end; the last one is the one that is followed
            return
        limit = self.budget.limits.alternatives
        self.state, self.files, printed = kept.pop()
        while kept:
            other, other_files, other_ends = kept.pop()
            self.state = join(self.state, other, limit)
            self.files = self.join_files(self.files, other_files)
            printed = [unite(one, two, limit) for one, two in zip(printed, other_ends, strict=True)]
        for buffer, text in zip(self.buffers, printed, strict=True):
            buffer.texts = text
        self.status = statuses.pop() if len(statuses) == 1 else None

    def steps(self, *runs: Callable[[], None]) -> None:
        """Run one after the other; after each of them, or before the first, it may end."""
        limit = self.budget.limits.alternatives
        kept: list[tuple[State, dict[str, File], list[Texts]]] = []
        for run in runs:
            texts = [buffer.texts for buffer in self.buffers]
            kept.append((self.state, self.files, texts))
            self.state, self.files = self.state.copy(), self.files.copy()
            run()
            if self.ended is not None:
                ends.leave(self)
                self.state, self.files, texts = kept.pop()
                for buffer, before in zip(self.buffers, texts, strict=True):
                    buffer.texts = before
                break
        while kept:
            state, files, texts = kept.pop()
            self.state = join(self.state, state, limit)
            self.files = self.join_files(self.files, files)
            for buffer, before in zip(self.buffers, texts, strict=True):
                buffer.texts = unite(before, buffer.texts, limit)
        self.status = None

    def join_files(self, first: dict[str, File], second: dict[str, File]) -> dict[str, File]:
        """The files where either may be. The first ones are changed."""
        for path, file in second.items():
            mine = first.get(path)
            if mine is None:
                first[path] = file
            elif mine is not file:
                first[path] = self._joined(mine, file)
        return first

    def _joined(self, one: File, two: File) -> File:
        """What is known of a file that may be either."""
        return File(
            unite(one.texts, two.texts, self.budget.limits.alternatives),
            one.program or two.program,
            foreign(one.origin, two.origin or one.origin) or two.origin,
            one.fifo or two.fifo,
        )

    # --- files and descriptors ---------------------------------------------------------

    def channel(self, descriptor: int) -> Channel:
        """What a descriptor leads to."""
        return self.state.channels.get(descriptor, _INHERITED)

    @property
    def extglob(self) -> bool | None:
        """Whether patterns such as `@(a|b)` are known to the shell, None where nobody says."""
        options = self.state.options
        if not options or "?extglob" in options:
            return None
        return True if "extglob" in options else False if "-extglob" in options else None

    @property
    def folder(self) -> str:
        """The working directory where it is known from the root, else ""."""
        cwd = self.state.cwd
        return cwd if cwd[:1] in ("/", "~") else ""

    def path(self, name: str) -> str:
        """The normal form of a file's name; relative to where the text starts, if need be."""
        cwd = self.state.cwd
        if cwd and cwd[0] not in "/~" and name[:1] not in ("/", "~", UNKNOWN):
            name = f"{cwd}/{name}"
        return normalise(name, cwd, self.home)

    def find_file(self, name: str) -> File | None:
        """The file of that name, if the judged text made it."""
        if not self.files:
            return None
        path = self.path(name)
        file = self.files.get(path)
        if file is None and UNKNOWN in path:
            tail = path.rpartition(UNKNOWN)[2]
            for other, candidate in self.files.items():
                if len(tail) > 1 and ("/" + other).endswith(tail):
                    return candidate
        elif file is None and ("*" in path or "?" in path or "[" in path):
            found = [f for other, f in self.files.items() if match(path, other, self.budget)]
            for candidate in found:
                file = candidate if file is None else self._joined(file, candidate)
        elif file is None and path[:1] not in ("/", "~"):
            for other, candidate in self.files.items():
                if other.endswith("/" + path):
                    return candidate
        return file

    def script(self, name: str) -> File | None:
        """The file of that name that is to be run: the judged text's own, or one that is shown."""
        file = self.find_file(name)
        files = self.budget.files
        if file is not None or files is None or self.elsewhere or UNKNOWN in name:
            return file
        if ".." in name.split("/"):
            return None  # what lies above a folder that is a link, no text says
        if any(way.partition(" ")[0] in _OTHER_ROOTS for way in self.via):
            return None
        path = self.path(name)
        text = files.open(path)
        if text is None:
            return None
        if self._changed(path):
            self.hide("unread_file", "medium", f"what runs before `{path}` may change it")
        return File((text.replace("\r\n", "\n"),), origin="file:" + name)

    def _changed(self, path: str) -> bool:
        """Say if something noted so far may change a file of the disk."""
        for operation in self.parsed.operations:
            kind = operation["kind"]
            if kind == "process.exec" and operation["program"] in _CHANGING:  # type: ignore[typeddict-item]
                return True
            if kind in ("file.write", "file.delete"):
                written = operation["path"]  # type: ignore[typeddict-item]
                if written in (path, ".") or UNKNOWN in written or "*" in written:
                    return True
                if path.startswith(written + "/"):
                    return True
        return any(part["kind"] in _HIDDEN_EFFECTS for part in self.parsed.opaque)

    def device(self, name: str) -> Channel | None:
        """The descriptor that a name such as `/dev/stdin` or `/dev/fd/5` stands for."""
        if name.startswith(("/dev/", "/proc/self/fd/")):
            last = name.rpartition("/")[2]
            if name == "/dev/" + last and last in _STANDARD:
                return self.channel(_STANDARD[last])
            if name in (f"/dev/fd/{last}", f"/proc/self/fd/{last}") and last.isdigit():
                return self.state.channels.get(int(last)) or (
                    self.channel(int(last)) if int(last) < 3 else None
                )
        return None

    def read_file(self, name: str) -> tuple[Texts, str]:
        """The text of a file as far as it is known, and who wrote what is not."""
        channel = self.device(name)
        if channel is not None:
            return self.rest(channel)
        file = self.find_file(name)
        if file is None:
            return (UNKNOWN,), "file:" + name
        return file.texts, file.origin

    def write_file(self, path: str, texts: Texts, origin: str, *, append: bool) -> None:
        """Change a file of the judged text. `path` is in normal form."""
        before = self.files.get(path) if append else None
        if append and before is None and not path.startswith("/dev/fd/"):
            # If it exists, it is a text of lines.
            before = File((UNKNOWN + "\n",), origin="file:" + path)
        elif before is not None and before.texts == ("",):
            before = None
        program = ""
        if texts == (UNKNOWN,) and origin.startswith("file:"):
            # `cat /usr/bin/ssh > x` makes a copy of a program.
            found = "/bin/" in origin or origin.startswith(f"file:{UNKNOWN}/")
            program = origin.rpartition("/")[2] if found else ""
        if before is not None:
            texts = self.concatenate(before.texts, texts)
            origin = foreign(before.origin, origin or before.origin) or origin
            program = before.program
        self.files[path] = File(texts, program, origin)

    def rest(self, channel: Channel) -> tuple[Texts, str]:
        """What is still to be read from a descriptor."""
        if channel.kind == "null":
            return ("",), ""
        if channel.kind != "text":
            return (UNKNOWN,), channel.origin
        if channel.offset:
            return (channel.texts[0][channel.offset :],), channel.origin
        return channel.texts, channel.origin

    def write(self, descriptor: int, texts: Texts, origin: str = "") -> None:
        """Print to a descriptor."""
        channel = self.channel(descriptor)
        if channel.kind == "buffer":
            channel.texts = self.concatenate(channel.texts, texts)
            channel.origin = foreign(channel.origin, origin or channel.origin) or origin
        elif channel.kind == "file":
            self.write_file(channel.path, texts, origin, append=True)
            channel.texts = self.concatenate(channel.texts, texts)
            note = channel.operation
            if note is not None:
                content = channel.texts
                if len(content) == 1 and len(content[0]) <= _CONTENT and content[0] != UNKNOWN:
                    note["content"] = clean(content[0])
                else:
                    note.pop("content", None)

    def concatenate(self, first: Texts, second: Texts) -> Texts:
        """Every text of the one followed by every text of the other."""
        if first == ("",):
            return second
        if len(first) * len(second) > self.budget.limits.alternatives:
            return (UNKNOWN,)
        both = tuple([a + b for a in first for b in second])
        self.budget.expand(max(map(len, both)))
        return both

    # --- what the interpreter adds -----------------------------------------------------

    def substitute(self, part: CommandSubstitution) -> Texts:
        """Run a command substitution and return what it prints."""
        raise NotImplementedError

    def attach(self, part: ProcessSubstitution) -> str:
        """Run a process substitution and return the path that stands for it."""
        raise NotImplementedError

    def evaluate(self, text: str) -> Texts:
        """Expand text that came from a value, as `${x@P}` and array subscripts do."""
        raise NotImplementedError

    def run(self, command: Command) -> None:
        """Follow one command of any kind."""
        raise NotImplementedError

    def run_script(self, script: Script) -> None:
        """Follow statements in order, up to the one that ends the way."""
        raise NotImplementedError

    def run_text(
        self,
        text: str,
        *,
        via: str = "",
        name: str | None = None,
        arguments: tuple[str, ...] | None = None,
        here: bool = False,
    ) -> None:
        """Read a text in the shell's language and follow it in the present state.

        `here`: it is a part of the script that is followed, which ends where the text does.
        """
        raise NotImplementedError

    def run_words(self, argv: list[str]) -> None:
        """Run a command by its words, functions and builtins first."""
        raise NotImplementedError

    def run_plain(self, argv: list[str], *, via: str) -> bool | None:
        """Run a builtin or a program, no function."""
        raise NotImplementedError

    def run_builtin(self, argv: list[str]) -> bool | None:
        """Run a builtin, nothing else."""
        raise NotImplementedError

    def feed(self) -> None:
        """Follow coprocesses once more with what was written to them, where that is known."""
        raise NotImplementedError

    def is_builtin(self, name: str) -> bool:
        """Say if the name is a builtin that is not switched off."""
        raise NotImplementedError

    def wired(self, program: str) -> bool:
        """Note a shell on a socket, if what runs now has one for its input or output."""
        raise NotImplementedError

    def launch(self, argv: list[str], *, name: str = "", via: str = "") -> None:
        """Start a program; `name` is what it is told that it is called, if not argv[0]."""
        raise NotImplementedError

    def follow(self, run: Run) -> None:
        """Follow what a program would run in its turn."""
        raise NotImplementedError

    def assign(
        self, name: str, texts: Texts, *, exported: bool = False, append: bool = False
    ) -> None:
        """Set a scalar variable."""
        raise NotImplementedError
