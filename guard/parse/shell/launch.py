"""Starting programs: which file a name leads to, what it does, what it runs in its turn.

The facts come from `guard.parse.programs`; code in other languages is read by
`guard.parse.code`. Nothing is looked up on disk.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from guard.operations import Opaque, ProcessExec
from guard.parse.code_tables import COMPILED
from guard.parse.programs import may_be_described, read_program
from guard.parse.programs.disguises import disguised
from guard.parse.reading import UNKNOWN, Invocation, Reading, Run, Stdin
from guard.parse.shell import ends, pattern, printing, pure
from guard.parse.shell.effects import CHANGING, change_files, note_downloads
from guard.parse.shell.machine import clean
from guard.parse.shell.runners import shown
from guard.parse.shell.sockets import SHELLS, Wires
from guard.parse.shell.state import Channel, File, State, Texts

__all__ = ["Launcher"]

_STARTUP = frozenset((".bashrc", ".bash_profile", ".bash_login", ".profile", ".zshrc", ".zshenv"))
_FOLDERS = ("/bin/", "/usr/", "/sbin/", "/opt/", "/usr/local/", "/snap/")
# What a pattern in the place of a command may well lead to.
_NOTABLE_NAMES = """
ssh nc ncat netcat socat bash sh zsh dash python python3 perl curl wget telnet autossh xmrig
chisel ngrok cloudflared openssl scp rm dd crontab nsenter docker sudo
"""
_NOTABLE = _NOTABLE_NAMES.split()
_PATTERN = 64  # characters of a pattern that is worth comparing with names
_INTERPRETERS = {"python": "python", "python3": "python", "perl": "perl", "ruby": "ruby"}


# They read their input to its end; others may leave it to the next command.
_GREEDY = pure.PURE.keys() | SHELLS | {"xargs", "parallel"}
_INHERITED: list[tuple[Stdin, str | None]] = [(Stdin(None, "inherited"), None)]
_EMPTY: list[tuple[Stdin, str | None]] = [(Stdin("", "file"), "")]


class Launcher(Wires):
    """The verbs that start programs."""

    def launch(
        self,
        argv: list[str],
        *,
        name: str = "",
        via: str = "",
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Start the program `argv[0]`, telling it that it is called `name` if given."""
        self.budget.command()
        before, temporary = self.via, self.temporary
        if via:
            self.via = (*before, via)
        if environment:
            self.temporary = {**temporary, **environment}
        try:
            self._launch([clean(word) for word in argv], name, environment or {})
        finally:
            self.via, self.temporary = before, temporary

    def _launch(self, argv: list[str], name: str, environment: Mapping[str, str]) -> None:
        path = argv[0]
        if not path:
            self.status = False  # no file has an empty name
            return
        file = self._lookup(argv)
        program = path.rstrip("/").rpartition("/")[2] or path
        self.status = None
        self.last = argv[-1]
        if file is not None and file.program:
            program = file.program
        called = [name, *argv[1:]] if name else argv
        self._note_exec(program, path, called, environment)
        if UNKNOWN in program:
            self._unresolved(argv)
            return
        if ("*" in path or "?" in path or "[" in path or "(" in path) and program not in (
            "[",
            "[[",
        ):
            if "*" in program or "?" in program or "[" in program or "(" in program:
                self._globbed(program, argv)
                return
            self.hide("globbed_command", "medium", f"the pattern `{path}` names the command")
        if environment and any(key.startswith("BASH_FUNC_") for key in environment):
            self.hide("environment_function", "high", "a function is handed over as a variable")
        if file is not None and not file.program:
            self._run_file(path, file, called)
            return
        inputs = self._inputs(consume=program in _GREEDY)
        if len(inputs) == 1:
            self._read(program, path, called, *inputs[0])
            return
        for stdin, text in inputs:
            with self.maybe():
                self._read(program, path, called, stdin, text)

    def _note_exec(
        self, program: str, path: str, argv: list[str], environment: Mapping[str, str]
    ) -> None:
        operation: ProcessExec = {
            "kind": "process.exec",
            "program": program,
            "path": path,
            "argv": argv,
        }
        if self.background:
            operation["background"] = True
        if environment:
            operation["environment"] = dict(environment)
        self.emit(operation)
        if UNKNOWN in "".join(argv[1:]) and UNKNOWN not in program:
            self.hide("unknown_argument", "low", f"an argument of `{program}` is not known")

    def _unresolved(self, argv: list[str]) -> None:
        self.write(1, (UNKNOWN,), self.origin)
        if self.wired(argv[0]):
            return
        program = argv[0].rpartition("/")[2]
        head, tail = program.partition(UNKNOWN)[0], program.rpartition(UNKNOWN)[2]
        if not may_be_described(head, tail):
            self.hide("unread_file", "medium", f"`{argv[0]}` is run, and was not read")
            return
        origin = self.origin.removeprefix("file:")
        says = origin if origin.startswith("what ") else f"what `{origin}` prints"
        by = f": it is {says}" if origin else ""
        self.hide("unresolved_command", "high", f"the name of a command is not known{by}")

    def _globbed(self, program: str, argv: list[str]) -> None:
        """A pattern names the command: any file that matches may be run."""
        # `*` alone leads to any program: nothing says that it is one of these.
        names = _NOTABLE if len(program) <= _PATTERN and program.strip("*") else ()
        found = [
            n for n in names if pattern.match(program, n, self.budget, extglob=True) is not False
        ]
        shown = argv[0]
        self.hide("globbed_command", "high", f"the pattern `{shown}` names the command")
        for name in found[: self.budget.limits.alternatives]:
            with self.maybe():
                self.launch([argv[0].removesuffix(program) + name, *argv[1:]])

    # --- which file --------------------------------------------------------------------

    def _lookup(self, argv: list[str]) -> File | None:
        """The file of the judged text that a command's name leads to for sure.

        One that it may lead to is followed here.
        """
        path = argv[0]
        if "/" in path:
            return self.script(path)
        hashed = self.state.hashed.get(path)
        if hashed is not None:
            return self.find_file(hashed) or File(program=hashed.rpartition("/")[2])
        if not self.files:
            return None
        search: Texts = ()
        if "PATH" in self.temporary:
            search = (self.temporary["PATH"],)
        elif "PATH" in self.state.variables:
            search = self.state.variables["PATH"].values
        for text in search:
            sure = len(search) == 1
            for folder in text.split(":"):
                sure = sure and UNKNOWN not in folder and not folder.startswith(_FOLDERS)
                place = f"{folder or '.'}/{path}"
                file = self.find_file(place)
                if file is not None and sure:
                    return file
                if file is not None:
                    with self.maybe():
                        self.launch([place, *argv[1:]])
        return None

    def _run_file(self, path: str, file: File, argv: list[str]) -> None:
        """Run a script that the judged text wrote."""
        for text in file.texts:
            if text == UNKNOWN:
                if file.origin.startswith("file:"):
                    self.hide("unread_file", "medium", f"`{path}` is run, and was not read")
                else:
                    wrote = f" by `{file.origin}`" if file.origin else ""
                    self.hide("unknown_code", "high", f"`{path}`, written{wrote}, is run")
                continue
            if not text.strip():
                continue
            with self.noted(len(file.texts) > 1):
                line = text.partition("\n")[0]
                words = line[2:].split() if line.startswith("#!") else ["sh"]
                if words[0].rpartition("/")[2] == "env":
                    words = [w for w in words[1:] if w[:1] != "-" and "=" not in w] or ["sh"]
                interpreter = words[0].rpartition("/")[2]
                language = "sh" if interpreter in SHELLS else _INTERPRETERS.get(interpreter, "")
                if language:
                    run = Run(path, text=text, language=language, arguments=(path, *argv[1:]))
                    self.follow(run)
                else:
                    self.follow(Run(path, argv=(*words, path, *argv[1:])))

    # --- what it does ------------------------------------------------------------------

    def _inputs(self, *, consume: bool) -> list[tuple[Stdin, str | None]]:
        """Each text that standard input may hold."""
        channel = self.channel(0)
        if channel.kind == "inherited":
            return _INHERITED
        if channel.kind in ("null", "closed"):
            return _EMPTY
        texts, origin = self.rest(channel)
        source = channel.source
        if origin.startswith("file:"):
            source, origin = "file", origin[5:]
        inputs: list[tuple[Stdin, str | None]] = []
        for text in texts:
            known = None if text == UNKNOWN else text
            inputs.append((Stdin(known, source, origin, channel.files), known))
        if consume and channel.kind == "text":
            channel.texts, channel.offset = ("",) if UNKNOWN not in texts else (UNKNOWN,), 0
        return inputs

    def _read(
        self,
        program: str,
        path: str,
        argv: list[str],
        stdin: Stdin,
        text: str | None,
    ) -> None:
        exported = self._exported()
        invocation = Invocation(program, tuple(argv), stdin, exported, self.folder, self.home)
        reading = read_program(invocation)
        if program in SHELLS:
            self.note_shell(program, argv)
            if self.files:
                self._start_up(program, argv)
        if reading is None:
            self._undescribed(program, path)
            known = "" if program in pure.PURE else disguised(program, argv)
            if known:
                self._note_exec(known, path, argv, {})
                reading = read_program(dataclasses.replace(invocation, program=known))
        if reading is not None:
            self.perform(reading, argv)
        operations = reading.operations if reading is not None else []
        if self.channel(1).kind == "socket":
            read = [o["path"] for o in operations if o["kind"] == "file.read"]
            self.leaks(program, [*stdin.files, *read])
        if self.channel(1).kind in ("buffer", "file") and not printing.passes_on(
            program, argv, reading
        ):
            self._print(program, argv, text, stdin)
        if operations or program in CHANGING:
            texts = (UNKNOWN,) if text is None else (text,)
            change_files(self, program, argv[1:], operations, texts)

    def _start_up(self, program: str, argv: list[str]) -> None:
        """Login and interactive shells read files that the text may have written (bash(1))."""
        flags = "".join("l" if w == "--login" else w[1:] for w in argv[1:] if w[:1] == "-")
        alone = len(argv) == 1 and self.channel(0).kind == "inherited"
        if not alone and not {"i", "l"} & set(flags):
            return
        for path, file in list(self.files.items()):
            if path.rpartition("/")[2] in _STARTUP and UNKNOWN not in file.texts:
                for text in file.texts:
                    run = Run(f"{program} {path}", text=text, certainty="may")
                    self.follow(run)

    def _exported(self) -> Mapping[str, str]:
        if not self.state.variables and not self.environment:
            return self.temporary
        exported = dict(self.environment)
        for name, variable in self.state.variables.items():
            if variable.exported and variable.items is None:
                texts = variable.values
                exported[name] = texts[0] if len(texts) == 1 else UNKNOWN
        exported.update(self.temporary)
        return exported

    def _undescribed(self, program: str, path: str) -> None:
        if "/" in path and not path.startswith(_FOLDERS) and path[0] != UNKNOWN:
            self.hide("unread_file", "medium", f"`{path}` is run, and nobody described it")
        elif program not in pure.PURE:
            self.hide("unknown_program", "low", f"nobody described `{program}`")

    def _print(self, program: str, argv: list[str], text: str | None, stdin: Stdin) -> None:
        """Write what the program prints to where its output goes."""
        missing: list[str] = []

        def files(name: str) -> str | None:
            texts, origin = self.read_file(name)
            if len(texts) == 1 and texts[0] != UNKNOWN:
                return texts[0]
            missing.append(origin)
            return None

        printed = pure.output(program, argv[1:], text, files, self.budget)
        if printed is not None:
            self.write(1, (printed,))
            return
        self.write(1, (UNKNOWN,), printing.writer(self, program, argv, stdin, missing))
        incoming, outgoing = self.channel(0), self.channel(1)
        if incoming.source == "socket" and outgoing.kind == "buffer":
            outgoing.host, outgoing.port = incoming.host, incoming.port
            outgoing.listens = incoming.listens
            outgoing.source = "socket"

    def perform(self, reading: Reading, argv: Sequence[str] = ()) -> None:
        """Take over what a program was read to do, and follow what it runs."""
        opaque = reading.opaque
        for operation in reading.operations:
            self.emit(operation.copy())
            if operation["kind"] == "code.run" and operation["source"] == "file":
                if operation["language"] == "package":
                    continue  # no text: it holds scripts among other files
                path = operation.get("path", "")
                file = self.script(path) or self._device_file(path)
                if file is not None:
                    opaque = [o for o in opaque if o["kind"] != "unread_file"]
                    given = self._after(path, argv)
                    self._run_code(operation["program"], operation["language"], path, file, given)
        if argv and self.budget.files is not None and not self.elsewhere:
            opaque = self._recipe(argv, opaque)
        for part in opaque:
            self.hide(part["kind"], part["severity"], part["detail"])
        for run in reading.runs:
            self.follow(run)
        if reading.consults and self.files:
            self._consult(reading)

    def _consult(self, reading: Reading) -> None:
        """Follow files of the judged text from which the program takes orders."""
        for language, path in reading.consults:
            file = self.find_file(path)
            if file is None:
                continue
            with self.maybe():
                for text in file.texts:
                    if path.endswith(tuple(COMPILED)):
                        self._source(language, text)
                    elif text == UNKNOWN:
                        detail = f"`{path}`, which says what to run, was not read"
                        self.hide("unread_file", "medium", detail)
                    else:
                        self.follow(Run(path, text=text, language=language, certainty="may"))

    def _source(self, language: str, text: str) -> None:
        """Of a program that is only compiled here, nothing counts but a shell on a socket."""
        from guard.parse.code import read_code

        found = read_code(language, text, self.budget).operations
        if any(operation["kind"] == "network.shell" for operation in found):
            for operation in found:
                if operation["kind"] in ("network.connect", "network.listen", "network.shell"):
                    self.emit(operation.copy())

    def _device_file(self, path: str) -> File | None:
        """What a script given as `/dev/fd/3` holds."""
        channel = self.device(path)
        if channel is None or channel.kind != "text":
            return None
        texts, origin = self.rest(channel)
        return File(texts, origin=origin)

    def _after(self, path: str, argv: Sequence[str]) -> tuple[str, ...]:
        """A script's name and its own arguments, from those of its interpreter."""
        for at, word in enumerate(argv):
            if at and word and self.path(word) == self.path(path):
                return tuple(argv[at:])
        return ()

    def _recipe(self, argv: Sequence[str], opaque: list[Opaque]) -> list[Opaque]:
        """Follow what the project's file makes `make` or `npm` run; return what stays opaque."""
        from guard.parse.recipes import RECIPES, read_recipe

        program = argv[0].rpartition("/")[2]
        if program not in RECIPES:
            return opaque

        def read(name: str) -> str | None:
            file = self.script(name)
            return file.texts[0] if file and len(file.texts) == 1 else None

        recipe = read_recipe(program, argv, read)
        if recipe is None:
            return opaque
        for run in recipe.runs:
            self.follow(run)
        return [o for o in opaque if o["kind"] != "unread_file"] if recipe.whole else opaque

    def _run_code(
        self, program: str, language: str, path: str, file: File, given: tuple[str, ...] = ()
    ) -> None:
        """An interpreter is given a file that the judged text wrote."""
        for text in file.texts:
            if text == UNKNOWN:
                if file.origin.startswith("file:"):
                    self.hide("unread_file", "medium", f"{program} runs `{path}`, not read")
                else:
                    wrote = f"what `{file.origin}` wrote to" if file.origin else "what is in"
                    self.hide("unknown_code", "high", f"{wrote} `{path}` is run by {program}")
                continue
            with self.noted(len(file.texts) > 1):
                known = shown(self, text, file.origin, program)
                run = Run(f"{program} {path}", text=known, language=language, arguments=given)
                self.follow(run)

    # --- what it runs ------------------------------------------------------------------

    def follow(self, run: Run) -> None:
        """Follow an argument vector or a text that a program runs."""
        if self.reparsed >= self.budget.limits.reparse:
            self.hide("limit_reparse", "high", "texts that run texts are nested too deeply")
            return
        kept = (self.via, self.certainty, self.elsewhere, self.background, self.files, self.state)
        temporary = self.temporary
        self.via = (*self.via, run.via) if run.via else self.via
        if run.certainty == "may":
            self.certainty = "may"
        self.background = self.background or run.background
        self.state = self._child(run)
        if run.elsewhere:
            self.elsewhere, self.files = run.elsewhere, {}
        self.reparsed += 1
        around = self.left, self.loops, self.frames, self.forked
        self.loops, self.frames, self.forked = 0, 0, False
        try:
            with self.deeper():
                self._follow(run)
        finally:
            self.reparsed -= 1
            since, self.loops, self.frames, self.forked = around
            ends.close(self, since)
            files = self.files
            self.via, self.certainty, self.elsewhere, self.background, own, self.state = kept
            self.files = own if run.elsewhere else files
            self.temporary = temporary

    def _follow(self, run: Run) -> None:
        if run.text is None:
            if run.argv:
                self.launch(list(run.argv), environment=run.environment)
        elif run.language == "sh":
            self.temporary = {}  # they are variables of the new shell now
            self.run_text(run.text)
        else:
            from guard.parse.code import read_code

            reading = read_code(
                run.language,
                run.text,
                self.budget,
                run.arguments,
                cwd=self.folder,
                home=self.home,
            )
            note_downloads(self, reading.operations)
            self.perform(reading)

    def _child(self, run: Run) -> State:
        """The memory of a new process: what was exported, and nothing else."""
        parent = self.state
        child = State(parent.cwd if run.cwd is None else run.cwd)
        if run.elsewhere:
            child.cwd = run.cwd or ""
        elif run.text is not None:
            child.variables = {n: v for n, v in parent.variables.items() if v.exported}
            child.functions = {
                name: bodies
                for name, bodies in parent.functions.items()
                if f"export -f {name}" in parent.options
            }
        else:
            child.variables = parent.variables.copy()
        child.channels = parent.channels.copy()
        if run.stdin is not None:
            texts: Texts = (UNKNOWN if run.stdin.text is None else run.stdin.text,)
            child.channels[0] = Channel(
                "text", texts, origin=run.stdin.origin, source=run.stdin.source
            )
        child.options = run.options
        if run.arguments:
            child.name, child.arguments = run.arguments[0], tuple(run.arguments[1:])
        if run.text is not None and run.language == "sh":
            own, self.state = self.state, child
            try:
                for name, text in {**self.temporary, **run.environment}.items():
                    self.assign(name, (text,), exported=True)
            finally:
                self.state = own
        return child
