"""What would a call do? The front of everything that reads calls: pure, executes nothing.

`parse` chooses the reader by the tool's name, keeps the bounds, and brings what was
read into the form that policy sees.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, cast

from guard.model import Parsed, ToolCall
from guard.operations import (
    UNRESOLVED,
    EnvironmentSet,
    NetworkConnect,
    Operation,
    ProcessExec,
)
from guard.parse.budget import Budget, BudgetExceededError, Limits
from guard.parse.reading import UNKNOWN, Reading
from guard.parse.resolver import FileResolver, Files
from guard.parse.tools import DEFAULT_TOOLS, ToolTable

if TYPE_CHECKING:
    from guard.parse.arguments import ArgumentReader

__all__ = ["DEFAULT_TOOLS", "Limits", "ToolTable", "parse", "warm_up"]

_CIRCUMSTANCES = ("program", "via", "certainty", "elsewhere")
_LIMITS = Limits()
# Of one program: words and variables. Of all programs of a call: both together.
_MOST_ARGUMENTS, _MOST_VARIABLES, _MOST_WORDS = 2048, 256, 8192
# The reader of arguments, once it is loaded: it brings all others, so `import guard` does not.
_readers: list[type[ArgumentReader]] = []
# Letters of other scripts that look like ASCII ones in most typefaces (Unicode TR 39).
_LOOKALIKES = frozenset("асеіјорхуѕһԁԛԝӏΑΒΕΖΗΙΚΜΝΟΡΤΥΧοναρτυωАВЕКМНОРСТХѵıɡɑǃ")


def parse(
    call: ToolCall,
    tools: ToolTable = DEFAULT_TOOLS,
    limits: Limits = _LIMITS,
    *,
    cwd: str = "",
    home: str = "~",
    files: FileResolver | None = None,
) -> Parsed:
    """Return what `call` would do, and what of it could not be seen.

    `cwd` is the folder in which the tool runs ("" where nobody knows) and `home` stands
    for a leading `~`. Never runs anything, never touches disk or network; scripts that the
    call would run are read through `files` where one is given.
    """
    if not _readers:
        warm_up()
    parsed = Parsed()
    shown = Files(files) if files is not None else None
    # INVARIANT: hostile input costs bounded time and memory, and each bound is visible.
    budget = Budget(limits, shown)
    try:
        reader = _readers[0](parsed, tools, budget, cwd=cwd, home=home)
        reader.call(call.tool, call.arguments)
        if any(operation["kind"] == "file.write" for operation in parsed.operations):
            _follow_later(parsed, budget, cwd, home)
    except BudgetExceededError as error:
        _hide(parsed, f"limit_{error.kind}", f"reading stopped: {error.detail}")
    except (RecursionError, MemoryError):
        _hide(parsed, "limit_depth", "reading stopped: it is nested too deeply")
    if len(parsed.operations) > limits.operations:
        parsed.operations = _fewer(parsed, limits.operations)
    _lighten(parsed)
    if shown is not None:
        parsed.files = shown.shown
    _finish(parsed, call.tool)
    return parsed


def warm_up() -> None:
    """Load the readers and their tables, so that no call pays for it from its budget."""
    if _readers:
        return
    from guard.parse.arguments import ArgumentReader
    from guard.parse.programs.tables import TABLES, load

    for name in TABLES:
        load(name)
    budget = Budget(Limits(cpu_seconds=60))
    for tool, text in (("bash", "env true; for i in 1; do x=$i; done"), ("python", "print(1)")):
        ArgumentReader(Parsed(), DEFAULT_TOOLS, budget, cwd="", home="~").call(
            tool, {"command": text, "code": text}
        )
    _readers.append(ArgumentReader)


def _follow_later(parsed: Parsed, budget: Budget, cwd: str, home: str) -> None:
    """Follow what will be run of the files that the call writes."""
    from guard.parse.shell import read_runs
    from guard.parse.starters import later_runs

    runs = later_runs(parsed.operations)
    if runs:
        later = read_runs(Reading(runs=runs), budget, cwd=cwd, home=home)
        parsed.operations += later.operations
        parsed.opaque += later.opaque


def _hide(parsed: Parsed, kind: str, detail: str) -> None:
    parsed.opaque.append({"kind": kind, "severity": "high", "detail": detail})


def _fewer(parsed: Parsed, most: int) -> list[Operation]:
    """Drop what is said twice; if that is not enough keep the rarest kinds, and say so."""
    operations = list({repr(operation): operation for operation in parsed.operations}.values())
    if len(operations) <= most:
        return operations
    _hide(parsed, "limit_operations", f"it would do more than {most} things")
    count = Counter(operation["kind"] for operation in operations)
    order = sorted(range(len(operations)), key=lambda i: count[operations[i]["kind"]])
    return [operations[i] for i in sorted(order[:most])]


def _lighten(parsed: Parsed) -> None:
    """Shorten what no program is started with: policies look at each word and variable."""
    left, shortened = _MOST_WORDS, False
    for operation in parsed.operations:
        if operation["kind"] != "process.exec":
            continue
        words, variables = len(operation["argv"]), len(operation.get("environment", ()))
        left -= words + variables
        if words > _MOST_ARGUMENTS or left < 0:
            operation["argv"] = operation["argv"][:64]
            shortened = True
        if variables and (variables > _MOST_VARIABLES or left < 0):
            del operation["environment"]
            shortened = True
    if shortened:
        _hide(parsed, "limit_words", "a command has more words or variables than are looked at")


def _finish(parsed: Parsed, tool: str) -> None:
    """Bring operations into the form that policy sees."""
    if not parsed.operations:
        parsed.operations.append({"kind": "tool.use", "tool": tool})
    names: set[str] = set()
    for operation in list(parsed.operations):
        if operation["kind"] == "process.exec":
            if not operation["program"].isascii():
                names.add(operation["program"])
            if "environment" in operation:
                parsed.operations += _variables(operation)
            continue
        if operation["kind"] == "network.connect" and "url" in operation:
            parsed.operations += _beyond(operation, parsed)
        if operation["kind"] in ("network.connect", "network.listen") and "sends" in operation:
            from guard.parse.sends import sent

            parsed.operations += sent(cast("NetworkConnect", operation))
    for operation in parsed.operations:
        _clean_items(operation)  # type: ignore[arg-type]
    for opaque in parsed.opaque:
        _clean_items(opaque)  # type: ignore[arg-type]
    for name in sorted(names):
        if _is_confusable(name):
            parsed.opaque.append(
                {
                    "kind": "confusable_name",
                    "severity": "medium",
                    "detail": f"`{_clean(ascii(name)[1:-1])}` looks like another program's name",
                }
            )


# INVARIANT: what a rule may refuse stands in required keys of some operation, so that a request
# from which a key was taken is never judged more mildly.
def _variables(operation: ProcessExec) -> list[Operation]:
    """Return what is set for one program, as operations of their own."""
    made: list[Operation] = []
    for name, value in operation["environment"].items():
        one: EnvironmentSet = {"kind": "environment.set", "name": name, "value": value}
        made.append(_same(one, operation))
    return made


def _beyond(operation: NetworkConnect, parsed: Parsed) -> list[Operation]:
    """Return the connection that another host is asked to make: a proxy's, say."""
    from guard.parse.addresses import split_url

    url = split_url(operation["url"])
    if url is None or url.host in ("", operation["host"]):
        return []
    if any(o["kind"] == "network.connect" and o["host"] == url.host for o in parsed.operations):
        return []
    one: NetworkConnect = {
        "kind": "network.connect",
        "protocol": url.scheme or operation["protocol"],
        "host": url.host,
        "port": url.port,
    }
    return [_same(one, operation)]


