"""What a call would do, in the shape that policy sees: plain dictionaries with types.

Only types and the names of kinds live here. Policies rely on every key, so a key
is added, never renamed. JSON is written straight from these dictionaries.
"""

from __future__ import annotations

from typing import Literal, Required, TypedDict

__all__ = [
    "UNRESOLVED",
    "CodeRun",
    "DataQuery",
    "EnvironmentSet",
    "FileDelete",
    "FileRead",
    "FileWrite",
    "NetworkConnect",
    "NetworkListen",
    "NetworkShell",
    "NetworkTunnel",
    "Opaque",
    "Operation",
    "ProcessExec",
    "ProcessSignal",
    "Severity",
    "ToolUse",
]

# Stands in texts of operations where a piece could not be resolved.
UNRESOLVED = "⟨?⟩"

Severity = Literal["low", "medium", "high"]


class _Common(TypedDict, total=False):
    """Keys that every operation may have."""

    via: list[str]  # what it is reached through, outermost first: ["sudo", "bash -c"]
    certainty: Literal["must", "may"]  # "may": in a branch, a loop, or one of several readings
    elsewhere: str  # it happens on another machine or in another container: "ssh:host"


class ProcessExec(_Common, total=False):
    """A program would be started. `program` is the base name of `path`."""

    kind: Required[Literal["process.exec"]]
    program: Required[str]
    path: Required[str]  # as it was written
    argv: Required[list[str]]  # argv[0] is the name it was called by
    background: bool
    environment: dict[str, str]  # assignments made for this program alone


class EnvironmentSet(_Common, total=False):
    """A variable would be set for a program, or for all that follow."""

    kind: Required[Literal["environment.set"]]
    program: str  # base name of the program that would get it, where it is one
    name: Required[str]
    value: Required[str]


class ProcessSignal(_Common, total=False):
    """A process would be killed or signalled (kill, pkill, killall, systemctl stop)."""

    kind: Required[Literal["process.signal"]]
    program: str  # base name of the program that would do it
    signal: Required[str]  # "TERM", "KILL", "STOP", ...
    target: Required[str]  # a pid, a name, a pattern or a unit
    by: Required[Literal["pid", "name", "pattern", "unit", "user"]]


class NetworkConnect(_Common, total=False):
    """A connection would be opened from here. An unknown host is `UNRESOLVED`."""

    kind: Required[Literal["network.connect"]]
    program: str  # base name of the program that would do it
    protocol: Required[str]  # "tcp", "udp", "ssh", "http", "https", "stratum", ...
    host: Required[str]  # lower case, numeric forms as dotted decimal
    port: Required[int | None]
    url: str
    method: str  # HTTP method where known
    sends: list[
        str
    ]  # files whose content would be sent; "-" is standard input, or a body in the call


class NetworkListen(_Common, total=False):
    """A port would be opened for others to connect to."""

    kind: Required[Literal["network.listen"]]
    program: str  # base name of the program that would do it
    protocol: Required[str]
    host: Required[str]  # "" = all addresses
    port: Required[int | None]


class NetworkTunnel(_Common, total=False):
    """Traffic would be forwarded. `direction` "remote" lets the far side in."""

    kind: Required[Literal["network.tunnel"]]
    program: str  # base name of the program that would do it
    protocol: Required[str]  # "ssh", "chisel", "cloudflared", ...
    direction: Required[Literal["local", "remote", "dynamic", "remote_dynamic", "device"]]
    host: Required[str]  # the far end that carries the tunnel
    port: Required[int | None]
    bind: str
    target: str


class NetworkShell(_Common, total=False):
    """A shell (or another program) would be wired to a socket."""

    kind: Required[Literal["network.shell"]]
    program: str  # base name of the program that would do it
    direction: Required[Literal["reverse", "bind"]]
    host: Required[str]
    port: Required[int | None]
    how: Required[str]  # "nc -e", "/dev/tcp", "socat exec", "python socket and dup2", ...


class FileRead(_Common, total=False):
    kind: Required[Literal["file.read"]]
    program: str  # base name of the program that would do it
    path: Required[str]  # normalised; without a leading / or ~ the folder is unknown


class FileWrite(_Common, total=False):
    kind: Required[Literal["file.write"]]
    program: str  # base name of the program that would do it
    path: Required[str]
    append: bool
    content: str  # where it is known and not longer than 4096 characters


class FileDelete(_Common, total=False):
    kind: Required[Literal["file.delete"]]
    program: str  # base name of the program that would do it
    path: Required[str]
    recursive: bool


class CodeRun(_Common, total=False):
    """Code in some language would be run by an interpreter."""

    kind: Required[Literal["code.run"]]
    program: str  # base name of the program that would do it
    language: Required[str]  # "python", "sh", "perl", ...
    source: Required[Literal["inline", "stdin", "file"]]
    path: str  # with source "file"


class DataQuery(_Common, total=False):
    kind: Required[Literal["data.query"]]
    verb: Required[str]  # "select", "drop", ... lower case; "" where not understood
    text: Required[str]
    # Names as written, at most 64 each; absent where the statement could not be read.
    tables: list[str]  # all that are named, those written included
    writes: list[str]  # those whose rows or shape would change
    functions: list[str]  # lower case


class ToolUse(_Common, total=False):
    """A tool that no parser knows would be used: judged by its name and arguments."""

    kind: Required[Literal["tool.use"]]
    tool: Required[str]


Operation = (
    ProcessExec
    | EnvironmentSet
    | ProcessSignal
    | NetworkConnect
    | NetworkListen
    | NetworkTunnel
    | NetworkShell
    | FileRead
    | FileWrite
    | FileDelete
    | CodeRun
    | DataQuery
    | ToolUse
)


class Opaque(TypedDict, total=False):
    """A part of the call that could not be resolved; never dropped in silence.

    Severities: `high`, unknown code or an unknown program would run, or a bound was
    hit; `medium`, a script or file nobody showed us would run, or what runs is known
    only in part; `low`, some argument is unknown and the program is not.
    """

    kind: Required[str]
    severity: Required[Severity]
    detail: Required[str]  # one line that a person understands
    where: list[int]  # [start, end) in characters of the judged text, where known
