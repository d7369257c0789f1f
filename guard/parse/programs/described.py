"""Programs that a synopsis with roles describes: which option reads, writes, runs or connects.

`described.json` holds a row for each: the words of a grammar (see `grammar`), each with a role
behind a colon where it has one, then `|` and the roles of the operands:
`"o=:w f,file=:r e=:x | r w"`. A row may be an object of rows for subcommands; the one called ""
counts for all, one called `-x` where the option x is given, `!x` where it is not. Beside options
a row may hold `$NAME:role` (a variable of the environment), `%path:role` (a file that is
consulted in any case; patterns as in the shell), `&program` (one that it starts of itself: a
pager) and `<role` (its input).

Roles of files: r read, w write, a append, b both, @ read if `@file`, A read if a path from the
root or the folder, R read if a path, M a process whose memory is read, N read (a
list of files), i words of a directive.

Roles of code: x text for a shell, p a program (words), V a program if a path, P/NAME the program
NAME in a folder, `,` words parted by commas, ! text for a shell behind `!` or `shell `, = the
same behind `name=`, s/LANG script, S/LANG script if a path, d/LANG folder of scripts, c/LANG
code, l library, Q package, E text that a shell evaluates, B actions of key bindings, X Lua behind
`lua_script:`, L TeX, O a setting of ssh, W a line of DOS, C commands of a client for files, `.`
dot commands of SQLite.

Roles of orders, which count if the judged text wrote the file: k/LANG settings (read, too),
m/LANG the same unread, F/LANG/NAME the file NAME in a folder.

Roles of the network: h/PROTOCOL/PORT host, H the same behind `@`, u URL, f URL or file, D
address of D-Bus, n/PROTOCOL port to listen on.

`+` means that the rest is a command, `-` nothing. A role with `*` is that of all that follow; `$`
before the last one makes it that of the last operand, if there are several.

Rows also add to programs that another module reads. Unknown options are no news here.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from guard.parse.addresses import split_host
from guard.parse.programs.draft import Draft, Reader, base_name, known_port
from guard.parse.programs.grammar import Grammar, Options, grammar, scan
from guard.parse.programs.tables import load
from guard.parse.programs.web import connect_url, guess_url
from guard.parse.programs.wrappers import assignments
from guard.parse.reading import UNKNOWN, Invocation, Reading

__all__ = ["READERS", "SUPPLEMENTED", "supplement"]

_LINES = 64  # lines of standard input that are looked at
_ROOTED = ("/", "~/", "./", "../")
_PACKAGES = (".deb", ".rpm", ".apk", ".pkg", ".txz", ".snap", ".gem", ".ipk")
_BOUND = re.compile(r"(?:execute|execute-silent|become|reload|transform|preview)\(([^)]*)\)")
_TEX_WRITES = re.compile(r"\\openout[ ]?\\?\w+=([^\s\\{}]+)")
_TEX_READS = re.compile(r"\\(?:input|openin[ ]?\\?\w+=)[ {]?([^\s\\{}]+)")
_DOS_READS = re.compile(r"(?i)\b(?:type|copy|more)\s+([^\s>]+)")
_DOS_WRITES = re.compile(r"(?i)(?:>+\s*|\bcopy\s+\S+\s+)([^\s>]+)")
_QUIET = frozenset({"--no-pager", "--help", "--version", "-V"})


@dataclass(frozen=True, slots=True)
class _Row:
    rules: Grammar
    roles: dict[str, str]
    variables: dict[str, str]
    files: dict[str, str]
    starts: tuple[str, ...]
    inputs: tuple[str, ...]
    operands: tuple[str, ...]
    verbs: dict[str, _Row] = field(default_factory=dict)


@cache
def _row(program: str) -> _Row:
    facts = load("described")[program]
    if isinstance(facts, str):
        return _parsed(facts)
    text = facts.get("", "")
    flags = [
        name[1:] for name in facts if name[:1] == "-" and name[1:] not in _parsed(text).rules.names
    ]
    row = _parsed(
        " ".join([*flags, text])
        if text[:1] != "@"
        else text.replace(" ", " ".join(["", *flags, ""]), 1)
    )
    for verbs, text in facts.items():
        row.verbs.update(dict.fromkeys(verbs.split(), _parsed(text)) if verbs else {})
    return row


def _parsed(text: str) -> _Row:
    synopsis, _, operands = text.partition("|")
    words: list[str] = []
    roles: dict[str, str] = {}
    variables: dict[str, str] = {}
    files: dict[str, str] = {}
    starts: list[str] = []
    inputs: list[str] = []
    for item in synopsis.split():
        word, _, role = item.partition(":")
        if word[0] == "$":
            variables[word[1:]] = role
        elif word[0] == "%":
            files[word[1:]] = role
        elif word[0] == "&":
            starts.append(word[1:])
        elif word[0] == "<":
            inputs.append(word[1:])
        else:
            words.append(word)
            if role:
                roles[word.rstrip("=?~!").partition(",")[0]] = role
    return _Row(
        grammar(" ".join(words)),
        roles,
        variables,
        files,
        tuple(starts),
        tuple(inputs),
        tuple(operands.split()),
    )


def supplement(invocation: Invocation, reading: Reading) -> None:
    """Add to a reading what the program's row says, if it has one."""
    draft = Draft(invocation)
    draft.reading = reading
    row = _row(invocation.program)
    argv = invocation.argv
    options = _apply(draft, row, argv)
    verb = 0
    for name, inner in row.verbs.items():
        if name[0] in "-!" and options.has(name[1:]) == (name[0] == "-"):
            _apply(draft, inner, argv)
        elif not verb and name in argv:
            verb = next((i for i, word in enumerate(argv) if i and word in row.verbs), 0)
    if verb and argv[verb][0] not in "-!":
        _apply(draft, row.verbs[argv[verb]], argv[verb:])


