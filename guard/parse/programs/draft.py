"""The pen with which readers write down what a program would do.

Keeps spellings in one place: paths and hosts are normalised here, operations named here.
Knows no program.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Literal, TypeAlias

from guard.operations import (
    FileWrite,
    NetworkConnect,
    NetworkListen,
    NetworkShell,
    NetworkTunnel,
    Severity,
)
from guard.parse.addresses import normalise_host
from guard.parse.paths import normalise
from guard.parse.reading import UNKNOWN, Invocation, Reading, Run, Stdin

__all__ = ["STREAMS", "Draft", "Reader", "base_name", "known_port", "normal_host"]

Reader: TypeAlias = Callable[[Invocation], Reading]

# Names of files that are no files: the program's own streams, or nothing at all.
STREAMS = frozenset(
    [
        *("-", "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty"),
        *("/dev/stdin", "/dev/stdout", "/dev/stderr", "/dev/fd/0", "/dev/fd/1", "/dev/fd/2"),
        *("/proc/self/fd/0", "/proc/self/fd/1", "/proc/self/fd/2"),
    ]
)
_SENDS = 64  # files that one operation lists
_CONTENT = 4096  # characters of a file's content that an operation may carry


_host_spelling = lru_cache(256)(normalise_host)


def normal_host(text: str) -> str:
    """`normalise_host`, remembered: one call often names the same host several times."""
    return _host_spelling(text) if len(text) < 256 else normalise_host(text)


def base_name(path: str) -> str:
    """The last part of a path: the program's name."""
    return path.rstrip("/").rpartition("/")[2]


def known_port(text: str | None) -> int | None:
    """A port as a number, or None where it is not one."""
    if text and text.isascii() and text.isdigit() and len(text) < 6:
        return int(text)
    return _SERVICES.get(text.lower()) if text else None


_SERVICES = {"ssh": 22, "telnet": 23, "smtp": 25, "domain": 53, "http": 80, "https": 443}