def _same(one: Operation, other: ProcessExec | NetworkConnect) -> Operation:
    """Return `one` with the circumstances of `other`."""
    circumstances = {k: v for k, v in other.items() if k in _CIRCUMSTANCES}
    return cast("Operation", {**one, **circumstances})


def _clean_items(item: dict[str, Any]) -> None:
    for key, value in item.items():
        if type(value) is str:
            if not value.isascii():
                item[key] = _clean(value)
        elif type(value) is list:
            for index, part in enumerate(value):
                if type(part) is str and not part.isascii():
                    value[index] = _clean(part)
        elif type(value) is dict:
            item[key] = {_clean(k): _clean(v) if type(v) is str else v for k, v in value.items()}


def _clean(text: str) -> str:
    """`UNKNOWN` becomes `UNRESOLVED`; half a surrogate pair is nothing that JSON can carry."""
    if UNKNOWN in text:
        text = text.replace(UNKNOWN, UNRESOLVED)
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-8", "replace").decode()
    return text


def _is_confusable(name: str) -> bool:
    """True for a name that a person would read as another one."""
    import unicodedata

    letters = name.replace(UNKNOWN, "")
    if letters.isascii():
        return False
    if any(unicodedata.category(char) in ("Cf", "Mn", "Cc", "Co", "Zs") for char in letters):
        return True
    if unicodedata.normalize("NFKC", letters) != unicodedata.normalize("NFC", letters):
        return True
    others = [char for char in letters if not char.isascii()]
    return any(char in _LOOKALIKES for char in others) and all(
        char in _LOOKALIKES or char.isascii() for char in letters
    )
