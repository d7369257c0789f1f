"""Programs that join a socket to something else: nc in its variants, telnet, openssl.

nc(1) of OpenBSD and of Hobbit, ncat(1) of Nmap; where they disagree on a letter, the reading
that lets more happen is taken.
"""

from __future__ import annotations

from guard.parse.addresses import split_host
from guard.parse.programs.draft import Draft, Reader, known_port
from guard.parse.programs.grammar import Options, named, scan
from guard.parse.reading import UNKNOWN, Invocation, Reading, Stdin

__all__ = ["READERS"]

_NC = named("nc")
_EXEC = ("c", "e", "lua-exec")
_MANY = 16  # ports of one call that are listed one by one


def _nc(invocation: Invocation) -> Reading:
    """nc, netcat, ncat: connect or listen, with a program behind the socket if asked to."""
    draft = Draft(invocation)
    options = scan(invocation.argv, _NC)
    if options.has("help", "version") or (options.has("h") and not options.operands):
        return draft.reading
    protocol = _protocol(options)
    listens = options.has("l", "listen")
    host, ports = _ends(options, listens=listens)
    sends = () if options.has("z", *_EXEC) else draft.piped
    if options.has("U", "unixsock"):
        draft.read(*options.operands[:1])
    elif listens:
        draft.listen(protocol, host, ports[0] if ports else None, sends=sends)
    elif host:
        for port in ports[:_MANY] or [None]:
            draft.connect(protocol, host, port, sends=sends)
    else:
        return draft.reading  # a message about how to use it
    proxy = options.last("proxy") or (options.last("x") if ":" in options.last("x") else "")
    if proxy:
        draft.connect("tcp", *split_host(proxy))
    for path in options.all("o", "output"):
        draft.write(path)
    if ":" not in options.last("x"):
        draft.write(options.last("x"))
    draft.read(*options.all("ssl-cert", "ssl-key", "ssl-trustfile"))
    _programs(draft, options, host, ports[0] if ports else None, listens=listens)
    return draft.reading


def _protocol(options: Options) -> str:
    if options.has("u", "udp"):
        return "udp"
    return "tls" if options.has("ssl") else "sctp" if options.has("sctp") else "tcp"


def _ends(options: Options, *, listens: bool) -> tuple[str, list[int | None]]:
    """Host and ports. `nc -l 4444` has the port where a client has the host."""
    operands = options.operands
    if listens:
        source = options.last("p")
        if source:
            return options.last("s") or "".join(operands[:1]), [known_port(source)]
        if len(operands) == 1:
            return options.last("s"), [known_port(operands[0])]
    if not operands:
        return options.last("s") if listens else "", []
    return operands[0], [known_port(word) for word in operands[1:]]


def _programs(
    draft: Draft, options: Options, host: str, port: int | None, *, listens: bool
) -> None:
    for name, value in options.options:
        if name not in _EXEC:
            continue
        how = f"{draft.program} {'-' if len(name) == 1 else '--'}{name}"
        draft.shell("bind" if listens else "reverse", host, port, how)
        socket = Stdin(None, "socket", host or "the network")
        if name == "c":
            draft.text(value, how, stdin=socket)
        elif name == "e":
            draft.start(value.split() or [UNKNOWN], how, stdin=socket)
        else:
            draft.script("lua", value)


_TELNET = named("telnet")


def _telnet(invocation: Invocation) -> Reading:
    draft = Draft(invocation)
    options = scan(invocation.argv, _TELNET)
    draft.write(options.last("n"))
    if options.operands:
        port = known_port("".join(options.operands[1:2]) or "23")
        draft.connect("telnet", options.operands[0], port, sends=draft.piped)
    return draft.reading


_OPENSSL = named("openssl")
_READ = ("sign", "verify", "prverify", "signature", "certfile", "rand", "untrusted", "issuer")
_DIGESTS = frozenset(["dgst", "md5", "sha1", "sha224", "sha256", "sha384", "sha512", "verify"])


def _openssl(invocation: Invocation) -> Reading:
    """openssl(1): s_client and s_server reach the network, other commands read and write files."""
    draft = Draft(invocation)
    command = "".join(invocation.argv[1:2])
    options = scan(invocation.argv, _OPENSSL, 2)
    if command == "s_client":
        host, port = split_host(options.last("connect") or "".join(options.operands[:1]))
        host, port = options.last("host") or host, known_port(options.last("port")) or port
        if options.has("unix"):
            draft.read(options.last("unix"))
        elif host or options.has("connect"):
            draft.connect("tls", host, port or 4433, sends=draft.piped)
        if options.has("proxy"):
            draft.connect("http", *split_host(options.last("proxy")))
    elif command == "s_server":
        accept = options.last("accept") or options.last("port") or "4433"
        host, _, port_text = accept.rpartition(":")
        draft.listen("tls", host, known_port(port_text))
    elif command == "s_time" and options.has("connect"):
        draft.connect("tls", *split_host(options.last("connect")))
    elif command == "ocsp" and options.has("url", "host"):
        text = options.last("host", "url").split("//")[-1]
        place, port = split_host(text.partition("/")[0])
        draft.connect("http", place, port or 80)
    for name in ("in", "key", "cert", "CAfile", "inkey", "kfile", "CAkey", "config", *_READ):
        draft.read(*options.all(name))
    for name in ("pass", "passin", "passout"):
        draft.read(*[text[5:] for text in options.all(name) if text.startswith("file:")])
    if command in _DIGESTS or (command in ("smime", "cms") and options.has("encrypt")):
        draft.read(*options.operands)
    for path in options.all("out", "keyout", "keylogfile", "sess_out", "writerand", "msgfile"):
        draft.write(path)
    for library in options.all("engine", "provider-path"):
        if "/" in library or UNKNOWN in library:
            draft.hide("loaded_library", "high", f"openssl loads the library `{library}`")
    return draft.reading


READERS: dict[str, Reader] = {
    **dict.fromkeys(
        ("nc", "netcat", "ncat", "nc.traditional", "nc.openbsd", "nc6", "cryptcat", "pnetcat"), _nc
    ),
    "telnet": _telnet,
    "inetutils-telnet": _telnet,
    "openssl": _openssl,
    "libressl": _openssl,
}
