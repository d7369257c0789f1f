"""Python calls that connect, listen, tunnel, or fetch."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from guard.parse.addresses import normalise_host, split_url
from guard.parse.python import effects
from guard.parse.python.values import (
    NOTHING,
    Call,
    Function,
    Handler,
    Object,
    Unknown,
    Value,
    alternatives,
    is_known,
    origins,
    text_of,
)
from guard.parse.reading import UNKNOWN

if TYPE_CHECKING:
    from guard.parse.python.context import Context

__all__ = ["FUNCTIONS", "METHODS", "address_of", "connect", "fetch", "listen", "port_number"]

_SAID = 4096
# Methods of Stratum, and of what pools of Ethereum and Monero speak.
_POOL = re.compile(
    r"mining\.(?:subscribe|authorize|submit)\b|eth_submit(?:Login|Work)|\bsubmitwork\b"
)
_HTTP_VERBS = ("get", "post", "put", "patch", "delete", "head", "options")
_CONNECTION_PORTS = {
    "ftp": 21,
    "smtp": 25,
    "smtps": 465,
    "telnet": 23,
    "imap": 143,
    "imaps": 993,
    "pop3": 110,
    "redis": 6379,
    "mysql": 3306,
    "postgres": 5432,
    "mongodb": 27017,
}


def fetch(
    context: Context, value: Value, method: str = "", sent: list[Value] | None = None
) -> Object:
    """A URL is asked for; `sent` is what goes along with it."""
    files = sorted(
        origin[5:] for item in sent or [] for origin in origins(item) if origin.startswith("file:")
    )
    for one in alternatives(value):
        if isinstance(one, Object) and one.kind == "request":
            method = method or one.fields.get("method", "")
            one = one.fields["url"]  # noqa: PLW2901
        text = text_of(one)
        url = split_url(text)
        if url is not None and url.scheme == "file":
            context.add({"kind": "file.read", "program": "python", "path": context.path(url.path)})
            continue
        for host in (url.host, url.other_host) if url and url.other_host else (url and url.host,):
            operation: dict[str, Any] = {
                "kind": "network.connect",
                "program": "python",
                "protocol": url.scheme if url else "http",
                "host": host or UNKNOWN,
                "port": url.port if url else None,
                "url": text,
            }
            if method:
                operation["method"] = method
            if files:
                operation["sends"] = files
            context.add(operation)
    return Object("response")


def connect(
    context: Context, protocol: str, host: Value, port: Value, sent: list[Value] | None = None
) -> dict[str, Any]:
    """A connection is opened."""
    text = text_of(host)
    operation: dict[str, Any] = {
        "kind": "network.connect",
        "program": "python",
        "protocol": protocol,
        "host": normalise_host(text) if text != UNKNOWN else text,
        "port": port_number(port),
    }
    files = [o[5:] for item in sent or [] for o in sorted(origins(item)) if o.startswith("file:")]
    if files:
        operation["sends"] = files
    context.add(operation)
    return operation


def port_number(value: Value) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if 0 <= value <= 65535 else None
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 6 else None


def address_of(value: Value) -> tuple[Value, Value]:
    if isinstance(value, tuple | list) and len(value) >= 2:
        return value[0], value[1]
    return NOTHING, NOTHING


# HTTP libraries


def _http(context: Context, call: Call) -> Value:
    """requests.get(url), httpx.post(url, files=...), and the same on sessions."""
    verb = call.name.rpartition(".")[2]
    shift = 1 if call.args and isinstance(call.args[0], Object) and not _is_url(call.args[0]) else 0
    owner = call.args[0] if shift else None
    if verb in ("request", "stream"):
        method, url = call.text(shift, "method"), call.get(shift + 1, "url")
        rest = call.args[shift + 2 :]
    else:
        method, url = verb, call.get(shift, "url")
        rest = call.args[shift + 1 :]
    base = owner.fields.get("base") if owner is not None else None
    if isinstance(base, str) and isinstance(url, str) and "://" not in url:
        url = base.rstrip("/") + "/" + url.lstrip("/")
    sent = [*rest, *(v for k, v in call.keywords.items() if k not in ("url", "method"))]
    method = "" if UNKNOWN in method else method.upper()
    effects.request(context, url, method, {"data": rest[0] if rest else None, **call.keywords})
    return fetch(context, url, method, sent)


def _is_url(value: Object) -> bool:
    return value.kind in ("path", "request")


def _session(_context: Context, call: Call) -> Value:
    base = call.keywords.get("base_url", call.get(0) if "aiohttp" in call.name else None)
    return Object("session", {"base": base if isinstance(base, str) else None})


def _urlopen(context: Context, call: Call) -> Value:
    url = call.get(0, "url")
    data = call.get(1, "data", default=None)
    method = "" if data is None else "POST"
    if call.name.endswith("urlretrieve"):
        target = call.get(1, "filename", default=None)
        if target is not None:
            from guard.parse.python.files import write

            write(context, target)
        return fetch(context, url)
    sent = [data] if data is not None else []
    if isinstance(url, Object) and url.kind == "request":
        sent.append(url.fields.get("data"))
        fields = {"data": url.fields.get("data"), "headers": url.fields.get("headers")}
        effects.request(context, url.fields["url"], url.fields.get("method", method), fields)
    else:
        effects.request(context, url, method, {"data": data})
    return fetch(context, url, method, sent)


def _request(_context: Context, call: Call) -> Value:
    data = call.get(1, "data", default=None)
    method = call.keywords.get("method", "POST" if data is not None else "")
    headers = call.get(2, "headers", default=None)
    fields = {"url": call.get(0, "url"), "data": data, "method": text_of(method).upper()}
    fields["headers"] = headers
    return Object("request", fields)


def _http_connection(_context: Context, call: Call) -> Value:
    secure = "HTTPS" in call.name
    host, port = call.get(0, "host"), call.get(1, "port", default=None)
    return Object("httpconnection", {"host": host, "port": port, "secure": secure})


def _http_connection_request(context: Context, call: Call) -> Value:
    owner = call.args[0]
    scheme = "https" if owner.fields["secure"] else "http"
    host = text_of(owner.fields["host"])
    port = owner.fields["port"]
    authority = f"{host}:{port}" if isinstance(port, int) else host
    path = call.text(2, "url")
    url = f"{scheme}://{authority}/{path.lstrip('/')}" if UNKNOWN not in host else NOTHING
    return fetch(context, url, call.text(1, "method").upper(), call.every()[3:])


def _download(context: Context, call: Call) -> Value:
    """Libraries whose first argument is a URL."""
    fetch(context, call.get(0, "url", "uri"))
    return Unknown("http")


def _websocket(context: Context, call: Call) -> Value:
    address = call.get(0, "url", "uri")
    fetch(context, address)
    url = split_url(text_of(address))
    if url is not None and url.host:
        context.ends.append((url.host, url.port))
    return Object("socket", {"connected": True})


def _lookup(context: Context, call: Call) -> Value:
    """A name is asked for: the question itself leaves the machine by way of the resolver."""
    name = text_of(call.get(0, "host", "hostname", "qname"))
    if "." in name.strip(UNKNOWN + "."):
        connect(context, "dns", name, 53)
    return NOTHING


def _store(_context: Context, call: Call) -> Value:
    name = call.get(0, "service_name")
    return Object("store", {"name": name if isinstance(name, str) else "cloud"})


def _store_upload(context: Context, call: Call) -> Value:
    """upload_file(path, bucket, key) and its like, put_object(Bucket=..., Body=...)."""
    owner = call.args[0]
    bucket = call.get(2, "Bucket") if "file" in call.name else call.get(1, "Bucket")
    sent = call.every()[1:]
    if call.name == "upload_file":
        from guard.parse.python.files import read

        path = call.get(1, "Filename")
        read(context, path)
        sent = [Unknown(f"file:{context.path(text_of(path))}")]
    connect(context, owner.fields["name"], bucket, None, sent)
    return NOTHING


# Sockets


def _socket(_context: Context, call: Call) -> Value:
    return Object("socket", {"type": "udp" if _mentions(call, "SOCK_DGRAM") else "tcp"})


def _mentions(call: Call, word: str) -> bool:
    return any(word in getattr(value, "name", "") for value in call.every())


def _connected(context: Context, host: Value, port: Value, protocol: str = "tcp") -> None:
    operation = connect(context, protocol, host, port)
    context.connected = (operation["host"], operation["port"])
    context.ends.append(context.connected)


def _socket_connect(context: Context, call: Call) -> Value:
    owner, address = call.args[0], call.get(1, "address")
    protocol = text_of(owner.fields.get("type", "tcp")) if isinstance(owner, Object) else "tcp"
    if isinstance(address, str):
        context.add({"kind": "file.read", "program": "python", "path": context.path(address)})
        return None
    for one in alternatives(address):
        host, port = address_of(one)
        _connected(context, host, port, protocol)
    return None


def _create_connection(context: Context, call: Call) -> Value:
    if call.name.startswith("asyncio"):
        host, port = call.get(0, "host"), call.get(1, "port")
    else:
        host, port = address_of(call.get(0, "address"))
    _connected(context, host, port)
    stream = Object("socket", {"type": "tcp"})
    return (stream, stream) if call.name.endswith("open_connection") else stream


def _socket_bind(_context: Context, call: Call) -> Value:
    owner = call.args[0]
    if isinstance(owner, Object):
        owner.fields["bound"] = call.get(1, "address")
    return None


def _socket_listen(context: Context, call: Call) -> Value:
    owner = call.args[0]
    bound = owner.fields.get("bound", NOTHING) if isinstance(owner, Object) else NOTHING
    if isinstance(bound, str):
        return None
    host, port = address_of(bound)
    listen(context, "tcp", host, port)
    return None


def listen(context: Context, protocol: str, host: Value, port: Value) -> None:
    """A port is opened for others."""
    text = text_of(host)
    host_text = "" if text in ("", "0.0.0.0", "::", "None") else normalise_host(text)  # noqa: S104
    context.listened = (host_text, port_number(port))
    context.add(
        {
            "kind": "network.listen",
            "program": "python",
            "protocol": protocol,
            "host": host_text,
            "port": port_number(port),
        }
    )


def _socket_accept(_context: Context, _call: Call) -> Value:
    return (Object("socket", {"accepted": True}), NOTHING)


def _socket_send_to(context: Context, call: Call) -> Value:
    for argument in call.args[2:]:
        if isinstance(argument, tuple):
            host, port = address_of(argument)
            connect(context, "udp", host, port, [call.args[1]])
    return NOTHING


def _socket_send(context: Context, call: Call) -> Value:
    context.relayed = context.relayed or "socket" in origins(call.get(1))
    _mined(context, call.get(1))
    files = [o[5:] for o in sorted(origins(call.get(1))) if o.startswith("file:")]
    if files and context.connected:
        host, port = context.connected
        context.add(
            {
                "kind": "network.connect",
                "program": "python",
                "protocol": "tcp",
                "host": host,
                "port": port,
                "sends": files,
            }
        )
    return NOTHING


def _mined(context: Context, value: Value) -> None:
    """Words of the protocols of mining pools say what the connection is."""
    if isinstance(value, bytes | bytearray):
        value = bytes(value[:_SAID]).decode("utf-8", "replace")
    if context.connected and isinstance(value, str) and _POOL.search(value[:_SAID]):
        connect(context, "stratum", *context.connected)


def _received(_context: Context, _call: Call) -> Value:
    return Unknown("socket")


def _socket_other(_context: Context, call: Call) -> Value:
    if call.name in ("makefile", "dup", "detach", "__enter__", "__aenter__"):
        return call.args[0]
    if call.name == "fileno":
        return Object("socket", {"descriptor": True})
    return NOTHING


def _create_server(context: Context, call: Call) -> Value:
    """socket.create_server((h, p)), HTTPServer((h, p), handler), asyncio.start_server(f, h, p)."""
    if call.name.startswith("asyncio"):
        host, port = call.get(1, "host", default=""), call.get(2, "port")
    elif call.args and isinstance(call.args[0], tuple | list):
        host, port = address_of(call.args[0])
    else:
        host, port = call.get(1, "host", "bind", default=""), call.get(2, "port", default=8000)
        if call.name.endswith("xmlrpc.server.SimpleXMLRPCServer"):
            host, port = address_of(call.get(0, "addr"))
    protocol = "http" if "http" in call.name.lower() or "uvicorn" in call.name else "tcp"
    listen(context, protocol, host, port)
    handler = call.get(0) if call.name.startswith("asyncio") else None
    if isinstance(handler, Function):
        streams: list[Value] = [Object("socket", {"accepted": True}) for _ in range(2)]
        context.may += 1
        context.interpreter.invoke(handler, Call("", streams, {}))
        context.may -= 1
    context.escape(call)
    return Object("socket", {"bound": (host, port)})


# Other protocols


def _protocol(name: str) -> Handler:
    def start(context: Context, call: Call) -> Value:
        host = call.get(0, "host", default="")
        port = call.get(1, "port", default=_CONNECTION_PORTS.get(name))
        if not call.args and "host" not in call.keywords:
            return Object("client", {"protocol": name})
        if not is_known(host) or host:
            if not isinstance(port, int | str):
                port = _CONNECTION_PORTS.get(name)
            connect(context, name, host, port)
        return Object("client", {"protocol": name, "host": host, "port": port})

    return start


def _client_connect(context: Context, call: Call) -> Value:
    owner = call.args[0]
    name = owner.fields["protocol"]
    connect(
        context, name, call.get(1, "host"), call.get(2, "port", default=_CONNECTION_PORTS.get(name))
    )
    owner.fields["host"] = call.get(1, "host")
    return NOTHING


def _client_send(context: Context, call: Call) -> Value:
    """storbinary, sendmail, send_message: a file that goes along is named."""
    owner = call.args[0]
    if owner.fields.get("protocol") in ("smtp", "smtps"):
        effects.mail(context, call)
    sent = call.every()[1:]
    if (
        any(o.startswith("file:") for item in sent for o in origins(item))
        and "host" in owner.fields
    ):
        port = owner.fields.get("port") or _CONNECTION_PORTS.get(owner.fields["protocol"])
        connect(context, owner.fields["protocol"], owner.fields["host"], port, sent)
    return NOTHING


def _names(handler: Handler, names: str) -> dict[str, Handler]:
    return dict.fromkeys(names.split(), handler)


FUNCTIONS: dict[str, Handler] = {
    **{
        f"{library}.{verb}": _http
        for library in ("requests", "httpx", "niquests", "curl_requests")
        for verb in (*_HTTP_VERBS, "request", "stream")
    },
    "aiohttp.request": _http,
    **_names(
        _session,
        """requests.Session requests.session httpx.Client httpx.AsyncClient aiohttp.ClientSession
        urllib3.PoolManager urllib3.ProxyManager requests.HTTPAdapter requests.create_scraper
        niquests.Session mechanize.Browser requests.AsyncSession requests_html.HTMLSession""",
    ),
    "urllib3.request": lambda context, call: _http(
        context, Call("request", call.args, call.keywords)
    ),
    **_names(
        _urlopen,
        "urllib.request.urlopen urllib.request.urlretrieve urllib.urlopen urllib.urlretrieve",
    ),
    "urllib.request.Request": _request,
    "urllib.request.build_opener": _session,
    **_names(_http_connection, "http.client.HTTPConnection http.client.HTTPSConnection"),
    **_names(
        _download,
        """wget.download xmlrpc.client.ServerProxy feedparser.parse gdown.download pycurl.Curl
        torch.hub.load_state_dict_from_url torch.hub.download_url_to_file webbrowser.open
        webbrowser.open_new webbrowser.open_new_tab newspaper.Article""",
    ),
    **_names(
        _websocket,
        """websocket.create_connection websocket.WebSocketApp websockets.connect
        websockets.sync.client.connect""",
    ),
    **_names(_socket, "socket.socket socket.socketpair socket.fromfd"),
    **_names(
        _create_connection,
        """socket.create_connection asyncio.open_connection asyncio.create_connection
        asyncio.open_tcp_stream asyncio.connect_tcp""",
    ),
    **_names(
        _create_server,
        """socket.create_server http.server.HTTPServer http.server.ThreadingHTTPServer
        socketserver.TCPServer socketserver.ThreadingTCPServer socketserver.UDPServer
        asyncio.start_server xmlrpc.server.SimpleXMLRPCServer uvicorn.run waitress.serve
        http.server.test wsgiref.simple_server.make_server""",
    ),
    **_names(
        _lookup,
        """socket.gethostbyname socket.gethostbyname_ex socket.getaddrinfo dns.resolver.resolve
        dns.resolver.query""",
    ),
    **_names(_store, "boto3.client boto3.resource"),
    "ftplib.FTP": _protocol("ftp"),
    "ftplib.FTP_TLS": _protocol("ftp"),
    "smtplib.SMTP": _protocol("smtp"),
    "smtplib.SMTP_SSL": _protocol("smtps"),
    "telnetlib.Telnet": _protocol("telnet"),
    "imaplib.IMAP4": _protocol("imap"),
    "imaplib.IMAP4_SSL": _protocol("imaps"),
    "poplib.POP3": _protocol("pop3"),
    "poplib.POP3_SSL": _protocol("pop3"),
    "redis.Redis": _protocol("redis"),
    "redis.StrictRedis": _protocol("redis"),
    "pymysql.connect": _protocol("mysql"),
    "MySQLdb.connect": _protocol("mysql"),
    "psycopg2.connect": _protocol("postgres"),
    "psycopg.connect": _protocol("postgres"),
    "pymongo.MongoClient": _protocol("mongodb"),
}
METHODS: dict[tuple[str, str], Handler] = {
    **{("session", verb): _http for verb in (*_HTTP_VERBS, "request", "stream", "ws_connect")},
    ("session", "open"): lambda context, call: fetch(context, call.get(1)),
    ("session", "__enter__"): lambda _, call: call.args[0],
    ("session", "urlopen"): _http,
    ("httpconnection", "request"): _http_connection_request,
    ("httpconnection", "putrequest"): _http_connection_request,
    ("httpconnection", "getresponse"): lambda *_: Object("response"),
    ("response", "*"): lambda _, call: (
        call.args[0]
        if call.name in ("__enter__", "__aenter__", "raise_for_status", "result")
        else Unknown("http")
    ),
    ("socket", "connect"): _socket_connect,
    ("socket", "connect_ex"): _socket_connect,
    ("socket", "bind"): _socket_bind,
    ("socket", "listen"): _socket_listen,
    ("socket", "accept"): _socket_accept,
    ("socket", "sendto"): _socket_send_to,
    **{("socket", name): _socket_send for name in ("send", "sendall", "sendfile", "write")},
    **{
        ("socket", name): _received
        for name in ("recv", "recvfrom", "recv_into", "read", "readline", "readlines", "readuntil")
    },
    ("socket", "*"): _socket_other,
    ("client", "connect"): _client_connect,
    **{("store", name): _store_upload for name in ("upload_file", "upload_fileobj", "put_object")},
    **{
        ("client", name): _client_send
        for name in ("storbinary", "storlines", "sendmail", "send_message", "write")
    },
}
