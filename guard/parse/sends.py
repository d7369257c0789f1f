"""What leaves through the network, as operations of their own.

Readers note on a connection which files it would send. Here each of them becomes a
`network.send`, whose keys are all required: a policy that refuses one is not opened by a
request from which a key was taken. No text is read here.
"""

from __future__ import annotations

from collections.abc import Sequence

from guard.operations import NetworkConnect, NetworkListen, NetworkSend, Operation

__all__ = ["give_away", "sent"]

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_SENT = 64  # files that one connection is said to send
_CIRCUMSTANCES = ("program", "via", "certainty", "elsewhere")


def sent(operation: NetworkConnect | NetworkListen) -> list[NetworkSend]:
    """Return one `network.send` for each file that a connection or a listener sends."""
    made: list[NetworkSend] = []
    host = operation["host"]
    if operation["kind"] == "network.listen" and host not in _LOOPBACK:
        host = ""
    for path in dict.fromkeys(operation.get("sends", ())):
        one: NetworkSend = {
            "kind": "network.send",
            "protocol": operation["protocol"],
            "host": host,
            "port": operation["port"],
            "path": path,
        }
        for key in _CIRCUMSTANCES:
            if key in operation:
                one[key] = operation[key]  # type: ignore[literal-required]
        made.append(one)
    return made


def give_away(operations: Sequence[Operation]) -> None:
    """Note on every connection that it sends the files that are read beside it."""
    read = [o["path"] for o in operations if o["kind"] == "file.read"]
    sends = list(dict.fromkeys(read))[:_SENT]
    for operation in operations:
        if sends and operation["kind"] in ("network.connect", "network.listen"):
            operation["sends"] = sends.copy()
