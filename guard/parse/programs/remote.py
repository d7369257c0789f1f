"""Remote access: ssh and its relatives, and everything they may be told to run on the way."""

from __future__ import annotations

from collections.abc import Sequence

from guard.parse.programs.draft import STREAMS, Draft, Reader, known_port, normal_host
from guard.parse.programs.grammar import Grammar, named
from guard.parse.programs.ssh_options import (
    SSH,
    Destination,
    Settings,
    destination,
    port_of,
    read_ssh,
)
from guard.parse.reading import UNKNOWN, Invocation, Reading

__all__ = ["READERS", "connect_ssh", "ssh_effects"]

_NO = frozenset({"", "none", "no"})
# `-O check`: ssh speaks to the socket of a connection that stands, or fails (ssh(1), mux.c).
_SOCKET_COMMANDS = frozenset({"check", "exit", "stop", "cancel"})


def connect_ssh(
    draft: Draft, settings: Settings, target: Destination, sends: Sequence[str] = ()
) -> tuple[str, int | None]:
    """Note the connection and those to the hosts that it jumps over; return host and port."""
    port = port_of(settings, target)
    host = settings.values.get("hostname", "").replace("%h", target.host) or target.host
    host = normal_host(host)
    jumps = settings.values.get("proxyjump", "")
    if jumps.lower() not in _NO:
        for jump in jumps.split(","):
            hop = destination(jump.strip() if "://" in jump else f"ssh://{jump.strip()}")
            draft.connect("ssh", hop.host, hop.port or 22)
    draft.connect("ssh", host, port, sends=sends)
    return host, port


def ssh_effects(draft: Draft, settings: Settings, host: str, port: int | None) -> None:
    """Note forwards, commands in settings and what the call does not show."""
    for item in settings.forwards:
        draft.tunnel("ssh", item.direction, host, port, bind=item.bind, target=item.target)
    values = settings.values
    if "stdio" in values:
        draft.tunnel("ssh", "local", host, port, bind="stdio", target=values["stdio"])
    device = values.get("tunneldevice", values.get("tunnel", "no"))
    if "tunneldevice" in values or device.lower() not in _NO:
        draft.tunnel("ssh", "device", host, port, bind=device)
    for word in settings.unknown:
        draft.hide("unknown_option", "medium", f"`{word}` is no known option of {draft.program}")
    _commands(draft, settings, host, port)
    config = settings.config
    if config and config not in STREAMS and config.lower() != "none":
        draft.read(config)
        draft.hide(
            "unread_file", "medium", f"the settings in `{config}` may forward ports or run commands"
        )
    if values.get("controlpath", "none").lower() != "none":
        draft.hide(
            "shared_connection", "low", "the connection may be an older one with its own forwards"
        )
    elif not config:
        draft.hide("client_config", "low", "the user's ssh settings were not read")


def _commands(draft: Draft, settings: Settings, host: str, port: int | None) -> None:
    values = settings.values

    def fill(text: str) -> str:
        user = values.get("user", "")
        for token, value in (("%h", host), ("%n", host), ("%p", str(port or 22)), ("%r", user)):
            text = text.replace(token, value)
        return text

    proxy = values.get("proxycommand", "none")
    if proxy.lower() not in _NO:
        draft.text(fill(proxy).lstrip("; "), "ssh ProxyCommand")  # ssh puts `exec ` before it
    known_hosts = values.get("knownhostscommand", "none")
    if known_hosts.lower() not in _NO:
        draft.text(fill(known_hosts), "ssh KnownHostsCommand")
    local = values.get("localcommand", "")
    if local and values.get("permitlocalcommand", "no").lower() not in ("no", "false"):
        draft.text(fill(local), "ssh LocalCommand")
    for key in ("pkcs11provider", "securitykeyprovider"):
        if values.get(key, "none").lower() not in ("none", "internal"):
            draft.hide("loaded_library", "high", f"ssh loads the library `{values[key]}`")


def _plain_ssh(invocation: Invocation) -> Reading:
    """ssh, slogin, and (with a port of its own to watch) autossh."""
    return _ssh(Draft(invocation), SSH)


