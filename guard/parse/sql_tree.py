"""One SQL statement as a tree: which tables it names and writes, which functions it calls.

The only user of sqlglot, which loads with the first statement. Where it cannot read a
statement nothing is guessed: the scanner in `guard.parse.sql` has read it as text.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from guard.parse.budget import Budget, BudgetExceededError
from guard.parse.sql_places import reaches

__all__ = ["DIALECTS", "MAX_TEXT", "Statement", "read_statement"]

# Tried in this order where the tool's table names no dialect; "" is sqlglot's own mixture.
DIALECTS = ("", "postgres", "mysql", "sqlite", "tsql")
# Trees of more characters cost more than a call may, all its statements together; the scanner
# still reads them.
MAX_TEXT = 12_288
_MAX_SEVERAL = 2_048  # the same, for a text that is read in every dialect
_ITEMS = 64  # names that one statement lists
_STEPS = 60_000  # tokens that the parser may look at, going back included
# Texts that systems read differently: they are read in every dialect.
_AMBIGUOUS = frozenset('\\#$`["{@')
# A quoted name in the place of a table that is a file to DuckDB, ClickHouse or Spark.
_PLACES = ("/", "./", "../", "~/", "file:", "http:", "https:", "s3:", "gs:", "hdfs:")
_FILES = (".csv", ".parquet", ".json", ".jsonl", ".tsv", ".gz", ".txt", ".db")


@dataclass(slots=True)
class Statement:
    """What the tree of a statement says. Names as written, without their quotes."""

    tables: list[str] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)
    functions: list[str] = field(default_factory=list)  # lower case
    # Of functions that reach out: the name, and its arguments that are plain strings, in order.
    calls: list[tuple[str, list[str]]] = field(default_factory=list)
    # Strings that stand in the place of a table: `FROM '/etc/passwd'`.
    paths: list[str] = field(default_factory=list)


class _TooLongError(Exception):
    """The parser has looked at more tokens than it may."""


def read_statement(
    text: str, budget: Budget, dialect: str = "", *, like: str = ""
) -> Statement | None:
    """Return what one statement names, in every dialect that can read it; None if none can.

    `like` is the statement that `text` is a shorter form of.

    Raises:
        BudgetExceededError: the parser went back and forth too often, or nests too deeply.
    """
    started = time.thread_time()
    loaded = _parsers.cache_info().currsize
    parsers = _parsers()
    if not loaded:
        budget.forgive(time.thread_time() - started)
    whole = like or text
    several = not dialect and len(whole) <= _MAX_SEVERAL and not _AMBIGUOUS.isdisjoint(whole)
    found: Statement | None = None
    for name in (dialect,) if dialect else DIALECTS:
        budget.tick(64)
        trees = _parse(text, parsers, name, budget)
        if trees is None:
            continue
        found = found or Statement()
        for tree in trees:
            _collect(tree, found, budget)
        if not several:
            break
    return found


def _parse(text: str, parsers: dict[str, Any], name: str, budget: Budget) -> list[Any] | None:
    """The trees of a text, or None where the dialect cannot read it whole."""
    from sqlglot import exp

    tokenize, parser = parsers.get(name) or _parser(name)
    try:
        trees = parser(budget).parse(tokenize(text), text)
    except _TooLongError:
        raise BudgetExceededError("sql", "its SQL can be read in too many ways") from None
    except RecursionError:
        raise BudgetExceededError("depth", "its SQL is nested too deeply") from None
    except (BudgetExceededError, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - what a hostile text makes of a parser is anyone's guess
        return None
    found = [tree for tree in trees if tree is not None]
    if not found or any(isinstance(tree, exp.Command) for tree in found):
        return None
    return found


@cache
def _parsers() -> dict[str, Any]:
    """Tokenizer and parser of each dialect that is tried; loads sqlglot."""
    import logging

    logging.getLogger("sqlglot").setLevel(logging.ERROR)  # falling back is no news here
    return {name: _parser(name) for name in DIALECTS}


@cache
def _parser(name: str) -> tuple[Any, Any]:
    """Tokenizer and parser of a dialect; the parser counts its steps.

    INVARIANT: hostile input costs bounded time. sqlglot tries one reading after another,
    which doubles with each parenthesis; every token it looks at is paid from the budget.
    """
    from sqlglot import Dialect
    from sqlglot.errors import ErrorLevel

    chosen = Dialect.get_or_raise(name)

    class Counted(chosen.parser_class):  # type: ignore[name-defined,misc]
        def _advance(self, times: int = 1) -> None:
            self.steps_left -= 1
            if not self.steps_left & 63:
                self.paid_by.tick(64)
                if self.steps_left <= 0:
                    raise _TooLongError
            super()._advance(times)

    def make(budget: Budget) -> Any:
        parser = Counted(dialect=chosen, error_level=ErrorLevel.IMMEDIATE)
        parser.steps_left, parser.paid_by = _STEPS, budget
        return parser

    return chosen.tokenize, make


def _collect(tree: Any, found: Statement, budget: Budget) -> None:
    from sqlglot import exp

    walked = list(tree.walk())
    hidden = {node.alias.lower() for node in walked if isinstance(node, exp.CTE)}
    for node in walked:
        budget.tick()
        if isinstance(node, exp.Table):
            _table(node, hidden, found)
        elif isinstance(node, exp.Func):
            _function(node, found)
        elif isinstance(node, _writing()) or (isinstance(node, exp.Copy) and node.args["kind"]):
            _writes(node.this, found)
        elif isinstance(node, exp.Drop | exp.TruncateTable):
            for target in node.find_all(exp.Table):
                _writes(target, found)
        elif isinstance(node, exp.Execute):
            name = _name(node.this).lower()
            _add(found.functions, name)
            strings = [item.this for item in node.find_all(exp.Literal) if item.is_string]
            found.calls.append((name.rpartition(".")[2], strings))


@cache
def _writing() -> tuple[Any, ...]:
    """Statements that change the table they begin with. (`COPY t FROM` has its own mark.)"""
    from sqlglot import exp

    return (exp.Into, exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Create, exp.Alter)


def _table(node: Any, hidden: set[str], found: Statement) -> None:
    from sqlglot import exp

    if isinstance(node.this, exp.Func) or isinstance(node.parent, exp.Execute):
        return
    name = _name(node)
    if name.startswith(_PLACES) or (name.endswith(_FILES) and node.this.args.get("quoted")):
        _add(found.paths, name)
    elif name and (name.lower() not in hidden or "." in name):
        _add(found.tables, name)


def _writes(target: Any, found: Statement) -> None:
    from sqlglot import exp

    if isinstance(target, exp.Schema | exp.Subquery | exp.UserDefinedFunction):
        target = target.this
    if isinstance(target, exp.Table):
        _add(found.writes, _name(target))


def _name(node: Any) -> str:
    return ".".join(part.name for part in getattr(node, "parts", ()) or (node,) if part.name)


def _function(node: Any, found: Statement) -> None:
    from sqlglot import exp

    if isinstance(node, exp.And | exp.Or | exp.Case | exp.Cast | exp.Exists):
        return
    anonymous = isinstance(node, exp.Anonymous)
    name = str(node.this if anonymous else node.sql_name()).lower()
    _add(found.functions, name)
    strings = [item.this for item in _strings(node)]
    if strings and reaches(name):  # all of them: one more than a bound would be one not seen
        found.calls.append((name, strings))


def _strings(node: Any) -> Iterator[Any]:
    from sqlglot import exp

    for value in node.iter_expressions():
        if isinstance(value, exp.Literal | exp.National) and isinstance(value.this, str):
            yield value


def _add(names: list[str], name: str) -> None:
    if name and name not in names and len(names) < _ITEMS:
        names.append(name)
