"""Python programs that serve: what a request brings runs, and what passes between two ends.

A request is an `asked` object: whatever is taken of it is unknown and comes from a socket.
So a handler that gives it to a shell or to `eval` is a shell that listens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from guard.parse.python.network import listen
from guard.parse.python.values import (
    NOTHING,
    Call,
    Class,
    Function,
    Handler,
    Object,
    Ref,
    Value,
    text_of,
)

if TYPE_CHECKING:
    from guard.parse.python.context import Context

__all__ = ["FUNCTIONS", "METHODS", "asked_arguments", "conclude", "is_asked"]

# What the instances of handlers have of the request, by a part of the name of a base class.
_REQUEST = frozenset(
    ("path", "headers", "rfile", "request", "data", "requestline", "client", "body", "query")
)
_HANDLERS = ("RequestHandler", "HTTPEndpoint", "MethodView", "web.View", "Protocol")
_METHODS_OF_PROTOCOLS = frozenset({"data_received", "datagram_received", "dataReceived"})
_SHELL_SERVICES = ("ClassicService", "SlaveService", "MasterService")
_LOCAL = ("127.", "localhost", "::1", "0.0.0.0")  # noqa: S104
_PORTS = {"flask": 5000, "aiohttp": 8080}


def is_asked(owner: Object, name: str) -> bool:
    """True where `name` of an instance of a handler is a part of the request."""
    return name in _REQUEST and owner.of is not None and _handles(owner.of)


def _handles(made: Class, depth: int = 0) -> bool:
    for base in made.bases:
        if isinstance(base, Ref) and any(word in base.name for word in _HANDLERS):
            return True
        if isinstance(base, Class) and depth < 8 and _handles(base, depth + 1):
            return True
    return False


def asked_arguments(function: Function, owner: Class | None, *, routed: bool) -> Call:
    """How a function that the program itself never calls is called: routes get requests."""
    name = getattr(function.node, "name", "")
    if not routed and not (owner and name in _METHODS_OF_PROTOCOLS and _handles(owner)):
        return Call("", [], {})
    spec = function.node.args
    count = len(spec.posonlyargs) + len(spec.args) - (1 if owner else 0)
    return Call("", [Object("asked") for _ in range(max(count, 0))], {})


def _app(_context: Context, call: Call) -> Value:
    return Object("asked_app", {"port": _PORTS.get(call.name.partition(".")[0], 8000)})


def _route(context: Context, call: Call) -> Value:
    """`@app.route(path)`, `app.add_url_rule(path, name, f)`, `router.add_get(path, f)`."""
    for given in call.every()[1:]:
        if isinstance(given, Function):
            # It is read at the end, when it is known where the program listens.
            context.interpreter.routed.add(id(given.node))
    return Object("route")


def _runs(context: Context, call: Call) -> Value:
    """`app.run(host, port)` of Flask, Bottle, Sanic."""
    port = call.get(2, "port", default=call.args[0].fields["port"])
    listen(context, "http", call.get(1, "host", default="127.0.0.1"), port)
    return NOTHING


def _run_app(context: Context, call: Call) -> Value:
    """`aiohttp.web.run_app(app, host=..., port=...)`."""
    host = call.keywords.get("host", "")
    listen(context, "http", host, call.keywords.get("port", _PORTS["aiohttp"]))
    return NOTHING


def _remote_python(context: Context, call: Call) -> Value:
    """A server of RPyC; its classic service does whatever the other side says."""
    service = call.get(0, "service")
    host = call.get(1, "hostname", default="")
    listen(context, "tcp", host, call.get(3, "port", default=18812))
    if isinstance(service, Ref) and service.name.endswith(_SHELL_SERVICES):
        context.network_shell("python runs what a socket sends")
    return Object("server")


def _console(context: Context, _call: Call) -> Value:
    """`code.interact()` reads standard input, which a program may have put on a socket."""
    if context.connected is not None or context.listened is not None:
        context.network_shell("python console on a socket")
    return NOTHING


def _proxy(_context: Context, call: Call) -> Value:
    """`ProxyFactory(host, port)` of Twisted."""
    return Object("proxy", {"host": call.get(0, "host"), "port": call.get(1, "port")})


def _listens(context: Context, call: Call) -> Value:
    """`reactor.listenTCP(port, factory)`."""
    port, factory = call.get(0, "port"), call.get(1, "factory")
    listen(context, "tcp", call.keywords.get("interface", ""), port)
    if isinstance(factory, Object) and factory.kind == "proxy":
        host, target = text_of(factory.fields["host"]), text_of(factory.fields["port"])
        _tunnel(context, "local", host, factory.fields["port"], f"{host}:{target}")
    return NOTHING


def _tunnel(context: Context, direction: str, host: str, port: Any, target: str) -> None:
    context.add(
        {
            "kind": "network.tunnel",
            "program": "python",
            "protocol": "tcp",
            "direction": direction,
            "host": host,
            "port": port if isinstance(port, int) else None,
            "target": target,
        }
    )


def conclude(context: Context) -> None:
    """What one socket sends goes into another: with one end here, that is a tunnel."""
    if not context.relayed:
        return
    near = [end for end in context.ends if end[0].startswith(_LOCAL)]
    far = [end for end in context.ends if end[0].strip("\uf8ff") and end not in near]
    if near and far:
        host, port = far[0]
        _tunnel(context, "remote", host, port, f"{near[0][0]}:{near[0][1]}")


_APPS = """flask.Flask flask.Blueprint fastapi.FastAPI fastapi.APIRouter
starlette.applications.Starlette sanic.Sanic bottle.Bottle quart.Quart aiohttp.web.Application
aiohttp.web.RouteTableDef falcon.App
litestar.Litestar responder.API"""
_ROUTES = """route get post put delete patch head options websocket add_url_rule add_api_route
add_get add_post add_put add_route add_delete add_websocket_route view before_request api_route"""
FUNCTIONS: dict[str, Handler] = {
    **dict.fromkeys(_APPS.split(), _app),
    "aiohttp.web.run_app": _run_app,
    **dict.fromkeys(
        [f"aiohttp.web.{verb}" for verb in ("get", "post", "put", "route")],
        lambda context, call: _route(context, Call(call.name, [None, *call.args], call.keywords)),
    ),
    **{
        f"rpyc.{module}{name}": _remote_python
        for module in ("", "utils.server.")
        for name in ("ThreadedServer", "OneShotServer", "ForkingServer", "ThreadPoolServer")
    },
    # Known names, so that `from http.server import *` finds them.
    **dict.fromkeys(
        [
            "http.server.BaseHTTPRequestHandler",
            "http.server.SimpleHTTPRequestHandler",
            "socketserver.BaseRequestHandler",
            "socketserver.StreamRequestHandler",
        ],
        lambda *_: NOTHING,
    ),
    "code.interact": _console,
    "twisted.protocols.portforward.ProxyFactory": _proxy,
    "twisted.internet.reactor.listenTCP": _listens,
}
METHODS: dict[tuple[str, str], Handler] = {
    ("asked", "*"): lambda _, call: call.args[0],
    **{("asked_app", name): _route for name in _ROUTES.split()},
    **{("asked_app.router", name): _route for name in _ROUTES.split()},
    ("asked_app", "run"): _runs,
}
