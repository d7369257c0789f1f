"""SQL: which statements are there, and do they reach out of the database?

A scanner, not a parser: it knows comments, quotes and `;`, finds each statement's verb
and the well known functions that touch files, programs or other servers.
"""

from __future__ import annotations

import re

from guard.operations import DataQuery
from guard.parse.budget import Budget
from guard.parse.reading import UNKNOWN, Reading, Run

__all__ = ["read_sql"]

_VERBS = """select insert update delete create with show explain pragma describe desc drop alter
    truncate replace merge begin start commit rollback savepoint release end set use values
    grant revoke analyze vacuum reindex comment rename lock unlock table from pivot
    optimize refresh discard reset close fetch declare deallocate abort copy"""
_KNOWN_VERBS = frozenset(_VERBS.split())
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
_CLIENT_PROGRAM = re.compile(r"(?m)^[ \t]*(?:\\!|\.shell|\.system)[ \t]*(.+)$")


def read_sql(text: str, budget: Budget) -> Reading:
    """Return one `data.query` for each statement of `text`.

    Raises:
        BudgetExceededError: too many statements.
    """
    reading = Reading()
    seen: set[str] = set()
    readings = [_PLAIN]
    if "\\" in text or "#" in text or "$" in text:
        readings.append(_ESCAPED)
    for number, pattern in enumerate(readings):
        for written, code in _statements(text, pattern, budget):
            if written in seen:
                continue
            seen.add(written)
            budget.node()
            _statement(reading, written, code, certain=number == 0)
    if not reading.operations and text.strip():
        reading.operations.append({"kind": "data.query", "verb": "", "text": text})
    _outside(reading, text)
    return reading


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
        "text": written,
    }
    if not certain:
        operation["certainty"] = "may"
    reading.operations.append(operation)
    if verb == "do" or UNKNOWN in code:
        reading.hide("sql_side_effect", "medium", f"`{verb or code[:40]}` runs code of its own")
    elif verb not in _KNOWN_VERBS and certain:
        reading.hide("unparsed_sql", "low", f"`{(verb or code)[:40]}` is no statement known here")
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
