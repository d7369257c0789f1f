"""Code of languages that have no parser here: the calls that start programs or connect.

No syntax tree: names of calls are looked for, and the literals behind them are read.
What such a call is given and no literal says is opaque. Code without such calls is
`code.run` and nothing more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from guard.operations import NetworkConnect, NetworkListen, NetworkShell
from guard.parse.addresses import find_urls, split_host
from guard.parse.budget import Budget, BudgetExceededError
from guard.parse.code_literals import Literals, unescaped
from guard.parse.code_settings import read_settings
from guard.parse.code_tables import (
    AWK_FILES,
    AWK_TOKEN,
    BACKTICKS,
    ESCAPE,
    FETCHES,
    FILES,
    HOST,
    INET,
    LISTENS,
    NAMES,
    PAIR,
    PAIRS,
    PERL_OPEN,
    PORT,
    QX,
    QX_ENDS,
    SENDS,
    SHELL_NAME,
    SOCKETS,
    TCL_COMMAND,
    TCL_FILES,
    TCL_SOCKET,
    VARIABLE,
)
from guard.parse.paths import normalise
from guard.parse.reading import UNKNOWN, Reading, Run
from guard.parse.sends import give_away

__all__ = ["read_calls"]


def read_calls(
    language: str, text: str, budget: Budget, *, cwd: str = "", home: str = "~"
) -> Reading:
    """Return what is seen of code in a language without a parser here.

    A bound that is hit is an opaque part of the reading; nothing is raised.
    """
    name = NAMES.get(language, language)
    reading = Reading()
    reading.operations.append({"kind": "code.run", "language": name, "source": "inline"})
    try:
        _Reader(reading, text, name, budget, cwd=cwd, home=home).read()
    except BudgetExceededError as error:
        reading.hide(f"limit_{error.kind}", "high", f"reading stopped: {error.detail}")
    return reading


class _Reader(Literals):
    """One pass for each question, over one text."""

    def read(self) -> None:
        """Answer all questions."""
        language = self.language
        if language is None:
            self.reading.hide("unread_code", "medium", f"code in {self.name} is not read")
            self._addresses()
            self.reading.runs += read_settings(self.text, self.budget).runs
            return
        if language.partial:
            self.reading.hide("unread_code", "medium", f"code in {self.name} is hardly read")
        if not language.only_with or any(w in self.text for w in language.only_with.split("|")):
            for match in language.starts.finditer(self.text):
                self.budget.command()
                self._started(match)
        if language.evaluates is not None:
            for match in language.evaluates.finditer(self.text):
                self.budget.node()
                self._evaluated(match)
        if language.backticks:
            for command in self._backticks():
                self.budget.command()
                self._run(self.interpolated(command), "backticks")
        if self.name == "awk":
            self._awk_pipes()
        if self.name == "perl":
            self._perl_open()
        self._addresses()
        self._files()
        if SENDS.search(self.text):
            give_away(self.reading.operations)

    # Programs

    def _backticks(self) -> Iterator[str]:
        """`cmd`, qx{cmd}, %x(cmd)."""
        for match in BACKTICKS.finditer(self.text):
            yield match.group(1)
        for match in QX.finditer(self.text):
            self.budget.tick(8)
            end = self.text.find(QX_ENDS.get(match.group(1), match.group(1)), match.end())
            if end > 0:
                yield self.text[match.end() : end]

    def _started(self, match: re.Match[str]) -> None:
        via = f"{self.name} {match.group().split('(')[0].strip()}"[:60]
        position = match.end()
        if self.text.startswith("[", position) and not self.text.startswith("[[", position):
            position += 1
        words = self.literals(position)
        if words is None and self.name == "tcl" and TCL_COMMAND.match(self.text, position):
            self._bare_words(position, via)
        elif words is None:
            self._from_variable(position, via)
        elif len(words) > 1 and self.name != "applescript":
            self.reading.runs.append(Run(via, argv=tuple(words), certainty="may"))
        else:
            self._run(words[0], via)

    def _bare_words(self, position: int, via: str) -> None:
        """`exec ls -l` of Tcl: words without quotes up to the end of the command."""
        match = TCL_COMMAND.match(self.text, position)
        words = [w.strip('"{}') for w in match[1].split()] if match else []
        while words and words[0][:1] == "-":
            words = words[1:]
        if words:
            found = tuple(UNKNOWN if w[:1] in "$[" else w for w in words)
            self.reading.runs.append(Run(via, argv=found, certainty="may"))

    def _from_variable(self, position: int, via: str) -> None:
        match = VARIABLE.match(self.text, position)
        value = self.value_of(match.group(1)) if match else None
        if value is not None:
            self._run(value, via)
            return
        rest = self.text[position : position + 1]
        if rest in ("", ")", ";", "}", ":", "=", ",", "/"):
            return
        self.reading.hide("unresolved_command", "high", f"`{via}` runs a command that is not known")

    def _run(self, command: str, via: str) -> None:
        if not command.strip(UNKNOWN + " \t\n") or command.lstrip()[:1] == UNKNOWN:
            self.reading.hide(
                "unresolved_command", "high", f"`{via}` runs a command that is not known"
            )
            return
        if UNKNOWN in command:
            self.reading.hide(
                "unresolved_command_part", "medium", f"`{via}` runs a text known only in part"
            )
        self.reading.runs.append(Run(via, text=command, certainty="may"))

    def _evaluated(self, match: re.Match[str]) -> None:
        words = self.literals(match.end())
        if words and UNKNOWN not in words[0] and words[0] != self.text:
            inner = read_calls(self.name, words[0], self.budget, cwd=self.cwd, home=self.home)
            self.reading.operations += inner.operations[1:]
            self.reading.opaque += inner.opaque
            self.reading.runs += inner.runs
            return
        rest = self.text[match.end() : match.end() + 1]
        if rest in ("", ")", "{", "}", ";", ",", "=", ":") and not words:
            return
        self.reading.hide("unknown_code", "high", f"{self.name} evaluates text that is not known")

    def _awk_pipes(self) -> None:
        """print | "cmd", "cmd" | getline, and the same with variables."""
        before: re.Match[str] | None = None
        piped_from: re.Match[str] | None = None
        printing = False
        for match in AWK_TOKEN.finditer(self.text):
            self.budget.tick()
            word = match.group()
            if before is not None and before.group() in ("|", "|&"):
                if word == "getline":
                    self._awk_pipe(piped_from)
                elif printing or word[0] == '"':
                    self._awk_pipe(match)
            # A bar outside of `print` belongs to a regular expression.
            printing = word in ("print", "printf") or (printing and word not in ";{}\n")
            piped_from, before = before, match

    def _awk_pipe(self, end: re.Match[str] | None) -> None:
        if end is None:
            return
        self.budget.command()
        name = end.group()
        command = end[1] if name[0] == '"' else self.value_of(name)
        if command is not None:
            self._run(ESCAPE.sub(unescaped, command), "awk pipe")
        else:
            self.reading.hide(
                "unresolved_command", "high", "awk pipes into or from a command that is not known"
            )

    def _perl_open(self) -> None:
        """open(F, "cmd|"), open(F, "-|", "cmd"), open(F, "<", "path")."""
        for match in PERL_OPEN.finditer(self.text):
            mode, path = match["mode"].strip(), match["path"]
            if mode in ("-|", "|-"):
                self._run(self.interpolated(path or UNKNOWN), "perl open")
            elif mode.endswith("|") or mode.startswith("|"):
                self._run(self.interpolated(mode.strip("|")), "perl open")
            elif not path and not mode.startswith((">&", "<&")):
                kind = "file.write" if mode[:1] in "+>" else "file.read"
                self._file(kind, mode.lstrip("+<> "))
            elif path:
                self._file("file.write" if ">" in mode else "file.read", path)

    # Network and files

    def _addresses(self) -> None:
        socket = SOCKETS.search(self.text)
        plain = TCL_SOCKET.search(self.text) if self.name == "tcl" else None
        if plain is not None:
            tcl: NetworkConnect = {
                "kind": "network.connect",
                "protocol": "tcp",
                "host": split_host(plain[1])[0],
                "port": int(plain[2]),
            }
            self.reading.operations.append(tcl)
        elif socket is not None:
            self._socket(socket.start())
        if FETCHES.search(self.text):
            for url in find_urls(self.text):
                self.budget.node()
                operation: NetworkConnect = {
                    "kind": "network.connect",
                    "protocol": url.scheme,
                    "host": url.host or UNKNOWN,
                    "port": url.port,
                    "url": url.text,
                    "certainty": "may",
                }
                self.reading.operations.append(operation)

    def _socket(self, position: int) -> None:
        host, port, protocol = self._endpoint(position)
        listens = LISTENS.search(self.text) is not None
        if listens:
            listen: NetworkListen = {
                "kind": "network.listen",
                "protocol": protocol,
                "host": "" if host in (UNKNOWN, "0.0.0.0") else host,  # noqa: S104
                "port": port,
            }
            self.reading.operations.append(listen)
        else:
            connect: NetworkConnect = {
                "kind": "network.connect",
                "protocol": protocol,
                "host": host,
                "port": port,
            }
            self.reading.operations.append(connect)
        unresolved = any(o["kind"] == "unresolved_command" for o in self.reading.opaque)
        runs = unresolved or self.reading.runs
        # In a language of which little is read, much that is harmless is not resolved.
        told = unresolved and not (self.language and self.language.partial)
        if runs and (told or SHELL_NAME.search(self.text)):
            wired: NetworkShell = {
                "kind": "network.shell",
                "direction": "bind" if listens else "reverse",
                "host": "" if listens and host == UNKNOWN else host,
                "port": port,
                "how": f"{self.name} socket and shell",
            }
            self.reading.operations.append(wired)

    def _endpoint(self, position: int) -> tuple[str, int | None, str]:
        inet = INET.search(self.text)
        if inet:
            host, _ = split_host(inet[2])
            return host, int(inet[3]) if inet[3].isdecimal() else None, inet[1]
        pair = PAIR.search(self.text)
        if pair:
            host, _ = split_host(pair[1])
            return host, int(pair[2]), "tcp"
        protocol = "udp" if re.search(r"udp|DGRAM", self.text, re.IGNORECASE) else "tcp"
        found = HOST.search(self.text, position) or HOST.search(self.text)
        urls = [
            u for u in find_urls(self.text) if u.scheme in ("tcp", "udp", "tls", "ssl", "ws", "wss")
        ]
        if urls:
            return urls[0].host, urls[0].port, urls[0].scheme
        port = next(
            (
                int(m[1])
                for m in (*PORT.finditer(self.text, position), *PORT.finditer(self.text))
                if 0 < int(m[1]) < 65536
            ),
            None,
        )
        return (split_host(found[1])[0] if found else UNKNOWN), port, protocol

    def _files(self) -> None:
        own = {"awk": AWK_FILES, "tcl": TCL_FILES}
        for kinds, pattern in () if self.name in own else PAIRS:
            for match in pattern.finditer(self.text):
                for kind, path in zip(kinds, (match.group(2), match.group(4)), strict=True):
                    if kind and "://" not in path:
                        self._file(kind, path)
        for kind, pattern in own.get(self.name, FILES):
            for match in pattern.finditer(self.text):
                path = match.group(2)
                if "://" not in path:
                    self._file(kind, path)

    def _file(self, kind: str, path: str) -> None:
        self.budget.node()
        operation: Any = {
            "kind": kind,
            "path": normalise(self.interpolated(path), self.cwd, self.home),
            "certainty": "may",
        }
        self.reading.operations.append(operation)
