"""Shells wired to sockets: how one is told from data that only passes a socket."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, cast

from guard.operations import NetworkConnect
from guard.parse.shell.machine import Machine
from guard.parse.shell.state import Channel

__all__ = ["RAW", "SHELLS", "Wires"]

_SHELLS = """
sh bash dash ash zsh ksh ksh93 mksh fish csh tcsh rbash yash posh
"""
SHELLS = frozenset(_SHELLS.split())
# Programs that carry bytes between a socket and their own input and output.
_RAW = """
nc netcat ncat nc.traditional nc.openbsd socat telnet openssl cryptcat
"""
RAW = frozenset(_RAW.split())
_FILES = 64  # files that one pipe is said to carry


class Wires(Machine):
    """The verbs that note shells on sockets."""

    def note_shell(self, program: str, argv: list[str]) -> None:
        """A shell that takes commands from its input is of interest where that is a socket."""
        words = argv[1:]
        flags = "".join(w[1:] for w in words if w[:1] == "-" and w[:2] != "--")
        script = any(w[:1] not in ("-", "+") for w in words)
        if "c" in flags or (script and "i" not in flags and "s" not in flags):
            return
        self.shells.append(program)
        self.wired(program)

    def wired(self, program: str) -> bool:
        """Note a shell on a socket, if what runs now has one for its input or output."""
        for descriptor in (0, 1, 2):
            channel = self.channel(descriptor)
            if channel.kind == "socket" or (descriptor == 0 and channel.source == "socket"):
                how = "/dev/tcp" if channel.kind == "socket" else "pipe"
                self.note_wire(program, channel.host, channel.port, how, listens=channel.listens)
                return True
        return False

    def note_wire(
        self, program: str, host: str, port: int | None, how: str, *, listens: bool
    ) -> None:
        """Note that a shell is wired to a socket."""
        direction: Literal["reverse", "bind"] = "bind" if listens else "reverse"
        self.emit(
            {
                "kind": "network.shell",
                "program": program,
                "direction": direction,
                "host": host,
                "port": port,
                "how": how,
            }
        )

    def carried(self, since: int, source: Channel | None) -> tuple[str, ...]:
        """Files that may be in what a part of a pipe prints: those it read, or was given."""
        read = [
            operation["path"]
            for operation in self.parsed.operations[since:]
            if operation["kind"] == "file.read" and "elsewhere" not in operation
        ]
        given = source.files if source is not None else ()
        return tuple(dict.fromkeys((*given, *read)))[:_FILES] if read or given else ()

    def leaks(self, program: str, paths: Iterable[str]) -> None:
        """Note files whose content a program prints into a socket, if its output is one."""
        channel = self.channel(1)
        if channel.kind != "socket":
            return
        for path in dict.fromkeys(paths):
            self.emit(
                {
                    "kind": "network.send",
                    "program": program,
                    "protocol": "tcp",
                    "host": "" if channel.listens else channel.host,
                    "port": channel.port,
                    "path": path,
                }
            )

    def raw_socket(self, since: int) -> NetworkConnect | None:
        """The connection of a byte pipe such as `nc` among the operations noted since."""
        for operation in self.parsed.operations[since:]:
            if (
                operation["kind"] in ("network.connect", "network.listen")
                and operation.get("program") in RAW
            ):
                return cast("NetworkConnect", operation)
        return None
