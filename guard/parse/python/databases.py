"""Python libraries that talk to databases: their statements are read as those of a client.

`cursor.execute("DROP TABLE t")` is a `data.query`, whatever library the cursor is from. On a
thing that nobody knows, only a text that begins as SQL does counts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from guard.parse.python.files import read
from guard.parse.python.launch import command_text, program
from guard.parse.python.likely import likely_command
from guard.parse.python.values import (
    NOTHING,
    Call,
    Handler,
    Object,
    Value,
    alternatives,
    text_of,
)
from guard.parse.reading import UNKNOWN, Run

if TYPE_CHECKING:
    from guard.parse.python.context import Context

__all__ = ["FUNCTIONS", "METHODS"]

_BEGINS = re.compile(
    r"\s*(?:--[^\n]*\n\s*)*(?:select\s|(?:insert|replace|merge)\s+into\b|update\s+\S+\s+set\b"
    r"|delete\s+from\b|with\s+\w+.*\bas\s*\(|truncate\s+\S+\s*;?\s*$|(?:drop|create|alter|truncate)\s"
    r"+(?:or\s+replace\s+|temp\w*\s+|unique\s+|materialized\s+|external\s+)*(?:table|database"
    r"|schema|view|index|role|user|function|procedure|trigger|extension|type|sequence|keyspace"
    r"|policy|server|system|event)\b|(?:grant|revoke)\s.*\b(?:to|from)\b|copy\s.*\b(?:to|from)\b"
    r"|do\s*\$|attach\s|pragma\s|explain\s+select)",
    re.IGNORECASE | re.DOTALL,
)
# What the libraries put in the place of a parameter: `%s`, `%(name)s`.
_PARAMETER = re.compile(r"%(?:\(\w+\))?s")
_EXECUTES = "execute executemany executescript exec_driver_sql fetchrow fetchval sql read_sql"
_IN_MEMORY = (":memory:", "file::memory:")


def _statement(context: Context, value: Value, *, certain: bool) -> bool:
    """Read a text as SQL; `certain`: it can be nothing else. False: it is no SQL."""
    found = False
    for one in alternatives(value):
        if isinstance(one, Object) and one.kind == "statement":
            one = one.fields["text"]  # noqa: PLW2901
        text = command_text(one)
        if text is None or not text.strip(UNKNOWN + " \t\n;"):
            if certain:
                context.hide("unread_sql", "low", "a statement for a database is not known")
            continue
        if not certain and not _BEGINS.match(text):
            continue
        found = True
        if UNKNOWN in text:
            context.hide("unread_sql", "low", "a statement for a database is known only in part")
            text = text.replace(UNKNOWN, "_unknown_")
        text = _PARAMETER.sub("?", text)
        if (key := f"sql {text}") not in context.seen:
            context.seen.add(key)
            context.budget.command()
            certainty = "may" if context.may else "must"
            context.reading.runs.append(
                Run("python", text=text, language="sql", certainty=certainty)  # type: ignore[arg-type]
            )
    return found


def _execute(context: Context, call: Call) -> Value:
    """`execute(statement, ...)` of a connection, a cursor, an engine, a session."""
    owner = call.args[0]
    known = isinstance(owner, Object) and owner.kind in ("database", "client")
    given = call.get(1, "sql", "query", "statement", "operation")
    if not _statement(context, given, certain=known) and not known:
        rest = Call(call.name, call.args[1:], call.keywords, call.node)
        likely_command(context, call.name, rest)
        context.escape(rest)
    return owner if known else NOTHING


def _read_sql(context: Context, call: Call) -> Value:
    """`pandas.read_sql(statement, connection)`, `duckdb.sql(statement)`."""
    _statement(context, call.get(0, "sql", "query", "statement"), certain=False)
    return NOTHING


def _text(_context: Context, call: Call) -> Value:
    return Object("statement", {"text": call.get(0, "text")})


def _opened(context: Context, call: Call) -> Value:
    """`sqlite3.connect(path)`, `duckdb.connect(path)`: the database is a file."""
    path = call.get(0, "database", default=":memory:")
    if not text_of(path).startswith(_IN_MEMORY):
        read(context, path)
    return Object("database")


def _same(_context: Context, call: Call) -> Value:
    return call.args[0]


def _other(context: Context, call: Call) -> Value:
    rest = Call(call.name, call.args[1:], call.keywords, call.node)
    context.escape(rest)
    return NOTHING


def _said(*words: str) -> Handler:
    """The command of a client that does the same."""

    def say(context: Context, _call: Call) -> Value:
        program(context, list(words), "python")
        return NOTHING

    return say


def _drops_collection(context: Context, call: Call) -> Value:
    """`db.drop_collection("name")` of pymongo."""
    program(context, ["mongosh", "--eval", f"db.{call.text(1, 'name')}.drop()"], "pymongo")
    return NOTHING


def _redis(context: Context, call: Call) -> Value:
    """`client.execute_command("FLUSHALL")`, `client.config_set(name, value)` of redis."""
    words = [text_of(one) for one in call.args[1:]]
    if call.name == "config_set":
        words = ["CONFIG", "SET", *words]
    if words and words[0].split()[:1]:
        program(context, ["redis-cli", *words[0].split(), *words[1:]], "redis")
    return NOTHING


def _search(context: Context, call: Call) -> Value:
    """`client.indices.delete(index="*")`, `client.delete_by_query(index=...)`."""
    index = call.text(1, "index")
    host = call.args[0].fields.get("host")
    place = host.rstrip("/") if isinstance(host, str) else "http://localhost:9200"
    if call.name == "delete":
        words = ["curl", "-X", "DELETE", f"{place}/{index}"]
    else:
        words = ["curl", "-X", "POST", f"{place}/{index}/_delete_by_query"]
    program(context, words, "elasticsearch")
    return NOTHING


def _searcher(_context: Context, call: Call) -> Value:
    host = call.get(0, "hosts", default=None)
    if isinstance(host, list) and host:
        host = host[0]
    return Object("searcher", {"host": host if isinstance(host, str) else None})


_CONNECTS = """sqlalchemy.create_engine sqlalchemy.ext.asyncio.create_async_engine
sqlalchemy.orm.Session sqlalchemy.orm.sessionmaker asyncpg.connect asyncpg.create_pool
mysql.connector.connect snowflake.connector.connect pyodbc.connect oracledb.connect
cx_Oracle.connect pymssql.connect clickhouse_driver.Client clickhouse_connect.get_client
trino.dbapi.connect
google.cloud.bigquery.Client cassandra.cluster.Cluster databases.Database psycopg.AsyncConnection
psycopg.AsyncConnection.connect psycopg_pool.ConnectionPool psycopg2.pool.SimpleConnectionPool
aiomysql.connect aiosqlite.connect_url records.Database"""

FUNCTIONS: dict[str, Handler] = {
    **dict.fromkeys(_CONNECTS.split(), lambda *_: Object("database")),
    **dict.fromkeys(["sqlite3.connect", "aiosqlite.connect", "duckdb.connect"], _opened),
    **dict.fromkeys(["sqlalchemy.text", "sqlalchemy.sql.text", "sqlalchemy.DDL"], _text),
    **dict.fromkeys(
        [
            "pandas.read_sql",
            "pandas.read_sql_query",
            "pandas.io.sql.read_sql",
            "polars.read_database",
            "duckdb.sql",
            "duckdb.query",
            "duckdb.execute",
        ],
        _read_sql,
    ),
    **dict.fromkeys(
        [
            "elasticsearch.Elasticsearch",
            "opensearchpy.OpenSearch",
            "elasticsearch.AsyncElasticsearch",
        ],
        _searcher,
    ),
}
METHODS: dict[tuple[str, str], Handler] = {
    **{("database", name): _execute for name in [*_EXECUTES.split(), "query", "fetch", "command"]},
    **{("client", name): _execute for name in _EXECUTES.split()},
    **{("*", name): _execute for name in _EXECUTES.split()},
    **{
        (kind, name): _same
        for kind in ("database", "client")
        for name in (
            *("cursor", "connect", "begin", "raw_connection", "acquire", "getconn", "__enter__"),
            *(
                "__aenter__",
                "__call__",
                "execution_options",
                "connection",
                "session",
                "transaction",
            ),
        )
    },
    ("database", "*"): _other,
    ("client", "flushall"): _said("redis-cli", "FLUSHALL"),
    ("client", "flushdb"): _said("redis-cli", "FLUSHDB"),
    ("client", "drop_database"): _said("mongosh", "--eval", "db.dropDatabase()"),
    ("client", "execute_command"): _redis,
    ("client", "config_set"): _redis,
    ("*", "drop_database"): _said("mongosh", "--eval", "db.dropDatabase()"),
    ("*", "drop_collection"): _drops_collection,
    **{("searcher", name): lambda _, call: call.args[0] for name in ("__enter__", "options")},
    ("searcher.indices", "delete"): _search,
    ("searcher", "delete_by_query"): _search,
}