def _ssh(draft: Draft, rules: Grammar) -> Reading:
    settings = read_ssh(draft.argv, rules)
    if settings.destination is None or settings.flags & {"V", "Q", "G"}:
        return draft.reading
    if settings.control in _SOCKET_COMMANDS:
        return draft.reading
    target = destination(settings.destination)
    piped = () if settings.flags & {"n", "f"} else draft.piped
    host, port = connect_ssh(draft, settings, target, piped)
    command = settings.command
    if settings.destination == UNKNOWN and command:
        # The unknown word may as well be options, and the host may follow it.
        draft.connect("ssh", destination(command[0]).host, None)
        draft.hide("unknown_argument", "low", f"options of {draft.program} may be unknown")
    ssh_effects(draft, settings, host, port)
    elsewhere = f"ssh:{host}"
    remote_command = settings.values.get("remotecommand", "none")
    if "N" in settings.flags or "s" in settings.flags:
        return draft.reading
    if command:
        draft.text(" ".join(command), f"ssh {host}", elsewhere=elsewhere)
    elif remote_command.lower() != "none":
        draft.text(remote_command, f"ssh {host}", elsewhere=elsewhere)
    elif "n" not in settings.flags and "f" not in settings.flags:
        draft.feed("sh", f"ssh {host}", elsewhere=elsewhere)
    return draft.reading


_AUTOSSH = named("autossh")


def _autossh(invocation: Invocation) -> Reading:
    """autossh(1): -M takes the port on which it watches the connection."""
    draft = Draft(invocation)
    path = invocation.environment.get("AUTOSSH_PATH", "")
    if path:
        draft.start([path, *invocation.argv[1:]], certainty="may")
    return _ssh(draft, _AUTOSSH)


_DBCLIENT = named("dbclient")


def _dbclient(invocation: Invocation) -> Reading:
    """Dropbear's client: -J is a command, -B a target for standard input and output."""
    draft = Draft(invocation)
    settings = read_ssh(invocation.argv, _DBCLIENT)
    if settings.destination is None:
        return draft.reading
    jump = settings.values.pop("proxyjump", "")
    hops = settings.destination.split(",")
    last = destination(hops[-1].partition("/")[0])
    host, _, tail = last.host.partition("^")
    port = known_port(settings.values.get("port") or tail) or 22
    for hop in hops[:-1]:
        draft.connect("ssh", destination(hop.partition("/")[0]).host, 22)
    draft.connect("ssh", host, port)
    settings.config = "none"
    ssh_effects(draft, settings, host, port)
    if jump:
        draft.text(jump, f"{draft.program} -J")
    if settings.command:
        draft.text(" ".join(settings.command), f"ssh {host}", elsewhere=f"ssh:{host}")
    return draft.reading


_PLINK = named("plink")


def _plink(invocation: Invocation) -> Reading:
    """PuTTY's plink, putty: ssh's options by other names."""
    draft = Draft(invocation)
    settings = read_ssh(invocation.argv, _PLINK)
    values = settings.values
    if settings.destination is None:
        return draft.reading
    target = destination(settings.destination)
    options = _plink_values(draft, invocation)
    port = known_port(options.get("P", "")) or target.port or 22
    draft.connect("ssh", target.host, port)
    values.clear()
    settings.config = "none"
    ssh_effects(draft, settings, target.host, port)
    if settings.command:
        draft.text(
            " ".join(settings.command), f"plink {target.host}", elsewhere=f"ssh:{target.host}"
        )
    return draft.reading


def _plink_values(draft: Draft, invocation: Invocation) -> dict[str, str]:
    from guard.parse.programs.grammar import scan

    options = scan(invocation.argv, _PLINK)
    values = dict(options.options)
    if "proxycmd" in values:
        draft.text(values["proxycmd"], "plink -proxycmd")
    if "m" in values:
        draft.read(values["m"])
    if "nc" in values:
        draft.tunnel("ssh", "local", "", None, bind="stdio", target=values["nc"])
    return values


READERS: dict[str, Reader] = {
    "ssh": _plain_ssh,
    "slogin": _plain_ssh,
    "hpnssh": _plain_ssh,
    "autossh": _autossh,
    "dbclient": _dbclient,
    "plink": _plink,
    "putty": _plink,
    "klink": _plink,
}
