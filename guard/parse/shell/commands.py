"""Simple commands: assignments, words, redirections, then alias, function, builtin or program."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext

from guard.parse.reading import UNKNOWN
from guard.parse.shell import ends, loops, redirects, variables
from guard.parse.shell.builtins import BUILTINS, DECLARATIONS
from guard.parse.shell.expand import Expander
from guard.parse.shell.state import Texts, Variable, join, unite
from guard.parse.shell.substitutions import Substituter
from guard.parse.shell.syntax import ShellBudgetError
from guard.parse.shell.tree import Function, Literal, Redirect, Simple, Word
from guard.parse.shell.worlds import Worlds

__all__ = ["Commander", "plain_words"]

_NOTHING = nullcontext()
# In POSIX mode no function hides them.
_SPECIAL_NAMES = """
. : break continue eval exec exit export readonly return set shift source trap unset
"""
_SPECIAL = frozenset(_SPECIAL_NAMES.split())
_CALLS = 4  # how deeply one function may call itself before its arguments are forgotten


class Commander(Substituter):
    """The verbs that run simple commands and texts."""

    # --- texts -------------------------------------------------------------------------

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
        if self.reparsed > self.budget.limits.reparse:
            self.hide("limit_reparse", "high", "texts that run texts are nested too deeply")
            return
        if UNKNOWN in text and self.reparsed:
            self.hide("partly_unknown_code", "medium", "a part of the text that is run is unknown")
        kept, own, since = self.via, self.state.arguments, self.left
        traps = len(self.traps)
        if via:
            self.via = (*kept, via)
        if arguments is not None:
            self.state.arguments = arguments
        if name is not None:
            self.state.name = name
        self.reparsed += 1
        try:
            with self.deeper():
                self._run_parsed(text)
        finally:
            self.reparsed -= 1
            self.via = kept
            if arguments is not None:
                self.state.arguments = own
        if not here:
            if len(self.traps) > traps:
                self.trapped(since, traps)
            ends.close(self, since)

    def main(self, text: str) -> None:
        """Follow the judged text itself."""
        self.where = (0, len(text))
        self.judged = text
        self._run_parsed(text)
        if self.traps:
            self.trapped((), 0)
        if self.coprocesses:
            ends.absorb(self, (), ("exit", "return", "break", "continue"))
            self.feed()
        ends.close(self, ())

    def _run_parsed(self, text: str) -> None:
        """Follow what can be read of a text, then raise if a bound kept it from being read."""
        try:
            script = self.parse(text)
        except ShellBudgetError as error:
            self.run_script(error.before)
            raise
        self.run_script(script)

    # --- redirections ------------------------------------------------------------------

    def redirected(self, nodes: Sequence[Redirect]) -> AbstractContextManager[None]:
        """Perform redirections for a compound command."""
        return self._redirected(nodes) if nodes else _NOTHING

    @contextmanager
    def _redirected(self, nodes: Sequence[Redirect]) -> Iterator[None]:
        kept = self.state.channels
        self.state.channels = kept.copy()
        targets = [self.target(node, Worlds(1)) for node in nodes]
        doubtful = any(
            node.operator == "<" and self.find_file(target) is None and self.device(target) is None
            for node, target in zip(nodes, targets, strict=True)
        )
        before = self.state.copy() if doubtful else None
        printed = [buffer.texts for buffer in self.buffers]
        redirects.apply(self, tuple(nodes), targets)
        try:
            yield
        finally:
            self.state.channels = kept
            if before is not None:
                # Where there is no such file, nothing of it happens.
                before.channels = kept
                limit = self.budget.limits.alternatives
                ends.perhaps(self)
                self.state = join(self.state, before, limit)
                for buffer, texts in zip(self.buffers, printed, strict=True):
                    buffer.texts = unite(buffer.texts, texts, limit)
                self.status = None
            if self.ended is not None and not _opens(targets):
                ends.perhaps(self)
            self.drain()

    def target(self, node: Redirect, worlds: Worlds) -> str:
        expander = Expander(self, worlds)
        if node.operator in ("<<", "<<-"):
            return expander.document(node.target)
        return expander.text(node.target)

    # --- simple commands ---------------------------------------------------------------

    def simple(self, node: Simple) -> None:
        if self.reparsed == 0:
            self.where = (node.start, node.end)
        if not node.words:
            self._bare(node)
            return
        plain = plain_words(node)
        if plain is not None:
            self._plainly(node, list(plain))
            return
        worlds = Worlds(self.budget.limits.alternatives)
        self.origin, self.silent = "", True
        made: dict[tuple[tuple[str, ...], ...], None] = {}
        while True:
            expander = Expander(self, worlds, command=True)
            argv = self._words(node, expander)
            environment = [
                f"{a.name}={expander.text(a.value, assignment=True) if a.value else ''}"
                for a in node.assignments
            ]
            targets = [self.target(r, worlds) for r in node.redirects]
            made[(tuple(argv), tuple(environment), tuple(targets))] = None
            if not worlds.several or not worlds.next():
                break
        if len(made) == 1:
            self._once(node, *next(iter(made)))
            return

        def way(key: tuple[tuple[str, ...], ...]) -> Callable[[], None]:
            def run() -> None:
                with self.maybe():
                    self._once(node, *key)

            return run

        self.ways(*[way(key) for key in reversed(made)])

    def _plainly(self, node: Simple, argv: list[str]) -> None:
        """Run a command in which there is nothing to expand and nothing redirected."""
        try:
            if node.arrays:
                self._arrays(node)
            self._dispatch(node, argv, ())
        finally:
            if self.pending:
                self.drain()

    def _words(self, node: Simple, expander: Expander) -> list[str]:
        argv: list[str] = []
        words = node.words
        declares = _declares(words)
        for word in words:
            if declares and argv and _assigns(word):
                argv.append(expander.text(word, assignment=True))
                continue
            argv += expander.fields(word)
            if argv:
                expander.command = False
        return argv

    def _bare(self, node: Simple) -> None:
        """Assignments and redirections without a command."""
        self.origin, self.silent = "", True
        self.status = True
        for assignment in node.assignments:
            variables.assign_node(self, assignment)
        if node.redirects:
            targets = [self.target(r, Worlds(1)) for r in node.redirects]
            kept = self.state.channels
            self.state.channels = kept.copy()
            redirects.apply(self, node.redirects, targets)
            if node.redirects[0].operator == "<" and 1 in kept:
                # `$(< file)` prints the file.
                texts, origin = self.rest(self.channel(0))
                self.state.channels = kept
                self.write(1, texts, origin)
            self.state.channels = kept
            self.drain()

    def _once(
        self,
        node: Simple,
        argv: tuple[str, ...],
        environment: tuple[str, ...],
        targets: tuple[str, ...],
    ) -> None:
        """Run a simple command whose words are expanded."""
        kept = self.state.channels
        if targets:
            self.state.channels = kept.copy()
            redirects.apply(self, node.redirects, list(targets))
        stays = argv[:1] == ("exec",) and all(a[:1] == "-" for a in argv[1:])
        try:
            if not argv:
                for assignment in node.assignments:
                    variables.assign_node(self, assignment)
            else:
                self._arrays(node)
                self._dispatch(node, list(argv), environment)
        finally:
            if targets and not stays:
                self.state.channels = kept
            if self.ended is not None and not _opens(targets):
                ends.perhaps(self)
            if self.pending:
                self.drain()

    def _arrays(self, node: Simple) -> None:
        """`declare -A m=([k]=v)`: flags first, then the items."""
        if not node.arrays:
            return
        flags = [
            part.text
            for word in node.words[1:]
            for part in word.parts[:1]
            if isinstance(part, Literal) and part.text.startswith("-")
        ]
        first = node.words[0].parts[0]
        command = first.text if isinstance(first, Literal) else "declare"
        for _, assignment in node.arrays:
            builtin = BUILTINS.get(command, BUILTINS["declare"])
            builtin(self, [*flags, assignment.name])
            variables.assign_node(self, assignment)

    def _dispatch(self, node: Simple, argv: list[str], environment: tuple[str, ...]) -> None:
        name = argv[0]
        if name in self.state.aliases and self._alias(node, argv):
            return
        if self.ended is not None:
            ends.perhaps(self)
        pairs = dict(pair.split("=", 1) for pair in environment) if environment else {}
        if name not in self.state.functions and not self.is_builtin(name):
            for variable, text in pairs.items():
                variables.note(self, variable, text)
            self.launch(argv, environment=pairs)
            return
        if not pairs:
            self.run_words(self._declared(node, argv))
            return
        before = {key: self.state.variables.get(key) for key in pairs}
        for variable, text in pairs.items():
            self.assign(variable, (text,), exported=True)
        self.run_words(argv)
        for key, old in before.items():
            self.state.variables.pop(key, None)
            if old is not None:
                self.state.variables[key] = old

    def _declared(self, node: Simple, argv: list[str]) -> list[str]:
        """Leave out the words that `_arrays` has dealt with."""
        if not node.arrays:
            return argv
        names = {f"{a.name}{'+' if a.append else ''}=" for _, a in node.arrays}
        return [word for word in argv if word not in names]

    def _alias(self, node: Simple, argv: list[str]) -> bool:
        """Expand an alias. Only interactive and POSIX shells do so for sure."""
        name = argv[0]
        parts = node.words[0].parts
        if name in self.calls or len(parts) != 1:
            return False
        if not isinstance(parts[0], Literal) or parts[0].quoted:
            return False
        sure = "expand_aliases" in self.state.options
        words = [_quoted(word) for word in argv[1:]]
        self.calls.append(name)
        try:
            for text in self.state.aliases[name]:
                at, last = 0, text
                while at < len(words) and last[-1:] in (" ", "\t"):
                    # After a blank at its end, bash looks at the next word too.
                    last = self.state.aliases.get(argv[at + 1], ("",))[0]
                    words[at] = last or words[at]
                    at += 1
                with self.noted(not sure):
                    self.run_text(" ".join((text, *words)), here=True)
                if not sure or len(self.state.aliases.get(name, ())) != 1:
                    ends.perhaps(self)
        finally:
            self.calls.remove(name)
        return sure

    def run_words(self, argv: list[str]) -> None:
        """Run a command by its words: functions first, then builtins, then programs."""
        bodies = self.state.functions.get(argv[0])
        if bodies is not None:
            if argv[0] in self.state.unsure:
                with self.maybe():
                    self.ways(
                        lambda: self._plain(argv),
                        lambda: self._call(argv, bodies),
                    )
            else:
                self._call(argv, bodies)
            if argv[0] in _SPECIAL and "posix" in self.state.options:
                ends.perhaps(self)
                with self.maybe():
                    self.run_plain(argv, via="")
        else:
            self.run_plain(argv, via="")

    def _plain(self, argv: list[str]) -> None:
        self.run_plain(argv, via="")

    def run_plain(self, argv: list[str], *, via: str) -> bool | None:
        """Run a builtin or a program, no function."""
        if self.is_builtin(argv[0]):
            return self.run_builtin(argv)
        self.launch(argv, via=via)
        return None

    def is_builtin(self, name: str) -> bool:
        """Say if the name is a builtin that is not switched off."""
        return name in BUILTINS and f"enable -n {name}" not in self.state.options

    def run_builtin(self, argv: list[str]) -> bool | None:
        """Run a builtin, nothing else."""
        builtin = BUILTINS.get(argv[0])
        if builtin is None:
            self.status = False
            return False
        self.budget.tick()
        self.status = builtin(self, argv[1:])
        self.last = argv[-1]
        return self.status

    def _call(self, argv: list[str], bodies: tuple[Function, ...]) -> None:
        """Run a function of the judged text with arguments."""
        name = argv[0]
        depth = self.calls.count(name)
        if depth > _CALLS:
            self._forget()
            if self.background:
                self.hide("fork_bomb", "high", f"`{name}` starts itself again and again")
            else:
                self.hide("endless_recursion", "medium", f"`{name}` calls itself with no end seen")
            return
        self.budget.command()
        state = self.state
        kept, state.arguments = state.arguments, tuple(argv[1:])
        if depth == _CALLS:
            state.arguments = (UNKNOWN,) * len(state.arguments)
            self._forget()
        frame: dict[str, Variable | None] = {}
        since, loops_around = self.left, self.loops
        self.loops = 0
        self.frames += 1
        self.locals.append(frame)
        self.calls.append(name)
        try:
            with self.deeper():
                self.ways(*[self._body(body, unsure=len(bodies) > 1) for body in bodies])
        finally:
            self.calls.pop()
            self.locals.pop()
            self.loops = loops_around
            self.frames -= 1
            ends.absorb(self, since, ("return",))
            self.state.arguments = kept
            for local, old in frame.items():
                self.state.variables.pop(local, None)
                if old is not None:
                    self.state.variables[local] = old

    def _body(self, function: Function, *, unsure: bool) -> Callable[[], None]:
        def run() -> None:
            with self.noted(unsure), self.redirected(function.redirects):
                self.run(function.body)

        return run

    def _forget(self) -> None:
        """Every variable may hold anything: the calls that are not followed may set it."""
        loops.widen(self, list(self.state.variables))
        self.status = None

    def assign(
        self, name: str, texts: Texts, *, exported: bool = False, append: bool = False
    ) -> None:
        """Set a scalar variable."""
        variables.assign(self, name, texts, exported=exported, append=append)


def plain_words(node: Simple) -> tuple[str, ...] | None:
    """Return the words of a command in which there is nothing to expand."""
    if node.assignments or node.redirects:
        return None
    words: list[str] = []
    for word in node.words:
        part = word.parts[0] if len(word.parts) == 1 else None
        if type(part) is not Literal:
            return None
        text = part.text
        if not part.quoted and ("{" in text or text[:1] == "~"):
            return None
        words.append(text)
    return tuple(words)


def _opens(targets: Sequence[str]) -> bool:
    """Say if redirections to these cannot fail."""
    return all(target in ("/dev/null", "1", "2", "-") for target in targets)


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "'\\''") + "'"


def _declares(words: tuple[Word, ...]) -> bool:
    for word in words:
        part = word.parts[0] if len(word.parts) == 1 else None
        if not isinstance(part, Literal):
            return False
        if part.text in DECLARATIONS:
            return True
        if part.text not in ("command", "builtin"):
            return False
    return False


def _assigns(word: Word) -> bool:
    part = word.parts[0] if word.parts else None
    return (
        isinstance(part, Literal)
        and not part.quoted
        and part.text.partition("=")[0].rstrip("+").partition("[")[0].isidentifier()
        and "=" in part.text
    )
