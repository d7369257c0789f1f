"""SQL: which statements are there, and do they reach out of the database?

A scanner first: it knows comments, quotes and `;`, finds each statement's verb and the
well known functions that touch files, programs or other servers, and needs no dialect.
A parser after it (`sql_tree`) adds which tables are read and written. What the scanner
found stands, whatever the parser makes of the text.
"""

from __future__ import annotations

import re
from collections import Counter

from guard.operations import DataQuery
from guard.parse.budget import Budget
from guard.parse.reading import UNKNOWN, Reading, Run
from guard.parse.sql_places import called, named
from guard.parse.sql_tree import MAX_TEXT, Statement, read_statement
from guard.parse.sql_values import shape, shortened

__all__ = ["read_sql"]

_VERBS = """select insert update delete create with show explain pragma describe desc drop alter
    truncate replace merge begin start commit rollback savepoint release end set use values
    grant revoke analyze vacuum reindex comment rename lock unlock table from pivot
    optimize refresh discard reset close fetch declare deallocate abort copy"""
_KNOWN_VERBS = frozenset(_VERBS.split())
# They have no tables, or a syntax of each system's own; a parser adds nothing to the verb.
_UNTREED_NAMES = """
    begin start commit rollback savepoint release end set use show pragma vacuum reindex
    analyze explain describe desc discard reset close fetch deallocate abort optimize refresh
    lock unlock comment declare grant revoke rename"""
_UNTREED = frozenset(_UNTREED_NAMES.split())
# Characters of a statement, and of its code, that policies see: they look at each with patterns.
_NOTED = 16_384
# Statements that differ in their values alone and are noted one by one.
_ALIKE = 16
# One pass; whatever is not matched here is code. `E'..'` and backslashes differ between
# systems: the text is read both ways where it matters.
_PLAIN = re.compile(
    r"""--[^\n]*|/\*|'[^']*(?:''[^']*)*(?:'|\Z)|"[^"]*(?:""[^"]*)*(?:"|\Z)|`[^`]*(?:`|\Z)"""
    r"""|\$[A-Za-z_]*\$|;"""
)
_ESCAPED = re.compile(
    r"""--[^\n]*|\#[^\n]*|/\*|'[^'\\]*(?:(?:\\(?:.|\Z)|'')[^'\\]*)*(?:'|\Z)"""
    r"""|"[^"\\]*(?:(?:\\(?:.|\Z)|"")[^"\\]*)*(?:"|\Z)|`[^`]*(?:`|\Z)|;""",
    re.DOTALL,
)
_WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_WRITES_IN_WITH = re.compile(r"[()]\s*(delete|update|insert|merge)\b", re.IGNORECASE)
_SIDE_EFFECTS = re.compile(
    r"""\b(?:
      xp_cmdshell | xp_dirtree | xp_fileexist | xp_reg\w+ | sp_oacreate | sp_configure
    | sp_execute_external_script | sp_start_job
    | pg_read_file | pg_read_binary_file | pg_ls_dir | pg_stat_file | pg_file_write
    | lo_import | lo_export | lo_from_bytea | load_extension | dblink\w*
    | into\s+(?:outfile|dumpfile) | load_file | load\s+data | load\s+xml
    | sys_exec | sys_eval | sys_bineval | utl_http | utl_file | utl_tcp | utl_smtp
    | dbms_scheduler | dbms_java | dbms_xslprocessor | httpuritype | java\s+source
    | openrowset | opendatasource | openquery | bulk\s+insert
    | attach\s | detach\s | install\s+\w+ | writefile | readfile | edit\s*\(
    | read_text | read_blob | read_csv\w* | read_parquet | read_json\w*
    | query_to_xml | pg_reload_conf | pg_terminate_backend | pg_execute_server_program
    | alter\s+system | set\s+global
    )""",
    re.IGNORECASE | re.VERBOSE,
)
# More of them, where the statement begins with a verb of its own.
_SIDE_EFFECTS_OF = {
    "copy": re.compile(r"\b(?:to|from)\s+(?:program\b|(?='))", re.IGNORECASE),
    "create": re.compile(
        r"\b(?:extension|language\s+'?(?:c|plpython\w*|plperlu|plsh|pltclu)\b|foreign\s+data"
        r"|server\s|subscription|definer|event\s)",
        re.IGNORECASE,
    ),
}
_CLIENT_COMMAND = re.compile(
    r"(?m)^[ \t]*(?:\\!|\\(?:copy|o|w|i|g)\b|\.(?:shell|system|load|output|once|import|read|backup"
    r"|restore|save|open|log)\b|system[ \t]+\S)"
)
_PROGRAM = re.compile(
    r"(?:\bprogram|\bxp_cmdshell|\bsys_exec\s*\(|\bsys_eval\s*\()\s*\(?\s*(?:[eEnN])?'((?:[^']|'')*)'",
    re.IGNORECASE,
)
# SQL in a string of its own, which runs: EXECUTE IMMEDIATE, EXEC(..), sp_executesql, PREPARE.
_DYNAMIC = re.compile(
    r"(?:\bexecute\s+immediate|\bexec(?:ute)?\s*\(|\bsp_executesql|\bprepare\s+\w+\s+from)\s*\(?"
    r"\s*(?:[eEnN])?'(?P<sql>(?:[^']|'')*)'",
    re.IGNORECASE,
)
_CLIENT_PROGRAM = re.compile(r"(?m)^[ \t]*(?:\\!|\.shell|\.system)[ \t]*(.+)$")


