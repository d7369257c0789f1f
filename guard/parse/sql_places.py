"""Where SQL reaches out of the database: files, programs and servers that it names.

Facts only, from the manuals of PostgreSQL, MySQL, SQLite, DuckDB and SQL Server. Paths
and hosts are those of the machine on which the database runs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from guard.operations import FileRead, FileWrite, NetworkConnect, Operation
from guard.parse.addresses import file_path, find_urls, normalise_host, split_host
from guard.parse.paths import normalise
from guard.parse.reading import UNKNOWN

__all__ = ["called", "named", "reaches"]

_READS_NAMES = """
    pg_read_file pg_read_binary_file pg_ls_dir pg_stat_file lo_import load_file readfile
    load_extension xp_fileexist xp_dirtree read_text read_blob read_csv read_csv_auto
    read_parquet parquet_scan read_json read_json_auto read_ndjson glob sniff_csv
    sqlite_scan sqlite_attach bfilename fileio_read_text"""
_READS = frozenset(_READS_NAMES.split())
_WRITES_NAMES = "pg_file_write lo_export writefile utl_file.fopen xp_create_subdir"
_WRITES = frozenset(_WRITES_NAMES.split())
_CONNECTS_NAMES = """dblink dblink_connect dblink_connect_u dblink_exec dblink_send_query openrowset
    opendatasource postgres_scan mysql_scan postgres_attach utl_http.request httpuritype
    utl_tcp.open_connection utl_inaddr.get_host_address http_get http_post url remote
    mysql_query"""
_CONNECTS = frozenset(_CONNECTS_NAMES.split())
# As sqlglot writes those that it knows.
_PLAIN = frozenset({"readcsv", "readparquet", "parquetscan"})
# Literal paths in clauses; `path` is the second quoted text's content. Read on the text of
# a statement whose code, quotes emptied, holds the clause as well.
_QUOTED = r"\s*(?:[eEnN])?'(?P<path>(?:[^']|'')*)'"
_CLAUSES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("write", re.compile(r"\binto\s+(?:outfile|dumpfile)" + _QUOTED, re.IGNORECASE)),
    ("read", re.compile(r"\bload\s+(?:data|xml)\b[^']{0,80}?\binfile" + _QUOTED, re.IGNORECASE)),
    ("read", re.compile(r"\bbulk\s+insert\b[^']{0,200}?\bfrom" + _QUOTED, re.IGNORECASE)),
    ("read", re.compile(r"\bbulk" + _QUOTED, re.IGNORECASE)),
    ("write", re.compile(r"\bbackup\b[^']{0,200}?\bdisk\s*=" + _QUOTED, re.IGNORECASE)),
    ("write", re.compile(r"\bvacuum\b[^']{0,80}?\binto" + _QUOTED, re.IGNORECASE)),
    ("write", re.compile(r"\bexport\s+database" + _QUOTED, re.IGNORECASE)),
    ("read", re.compile(r"\bimport\s+database" + _QUOTED, re.IGNORECASE)),
    ("read", re.compile(r"\b(?:load|install)" + _QUOTED, re.IGNORECASE)),
    ("attach", re.compile(r"\battach\b(?:\s+database)?" + _QUOTED, re.IGNORECASE)),
    ("server", re.compile(r"\b(?:connection|options\s*\([^)]{0,80}?\bhost)" + _QUOTED, re.I)),
)
_COPY = re.compile(r"\b(?P<way>from|to)" + _QUOTED, re.IGNORECASE)
_CONNINFO = re.compile(
    r"\b(?P<key>host|hostaddr|server|data source|port)\s*=\s*'?(?P<value>[^\s;']+)", re.I
)


def reaches(name: str) -> bool:
    """True for a function, in lower case, that touches what its arguments name."""
    return name in _WRITES or name in _READS or name in _CONNECTS or _plain(name) in _PLAIN


def _plain(name: str) -> str:
    return name.replace("_", "")


def called(name: str, strings: Sequence[str]) -> list[Operation]:
    """Return what a call of a function with these literal arguments touches."""
    found: list[Operation] = []
    if name in _WRITES:
        for text in strings[-1:] if name == "lo_export" else strings[:1]:
            found += _file(text, write=True)
    elif name in _READS or _plain(name) in _PLAIN:
        for text in strings:
            found += _file(text, write=False)
    elif name in _CONNECTS:
        for text in strings:
            found += _server(text)
    return found


def named(verb: str, written: str, code: str) -> list[Operation]:
    """Return the files and servers that clauses of a statement name.

    `code` is the statement with comments gone and quotes emptied.
    """
    found: list[Operation] = []
    if "''" not in code:
        return found
    for kind, pattern in _CLAUSES:
        for match in pattern.finditer(written) if pattern.search(code) else ():
            text = match["path"].replace("''", "'")
            if kind == "server":
                found += _server(text)
            else:
                found += _file(text, write=kind in ("write", "attach"))
                if kind == "attach":
                    found += _file(text, write=False)
    if verb == "copy" and _COPY.search(code):
        for match in _COPY.finditer(written):
            found += _file(match["path"].replace("''", "'"), write=match["way"].lower() == "to")
    return found


def _file(text: str, *, write: bool) -> list[Operation]:
    """A path, or what stands for one: a URL, or a share of another machine."""
    if not text or text == ":memory:":
        return []
    if text.startswith(("\\\\", "//")):
        host = normalise_host(re.split(r"[\\/]", text.lstrip("\\/"), maxsplit=1)[0])
        return [_connect("smb", host, 445)]
    if "://" in text and not text.startswith("file:"):
        return _server(text)
    if text.startswith("file:"):
        text = file_path(text)
    if write:
        written: FileWrite = {"kind": "file.write", "program": "sql", "path": normalise(text)}
        return [written]
    read: FileRead = {"kind": "file.read", "program": "sql", "path": normalise(text)}
    return [read]


def _server(text: str) -> list[Operation]:
    urls = find_urls(text)
    if urls:
        return [_connect(url.scheme, url.host or UNKNOWN, url.port, url.text) for url in urls]
    keys = {match["key"].lower(): match["value"] for match in _CONNINFO.finditer(text)}
    host = next((keys[k] for k in ("hostaddr", "host", "server", "data source") if k in keys), "")
    if not host:
        return []
    host, port = split_host(host.replace(",", ":").removeprefix("tcp:"))
    written = keys.get("port", "")
    number = int(written) if written.isdigit() and len(written) < 6 else port
    return [_connect("tcp", host, number)]


def _connect(protocol: str, host: str, port: int | None, url: str = "") -> NetworkConnect:
    operation: NetworkConnect = {
        "kind": "network.connect",
        "program": "sql",
        "protocol": protocol,
        "host": host,
        "port": port,
    }
    if url:
        operation["url"] = url
    return operation
