"""What every reader of arguments needs: texts in languages, and the operations of tools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from guard.model import Parsed
from guard.operations import FileDelete, FileRead, FileWrite, NetworkConnect, Severity
from guard.parse import tools as t
from guard.parse.addresses import Url, file_path
from guard.parse.budget import Budget
from guard.parse.code import read_code
from guard.parse.paths import normalise
from guard.parse.reading import UNKNOWN, Reading
from guard.parse.sql import read_sql

__all__ = ["Texts"]

_SENDS = 64  # files that one operation lists
_SHELLS = frozenset({"bash", "sh", "shell", "zsh", "terminal", "console", "dash", "ksh"})


class Texts:
    """Reads texts into `parsed`, and notes operations there."""

    __slots__ = ("budget", "cwd", "home", "parsed", "tools")

    def __init__(
        self, parsed: Parsed, tools: t.ToolTable, budget: Budget, *, cwd: str, home: str
    ) -> None:
        self.parsed = parsed
        self.tools = tools
        self.budget = budget
        self.cwd = cwd
        self.home = home

    def shell(self, text: str, cwd: str = "", environment: Mapping[str, str] | None = None) -> None:
        """Read a text for a shell."""
        from guard.parse.shell import read_shell

        if self._too_long(text):
            return
        if "\0" in text:
            self._hide("nul_byte", "high", "the command holds a NUL, which ends or vanishes in it")
            text = text.replace("\0", "")
        before = len(self.parsed.operations)
        if environment is None:
            parsed = read_shell(text, self.budget, cwd=cwd or self.cwd, home=self.home)
        else:
            parsed = read_shell(
                text, self.budget, cwd=cwd or self.cwd, home=self.home, environment=environment
            )
        self.parsed.operations += parsed.operations
        self.parsed.opaque += parsed.opaque
        if len(self.parsed.operations) == before:
            self.parsed.operations.append(
                {"kind": "code.run", "language": "sh", "source": "inline"}
            )

    def code(self, language: str, text: str) -> None:
        """Read code in a named language; what it would run in turn is read as well."""
        if language in _SHELLS:
            self.shell(text)
            return
        if self._too_long(text):
            return
        if language == "sql":
            self.sql(text)
            return
        self._take(read_code(language, text, self.budget, cwd=self.cwd, home=self.home))

    def sql(self, text: str, dialect: str = "") -> None:
        """Read SQL, in one dialect or in those that are usual."""
        if not self._too_long(text):
            self._take(read_sql(text, self.budget, dialect))

    def _take(self, reading: Reading) -> None:
        self.parsed.operations += reading.operations
        self.parsed.opaque += reading.opaque
        if reading.runs:
            from guard.parse.shell import read_runs

            parsed = read_runs(
                Reading(runs=reading.runs),
                self.budget,
                cwd=self.cwd,
                home=self.home,
                before=reading.operations,
            )
            self.parsed.operations += parsed.operations
            self.parsed.opaque += parsed.opaque

    def _use(self, tool: str) -> None:
        self.parsed.operations.append({"kind": "tool.use", "tool": tool})

    def _hide(self, kind: str, severity: Severity, detail: str) -> None:
        self.parsed.opaque.append({"kind": kind, "severity": severity, "detail": detail})

    def _too_long(self, text: str) -> bool:
        limit = self.budget.limits.text
        if len(text) <= limit:
            self.budget.text(len(text))
            return False
        self._hide("limit_text", "high", f"a text of {len(text)} characters was not read")
        return True

    def _url(
        self,
        url: Url,
        method: str,
        certainty: Literal["must", "may"],
        verb: str = "read",
        *,
        sends: Sequence[str] = (),
    ) -> None:
        if url.scheme == "file":
            self._file_operation(verb, url.text, certainty)
            return
        for number, host in enumerate((url.host, url.other_host)):
            if number and not host:
                break
            operation: NetworkConnect = {
                "kind": "network.connect",
                "protocol": url.scheme,
                "host": host or UNKNOWN,
                "port": url.port,
                "url": url.text,
            }
            if method:
                operation["method"] = method
            if sends:
                operation["sends"] = list(sends[:_SENDS])
            if certainty == "may" or url.other_host:
                operation["certainty"] = "may"
            self.parsed.operations.append(operation)

    def _file_operation(
        self,
        kind: str,
        path: str,
        certainty: Literal["must", "may"],
        content: str | None = None,
        *,
        append: bool = False,
    ) -> None:
        path = normalise(file_path(path), self.cwd, self.home)
        operation: FileRead | FileWrite | FileDelete
        if kind == "delete":
            operation = {"kind": "file.delete", "path": path}
        elif kind == "write":
            operation = {"kind": "file.write", "path": path}
            if append:
                operation["append"] = True
            if content is not None and len(content) <= 4096:
                operation["content"] = content
        else:
            operation = {"kind": "file.read", "path": path}
        if certainty == "may":
            operation["certainty"] = "may"
        self.parsed.operations.append(operation)
