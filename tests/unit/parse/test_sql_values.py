"""Rows of INSERT: what is left of them names what the whole names, and dumps are read whole."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guard.operations import Operation
from guard.parse.budget import Budget, Limits
from guard.parse.sql import read_sql
from guard.parse.sql_tree import read_statement
from guard.parse.sql_values import shape, shortened

LIMITS = Limits(cpu_seconds=30)

TEXTS = st.text("ab';()-#$` ,\n", max_size=8).map(lambda text: text.replace("'", "''"))
LITERALS = st.one_of(
    TEXTS.map(lambda text: f"'{text}'"),
    st.sampled_from(
        ["1", "-2.5e3", "NULL", "true", "DEFAULT", "N'x'", "1.5.2", "a", '"a"', "1 + 1"]
    ),
)
CALLS = st.sampled_from(
    ["now()", "upper('x')", "load_file('/etc/x')", "f(g(1))", "lower( 'a' , 1)"]
)
ROWS = st.lists(LITERALS | CALLS, min_size=1, max_size=4).map(lambda row: f"({', '.join(row)})")
HEADS = st.sampled_from(
    [
        "INSERT INTO t VALUES ",
        "insert into a.b (c, d)\nvalues",
        'INSERT INTO "a b" ("values (") VALUES ',
        "REPLACE INTO `x` VALUES ",
        "INSERT IGNORE INTO [my t] (a) VALUES ",
        "INSERT INTO values_of VALUES ",
        "INSERT INTO t SELECT 1 VALUES ",
    ]
)
INSERTS = st.builds(
    lambda head, rows, end: head + ", ".join(rows) + end,
    HEADS,
    st.lists(ROWS, min_size=1, max_size=4),
    st.sampled_from(["", "", " ", " ON CONFLICT DO NOTHING", " RETURNING f(1)", ","]),
)
OTHERS = st.sampled_from(
    [
        "SELECT a FROM b WHERE c = 'd;e'",
        "DELETE FROM t WHERE a = 1 -- ; x",
        "UPDATE t SET a = 'it''s' /* ; */",
        "DROP TABLE u",
        "COPY t FROM '/etc/x'",
        "PRAGMA user_version",
    ]
)


@settings(max_examples=300, deadline=None)
@given(text=INSERTS)
def test_the_shorter_form_names_the_same(text: str) -> None:
    """Tables, functions and what they reach are those of the whole statement."""
    short = shortened(text)
    whole = read_statement(text, Budget(LIMITS))
    if short is None or whole is None:
        return
    part = read_statement(short[0], Budget(LIMITS), like=text)
    assert part is not None
    assert (part.tables, part.writes, part.paths) == (whole.tables, whole.writes, whole.paths)
    assert set(part.functions) == set(whole.functions)
    assert {(n, *s) for n, s in part.calls} == {(n, *s) for n, s in whole.calls}


def _read(text: str) -> list[Operation]:
    return read_sql(text, Budget(LIMITS)).operations


@settings(max_examples=150, deadline=None)
@given(
    parts=st.lists(INSERTS.filter(lambda text: "$" not in text) | OTHERS, max_size=6, unique=True)
)
def test_statements_together_are_the_statements_alone(parts: list[str]) -> None:
    """A text of several statements does what each of them does, in order."""
    apart: list[Any] = []
    for part in parts:
        for operation in _read(part):
            if operation["kind"] == "data.query" or operation not in apart:
                apart.append(operation)
    text = "\n;\n".join(parts)
    # `#` begins a comment for some, so such texts are read twice over.
    if "#" not in text:
        assert _read(text) == apart


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO t VALUES ('a\\'), ('; DROP TABLE u; --')",
        "INSERT INTO t VALUES (1) (2)",
        "INSERT INTO t VALUES (1),",
        "INSERT INTO t VALUES ((SELECT a FROM b))",
        "INSERT INTO t SELECT a FROM b",
        "INSERT INTO t VALUES (1) RETURNING f(1)",
        "INSERT INTO t VALUES (a)",
    ],
)
def test_nothing_else_is_shortened(text: str) -> None:
    """Where rows hold more than literals and calls of them, the parser sees the whole."""
    assert shortened(text) is None


def test_a_dump_of_many_inserts_is_read_whole() -> None:
    """Nothing is left out, and each table is named."""
    rows = (f"INSERT INTO t{n % 5} (a, b) VALUES ({n}, 'name; {n}', NULL);" for n in range(1100))
    reading = read_sql("\n".join(rows), Budget(LIMITS))
    assert not reading.opaque
    assert {o["tables"][0] for o in reading.operations if o["kind"] == "data.query"} == {
        f"t{n}" for n in range(5)
    }
    assert len(reading.operations) < 100


def test_a_statement_among_many_rows_is_seen() -> None:
    """Thousands of rows hide neither a call nor the statement behind them."""
    rows = ["(1, now())"] * 2000 + ["(2, load_file('/etc/hosts'))"] + ["(3, 'x')"] * 2000
    text = "INSERT INTO t VALUES " + ", ".join(rows) + "; DROP TABLE u"
    reading = read_sql(text, Budget(LIMITS))
    assert {"kind": "file.read", "program": "sql", "path": "/etc/hosts"} in reading.operations
    assert [o.get("verb") for o in reading.operations if "verb" in o] == ["insert", "drop"]
    assert [part["kind"] for part in reading.opaque] == ["sql_side_effect"]


def test_many_calls_hide_none() -> None:
    """A function that reads a file is followed behind a hundred that do not."""
    text = "SELECT " + ", ".join(["lower('a')"] * 100) + ", pg_read_file('/etc/hosts')"
    assert "file.read" in [o["kind"] for o in read_sql(text, Budget(LIMITS)).operations]


@pytest.mark.parametrize(
    ("text", "opaque"),
    [
        ("SELECT " + "a." * 20_000 + "b", ["limit_sql"]),
        ("SET x = " + "a." * 20_000 + "b", ["limit_sql"]),
        ("INSERT INTO t VALUES " + ", ".join(["('a')"] * 9000), []),
        ("INSERT INTO t VALUES " + ", ".join(["('a')"] * 9000) + " RETURNING f(a)", ["limit_sql"]),
    ],
)
def test_policies_see_the_head_of_a_long_statement(text: str, opaque: list[str]) -> None:
    """What they look at with patterns is bounded; a cut that may hide something is said."""
    reading = read_sql(text, Budget(LIMITS))
    [operation] = [o for o in reading.operations if o["kind"] == "data.query"]
    assert len(operation["text"]) == 16_384
    assert len(operation["code"]) <= 16_384
    assert [part["kind"] for part in reading.opaque] == opaque


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("UPDATE t SET a = 'b', c=-2.5 WHERE id = 4", "update t set a = ?, c=? where id = ?"),
        ("delete from `my t` where a in (1, 'x') AND b is null", None),
        ("Delete From \"s.t\" where a <> 'it''s' and b is not null", None),
        ("DELETE FROM t", "delete from t"),
    ],
)
def test_what_is_left_without_values(text: str, left: str | None) -> None:
    """Tables and columns stay, and how they are compared."""
    found = shape(text)
    assert found is not None
    assert left is None or found == left


@pytest.mark.parametrize(
    "text",
    [
        "DELETE FROM t WHERE a = 1 OR b = 2",
        "DELETE FROM t WHERE 1 = 1",
        "DELETE FROM t WHERE a = a",
        "DELETE FROM t WHERE true",
        "DELETE FROM t WHERE a = 1 -- x",
        "DELETE FROM t WHERE a = '1 or 1=1'",
        "DELETE FROM t WHERE a = f(1)",
        "DELETE FROM t WHERE a IN (SELECT b FROM c)",
        "UPDATE t SET a = b",
        "UPDATE t SET a = load_file('/etc/x')",
        "UPDATE t SET a = 'x\\' WHERE b = 'c'",
        "UPDATE t SET a = 1 FROM u WHERE b = 2",
        "SELECT a FROM t WHERE b = 1",
        "DROP TABLE t",
    ],
)
def test_other_statements_have_no_shape(text: str) -> None:
    """Where more than a value may differ, each statement is looked at."""
    assert shape(text) is None


def test_many_changes_of_rows_hide_none_of_another_shape() -> None:
    """A thousand UPDATEs are noted sixteen times; the one that differs is noted too."""
    rows = [f"UPDATE t SET a = '{n}' WHERE id = {n}" for n in range(1200)]
    rows[900:900] = ["UPDATE t SET a = '1'", "UPDATE t SET a = '1' WHERE id = 2 OR 1 = 1"]
    reading = read_sql(";".join(rows), Budget(LIMITS))
    assert not reading.opaque
    texts = [o["text"] for o in reading.operations if o["kind"] == "data.query"]
    assert texts[16:] == rows[900:902]
    assert len(texts) == 18


@settings(max_examples=200, deadline=None)
@given(value=LITERALS | CALLS, other=LITERALS | CALLS, end=st.sampled_from(["", " OR a = 1", ")"]))
def test_statements_of_one_shape_name_the_same(value: str, other: str, end: str) -> None:
    """What the parser finds in two of them is the same, but for places that literals name."""
    texts = [f"UPDATE t SET a = {v} WHERE b = {v}{end}" for v in (value, other)]
    shapes = {shape(text) for text in texts}
    if None in shapes or len(shapes) > 1:
        return
    one, two = (read_statement(text, Budget(LIMITS)) for text in texts)
    assert one == two