def _apply(draft: Draft, row: _Row, words: Sequence[str]) -> Options:
    options = scan(words, row.rules)
    invocation = draft.invocation
    for name, value in options.options:
        if name in row.roles:
            via = f"{draft.program} {'-' if len(name) == 1 else '--'}{name}"
            _act(draft, row.roles[name], value, via)
    for name, role in row.variables.items():
        _act(draft, role, invocation.environment.get(name, ""), name)
    for path, role in row.files.items():
        _act(draft, role or "m", path, draft.program)
    if row.starts and not draft.reading.runs and _QUIET.isdisjoint(invocation.argv):
        for program in row.starts:
            pager = invocation.environment.get("PAGER", "") if program == "less" else ""
            if pager:
                draft.text(pager, "PAGER", certainty="may")
            else:
                draft.start([program], certainty="may")
    for role in row.inputs if invocation.stdin.text else ():
        text = invocation.stdin.text or ""
        for piece in text.splitlines()[:_LINES] if role == "!" else [text]:
            _act(draft, role, piece, f"{draft.program} <")
    _operands(draft, row.operands, options.operands)
    return options


def _operands(draft: Draft, roles: Sequence[str], operands: Sequence[str]) -> None:
    if roles and roles[-1][0] == "$":
        if roles[-1] == "$-":
            operands = operands[:-1]
        elif len(operands) > 1:
            _act(draft, roles[-1][1:], operands[-1], draft.program)
            operands = operands[:-1]
        roles = roles[:-1]
    role = ""
    for index, word in enumerate(operands):
        if index < len(roles):
            role = roles[index]
        elif not role.endswith("*"):
            break
        if role == "+":
            environment, rest = assignments(operands[index:])
            draft.start(rest, environment=environment)
            break
        _act(draft, role.rstrip("*"), word, draft.program)


def _act(draft: Draft, role: str, value: str, via: str) -> None:
    """Note what one value means."""
    if not value:
        return
    kind, _, detail = role.partition("/")
    if kind in _FILES:
        _files(draft, kind, detail, value.removeprefix("file://"))
    elif kind in _NETWORK:
        _network(draft, kind, detail, value, via)
    elif kind in _TEXTS:
        _texts(draft, kind, value, via)
    else:
        _runs(draft, kind, detail, value, via)


_FILES = frozenset("rwab@ARMikmFN")
_NETWORK = frozenset("hHufDn")
_TEXTS = frozenset("!=EBXLOC.W")


def _files(draft: Draft, kind: str, detail: str, value: str) -> None:
    if (
        kind in "rbkN"
        or (kind == "A" and value.startswith(_ROOTED))
        or (kind == "R" and "/" in value)
    ):
        draft.read(value)
    if kind in "wab":
        draft.write(value, append=kind == "a")
    if kind == "N":
        draft.hide("unknown_argument", "low", f"the list `{value}` was not read")
    if kind in "km":
        draft.consult(detail or "settings", value)
    elif kind == "@" and value[0] == "@":
        draft.read(value[1:])
    elif kind == "M":
        draft.read(f"/proc/{value}/mem")
    elif kind == "i":
        draft.read(*[word for word in value.split() if "/" in word])
    elif kind == "F":
        language, _, name = detail.partition("/")
        draft.consult(language, f"{value.rstrip('/')}/{name}")


def _runs(draft: Draft, kind: str, detail: str, value: str, via: str) -> None:
    match kind:
        case "x":
            draft.text(value, via, certainty="may")
        case "p":
            draft.start(_words(value), via, certainty="may")
        case "P":
            draft.start([f"{value.rstrip('/')}/{detail}"], via, certainty="may")
        case ",":
            draft.start(value.split(","), via, certainty="may")
        case "l":
            draft.script("native", value)
        case "V":
            if "/" in value:
                draft.start([value], via, certainty="may")
        case "s" | "S":
            if kind == "s" or "/" in value or "." in value:
                draft.script(detail or "settings", value)
        case "d":
            draft.script(detail, f"{value.rstrip('/')}/{UNKNOWN}")
        case "c":
            draft.text(value, via, language=detail, certainty="may")
        case "Q":
            if "://" not in value and ("/" in value or value.endswith(_PACKAGES)):
                draft.code("package", "file", value)
                path = draft.path(value)
                if not any(o.get("path") == path for o in draft.reading.operations[:-1]):
                    draft.read(value)


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return [text]