def read_sql(text: str, budget: Budget, dialect: str = "") -> Reading:
    """Return one `data.query` for each statement of `text`, and what they reach outside.

    `dialect` is a name that sqlglot knows ("postgres", "mysql", ...); without one the
    usual ones are tried.

    Raises:
        BudgetExceededError: too many statements, or one that takes too long to read.
    """
    reading = Reading()
    trees = _Trees(budget, dialect, len(text))
    _read(reading, text, trees, nested=False)
    if trees.left_out:
        detail = f"{trees.left_out} characters of SQL were read for verbs alone, not for tables"
        reading.hide("limit_sql", "medium", detail)
    return reading


class _Trees:
    """Parses statements while there is something left for it, each INSERT of one shape once."""

    __slots__ = ("budget", "dialect", "heads", "left", "left_out")

    def __init__(self, budget: Budget, dialect: str, length: int) -> None:
        self.budget, self.dialect = budget, dialect
        # Characters of all statements together; of a long text the scanner takes its time too.
        self.left = MAX_TEXT if length <= MAX_TEXT else MAX_TEXT // 3
        self.left_out = 0
        # How often statements came that differ in their literals alone, by what is left of them.
        self.heads: Counter[str] = Counter()

    def read(self, written: str, short: str) -> tuple[Statement | None, bool]:
        """Return what a statement names, None where no dialect reads it; and if it was read."""
        if len(short) > self.left:
            self.left_out += len(written)
            return None, False
        self.left -= len(short)
        return read_statement(short, self.budget, self.dialect, like=written), True


def _read(reading: Reading, text: str, trees: _Trees, *, nested: bool) -> None:
    budget = trees.budget
    seen: set[str] = set()
    readings = [_PLAIN]
    if "\\" in text or "#" in text or "$" in text:
        readings.append(_ESCAPED)
    before = len(reading.operations)
    for number, pattern in enumerate(readings):
        for written, code in _statements(text, pattern, budget):
            if written in seen:
                continue
            seen.add(written)
            budget.node()
            short, plain = shortened(written) or (written, False)
            alike = short if plain else shape(written)
            if alike is not None:
                trees.heads[alike] += 1
                if trees.heads[alike] > _ALIKE:
                    continue  # other values in the same columns: it is said often enough
            _statement(reading, written, code, certain=number == 0 and not nested)
            _tree(reading, written, code, short, trees)
            if not nested and not plain:
                for match in _DYNAMIC.finditer(written):
                    inner = match["sql"].replace("''", "'")
                    _read(reading, inner, trees, nested=True)
    if len(reading.operations) == before and text.strip():
        reading.operations.append({"kind": "data.query", "verb": "", "text": text[:_NOTED]})
    _outside(reading, text)


