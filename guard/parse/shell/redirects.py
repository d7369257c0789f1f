"""Redirections: what they read, write and connect, and where descriptors then lead."""

from __future__ import annotations

from typing import Literal

from guard.operations import FileWrite
from guard.parse.addresses import normalise_host
from guard.parse.reading import UNKNOWN
from guard.parse.shell.machine import Machine
from guard.parse.shell.state import Channel
from guard.parse.shell.tree import Redirect

__all__ = ["apply", "socket_of"]

_NULL = Channel("null", ("",), source="file")
_NOWHERE = frozenset(
    ("/dev/null", "/dev/zero", "/dev/full", "/dev/tty", "/dev/random", "/dev/urandom")
)


def apply(machine: Machine, redirects: tuple[Redirect, ...], targets: list[str]) -> None:
    """Perform redirections in order; `targets` are their words after expansion."""
    for redirect, target in zip(redirects, targets, strict=True):
        operator = redirect.operator
        descriptor = redirect.fd
        if descriptor is None:
            descriptor = 0 if operator[0] == "<" else 1
        if redirect.variable:
            descriptor = 10 + len(machine.state.channels)
            if target != "-":
                machine.assign(redirect.variable, (str(descriptor),))
        channel = _open(machine, operator, target)
        if channel is None:
            machine.state.channels.pop(descriptor, None)
            continue
        machine.state.channels[descriptor] = channel
        if operator in ("&>", "&>>") or (
            operator == ">&"
            and redirect.fd is None
            and channel.kind != "inherited"
            and not target.rstrip("-").isdigit()
        ):
            machine.state.channels[2] = channel


def _open(machine: Machine, operator: str, target: str) -> Channel | None:
    if operator in ("<<", "<<-"):
        return Channel("text", (target,), source="heredoc")
    if operator == "<<<":
        return Channel("text", (target + "\n",), source="heredoc")
    if operator in ("<&", ">&"):
        if target == "-":
            return Channel("closed")
        number = target.rstrip("-")
        if number.isdigit():
            return machine.channel(int(number[:6]))
        if operator == "<&":
            return Channel("text", source="pipe", origin="a descriptor")
    connection = socket_of(target)
    if connection is not None:
        return _connect(machine, *connection)
    if target in _NOWHERE:
        return _NULL if target == "/dev/null" else Channel("text", origin=target, source="file")
    device = machine.device(target)
    if device is not None:
        return device
    if operator == "<" or (operator == "<>" and machine.find_file(target) is not None):
        return _read(machine, target)
    return _write(machine, target, append=operator in (">>", "&>>", "<>"))


def socket_of(target: str) -> tuple[str, str, str] | None:
    """Read bash's `/dev/tcp/HOST/PORT` and `/dev/udp/HOST/PORT`: protocol, host, port."""
    if not target.startswith(("/dev/tcp/", "/dev/udp/")):
        return None
    host, slash, port = target[9:].rpartition("/")
    return (target[5:8], host, port) if slash and host else None


def _connect(machine: Machine, protocol: str, host: str, port_text: str) -> Channel:
    host = normalise_host(host)
    known = port_text.isascii() and port_text.isdigit() and len(port_text) < 6
    port = int(port_text) if known else None
    machine.emit(
        {
            "kind": "network.connect",
            "program": "bash",
            "protocol": protocol,
            "host": host,
            "port": port,
        }
    )
    return Channel("socket", origin=host, source="socket", host=host, port=port)


def _read(machine: Machine, target: str) -> Channel:
    texts, origin = machine.read_file(target)
    path = machine.path(target)
    if not path.startswith("/dev/fd/"):
        machine.emit({"kind": "file.read", "program": "bash", "path": path})
    file = machine.find_file(target)
    if file is not None and file.fifo:
        return Channel("text", origin=f"the pipe {target}", source="pipe")
    source: Literal["file", "heredoc"] = "file" if file is None else "heredoc"
    return Channel("text", texts, origin=origin, source=source, files=(path,))


def _write(machine: Machine, target: str, *, append: bool) -> Channel:
    path = machine.path(target)
    file = machine.find_file(target)
    operation: FileWrite | None = None
    if not path.startswith("/dev/fd/"):
        operation = {"kind": "file.write", "program": "bash", "path": path}
        if append:
            operation["append"] = True
        machine.emit(operation)
    if file is not None and file.fifo:
        return Channel("null", ("",))
    if not append:
        machine.files.pop(path, None)
        if UNKNOWN not in path:
            machine.write_file(path, ("",), "", append=False)
    return Channel("file", ("",), path=path, source="file", operation=operation)
