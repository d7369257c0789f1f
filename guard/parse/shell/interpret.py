"""The bounded abstract interpreter: follows a script without running it.

What every way through a script would do is collected; where ways part, each is followed
and marked "may". Loops over known words are followed turn by turn, others once with what
changes in them unknown. INVARIANT: what is not followed is opaque, never left out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from guard.model import Parsed
from guard.parse.budget import BudgetExceededError
from guard.parse.reading import UNKNOWN
from guard.parse.shell import conditions, ends, loops, pattern
from guard.parse.shell.commands import Commander
from guard.parse.shell.expand import Expander, alternatives
from guard.parse.shell.state import Channel, File, Texts, Variable
from guard.parse.shell.tree import (
    AndOr,
    Arithmetic,
    Case,
    Command,
    Conditional,
    Coproc,
    CStyleFor,
    For,
    Function,
    Group,
    If,
    Pipeline,
    Script,
    Select,
    Simple,
    Subshell,
    While,
    Word,
)
from guard.parse.shell.worlds import Worlds

__all__ = ["Interpreter"]

_T = TypeVar("_T")


class Interpreter(Commander):
    """Follows scripts; `result` is what was found."""

    # --- entry -------------------------------------------------------------------------

    def result(self, action: Callable[[], object]) -> Parsed:
        """Do something and return all that was found, whatever bound was hit."""
        try:
            action()
        except BudgetExceededError as error:
            self.certainty, self.via = "must", ()
            self.hide("limit_" + error.kind, "high", error.detail)
        except RecursionError:
            self.hide("limit_depth", "high", "it is nested too deeply")
        parsed = self.parsed
        if len(parsed.operations) > 1:
            parsed.operations = _unique(parsed.operations)
        if len(parsed.opaque) > 1:
            parsed.opaque = _unique(parsed.opaque)
        return parsed

    # --- commands ----------------------------------------------------------------------

    def run_script(self, script: Script) -> None:
        """Follow statements in order, up to the one that ends the way."""
        statements = script.statements
        for at, statement in enumerate(statements):
            if self.left and self.certainty == "must":
                with self.maybe():
                    self.run_script(Script(statements[at:]))
                return
            if not statement.background:
                self.run(statement.command)
                if self.ended is not None and (at + 1 < len(statements) or self.depth == 0):
                    if not self._goes_on():
                        return
                    ends.perhaps(self)
                continue
            kept, state = self.background, self.state
            self.background, self.state = True, state.copy()
            try:
                with self.process():
                    self.run(statement.command)
            finally:
                self.background, self.state = kept, state
            self.status = True

    def _goes_on(self) -> bool:
        """Whether lines follow that another shell may be given.

        Lines of the judged text may be fed one by one to a shell inside another one, which goes
        on where that ends; so there only the rest of the last line is left out.
        """
        if self.ended is None or self.ended[0] != "exit" or self.depth or self.reparsed:
            return False
        return self.where is not None and "\n" in self.judged[self.where[1] :].rstrip()

    def run(self, command: Command) -> None:
        """Follow one command of any kind."""
        if isinstance(command, Simple):
            self.simple(command)
            return
        self.depth += 1
        try:
            if self.depth > self.budget.limits.depth:
                raise BudgetExceededError("depth", "it is nested too deeply")
            _RUN[type(command)](self, command)
        finally:
            self.depth -= 1

    def pipeline(self, node: Pipeline) -> None:
        if len(node.commands) == 1:
            self.run(node.commands[0])
        else:
            self._pipe(node)
        if node.negated:
            self.status = None if self.status is None else not self.status

    def _pipe(self, node: Pipeline) -> None:
        state = self.state
        source: Channel | None = None
        waiting: list[str] = []  # shells whose output goes on through the pipe
        for at, command in enumerate(node.commands):
            last = at == len(node.commands) - 1
            self.state = state if last and "lastpipe" in state.options else state.copy()
            channels = self.state.channels = self.state.channels.copy()
            if source is not None:
                channels[0] = source
            buffer = Channel("buffer", ("",))
            if not last:
                channels[1] = buffer
                if node.merges[at]:
                    channels[2] = buffer
                self.buffers.append(buffer)
            since, shells = len(self.parsed.operations), len(self.shells)
            try:
                if self.state is state:
                    self.run(command)
                    ends.perhaps(self)  # a shell with job control makes a process of it
                else:
                    with self.process():
                        self.run(command)
            finally:
                if not last:
                    self.buffers.remove(buffer)
            source = Channel(
                "text",
                buffer.texts,
                origin=buffer.origin,
                source=buffer.source,
                host=buffer.host,
                port=buffer.port,
                listens=buffer.listens,
                files=() if last else self.carried(since, source),
            )
            raw = self.raw_socket(since)
            if raw is not None:
                listens = raw["kind"] != "network.connect"
                source.host, source.port, source.listens = raw["host"] or "", raw["port"], listens
                source.source = "socket"
                for shell in waiting:
                    self.note_wire(shell, raw["host"], raw["port"], "pipe", listens=listens)
            waiting += self.shells[shells:]
        if self.state is not state:
            self.state = state

    def and_or(self, node: AndOr) -> None:
        self.run(node.pipelines[0])
        at = 0
        while at < len(node.operators) and self.ended is None:
            end = at
            while end < len(node.operators) and node.operators[end] == node.operators[at]:
                end += 1
            self._chain(node.operators[at], list(node.pipelines[at + 1 : end + 1]))
            at = end

    def _chain(self, operator: str, rest: list[Command]) -> None:
        """Follow `&& b && c`: c only after b. What the status decides for sure is certain."""
        while rest and self.status is (operator == "&&"):
            self.run(rest.pop(0))
            if self.ended is not None:
                return
        if not rest:
            return

        def step(command: Command) -> Callable[[], None]:
            def run() -> None:
                with self.maybe():
                    self.run(command)

            return run

        if operator == "&&":
            self.steps(*[step(command) for command in rest])
            return
        for command in rest:
            # Success of the left side is the likelier way.
            self.ways(step(command), _skip)
        self.status = None

    def subshell(self, node: Subshell) -> None:
        state = self.state
        self.state = state.copy()
        try:
            with self.process(), self.redirected(node.redirects):
                self.run_script(node.body)
        finally:
            self.state = state

    def group(self, node: Group) -> None:
        with self.redirected(node.redirects):
            self.run_script(node.body)

    def branches(self, node: If) -> None:
        with self.redirected(node.redirects):
            self._branch(node, 0)

    def _branch(self, node: If, at: int) -> None:
        if at == len(node.branches):
            if node.otherwise is not None:
                self.run_script(node.otherwise)
            return
        condition, body = node.branches[at]
        self.run_script(condition)
        if self.ended is not None:
            return

        def otherwise() -> None:
            with self.maybe(), self.deeper():
                self._branch(node, at + 1)

        def then() -> None:
            with self.maybe():
                self.run_script(body)

        self.ways(otherwise, then)

    def cases(self, node: Case) -> None:
        with self.redirected(node.redirects):
            subjects = alternatives(self, node.word)
            found: list[bool | None] = []
            for arm in node.arms:
                answers = [self._matches(word, subjects) for word in arm.patterns]
                found.append(True if True in answers else None if None in answers else False)
            self._arms(node, 0, found)

    def _matches(self, word: Word, subjects: Texts) -> bool | None:
        """Whether a pattern of `case` takes the subject, None where that is not known."""
        worlds = Worlds(self.budget.limits.alternatives)
        glob = Expander(self, worlds).pattern(word)
        if glob and not glob.strip("*"):
            return True
        if worlds.several:
            alternatives(self, word)  # for what its substitutions do
            return None
        subject = subjects[0]
        if len(subjects) > 1 or UNKNOWN in subject or UNKNOWN in glob:
            return None
        if not subject or "nocasematch" in self.state.options:
            return None  # nobody said what `$1` of the text itself is
        return pattern.match(glob, subject, self.budget, extglob=self.extglob)

    def _arms(self, node: Case, at: int, found: list[bool | None]) -> None:
        """Follow the first arm that matches, or each that may be it."""
        runs: list[Callable[[], None]] = []
        for arm in range(at, len(found)):
            if found[arm] is not False:
                runs.append(self._arm(node, arm, found))
            if found[arm]:
                break
        else:
            runs.insert(0, _skip)
        if len(runs) == 1:
            runs[0]()
            return

        def way(run: Callable[[], None]) -> Callable[[], None]:
            def go() -> None:
                with self.maybe():
                    run()

            return go

        self.ways(*[way(run) for run in runs])

    def _arm(self, node: Case, at: int, found: list[bool | None]) -> Callable[[], None]:
        def run() -> None:
            for place in range(at, len(node.arms)):
                self.run_script(node.arms[place].body)
                if self.ended is not None or node.arms[place].terminator == ";;":
                    return
                if node.arms[place].terminator == ";;&":
                    self._arms(node, place + 1, found)
                    return

        return run

    def each(self, node: For | Select) -> None:
        words: list[list[str]] = []
        self.origin, self.silent = "", True
        with self.redirected(node.redirects):
            if node.words is None:
                words.append(list(self.state.arguments))
            else:
                worlds = Worlds(self.budget.limits.alternatives)
                while True:
                    expander = Expander(self, worlds)
                    words.append([f for word in node.words for f in expander.fields(word)])
                    if not worlds.next():
                        break
            if isinstance(node, Select):
                self._looped(lambda: loops.select(self, node.name, words, node.body))
            else:
                self._looped(lambda: loops.each(self, node.name, words, node.body))

    def _looped(self, run: Callable[[], None]) -> None:
        """Follow a loop, which `break` and `continue` inside are about."""
        since = self.left
        self.loops += 1
        try:
            run()
        finally:
            self.loops -= 1
            ends.loop_over(self, since)

    def loop(self, node: While) -> None:
        def condition() -> None:
            self.run_script(node.condition)
            if node.until and self.status is not None:
                self.status = not self.status

        with self.redirected(node.redirects):
            self._looped(lambda: loops.repeat(self, condition, lambda: self.run_script(node.body)))

    def c_style(self, node: CStyleFor) -> None:
        first, condition, step = loops.header(node.header)

        def count(word: Word | None) -> None:
            if word is None or not word.parts:
                self.status = None
                return
            number = Expander(self, Worlds(self.budget.limits.alternatives)).number(word)
            self.status = None if number is None else number != 0

        def body() -> None:
            since = self.left
            self.run_script(node.body)
            if not ends.turn_over(self, since):
                count(step)

        with self.redirected(node.redirects):
            count(first)
            self._looped(lambda: loops.repeat(self, lambda: count(condition), body))

    def function(self, node: Function) -> None:
        state = self.state
        if state.unsure:
            state.unsure -= {node.name}
        if f"readonly -f {node.name}" in state.options:
            state.functions[node.name] = (*state.functions.get(node.name, ()), node)
        else:
            state.functions[node.name] = (node,)
        if "a" in state.options and "?a" not in state.options:
            state.options |= {f"export -f {node.name}"}
        self.status = True

    def conditional(self, node: Conditional) -> None:
        with self.redirected(node.redirects):
            worlds = Worlds(self.budget.limits.alternatives)
            answers: set[bool | None] = set()
            while True:
                answers.add(conditions.conditional(self, node.words, Expander(self, worlds)))
                if not worlds.next():
                    break
            self.status = answers.pop() if len(answers) == 1 else None

    def arithmetic(self, node: Arithmetic) -> None:
        with self.redirected(node.redirects):
            worlds = Worlds(self.budget.limits.alternatives)
            number = Expander(self, worlds).number(node.expression)
            self.status = None if number is None or worlds.several else number != 0

    def coproc(self, node: Coproc) -> None:
        state, since, hidden = self.state, len(self.parsed.operations), len(self.parsed.opaque)
        self.state = state.copy()
        self.state.channels[0] = Channel("text", origin="a coprocess's pipe")
        self.state.channels[1] = Channel("null", ("",))
        try:
            with self.process(), self.redirected(node.redirects):
                self.run(node.body)
        finally:
            self.state = state
        raw = self.raw_socket(since)
        away = into = Channel("text", origin="a coprocess")
        highest = 63 - 2 * len(self.coprocesses)
        if raw is not None:
            host, listens = raw["host"] or "", raw["kind"] != "network.connect"
            away = into = Channel(
                "socket",
                origin=host,
                source="socket",
                host=host,
                port=raw["port"],
                listens=listens,
            )
        else:
            path = f"/dev/fd/{highest - 3}"
            into = Channel("file", ("",), path=path, source="file")
            self.files[path] = File(("",))
            pipes = [o for o in self.parsed.opaque[hidden:] if "coprocess's pipe" in o["detail"]]
            sure = self.certainty == "must"
            self.coprocesses.append((node, path, state.copy(), pipes, sure))
        # Bash takes the highest descriptors that are free.
        numbers: dict[str, Texts] = {}
        for key, descriptor, channel in (("0", highest, away), ("1", highest - 3, into)):
            self.state.channels[descriptor] = channel
            numbers[key] = (str(descriptor),)
        self.state.variables[node.name] = Variable(("",), numbers)

    def feed(self) -> None:
        """Follow coprocesses once more with what was written to them, where that is known."""
        for node, path, state, pipes, sure in self.coprocesses:
            file = self.files.get(path)
            if file is None or file.texts == ("",) or any(UNKNOWN in t for t in file.texts):
                continue
            kept, self.state = self.state, state
            state.channels[0] = Channel("text", file.texts, origin="a coprocess's pipe")
            state.channels[1] = Channel("null", ("",))
            try:
                with self.noted(not sure), self.process(), self.redirected(node.redirects):
                    self.run(node.body)
            finally:
                self.state = kept
            if not any(o["kind"] == "code.run" for o in self.parsed.operations):
                # Nothing but the shell itself can have written more.
                dropped = {id(part) for part in pipes}
                self.parsed.opaque = [o for o in self.parsed.opaque if id(o) not in dropped]


def _skip() -> None:
    """The way on which nothing happens."""


def _unique(items: list[_T]) -> list[_T]:
    return list({repr(item): item for item in items}.values())


_RUN: dict[type, Callable[[Interpreter, Any], None]] = {
    Pipeline: Interpreter.pipeline,
    AndOr: Interpreter.and_or,
    Subshell: Interpreter.subshell,
    Group: Interpreter.group,
    If: Interpreter.branches,
    Case: Interpreter.cases,
    For: Interpreter.each,
    Select: Interpreter.each,
    While: Interpreter.loop,
    CStyleFor: Interpreter.c_style,
    Function: Interpreter.function,
    Conditional: Interpreter.conditional,
    Arithmetic: Interpreter.arithmetic,
    Coproc: Interpreter.coproc,
}