def _tree(reading: Reading, written: str, code: str, short: str, trees: _Trees) -> None:
    """Add what a parser and the clauses of a statement say to its operation, the last noted."""
    operation = reading.operations[-1]
    if operation["kind"] != "data.query":
        return
    verb = operation["verb"]
    found = named(verb, written, code)
    word = verb or _verb(code)
    statement = None
    if verb in _UNTREED:
        trees.left_out += len(written) if len(written) > _NOTED else 0
    else:
        statement, known = trees.read(written, short)
        if known and statement is None and UNKNOWN not in code and word != "do":
            detail = f"`{(word or code)[:40]}` begins a statement that cannot be read"
            reading.hide("unparsed_sql", "medium", detail)
    if statement is not None:
        operation["tables"] = statement.tables
        operation["writes"] = statement.writes
        operation["functions"] = statement.functions
        for name, strings in statement.calls:
            found += called(name, strings)
        for path in statement.paths:
            found += called("read_text", [path])
    for place in found:
        if operation.get("certainty") == "may":
            place["certainty"] = "may"
        if place not in reading.operations:
            reading.operations.append(place)


def _statements(text: str, pattern: re.Pattern[str], budget: Budget) -> list[tuple[str, str]]:
    """Each statement as written, and again with comments gone and quoted text emptied."""
    found: list[tuple[str, str]] = []
    code: list[str] = []
    start = position = 0
    while match := pattern.search(text, position):
        budget.tick()
        code.append(text[position : match.start()])
        piece, position = match.group(), match.end()
        if piece == ";":
            found.append((text[start : position - 1].strip(), "".join(code).strip()))
            code, start = [], position
        elif piece == "/*":
            position = _after_comment(text, position)
            code.append(" ")
        elif piece[0] == "$":
            end = text.find(piece, position)
            position = len(text) if end < 0 else end + len(piece)
            code.append("''")
        elif piece[0] in "-#":
            code.append(" ")
        else:
            code.append(piece if piece[0] == "`" else piece[0] * 2)
    code.append(text[position:])
    found.append((text[start:].strip(), "".join(code).strip()))
    return [(written, bare) for written, bare in found if bare]


def _after_comment(text: str, position: int) -> int:
    end = text.find("*/", position)
    return len(text) if end < 0 else end + 2


def _statement(reading: Reading, written: str, code: str, *, certain: bool) -> None:
    verb = _verb(code)
    operation: DataQuery = {
        "kind": "data.query",
        "verb": verb if verb in _KNOWN_VERBS else "",
        "text": written[:_NOTED],
        "code": code[:_NOTED],
    }
    if not certain:
        operation["certainty"] = "may"
    reading.operations.append(operation)
    if verb == "do" or UNKNOWN in code:
        reading.hide("sql_side_effect", "medium", f"`{verb or code[:40]}` runs code of its own")
    elif verb not in _KNOWN_VERBS and certain:
        reading.hide("unparsed_sql", "medium", f"`{(verb or code)[:40]}` is no known statement")
    found = [match.group() for match in _SIDE_EFFECTS.finditer(code)]
    if verb in _SIDE_EFFECTS_OF:
        found += [f"{verb} {m.group()}" for m in _SIDE_EFFECTS_OF[verb].finditer(code)]
    for name in dict.fromkeys(" ".join(text.lower().split())[:60] for text in found):
        reading.hide(
            "sql_side_effect", "medium", f"`{name}` reaches files, programs or other servers"
        )


def _verb(code: str) -> str:
    word = _WORD.match(code.lstrip("( \t\r\n"))
    verb = word.group().lower() if word else ""
    if verb == "with":
        writes = _WRITES_IN_WITH.search(code)
        return writes.group(1).lower() if writes else "select"
    if verb == "explain":
        words = [w.lower() for w in _WORD.findall(code[:400])]
        if "analyze" in words[1:6] or "analyse" in words[1:6]:
            for inner in ("delete", "update", "insert", "merge"):
                if inner in words:
                    return inner
    return verb


def _outside(reading: Reading, text: str) -> None:
    """What is dangerous wherever it stands: conditional comments, client commands, programs."""
    if "/*!" in text or "/*M!" in text:
        reading.hide("sql_side_effect", "medium", "`/*!` hides statements from all but MySQL")
    if _CLIENT_COMMAND.search(text):
        reading.hide("sql_side_effect", "medium", "a command of the database's client is used")
    for match in _PROGRAM.finditer(text):
        command = match.group(1).replace("''", "'")
        reading.runs.append(Run("sql program", text=command, certainty="may"))
    for match in _CLIENT_PROGRAM.finditer(text):
        reading.runs.append(Run("sql client", text=match.group(1), certainty="may"))
