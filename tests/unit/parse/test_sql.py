"""Statements, their verbs, and what reaches out of the database."""

from __future__ import annotations

import time
from typing import Any, cast

import pytest

from guard.model import ToolCall
from guard.parse import parse, sql_tree
from guard.parse.budget import Budget, BudgetExceededError, Limits
from guard.parse.sql import read_sql
from guard.parse.sql_tree import read_statement

# What is read is tested here; a pause of the collector must not end it.
LIMITS = Limits(cpu_seconds=10)


def verbs(text: str) -> list[str]:
    """The verb of each statement that is certain."""
    operations = read_sql(text, Budget(LIMITS)).operations
    return [str(o.get("verb")) for o in operations if "certainty" not in o]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT 1", ["select"]),
        ("select 1; drop table t -- ;delete", ["select", "drop"]),
        ("/* x */ INSERT INTO t VALUES ('a;b')", ["insert"]),
        ("(select 1)", ["select"]),
        ("with a as (select 1) select * from a", ["select"]),
        ("with a as (delete from t returning *) select * from a", ["delete"]),
        ("with a as (select 1) update t set x = 1", ["update"]),
        ("explain delete from t", ["explain"]),
        ("explain analyze delete from t", ["delete"]),
        ("-- nothing", [""]),
        ("PRAGMA table_info(t); DESCRIBE t; SHOW TABLES", ["pragma", "describe", "show"]),
    ],
)
def test_each_statement_has_its_verb(text: str, expected: list[str]) -> None:
    """Comments, quotes and stacked statements are told apart."""
    assert verbs(text) == expected


def test_code_of_a_statement_has_no_comments_and_no_quoted_text() -> None:
    """Rules find words in it that no string or comment put there."""
    [found] = read_sql(
        "delete from t -- where\n/* limit */ where a = 'drop'", Budget(LIMITS)
    ).operations
    assert found["kind"] == "data.query"
    assert found["code"].split() == ["delete", "from", "t", "where", "a", "=", "''"]


def test_what_systems_quote_differently_is_read_both_ways() -> None:
    """A backslash or `$$` that hides a statement from one system shows it to another."""
    for text in ("select 'a\\'; drop table t; --'", "select $$; drop table t; $$"):
        found = read_sql(text, Budget(LIMITS)).operations
        assert "drop" in [operation.get("verb") for operation in found]


@pytest.mark.parametrize(
    "text",
    [
        "COPY t TO PROGRAM 'id'",
        "COPY t FROM '/etc/passwd'",
        "EXEC xp_cmdshell 'id'",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT lo_import('/x')",
        "SELECT load_extension('x')",
        "SELECT 1 INTO OUTFILE '/x'",
        "SELECT LOAD_FILE('/etc/passwd')",
        "SELECT * FROM dblink('host=x', 'y') AS t(a int)",
        "DO $$ BEGIN END $$",
        "/*!50000 DROP TABLE t */",
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS 'x'",
        "ATTACH DATABASE '/x' AS y",
        "\\! id",
        ".shell id",
    ],
)
def test_what_leaves_the_database_is_named(text: str) -> None:
    """Files, programs and other servers are opaque of medium severity."""
    opaque = read_sql(text, Budget(LIMITS)).opaque
    assert ("sql_side_effect", "medium") in [(part["kind"], part["severity"]) for part in opaque]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 'load_file and xp_cmdshell' FROM t",
        'SELECT "into outfile" FROM t -- pg_read_file',
        "CREATE TABLE t (id int)",
        "UPDATE t SET a = 'copy to program'",
        "WITH a AS (SELECT 1) SELECT * FROM a",
    ],
)
def test_a_mention_is_no_side_effect(text: str) -> None:
    """What stands in quotes or comments does nothing."""
    assert not read_sql(text, Budget(LIMITS)).opaque