class Draft:
    """Collects one Reading. Each method notes one thing and returns nothing."""

    __slots__ = ("argv", "invocation", "program", "reading")

    def __init__(self, invocation: Invocation) -> None:
        self.invocation = invocation
        self.program = invocation.program
        self.argv = invocation.argv
        self.reading = Reading()

    def path(self, path: str) -> str:
        """The path as policies see it."""
        return normalise(path, self.invocation.cwd, self.invocation.home)

    def read(self, *paths: str) -> None:
        for path in paths:
            if path and path not in STREAMS:
                self.reading.operations.append(
                    {"kind": "file.read", "program": self.program, "path": self.path(path)}
                )

    def write(
        self,
        path: str,
        *,
        append: bool = False,
        content: str | None = None,
        certainty: Literal["must", "may"] = "must",
        mode: str = "",
    ) -> None:
        if not path or path in STREAMS:
            return
        operation: FileWrite = {
            "kind": "file.write",
            "program": self.program,
            "path": self.path(path),
        }
        if append:
            operation["append"] = True
        if certainty == "may":
            operation["certainty"] = "may"
        if content is not None and len(content) <= _CONTENT:
            operation["content"] = content
        if mode:
            operation["mode"] = mode
        self.reading.operations.append(operation)

    def delete(self, path: str, *, recursive: bool = False) -> None:
        if not path or path in STREAMS:
            return
        self.reading.operations.append(
            {
                "kind": "file.delete",
                "program": self.program,
                "path": self.path(path),
                "recursive": recursive,
            }
        )

    def connect(
        self,
        protocol: str,
        host: str,
        port: int | None,
        *,
        url: str = "",
        method: str = "",
        sends: Sequence[str] = (),
    ) -> None:
        operation: NetworkConnect = {
            "kind": "network.connect",
            "program": self.program,
            "protocol": protocol,
            "host": normal_host(host),
            "port": port,
        }
        if url:
            operation["url"] = url
        if method:
            operation["method"] = method
        if sends:
            operation["sends"] = self._sent(sends)
            if len(sends) > _SENDS:
                self.hide("limit_items", "medium", f"more than {_SENDS} files are sent")
        self.reading.operations.append(operation)

    def _sent(self, sends: Sequence[str]) -> list[str]:
        """Paths as policies see them; behind "-" the files that standard input comes from."""
        paths: dict[str, None] = {}
        for path in sends[:_SENDS]:
            paths["-" if path in STREAMS else self.path(path)] = None
            if path in STREAMS:
                paths.update(dict.fromkeys(self.invocation.stdin.files))
        return list(paths)

    def send(self, protocol: str, host: str, port: int | None, path: str) -> None:
        """What lies at a path leaves, in a way that is none of files: `git push`."""
        self.reading.operations.append(
            {
                "kind": "network.send",
                "program": self.program,
                "protocol": protocol,
                "host": normal_host(host),
                "port": port,
                "path": self.path(path),
            }
        )

    @property
    def piped(self) -> tuple[str, ...]:
        """("-",) where something is put into standard input, else nothing: what is sent."""
        stdin = self.invocation.stdin
        return ("-",) if stdin.source not in ("inherited", "socket") and stdin.text != "" else ()

    def listen(
        self, protocol: str, host: str, port: int | None, *, sends: Sequence[str] = ()
    ) -> None:
        host = "" if host in ("*", "0.0.0.0", "::") else normal_host(host)  # noqa: S104
        operation: NetworkListen = {
            "kind": "network.listen",
            "program": self.program,
            "protocol": protocol,
            "host": host,
            "port": port,
        }
        if sends:
            operation["sends"] = self._sent(sends)
        self.reading.operations.append(operation)

    def tunnel(
        self,
        protocol: str,
        direction: Literal["local", "remote", "dynamic", "remote_dynamic", "device"],
        host: str,
        port: int | None,
        *,
        bind: str = "",
        target: str = "",
    ) -> None:
        operation: NetworkTunnel = {
            "kind": "network.tunnel",
            "program": self.program,
            "protocol": protocol,
            "direction": direction,
            "host": normal_host(host),
            "port": port,
        }
        if bind:
            operation["bind"] = bind
        if target:
            operation["target"] = target
        self.reading.operations.append(operation)

    def shell(
        self, direction: Literal["reverse", "bind"], host: str, port: int | None, how: str
    ) -> None:
        operation: NetworkShell = {
            "kind": "network.shell",
            "program": self.program,
            "direction": direction,
            "host": normal_host(host),
            "port": port,
            "how": how,
        }
        self.reading.operations.append(operation)

    def signal(
        self,
        target: str,
        signal: str = "TERM",
        by: Literal["pid", "name", "pattern", "unit", "user"] = "pid",
    ) -> None:
        self.reading.operations.append(
            {
                "kind": "process.signal",
                "program": self.program,
                "signal": signal,
                "target": target,
                "by": by,
            }
        )

    def code(
        self, language: str, source: Literal["inline", "stdin", "file"], path: str = ""
    ) -> None:
        if path:
            self.reading.operations.append(
                {
                    "kind": "code.run",
                    "program": self.program,
                    "language": language,
                    "source": source,
                    "path": self.path(path),
                }
            )
        else:
            self.reading.operations.append(
                {
                    "kind": "code.run",
                    "program": self.program,
                    "language": language,
                    "source": source,
                }
            )

    def hide(self, kind: str, severity: Severity, detail: str) -> None:
        self.reading.hide(kind, severity, detail)

    def script(self, language: str, path: str) -> None:
        """A script file is run whose text is not in the call."""
        self.code(language, "file", path)
        self.hide("unread_file", "medium", f"{self.program} runs `{path}`, which was not read")

    def consult(self, language: str, path: str) -> None:
        """Take orders from a file if there is one, which only the judged text can tell."""
        self.reading.consults.append((language, self.path(path)))

    def start(
        self,
        argv: Sequence[str],
        via: str = "",
        *,
        elsewhere: str = "",
        certainty: Literal["must", "may"] = "must",
        stdin: Stdin | None = None,
        environment: Mapping[str, str] | None = None,
        background: bool = False,
        cwd: str | None = None,
    ) -> None:
        """Another program is run, with these arguments; it reads what this one would."""
        if argv:
            stdin = stdin or self._own_stdin()
            self.reading.runs.append(
                Run(
                    via or self.program,
                    argv=tuple(argv),
                    elsewhere=elsewhere,
                    certainty=certainty,
                    stdin=stdin,
                    environment=environment or {},
                    background=background,
                    cwd=cwd,
                )
            )

    def text(
        self,
        text: str,
        via: str = "",
        *,
        language: str = "sh",
        elsewhere: str = "",
        certainty: Literal["must", "may"] = "must",
        stdin: Stdin | None = None,
        arguments: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        background: bool = False,
        cwd: str | None = None,
    ) -> None:
        """A text is run: by a shell, or by the interpreter of `language`."""
        if not text.strip():
            return
        if text == UNKNOWN:
            self.hide("unknown_code", "high", f"nobody knows what {via or self.program} would run")
            return
        self.reading.runs.append(
            Run(
                via or self.program,
                text=text,
                language=language,
                elsewhere=elsewhere,
                certainty=certainty,
                stdin=stdin or self._own_stdin(),
                arguments=tuple(arguments),
                environment=environment or {},
                background=background,
                cwd=cwd,
            )
        )

    def _own_stdin(self) -> Stdin | None:
        """Standard input to hand on: what is known of it, or None for the very same."""
        stdin = self.invocation.stdin
        return stdin if stdin.text else None

    def feed(
        self, language: str, via: str, arguments: Sequence[str] = (), *, elsewhere: str = ""
    ) -> None:
        """Whatever comes in on standard input is run as a program in `language`."""
        stdin = self.invocation.stdin
        if stdin.text is not None:
            # The code itself has been read from it; what it runs finds it at its end.
            rest = Stdin("", stdin.source, stdin.origin)
            self.text(
                stdin.text,
                via,
                language=language,
                arguments=arguments,
                elsewhere=elsewhere,
                stdin=rest,
            )
            return
        if stdin.source == "inherited":
            return  # a person's terminal, or nothing
        reader = elsewhere or self.program
        origin = stdin.origin or f"a {stdin.source}"
        if not elsewhere:
            self.code(language, "stdin")
        if stdin.source == "file":
            self.hide("unread_file", "medium", f"{reader} runs {origin}, which was not read")
        else:
            self.hide("unknown_code", "high", f"what {origin} gives is run by {reader}")
