"""Statements, their verbs, and what reaches out of the database."""

from __future__ import annotations

import pytest

from guard.parse.budget import Budget
from guard.parse.sql import read_sql


def verbs(text: str) -> list[str]:
    """The verb of each statement that is certain."""
    operations = read_sql(text, Budget()).operations
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


def test_what_systems_quote_differently_is_read_both_ways() -> None:
    """A backslash or `$$` that hides a statement from one system shows it to another."""
    for text in ("select 'a\\'; drop table t; --'", "select $$; drop table t; $$"):
        found = read_sql(text, Budget()).operations
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
    opaque = read_sql(text, Budget()).opaque
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
    assert not read_sql(text, Budget()).opaque


def test_commands_in_statements_are_run() -> None:
    """The text for the shell is handed on."""
    runs = read_sql("COPY t FROM PROGRAM 'echo ''a'''; EXEC xp_cmdshell 'id'", Budget()).runs
    assert [run.text for run in runs] == ["echo 'a'", "id"]
