"""Tunnel tools other than ssh: `tunnels.json` says how each names the far end.

Keys of a row: `protocol`, `direction`, `options` (grammar), `server` (options naming the far
end), `bind`, `target`, `url` (options), `listen` (options with the address on which it
listens; present: it is a server), `port` (its default), `only` (subcommands that open a
tunnel), `not` (those that do not), `serves` (a subcommand that listens), `operands` (what they
are), `config` (options naming a file of settings), `operand_config` (the first operand is one),
`exec`, `text`, `commands` (options whose value is run), `libraries`, `shell` (it hands out a
shell), `shell_if` (with these options), `idle` (options with which nothing happens).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from guard.parse.addresses import split_host, split_url
from guard.parse.programs.draft import Draft, Reader, known_port
from guard.parse.programs.grammar import Options, grammar, named, scan
from guard.parse.programs.tables import load
from guard.parse.programs.web import guess_url
from guard.parse.reading import UNKNOWN, Invocation, Reading, Stdin

__all__ = ["READERS"]

_HELP = frozenset({"help", "version", "--help", "-h", "--version", "-v", "-V", "completion"})


def _read(invocation: Invocation) -> Reading:
    facts = load("tunnels")[invocation.program]
    draft = Draft(invocation)
    options = scan(invocation.argv, grammar(facts.get("options", "")))
    first = "".join(options.operands[:1])
    if first in _HELP or (invocation.argv[1:2] and invocation.argv[1] in ("--help", "--version")):
        return draft.reading
    if draft.argv[2:] == ("-h",) and first:
        return draft.reading  # `bore local -h`
    if options.has(*facts.get("idle", "").split()) or first in facts.get("not", "").split():
        return draft.reading
    special = _SPECIAL.get(facts.get("special", ""))
    if special:
        special(draft, options)
    elif "listen" in facts and not options.has(*facts.get("server", "-").split()):
        _server(draft, options, facts)
    elif first == facts.get("serves", "-"):
        draft.listen(facts["protocol"], "", known_port(options.last("port")))
    elif "only" not in facts or first in facts["only"].split() or UNKNOWN in first:
        _client(draft, options, facts)
    return draft.reading


def _values(options: Options, facts: Mapping[str, Any], key: str) -> list[str]:
    return options.all(*facts.get(key, "").split())


def _far_end(text: str) -> tuple[str, int | None]:
    url = split_url(text) if "://" in text else None
    return (url.host, url.port) if url else split_host(text)


def _server(draft: Draft, options: Options, facts: Mapping[str, Any]) -> None:
    text = "".join(_values(options, facts, "listen")[-1:])
    host, _, port = text.rpartition(":")
    draft.listen(facts["protocol"], host, known_port(port) or facts.get("port"))
    _runs(draft, options, facts)


def _client(draft: Draft, options: Options, facts: Mapping[str, Any]) -> None:
    servers = _values(options, facts, "server")
    if "operands" in facts and not servers:
        servers = options.operands[-1:]
    host, port = _far_end(servers[0]) if servers else (UNKNOWN, None)
    if facts.get("server_port") and len(servers) > 1:
        port = known_port(servers[1])
    if servers:
        draft.connect(facts["protocol"], host, port)
    target = "".join(_values(options, facts, "target")[-1:])
    if not target and "only" in facts:
        target = " ".join(options.operands[1:])
    bind = "".join(_values(options, facts, "bind")[-1:] or _values(options, facts, "url")[-1:])
    draft.tunnel(
        facts["protocol"], facts.get("direction", "remote"), host, port, bind=bind, target=target
    )
    if facts.get("shell") or options.has(*facts.get("shell_if", "").split()):
        draft.shell("reverse", host, port, draft.program)
    _runs(draft, options, facts)


def _runs(draft: Draft, options: Options, facts: Mapping[str, Any]) -> None:
    configs = _values(options, facts, "config")
    if facts.get("operand_config"):
        configs += options.operands[-1:]
    for path in configs:
        draft.read(path)
        draft.hide("unread_file", "low", f"the settings in `{path}` say where the tunnel leads")
    socket = Stdin(None, "socket", draft.program)
    for text in _values(options, facts, "exec"):
        draft.shell("reverse", UNKNOWN, None, f"{draft.program} exec")
        draft.text(text, f"{draft.program} exec", stdin=socket)
    for text in [*_values(options, facts, "text"), *_values(options, facts, "commands")]:
        draft.text(text, certainty="may")
    for library in _values(options, facts, "libraries"):
        draft.hide("loaded_library", "high", f"{draft.program} loads the library `{library}`")


def _chisel(draft: Draft, _: Options) -> None:
    """chisel server [--reverse] | client SERVER REMOTE...; a remote with `R:` lets the far in."""
    argv = draft.argv
    role = "".join(argv[1:2])
    options = scan(argv, named("chisel"), 2)
    if options.has("help") or role not in ("server", "client"):
        return
    if role == "server":
        draft.listen("chisel", options.last("host"), known_port(options.last("p")) or 8080)
        if options.has("reverse"):
            draft.tunnel("chisel", "remote", "", known_port(options.last("p")) or 8080)
        if options.has("socks5"):
            draft.tunnel("chisel", "dynamic", "", known_port(options.last("p")) or 8080)
        return
    url = guess_url(options.operands[0]) if options.operands else guess_url(UNKNOWN)
    draft.connect("chisel", url.host, url.port)
    if options.has("proxy"):
        proxy = guess_url(options.last("proxy"))
        draft.connect("proxy", proxy.host, proxy.port)
    for remote in options.operands[1:]:
        reverse = remote.startswith("R:")
        spec = remote[2:] if reverse else remote
        socks = spec.split("/")[0].endswith("socks")
        parts = spec.rsplit(":", 2)
        bind, target = (parts[0], ":".join(parts[1:])) if len(parts) == 3 else (parts[-1], spec)
        if socks:
            draft.tunnel(
                "chisel", "remote_dynamic" if reverse else "dynamic", url.host, url.port, bind=spec
            )
        else:
            draft.tunnel(
                "chisel",
                "remote" if reverse else "local",
                url.host,
                url.port,
                bind=bind,
                target=target,
            )


def _bore(draft: Draft, options: Options) -> None:
    role = "".join(options.operands[:1])
    if role == "server":
        draft.listen("bore", options.last("bind-addr"), 7835)
        draft.tunnel("bore", "remote", "", 7835)
    elif role == "local" or UNKNOWN in role:
        host, port = split_host(options.last("t") or UNKNOWN)
        draft.connect("bore", host, port or 7835)
        target = f"{options.last('l') or 'localhost'}:{''.join(options.operands[1:2])}"
        draft.tunnel("bore", "remote", host, port or 7835, bind=options.last("p"), target=target)


def _wstunnel(draft: Draft, options: Options) -> None:
    role = "".join(options.operands[:1])
    url = guess_url("".join(options.operands[-1:]) or UNKNOWN, "ws")
    if role == "server":
        draft.listen("wstunnel", url.host, url.port)
        draft.tunnel("wstunnel", "remote", "", url.port)
        return
    draft.connect("wstunnel", url.host, url.port)
    for value in options.all("L"):
        socks = value.startswith(("socks5://", "http://"))
        draft.tunnel("wstunnel", "dynamic" if socks else "local", url.host, url.port, bind=value)
    for value in options.all("R"):
        socks = value.startswith(("socks5://", "http://"))
        direction: Any = "remote_dynamic" if socks else "remote"
        draft.tunnel("wstunnel", direction, url.host, url.port, bind=value)


def _gost(draft: Draft, options: Options) -> None:
    """gost -L (listen) and -F (forward through); rtcp, rudp and bind listen on the far side."""
    if options.has("V") or not options.options:
        return
    hops = [guess_url(text, "http") for text in options.all("F")]
    for hop in hops:
        draft.connect(hop.scheme, hop.host, hop.port)
    far = hops[-1] if hops else None
    for text in options.all("L"):
        scheme = text.partition("://")[0] if "://" in text else "http"
        address = text.partition("://")[2] or text
        bind, _, target = address.rpartition("@")[2].partition("/")
        host, _, port = bind.rpartition(":")
        remote = scheme.startswith(("rtcp", "rudp"))
        if not remote:
            draft.listen(scheme.partition("+")[0], host, known_port(port))
        direction: Any = "remote" if remote else "local" if target else "dynamic"
        draft.tunnel(
            "gost",
            direction,
            far.host if far else "",
            far.port if far else None,
            bind=bind,
            target=target.partition("?")[0],
        )
    for path in options.all("C"):
        draft.read(path)
        draft.tunnel("gost", "dynamic", UNKNOWN, None)
        draft.hide("unread_file", "low", f"the settings in `{path}` say where the tunnel leads")


def _terminal(draft: Draft, options: Options) -> None:
    """Tools that hand a terminal to whoever has the address."""
    if options.has("h", "V"):
        return
    port = known_port(options.last("p"))
    if draft.program in ("ttyd", "gotty", "wetty"):
        draft.listen("http", options.last("i") or options.last("a"), port or 8080)
        draft.shell("bind", options.last("i") or options.last("a"), port or 8080, draft.program)
        draft.start(options.operands)
        return
    host = _far_end(options.last("server"))[0] if options.has("server") else UNKNOWN
    draft.connect("ssh", host, None)
    draft.tunnel(draft.program, "remote", host, None)
    draft.shell("reverse", host, None, draft.program)


_SPECIAL: dict[str, Callable[[Draft, Options], None]] = {
    "chisel": _chisel,
    "bore": _bore,
    "wstunnel": _wstunnel,
    "gost": _gost,
    "terminal": _terminal,
}


def _cloudflared(invocation: Invocation) -> Reading:
    """cloudflared tunnel [--url U | run ...] lets the far side in; `access` reaches out."""
    draft = Draft(invocation)
    options = scan(invocation.argv, named("cloudflared"))
    words = options.operands
    if options.has("help", "version") or not words:
        return draft.reading
    if words[0] == "access":
        host = options.last("hostname") or _last(words)
        url = guess_url(host, "https")
        draft.connect("https", url.host, url.port)
        if words[1:2] and words[1] in ("tcp", "ssh", "rdp", "smb"):
            bind = options.last("url") or options.last("listener")
            draft.tunnel("cloudflared", "local", url.host, url.port, bind=bind)
    elif words[0] in ("tunnel", "proxy-dns") or UNKNOWN in words[0]:
        idle = frozenset(
            {"login", "list", "info", "delete", "create", "route", "cleanup", "token", "ingress"}
        )
        if words[1:2] and words[1] in idle and not options.has("url", "hello-world"):
            return draft.reading
        draft.tunnel("cloudflared", "remote", UNKNOWN, None, target=options.last("url"))
        if options.has("config"):
            draft.read(options.last("config"))
    elif words[0] == "service" and words[1:2] == ["install"]:
        draft.tunnel("cloudflared", "remote", UNKNOWN, None)
        draft.write("/etc/systemd/system/cloudflared.service")
    return draft.reading


def _last(words: list[str]) -> str:
    return words[-1] if words else ""


def _tailscale(invocation: Invocation) -> Reading:
    draft = Draft(invocation)
    options = scan(invocation.argv, named("tailscale"))
    words = options.operands
    role = "".join(words[:1])
    if options.has("help", "h") or words[1:2] in (["status"], ["reset"]):
        return draft.reading
    if role in ("up", "login") or UNKNOWN in role:
        server = options.last("login-server")
        host = _far_end(server)[0] if server else "controlplane.tailscale.com"
        draft.connect("tailscale", host, 443)
        draft.tunnel("tailscale", "device", host, 443)
        _tailscale_routes(draft, options, host)
    elif role == "set":
        _tailscale_routes(draft, options, "")
    elif role in ("funnel", "serve"):
        draft.tunnel("tailscale", "remote", "", None, target=" ".join(words[1:]))
    elif role == "ssh" and len(words) > 1:
        draft.start(["ssh", *words[1:]], "tailscale ssh")
    elif role in ("nc", "netcat"):
        draft.connect("tcp", "".join(words[1:2]), known_port("".join(words[2:3])))
    elif role == "file" and words[1:2] == ["cp"]:
        draft.read(*words[2:-1])
        draft.connect("tailscale", _last(words).rstrip(":"), None, sends=words[2:-1])
    return draft.reading


def _tailscale_routes(draft: Draft, options: Options, host: str) -> None:
    """What the others reach through this machine: its networks, or everything (an exit)."""
    routes = options.last("advertise-routes")
    if options.has("advertise-exit-node") and options.last("advertise-exit-node") != "false":
        routes = routes or "0.0.0.0/0"
    if routes:
        draft.tunnel("tailscale", "remote", host, None, target=routes)


def _teleport(invocation: Invocation) -> Reading:
    """tsh: ssh's forwards through a Teleport proxy."""
    draft = Draft(invocation)
    options = scan(invocation.argv, named("tsh"))
    words = options.operands
    proxy = options.last("proxy")
    if proxy:
        draft.connect("https", *_far_end(proxy))
    if words[:1] == ["ssh"] and len(words) > 1:
        flags = [
            part for name, value in options.options if name in "LRD" for part in (f"-{name}", value)
        ]
        draft.start(["ssh", *flags, *words[1:]], "tsh ssh")
    elif words[:1] == ["scp"]:
        draft.start(["scp", *words[1:]], "tsh scp")
    elif words[:1] == ["proxy"] or words[1:2] == ["proxy"]:
        draft.tunnel(
            "teleport", "local", _far_end(proxy)[0] or UNKNOWN, None, bind=options.last("p")
        )
    return draft.reading


READERS: dict[str, Reader] = {
    **dict.fromkeys(load("tunnels"), _read),
    "cloudflared": _cloudflared,
    "tailscale": _tailscale,
    "tsh": _teleport,
}
