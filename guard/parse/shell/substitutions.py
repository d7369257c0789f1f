"""Substitutions: commands and processes inside of words, and text that is expanded again."""

from __future__ import annotations

from contextlib import suppress

from guard.parse.reading import UNKNOWN
from guard.parse.shell.expand import alternatives
from guard.parse.shell.launch import Launcher
from guard.parse.shell.state import Channel, File, Texts
from guard.parse.shell.syntax import ShellSyntaxError, read
from guard.parse.shell.tree import CommandSubstitution, ProcessSubstitution, Script, Simple

__all__ = ["Substituter"]

_EVALUATED = 4096  # characters of a value that is expanded again


class Substituter(Launcher):
    """The verbs that words need."""

    def parse(self, text: str) -> Script:
        """Read a text; what cannot be read is opaque.

        Raises:
            ShellBudgetError: a bound was hit.
        """
        try:
            return read(text, self.budget)
        except ShellSyntaxError as error:
            self.hide("unreadable_syntax", "high", str(error))
            return error.before

    def substitute(self, part: CommandSubstitution) -> Texts:
        """Run a command substitution and return what it prints."""
        if part.script is None:
            self.hide("unreadable_syntax", "high", f"`$({part.text})` cannot be read")
            return (UNKNOWN,)
        state, origin, silent = self.state, self.origin, self.silent
        self.state = state.copy()
        buffer = Channel("buffer", ("",))
        self.state.channels[1] = buffer
        self.buffers.append(buffer)
        try:
            with self.deeper(), self.process():
                self.run_script(part.script)
        finally:
            self.buffers.remove(buffer)
            self.state, self.origin, self.silent = state, origin, silent
        if any(UNKNOWN in text for text in buffer.texts):
            self.told(buffer.origin)
        return tuple(dict.fromkeys(text.replace("\0", "").rstrip("\n") for text in buffer.texts))

    def attach(self, part: ProcessSubstitution) -> str:
        """Run a process substitution and return the path that stands for it."""
        path = f"/dev/fd/{63 - self.pipes}"
        self.pipes += 1
        if part.direction == ">":
            self.files[path] = File(("",))
            self.pending.append((part.script, path))
            return path
        state = self.state
        self.state = state.copy()
        buffer = Channel("buffer", ("",))
        self.state.channels[1] = buffer
        self.buffers.append(buffer)
        try:
            with self.deeper(), self.process():
                self.run_script(part.script)
        finally:
            self.buffers.remove(buffer)
            self.state = state
        self.files[path] = File(buffer.texts, origin=buffer.origin)
        return path

    def drain(self) -> None:
        """Run what waits behind `>(...)` with what was written to it."""
        while self.pending:
            script, path = self.pending.pop()
            file = self.files.pop(path, None)
            texts = file.texts if file is not None and file.texts != ("",) else (UNKNOWN,)
            state = self.state
            self.state = state.copy()
            self.state.channels[0] = Channel("text", texts, origin=file.origin if file else "")
            try:
                with self.deeper(), self.process():
                    self.run_script(script)
            finally:
                self.state = state

    def evaluate(self, text: str) -> Texts:
        """Expand text that came from a value, as `${x@P}` and array subscripts do."""
        if self.reparsed > self.budget.limits.reparse:
            self.hide("limit_reparse", "high", "texts that run texts are nested too deeply")
            return (UNKNOWN,)
        mark = "E" + "_" * (1 + max((len(line) for line in text.split("\n")), default=0))
        if len(text) > _EVALUATED:
            return (UNKNOWN,)
        with suppress(LookupError):
            self.reparsed += 1
            try:
                script = self.parse(f"cat <<{mark}\n{text}\n{mark}\n")
                command = script.statements[0].command if script.statements else None
                if isinstance(command, Simple):
                    found = alternatives(self, command.redirects[0].target)
                    return tuple(one.removesuffix("\n") for one in found)
            finally:
                self.reparsed -= 1
        return (UNKNOWN,)