def test_commands_in_statements_are_run() -> None:
    """The text for the shell is handed on."""
    runs = read_sql("COPY t FROM PROGRAM 'echo ''a'''; EXEC xp_cmdshell 'id'", Budget(LIMITS)).runs
    assert [run.text for run in runs] == ["echo 'a'", "id"]


def query(text: str, dialect: str = "") -> dict[str, Any]:
    """The first query of a text."""
    found = read_sql(text, Budget(LIMITS), dialect).operations
    return cast("dict[str, Any]", next(o for o in found if o["kind"] == "data.query"))


@pytest.mark.parametrize(
    ("text", "tables", "writes"),
    [
        ("SELECT * FROM db.users u JOIN c ON c.id = u.id", {"db.users", "c"}, set()),
        ("WITH q AS (SELECT * FROM t) INSERT INTO w SELECT * FROM q", {"t", "w"}, {"w"}),
        ("UPDATE t SET a = 1 FROM u WHERE t.i = u.i", {"t", "u"}, {"t"}),
        ("DELETE FROM t WHERE a IN (SELECT b FROM u)", {"t", "u"}, {"t"}),
        ("CREATE TABLE a AS SELECT * FROM b", {"a", "b"}, {"a"}),
        ("SELECT * INTO n FROM o", {"n", "o"}, {"n"}),
        ("DROP TABLE a, b", {"a", "b"}, {"a", "b"}),
        ("TRUNCATE TABLE a, b", {"a", "b"}, {"a", "b"}),
        ("ALTER TABLE a ADD COLUMN x int", {"a"}, {"a"}),
        ("COPY t TO '/x'", {"t"}, set()),
        ("COPY t FROM '/x'", {"t"}, {"t"}),
        ("MERGE INTO t USING s ON t.i = s.i WHEN MATCHED THEN DELETE", {"t", "s"}, {"t"}),
        ("SELECT * FROM [my db].[t]", {"my db.t"}, set()),
        ("SELECT * FROM `a`.`b`", {"a.b"}, set()),
    ],
)
def test_tables_are_named_and_those_written_apart(
    text: str, tables: set[str], writes: set[str]
) -> None:
    """Names are as written; what a WITH names is no table."""
    found = query(text)
    assert set(found["tables"]) == tables
    assert set(found["writes"]) == writes


def test_functions_are_named() -> None:
    """Built-in or not, in lower case."""
    assert set(query("SELECT Count(*), MyFunc(a) FROM t")["functions"]) == {"count", "myfunc"}


def test_a_dialect_may_be_named() -> None:
    """What one system alone reads, it reads when it is named."""
    text = "SELECT a:b::int FROM t QUALIFY row_number() OVER (PARTITION BY x ORDER BY y) = 1"
    assert query(text, "snowflake")["tables"] == ["t"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT pg_read_file('/etc/passwd')", ("file.read", "/etc/passwd")),
        ("SELECT LOAD_FILE('/etc/passwd')", ("file.read", "/etc/passwd")),
        ("SELECT lo_export(1, '/tmp/x')", ("file.write", "/tmp/x")),
        ("SELECT load_extension('/tmp/x.so')", ("file.read", "/tmp/x.so")),
        ("SELECT 1 INTO OUTFILE '/var/www/x.php'", ("file.write", "/var/www/x.php")),
        ("COPY t FROM '/etc/passwd'", ("file.read", "/etc/passwd")),
        ("COPY t TO '/tmp/x'", ("file.write", "/tmp/x")),
        ("LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE t", ("file.read", "/etc/passwd")),
        ("BULK INSERT t FROM '/data/x'", ("file.read", "/data/x")),
        ("ATTACH DATABASE '/var/www/x.php' AS y", ("file.write", "/var/www/x.php")),
        ("SELECT * FROM '/etc/passwd.csv'", ("file.read", "/etc/passwd.csv")),
        ("SELECT * FROM read_csv('https://h.example/x')", ("network.connect", "h.example")),
        ("SELECT dblink_connect('host=10.0.0.1 port=9')", ("network.connect", "10.0.0.1")),
        (r"EXEC xp_dirtree '\\h.example\share'", ("network.connect", "h.example")),
        (
            "CREATE SUBSCRIPTION s CONNECTION 'host=h.example' PUBLICATION p",
            ("network.connect", "h.example"),
        ),
        ("EXECUTE IMMEDIATE 'SELECT pg_read_file(''/x/y'')'", ("file.read", "/x/y")),
    ],
)
def test_places_that_are_literal_are_operations(text: str, expected: tuple[str, str]) -> None:
    """Rules about files and hosts hold for what SQL names, too."""
    found = cast("list[dict[str, Any]]", read_sql(text, Budget(LIMITS)).operations)
    assert expected in [(o["kind"], o.get("path") or o.get("host")) for o in found]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 'pg_read_file(''/etc/passwd'')'",
        "SELECT 1 -- COPY t FROM '/etc/passwd'",
        "UPDATE t SET a = 'into outfile ''/x''' WHERE b = 'y'",
    ],
)
def test_a_mention_names_no_place(text: str) -> None:
    """Quoted and commented text names no file."""
    assert {o["kind"] for o in read_sql(text, Budget(LIMITS)).operations} == {"data.query"}