def _texts(draft: Draft, kind: str, value: str, via: str) -> None:
    """Roles whose value holds a command somewhere within."""
    command = ""
    if kind == "=":
        kind, value = "!", "!" + value.partition("=")[2].lstrip("!")
    text = value.strip()
    match kind:
        case "!":
            for mark in ("!", "shell ", "@exec "):
                if text.startswith(mark):
                    command = text[len(mark) :]
        case "E":
            command = text.partition(";")[2] if ";" in text else ""
        case "B":
            for match in _BOUND.finditer(text):
                draft.text(match[1], via, certainty="may")
        case "X":
            draft.script("lua", text.removeprefix("lua_script:"))
        case "L":
            if "\\directlua{" in text:
                code = text.partition("\\directlua{")[2].rpartition("}")[0]
                draft.text(code, via, language="lua", certainty="may")
            for stem in _TEX_WRITES.findall(text):
                draft.write(stem)
            draft.read(*_TEX_READS.findall(text))
        case "O":
            name, _, rest = text.replace("=", " ", 1).partition(" ")
            if name.lower() in ("proxycommand", "localcommand", "knownhostscommand"):
                command = rest
        case "W":
            draft.read(*[_dos(path) for path in _DOS_READS.findall(text)])
            for path in _DOS_WRITES.findall(text):
                draft.write(_dos(path))
        case "C" | ".":
            for line in text.replace(";", "\n").splitlines()[:_LINES]:
                _client(draft, line.split(), via)
    if command:
        draft.text(command, via, certainty="may")


_TAKES = frozenset(("get", "mget", "recv", "reget", "pget", "receive"))
_GIVES = frozenset(("put", "mput", "send", "reput", "append"))
_DOT_READS = frozenset((".import", ".read", ".open", ".restore"))
_DOT_WRITES = frozenset((".output", ".once", ".save", ".backup", ".log", ".trace", ".clone"))


def _dos(path: str) -> str:
    """A path of DOS where its drive is mounted from the root."""
    return path[2:].replace("\\", "/") if path[1:2] == ":" else path.replace("\\", "/")


def _client(draft: Draft, words: Sequence[str], via: str) -> None:
    """One command of ftp(1), sftp(1), smbclient(1), or of SQLite's shell."""
    verb = words[0].lower() if words else ""
    names = [word.strip("'\"") for word in words[1:] if word[:1] != "-"]
    if verb in _TAKES and names:
        draft.write(names[1] if len(names) > 1 else base_name(names[0]))
    elif verb in _GIVES or verb in _DOT_READS:
        draft.read(*names[:1])
    elif verb in _DOT_WRITES and names:
        draft.write(names[0])
    elif verb == ".load" and names:
        draft.script("native", names[0])
    elif verb[:1] == "!":
        draft.text(" ".join([verb[1:], *words[1:]]), via, certainty="may")


def _network(draft: Draft, kind: str, detail: str, value: str, via: str) -> None:
    match kind:
        case "u":
            connect_url(draft, guess_url(value))
        case "f" if "://" not in value:
            draft.read(value)
        case "f":
            connect_url(draft, guess_url(value))
        case "h" | "H":
            if kind == "h" or "@" in value:
                protocol, _, port = detail.partition("/")
                host, written = split_host(value.rpartition("@")[2])
                draft.connect(protocol, host, written or known_port(port))
        case "n":
            port_only = known_port(value)
            host, number = split_host(value) if port_only is None else ("", port_only)
            draft.listen(detail or "tcp", host, number)
        case "D":
            _bus(draft, value, via)


def _bus(draft: Draft, address: str, via: str) -> None:
    """D-Bus addresses: `unixexec:path=/bin/sh,argv1=-c,argv2=...` starts a program."""
    for part in address.split(";"):
        transport, _, rest = part.partition(":")
        keys: dict[str, str] = {}
        for item in rest.split(","):
            name, _, value = item.partition("=")
            keys[name] = value
        if transport == "unixexec" and keys.get("path"):
            words = [keys["path"], *(keys[f"argv{n}"] for n in range(1, 32) if f"argv{n}" in keys)]
            draft.start(words, via, certainty="may")
        elif transport == "tcp":
            draft.connect("dbus", keys.get("host", UNKNOWN), known_port(keys.get("port")))


def _read(_: Invocation) -> Reading:
    return Reading()  # its row is added by `read_program`


READERS: dict[str, Reader] = dict.fromkeys(load("described"), _read)
SUPPLEMENTED = frozenset(READERS)  # programs for which `supplement` has something to add
