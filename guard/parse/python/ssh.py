"""Python calls that use SSH, and the tunnels that they open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from guard.parse.python.launch import shell
from guard.parse.python.network import address_of, connect, port_number
from guard.parse.python.values import NOTHING, Call, Handler, Object, Unknown, Value, text_of
from guard.parse.reading import UNKNOWN

if TYPE_CHECKING:
    from guard.parse.python.context import Context

__all__ = ["FUNCTIONS", "METHODS"]


def _ssh_client(_context: Context, _call: Call) -> Value:
    return Object("ssh")


def _ssh_connect(context: Context, call: Call) -> Value:
    owner = call.args[0]
    host, port = call.get(1, "hostname", "host"), call.get(2, "port", default=22)
    _ssh_to(context, owner, host, port)
    return owner


def _ssh_to(context: Context, owner: Object, host: Value, port: Value) -> None:
    operation = connect(context, "ssh", host, port if port is not None else 22)
    owner.fields["host"], owner.fields["port"] = operation["host"], operation["port"]


def _ssh_made(context: Context, call: Call) -> Value:
    """paramiko.Transport((h, p)), asyncssh.connect(h), fabric.Connection(h)."""
    owner = Object("ssh")
    target = call.get(0, "host", "sock", "hostname")
    if isinstance(target, tuple):
        host, port = address_of(target)
    elif isinstance(target, Object):
        host, port = NOTHING, 22
    else:
        host, port = target, call.keywords.get("port", 22)
        if isinstance(host, str) and "fabric" in call.name:
            host, _, written = host.rpartition("@")[2].partition(":")
            port = int(written) if written.isdecimal() else port
    _ssh_to(context, owner, host, port)
    return owner


def _ssh_exec(context: Context, call: Call) -> Value:
    owner = call.args[0]
    host = text_of(owner.fields.get("host", NOTHING))
    shell(context, call.get(1, "command"), f"ssh {call.name}", cwd="", elsewhere=f"ssh:{host}")
    result = Unknown("process")
    return (result, result, result)


def _ssh_local(context: Context, call: Call) -> Value:
    shell(context, call.get(1, "command"), "fabric local")
    return NOTHING


def _tunnel(
    context: Context, owner: Value, direction: str, bind: str = "", target: str = ""
) -> None:
    fields = owner.fields if isinstance(owner, Object) else {}
    operation: dict[str, Any] = {
        "kind": "network.tunnel",
        "program": "python",
        "protocol": "ssh",
        "direction": direction,
        "host": text_of(fields.get("host", NOTHING)),
        "port": port_number(fields.get("port", 22)),
    }
    if bind:
        operation["bind"] = bind
    if target:
        operation["target"] = target
    context.add(operation)


def _pair(host: Value, port: Value) -> str:
    host_text, port_text = text_of(host), text_of(port)
    return f"{host_text}:{port_text}" if host_text else port_text


def _ssh_forward(context: Context, call: Call) -> Value:
    """Remote forwards of paramiko, asyncssh and fabric, and local ones."""
    owner, name = call.args[0], call.name
    if name in ("request_port_forward", "forward_remote_port", "forward_remote"):
        _tunnel(
            context,
            owner,
            "remote",
            _pair(call.get(1, "address", "remote_host"), call.get(2, "port", "remote_port")),
        )
    elif name == "forward_remote_path":
        _tunnel(context, owner, "remote", call.text(1), call.text(2))
    elif name == "forward_socks":
        _tunnel(context, owner, "dynamic", _pair(call.get(1), call.get(2)))
    elif name == "open_channel":
        kind = call.text(1, "kind")
        if kind == "direct-tcpip":
            _tunnel(context, owner, "local", "", _pair(*address_of(call.get(2, "dest_addr"))))
        elif kind == "forwarded-tcpip":
            _tunnel(context, owner, "remote", "", _pair(*address_of(call.get(2, "dest_addr"))))
        return Object("ssh", owner.fields)
    elif name in ("forward_local_port", "forward_local", "forward_local_path"):
        target = _pair(call.get(3), call.get(4)) if len(call.args) > 4 else ""
        _tunnel(context, owner, "local", _pair(call.get(1), call.get(2)), target)
    elif name in ("start_server", "listen", "create_server"):
        _tunnel(context, owner, "remote")
    return owner


def _listen_reverse(context: Context, call: Call) -> Value:
    owner = Object("ssh", {"host": call.get(0, "host"), "port": call.keywords.get("port", 22)})
    connect(context, "ssh", owner.fields["host"], owner.fields["port"])
    _tunnel(context, owner, "remote")
    return owner


def _ssh_tunnel_forwarder(context: Context, call: Call) -> Value:
    """sshtunnel.SSHTunnelForwarder((host, port), remote_bind_address=..., ...)."""
    where = call.get(0, "ssh_address_or_host", "ssh_host")
    host, port = address_of(where)
    if not isinstance(where, tuple | list):
        host, port = where, call.keywords.get("ssh_port", 22)
    owner = Object("ssh")
    _ssh_to(context, owner, host, port)
    target = call.keywords.get("remote_bind_address")
    bind = call.keywords.get("local_bind_address")
    direction = "remote" if "Remote" in call.name or "reverse" in call.name else "local"
    _tunnel(
        context,
        owner,
        direction,
        _pair(*address_of(bind)) if isinstance(bind, tuple) else "",
        _pair(*address_of(target)) if isinstance(target, tuple) else "",
    )
    return owner


def _tunnel_service(context: Context, call: Call) -> Value:
    """pyngrok and its like let the far side in."""
    operation = {
        "kind": "network.tunnel",
        "program": "python",
        "protocol": call.name.partition(".")[0].removeprefix("py"),
        "direction": "remote",
        "host": UNKNOWN,
        "port": None,
        "target": call.text(0, "addr", "port"),
    }
    context.add(operation)
    return NOTHING


def _ssh_other(context: Context, call: Call) -> Value:
    owner = call.args[0]
    if call.name in (
        "get_transport",
        "open_session",
        "open_sftp",
        "__enter__",
        "__aenter__",
        "create_session",
    ):
        return owner
    if call.name in ("put", "putfo"):
        context.add({"kind": "file.read", "program": "python", "path": context.path(call.get(1))})
    elif call.name == "get":
        from guard.parse.python.files import write

        write(context, call.get(2, "localpath", "local"))
    return NOTHING


def _names(handler: Handler, names: str) -> dict[str, Handler]:
    return dict.fromkeys(names.split(), handler)


FUNCTIONS: dict[str, Handler] = {
    **_names(_ssh_client, "paramiko.SSHClient paramiko.SSHConfig"),
    **_names(
        _ssh_made,
        """paramiko.Transport asyncssh.connect asyncssh.create_connection fabric.Connection
        fabric2.Connection ssh2.session.Session paramiko.SFTPClient.from_transport spur.SshShell
        parallel_ssh.ParallelSSHClient pssh.clients.SSHClient netmiko.ConnectHandler""",
    ),
    **_names(_listen_reverse, "asyncssh.listen_reverse asyncssh.connect_reverse"),
    **_names(
        _ssh_tunnel_forwarder,
        """sshtunnel.SSHTunnelForwarder sshtunnel.open_tunnel sshtunnel.RemoteForwarder
        bgtunnel.open""",
    ),
    **_names(
        _tunnel_service,
        "pyngrok.ngrok.connect ngrok.connect ngrok.forward flask_ngrok.run_with_ngrok "
        "pycloudflared.try_cloudflare flask_cloudflared.run_with_cloudflared",
    ),
}
METHODS: dict[tuple[str, str], Handler] = {
    ("ssh", "connect"): _ssh_connect,
    **{
        ("ssh", name): _ssh_exec
        for name in (
            "exec_command",
            "run",
            "sudo",
            "execute",
            "send_command",
            "create_process",
            "spawn",
        )
    },
    ("ssh", "local"): _ssh_local,
    **{
        ("ssh", name): _ssh_forward
        for name in [
            "request_port_forward",
            "forward_remote_port",
            "forward_remote",
            "forward_remote_path",
            "forward_socks",
            "open_channel",
            "forward_local_port",
            "forward_local",
            "forward_local_path",
            "start_server",
            "listen",
            "create_server",
        ]
    },
    ("ssh", "*"): _ssh_other,
}