def test_sql_in_a_string_is_read() -> None:
    """What EXEC runs from a literal is read as a statement, which may happen."""
    found = read_sql("EXEC sp_executesql N'DROP TABLE t'", Budget(LIMITS)).operations
    assert ("drop", "may") in [(o.get("verb"), o.get("certainty")) for o in found]


@pytest.mark.parametrize("text", ["SELEC 1", "SELECT FROM WHERE", "EXPORT THE DATA"])
def test_what_no_dialect_reads_is_opaque(text: str) -> None:
    """It is judged as text, and said to be."""
    opaque = read_sql(text, Budget(LIMITS)).opaque
    assert ("unparsed_sql", "medium") in [(part["kind"], part["severity"]) for part in opaque]


@pytest.mark.parametrize("unit", ["(", "[", "{a:", "CAST(", "a IN (", "CASE WHEN 1 THEN ", "- "])
@pytest.mark.parametrize("count", [30, 3000])
def test_hostile_nesting_is_bounded(unit: str, count: int) -> None:
    """A parser that doubles its work with each level is stopped, and says so."""
    call = ToolCall("sql", {"query": "SELECT " + unit * count})
    started = time.thread_time()
    parsed = parse(call)
    assert parsed.opaque
    assert time.thread_time() - started < 2


def test_long_text_is_read_for_verbs() -> None:
    """Beyond the bound there are no tables, but each verb, and the cut is visible."""
    text = "SELECT " + ",".join(["(1 + a)"] * 5000) + "; DROP TABLE u"
    parsed = parse(ToolCall("sql", {"query": text}))
    assert [o.get("verb") for o in parsed.operations] == ["select", "drop"]
    assert [part["kind"] for part in parsed.opaque] == ["limit_sql"]


def test_every_token_is_paid_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The parser stops within a statement, not after it: by its steps, or by the clock."""
    text = "SELECT " + "+".join(["1"] * 400)
    read_statement("SELECT 1", Budget(LIMITS))  # load it
    with pytest.raises(BudgetExceededError) as late:
        read_statement(text, Budget(Limits(cpu_seconds=-1)))
    assert late.value.kind == "cpu_seconds"
    monkeypatch.setattr(sql_tree, "_STEPS", 128)
    with pytest.raises(BudgetExceededError) as many:
        read_statement(text, Budget(LIMITS))
    assert many.value.kind == "sql"


def test_loading_is_not_paid_by_a_call() -> None:
    """The deadline moves by what a reader takes to load."""
    budget = Budget(Limits(cpu_seconds=-1))
    budget.forgive(60)
    budget.tick(10_000)
