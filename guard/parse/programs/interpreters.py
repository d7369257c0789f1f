"""Interpreters: code on the command line, in a file, on standard input.

Keys of a row in `interpreters.json`: `language`, `options` (grammar), `code` (options whose
value is a program), `joined` (several of them are one program), `files` (options naming a
program), `libraries` (options that load one), `server` (option with the address to serve),
`subcommands` (what their first operand is: text, file, shell, script, or nothing), `idle`,
`no_script` (operands are no program), `operands` (edit: they are files), `loose`, `harmless`
(its programs can do nothing but compute), `code_tag` (how code begins in mixed text).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from guard.parse.addresses import split_host
from guard.parse.programs.draft import Draft, Reader, known_port
from guard.parse.programs.grammar import Options, grammar, scan
from guard.parse.programs.tables import load
from guard.parse.programs.web import connect_url, guess_url
from guard.parse.reading import UNKNOWN, Invocation, Reading

__all__ = ["READERS"]

_STDIN = frozenset({"-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"})
_PRELOADS = {
    "PYTHONSTARTUP": "python",
    "PERL5OPT": "perl",
    "RUBYOPT": "ruby",
    "NODE_OPTIONS": "javascript",
    "PERL5LIB": "perl",
    "PYTHONPATH": "python",
}


def _read(invocation: Invocation) -> Reading:
    """Read an interpreter by its row."""
    table = load("interpreters")
    facts: Mapping[str, Any] = table[invocation.program]
    facts = table[facts["like"]] if "like" in facts else facts
    draft = Draft(invocation)
    if facts.get("harmless"):
        return draft.reading
    options = scan(invocation.argv, grammar(facts.get("options", "")))
    if _has(options, facts, "idle"):
        return draft.reading
    if options.unknown and not facts.get("loose"):
        for word in options.unknown:
            draft.hide(
                "unknown_option", "medium", f"`{word}` is no known option of {draft.program}"
            )
    _loads(draft, options, facts)
    if "server" in facts and options.has(facts["server"]):
        draft.listen("http", *split_host(options.last(facts["server"])))
    if not _code(draft, options, facts):
        _operands(draft, options, facts)
    return draft.reading


def _names(facts: Mapping[str, Any], key: str) -> list[str]:
    names: list[str] = facts.get(key, "").split()
    return names


def _has(options: Options, facts: Mapping[str, Any], key: str) -> bool:
    return options.has(*_names(facts, key))


def _loads(draft: Draft, options: Options, facts: Mapping[str, Any]) -> None:
    for library in options.all(*_names(facts, "libraries")):
        if "/" in library or UNKNOWN in library:
            draft.script(facts["language"], library)
    for path in options.all(*_names(facts, "files"), *_names(facts, "final_files")):
        if path in _STDIN:
            draft.feed(facts["language"], draft.program)
        else:
            draft.script(facts["language"], path)
    for name, value in draft.invocation.environment.items():
        if _PRELOADS.get(name) == facts["language"] and value:
            draft.hide("loaded_library", "medium", f"`{name}` makes {draft.program} load code")


def _code(draft: Draft, options: Options, facts: Mapping[str, Any]) -> bool:
    """Code given by options; True where there was some."""
    language = facts["language"]
    given = [(name, value) for name, value in options.options if name in _names(facts, "code")]
    if not given:
        return False
    if facts.get("joined"):
        given = [(given[0][0], "\n".join(value for _, value in given))]
        if options.has("i"):
            ending = options.last("i")
            draft.read(*options.operands)
            for path in options.operands:
                draft.write(path)
                if ending and "*" not in ending:
                    draft.write(f"{path}{ending}")
        elif options.has("n", "p") or "<>" in "".join(value for _, value in given):
            draft.read(*options.operands)
    for name, value in given:
        dashes = "-" if len(name) == 1 else "--"
        draft.text(
            value,
            f"{draft.program} {dashes}{name}",
            language=language,
            arguments=(f"{dashes}{name}", *options.operands),
        )
    return True


def _operands(draft: Draft, options: Options, facts: Mapping[str, Any]) -> None:
    language = facts["language"]
    rest = options.operands
    if language == "python" and options.has("m"):
        _module(draft, options.last("m"), rest)
        return
    role = facts.get("subcommands", {}).get(rest[0] if rest else "")
    if role is not None:
        _subcommand(draft, role, rest[1:], facts)
    elif facts.get("operands") == "edit":
        draft.read(*rest)
    elif facts.get("no_script"):
        return
    elif not rest or rest[0] in _STDIN:
        if not _has(options, facts, "files"):
            draft.feed(language, draft.program, rest or [draft.program])
    elif "://" in rest[0]:
        _fetched(draft, rest[0])
    else:
        draft.script(language, rest[0])


def _subcommand(draft: Draft, role: str, rest: Sequence[str], facts: Mapping[str, Any]) -> None:
    inner = scan(rest, grammar(facts.get("options", "")), 0)
    first = "".join(inner.operands[:1])
    if role == "text":
        draft.text(first, f"{draft.program} eval", language=facts["language"])
    elif role == "shell":
        draft.text(" ".join(inner.operands))
    elif role == "file" and "://" in first:
        _fetched(draft, first)
    elif role == "file" and first in _STDIN:
        draft.feed(facts["language"], draft.program)
    elif (role == "file" and first) or (role == "script" and ("." in first or "/" in first)):
        draft.script(facts["language"], first)


def _fetched(draft: Draft, address: str) -> None:
    connect_url(draft, guess_url(address))
    draft.code("javascript", "file")
    draft.hide("unknown_code", "high", f"{draft.program} runs what `{address}` gives")


def _module(draft: Draft, module: str, rest: Sequence[str]) -> None:
    via = f"{draft.program} -m"
    known = load("modules")
    draft.code("python", "file")
    if module in known["programs"]:
        draft.start([module, *rest], via)
    elif module in known["runners"]:
        _runner(draft, via, module, rest)
    elif module == "timeit":
        options = scan(rest, grammar("n= r= s= u= p v"), 0)
        for text in [*options.all("s"), *options.operands]:
            draft.text(text, via, language="python")
    elif module in known["servers"]:
        options = scan(rest, grammar("b,bind= d,directory= p,port= protocol= cgi w,write n c="), 0)
        port = "".join(options.operands[:1]) or options.last("p")
        draft.listen("http", options.last("b"), known_port(port) or known["servers"][module])
    elif module in _ARCHIVERS:
        _archiver(draft, module, rest)
    elif module not in known["known"]:
        draft.hide("unread_file", "low", f"python runs the module `{module}`, which was not read")


_ARCHIVERS = frozenset(("zipfile", "tarfile", "gzip", "base64", "venv", "py_compile"))


def _archiver(draft: Draft, module: str, rest: Sequence[str]) -> None:
    """Modules of Python that are small programs for files."""
    options = scan(rest, grammar("c,create e,extract l,list t,test d,decompress fast best u"), 0)
    words = options.operands
    if module == "venv":
        for path in words:
            draft.write(path)
    elif module == "gzip":
        draft.read(*words)
        for path in words:
            draft.write(path.removesuffix(".gz") if options.has("d") else f"{path}.gz")
    elif options.has("c"):
        draft.read(*words[1:])
        for path in words[:1]:
            draft.write(path)
    elif options.has("e") and module != "base64":
        draft.read(*words[:1])
        draft.write("".join(words[1:2]) or ".")
    else:
        draft.read(*words)


def _runner(draft: Draft, via: str, module: str, rest: Sequence[str]) -> None:
    options = scan(
        rest,
        grammar(
            "@stop o,outfile= s,sort= m! c,command= t,trace T,trackcalls l,listfuncs r,report "
            "f,file= C,coverdir= count trace listen= connect= wait-for-client ignore-module= "
            "ignore-dir= configure= pid="
        ),
        0,
    )
    if module == "pdb":
        for text in options.all("c"):
            draft.text(text.removeprefix("!"), via, language="python")
    flags = ["-m", options.last("m")] if options.has("m") else []
    if flags or options.operands:
        draft.start(["python", *flags, *options.operands], via)


READERS: dict[str, Reader] = dict.fromkeys(load("interpreters"), _read)
