"""Programs that read, write, copy and delete files: `files.json` says which operands are which.

Keys of a row: `options` (grammar), `operands` (read, read_first, read_rest: all but the
pattern, compile: read as sources, write, write_first, delete, copy, move, link, in_out, mode:
all but the first are changed, replace: read, written next to and deleted, parts: read,
written with other endings, members: of an archive, rename, newlines, stripped, devices, none),
`pattern` (options that take the pattern's place), `target` (option with the target folder),
`folders` (with it the operands are made), `append`, `append_with`, `recursive`, `keep`,
`reads`, `writes` (options naming files), `lists` (those of `reads` that name a list of
files), `text`, `commands` (options whose value is run),
`sets_mode` (-m is a mode).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from guard.parse.code_tables import COMPILED
from guard.parse.programs.draft import Draft, Reader, base_name
from guard.parse.programs.grammar import Options, grammar, scan
from guard.parse.programs.tables import load
from guard.parse.reading import UNKNOWN, Invocation, Reading

__all__ = ["READERS"]


def _describe(invocation: Invocation) -> Reading:
    facts = load("files")[invocation.program]
    draft = Draft(invocation)
    role = facts.get("operands", "")
    if role == "none":
        return draft.reading
    options = scan(invocation.argv, grammar(facts.get("options", "")))
    if options.options and not _VALUED.isdisjoint(facts):
        _values(draft, options, facts)
    act = _SPECIAL[facts["special"]] if "special" in facts else _ROLES[role]
    act(draft, options, facts)
    return draft.reading


_VALUED = frozenset(("reads", "writes", "text", "commands", "lists"))


def _values(draft: Draft, options: Options, facts: Mapping[str, Any]) -> None:
    """Options that name a file or a command."""
    for name, value in options.options:
        if name in _names(facts, "reads"):
            draft.read(value)
            if name in _names(facts, "lists"):
                draft.hide("unknown_argument", "low", f"the list `{value}` was not read")
        elif name in _names(facts, "writes"):
            draft.write(value)
        elif name in _names(facts, "text") or name in _names(facts, "commands"):
            draft.text(value, f"{draft.program} {'-' if len(name) == 1 else '--'}{name}")


def _names(facts: Mapping[str, Any], key: str) -> list[str]:
    names: list[str] = facts.get(key, "").split()
    return names


def _read(draft: Draft, options: Options, _: Mapping[str, Any]) -> None:
    draft.read(*options.operands)


_GCC = frozenset(("gcc", "cc", "g++", "c++", "clang", "clang++", "tcc", "gfortran"))


def _compile(draft: Draft, options: Options, _: Mapping[str, Any]) -> None:
    """Sources are read; one that the judged text wrote is looked at."""
    draft.read(*options.operands)
    for path in options.operands:
        if path[:1] == "@":
            draft.read(path[1:])
            draft.hide("unknown_argument", "low", f"the list `{path[1:]}` was not read")
    if draft.program in _GCC and options.operands:
        for path in options.all("MF"):
            draft.write(path)
        draft.read(*options.all("include", "T"))
        if not options.has("o", "E"):
            _outputs(draft, options)
    for path in options.operands:
        language = COMPILED.get(path[path.rfind(".") :] if "." in path else "")
        if language:
            draft.consult(language, path)


def _outputs(draft: Draft, options: Options) -> None:
    """What a compiler of the family of gcc writes when nobody names it."""
    ending = ".o" if options.has("c") else ".s" if options.has("S") else ""
    if not ending:
        draft.write("a.out")
    for path in options.operands if ending else ():
        stem = base_name(path).rpartition(".")[0] or base_name(path)
        draft.write(f"{stem}{ending}")


def _read_first(draft: Draft, options: Options, _: Mapping[str, Any]) -> None:
    draft.read(*options.operands[:1])


def _searches(draft: Draft, options: Options) -> bool:
    """Whether a search without files goes through the folder, and not through its input."""
    if draft.program.endswith("grep") and draft.program not in ("ugrep", "rgrep", "zipgrep"):
        return options.has("r", "R")
    return draft.invocation.stdin.source == "inherited"


def _read_rest(draft: Draft, options: Options, facts: Mapping[str, Any]) -> None:
    start = 0 if options.has(*_names(facts, "pattern")) else 1
    draft.read(*options.operands[start:])
    if len(options.operands) <= start and _searches(draft, options):
        draft.read(".")


def _write(draft: Draft, options: Options, facts: Mapping[str, Any]) -> None:
    mode = options.last("m") if facts.get("sets_mode") else ""
    append = bool(facts.get("append")) or options.has(*_names(facts, "append_with"))
    content = draft.invocation.stdin.text if draft.program in ("tee", "gtee") else None
    known = content if content is not None and UNKNOWN not in content else None
    for path in options.operands:
        draft.write(path, append=append, content=known, mode=mode)


def _write_first(draft: Draft, options: Options, _: Mapping[str, Any]) -> None:
    for path in options.operands[:1]:
        draft.write(path)


def _delete(draft: Draft, options: Options, facts: Mapping[str, Any]) -> None:
    recursive = options.has(*_names(facts, "recursive"))
    for path in options.operands:
        draft.delete(path, recursive=recursive)


def _split_target(options: Options, facts: Mapping[str, Any]) -> tuple[Sequence[str], list[str]]:
    """Sources, and what they become. In a folder (only its slash tells) they keep their names."""
    folder = options.last(facts.get("target", "-"))
    sources: Sequence[str] = options.operands
    if not folder:
        if len(sources) < 2:
            return sources, []
        sources, last = sources[:-1], sources[-1]
        if len(sources) == 1 and not last.endswith(("/", "/.", "/..")) and last not in (".", ".."):
            return sources, [last]
        folder = last
    return sources, [f"{folder.rstrip('/')}/{base_name(source)}" for source in sources]


def _copy(draft: Draft, options: Options, facts: Mapping[str, Any]) -> None:
    if "folders" in facts and options.has(facts["folders"]):
        _write(draft, options, facts)
        return
    sources, targets = _split_target(options, facts)
    draft.read(*sources)
    # install(1): without -m the mode is 755.
    mode = options.last("m", default="755") if facts.get("sets_mode") else ""
    _become(draft, sources, targets, mode)
    _backups(draft, options, targets)


def _become(draft: Draft, sources: Sequence[str], targets: Sequence[str], mode: str = "") -> None:
    """Write the targets. A lone one may be a folder, in which the source keeps its name."""
    for path in targets:
        draft.write(path, mode=mode)
    if len(sources) == 1 and targets and base_name(targets[0]) != base_name(sources[0]):
        path = f"{targets[0].rstrip('/')}/{base_name(sources[0])}"
        draft.write(path, certainty="may", mode=mode)


def _backups(draft: Draft, options: Options, targets: Sequence[str]) -> None:
    """-S: what is overwritten is kept under a longer name."""
    for path in targets if options.has("S", "suffix") else ():
        draft.write(f"{path}{options.last('S', 'suffix')}", certainty="may")


def _move(draft: Draft, options: Options, facts: Mapping[str, Any]) -> None:
    sources, targets = _split_target(options, facts)
    for path in sources:
        draft.read(path)
        draft.delete(path)
    _become(draft, sources, targets)
    _backups(draft, options, targets)


def _link(draft: Draft, options: Options, facts: Mapping[str, Any]) -> None:
    sources, targets = _split_target(options, facts)
    for path in targets or [base_name(source) for source in sources]:
        draft.write(path)


def _in_out(draft: Draft, options: Options, _: Mapping[str, Any]) -> None:
    draft.read(*options.operands[:1])
    for path in options.operands[1:2]:
        draft.write(path)


def _mode(draft: Draft, options: Options, _: Mapping[str, Any]) -> None:
    # A mode may look like options (-x); with them the first operand is already a file.
    start = 0 if options.has("reference", *"rwxstugoa") else 1
    mode = ""
    if draft.program in ("chmod", "gchmod"):
        # A mode behind a dash takes rights away; whose rights --reference copies is unknown.
        mode = options.operands[0] if start and options.operands else "-"
        mode = UNKNOWN if options.has("reference") else mode
    for path in options.operands[start:]:
        draft.write(path, mode=mode)


_ENDINGS = {"gzip": ".gz", "pigz": ".gz", "bzip2": ".bz2", "pbzip2": ".bz2", "xz": ".xz"}
_ENDINGS |= {"lzma": ".lzma", "zstd": ".zst", "lz4": ".lz4", "lzop": ".lzo", "brotli": ".br"}
_ENDINGS |= {"compress": ".Z"}
_UNDOES = ("un", "bunzip", "gunzip")


def _replace(draft: Draft, options: Options, facts: Mapping[str, Any]) -> None:
    """Compressors: what is read is written beside, and removed where the program does so."""
    program, operands = draft.program, options.operands
    draft.read(*operands)
    kept = program.startswith(("zstd", "unzstd", "lz4", "unlz4", "brotli", "lzop"))
    removed = options.has("rm", "j") if kept else not options.has(*_names(facts, "keep"))
    if removed:
        for path in operands:
            draft.delete(path)
    if options.has("files"):
        draft.hide("unknown_argument", "low", f"the list `{options.last('files')}` was not read")
    if options.has("o"):
        draft.write(options.last("o"))
    elif not options.has("c", "t", "l"):
        _beside(draft, options)


def _beside(draft: Draft, options: Options) -> None:
    """Where a compressor writes when nobody says it."""
    program, operands = draft.program, options.operands
    if program in ("lz4", "unlz4") and len(operands) == 2 and not options.has("m"):
        draft.write(operands[1])
        return
    ending = options.last("S") or _ENDINGS.get(program, "")
    undoes = options.has("d") or program.startswith(_UNDOES)
    for path in operands:
        folder = options.last("output-dir-flat")
        place = f"{folder}/{base_name(path)}" if folder else path
        if options.has("r"):
            draft.write(path, certainty="may")
        elif undoes:
            stem, dot, _ = place.rpartition(".")
            draft.write(stem if dot else f"{place}{UNKNOWN}")
        else:
            draft.write(f"{place}{ending}")


def _parts(draft: Draft, options: Options, _: Mapping[str, Any]) -> None:
    """split(1): one file is read, others that begin alike are written."""
    draft.read(*options.operands[:1])
    if not options.has("filter"):
        prefix = "".join(options.operands[1:2]) or "x"
        if draft.program.endswith("csplit"):
            prefix = options.last("f") or "xx"
        draft.write(f"{prefix}{UNKNOWN}", certainty="may")


def _rename(draft: Draft, options: Options, _: Mapping[str, Any]) -> None:
    """rename(1) of Perl (an expression first) or of util-linux (two texts first)."""
    if options.has("n", "no-act"):
        return
    expression = options.operands[0] if options.operands else ""
    first = 1 if "/" in expression or ";" in expression or options.has("e") else 2
    for path in options.operands[first:]:
        folder, slash, _name = path.rpartition("/")
        draft.delete(path)
        draft.write(f"{folder}{slash}{UNKNOWN}", certainty="may")


def _newlines(draft: Draft, options: Options, _: Mapping[str, Any]) -> None:
    """dos2unix(1): in place, or with -n pairs of input and output."""
    if options.has("n"):
        draft.read(*options.operands[::2])
        for path in options.operands[1::2]:
            draft.write(path)
        return
    draft.read(*options.operands)
    for path in options.operands:
        draft.write(path)


def _members(draft: Draft, _options: Options, _: Mapping[str, Any]) -> None:
    """ar(1): letters of what to do, the archive, its members."""
    words = list(draft.argv[1:])
    letters, rest = (words[0].lstrip("-"), words[1:]) if words else ("", [])
    rest = [word for word in rest if word[:1] != "-"]
    if letters[:1] and letters[:1] in "rqm" and not set("abi").isdisjoint(letters):
        rest = rest[1:]
    draft.read(*rest[:1])
    if "x" in letters:
        draft.write(".")
    elif not set("rqdms").isdisjoint(letters):
        for path in rest[:1]:
            draft.write(path)
        if not set("rq").isdisjoint(letters):
            draft.read(*rest[1:])


def _stripped(draft: Draft, options: Options, _: Mapping[str, Any]) -> None:
    """strip(1) and objcopy(1): in place, or into another file."""
    operands = options.operands
    if draft.program.endswith("objcopy"):
        target = "".join(operands[1:2]) or "".join(operands[:1])
        draft.read(*operands[:1])
        draft.write(target)
        for name in ("add-section", "update-section", "dump-section"):
            for text in options.all(name):
                path = text.partition("=")[2]
                if name == "dump-section":
                    draft.write(path)
                else:
                    draft.read(path)
        return
    draft.read(*operands)
    if not options.has("o"):
        for path in operands:
            draft.write(path)


def _devices(draft: Draft, options: Options, _: Mapping[str, Any]) -> None:
    for path in options.operands:
        if path.startswith(("/dev/", UNKNOWN)) or "." in path:
            draft.write(path)


def _keys(draft: Draft, _: Options, __: Mapping[str, Any]) -> None:
    draft.write("~/.ssh/authorized_keys", append=True)


def _dd(draft: Draft, options: Options, _: Mapping[str, Any]) -> None:
    for word in options.operands:
        name, _equals, value = word.partition("=")
        if name == "if":
            draft.read(value)
        elif name == "of":
            draft.write(value)


def _patch(draft: Draft, options: Options, _: Mapping[str, Any]) -> None:
    draft.read(options.last("i"), *options.operands[1:2], *options.operands[:1])
    if not options.operands:
        draft.hide("unknown_argument", "low", "which files are patched stands in the patch")
    if not options.has("dry-run"):
        changed = options.operands[:1] if not options.has("o") else []
        for path in [*changed, *options.all("o", "r")]:
            draft.write(path)
        for path in changed:
            draft.write(f"{path}.orig", certainty="may")
            draft.write(f"{path}.rej", certainty="may")


def _mount(draft: Draft, options: Options, _: Mapping[str, Any]) -> None:
    """mount(8): the device is read, what lies at the target is covered."""
    operands = options.operands
    if len(operands) > 1:
        source, target = operands[0], operands[1]
        if ":" in source and not source.startswith("/"):
            draft.connect("nfs", source.partition(":")[0], 2049)
        elif source.startswith("//"):
            draft.connect("smb", source[2:].partition("/")[0], 445)
        else:
            draft.read(source if "/" in source else "")
        draft.write(target)
    elif operands:
        draft.write(operands[0])


def _capture(_: Draft, __: Options, ___: Mapping[str, Any]) -> None:
    return


def _fd(draft: Draft, _: Options, __: Mapping[str, Any]) -> None:
    """fd -x and -X run the rest of the words for what they find."""
    for index, word in enumerate(draft.argv):
        if word in ("-x", "-X", "--exec", "--exec-batch"):
            words = list(draft.argv[index + 1 :])
            if ";" in words:
                words = words[: words.index(";")]
            marks = ("{}", "{/}", "{//}", "{.}", "{/.}")
            if not any(mark in part for part in words for mark in marks):
                words.append("{}")
            for mark in marks:
                words = [part.replace(mark, UNKNOWN) for part in words]
            draft.start(words, f"fd {word}", certainty="may")
            break


def _convert(draft: Draft, _: Options, __: Mapping[str, Any]) -> None:
    """Media converters: inputs behind -i or first, the last operand is written."""
    words = [word for word in draft.argv[1:] if not word.startswith("-")]
    for flag, value in zip(draft.argv, draft.argv[1:], strict=False):
        if flag == "-i":
            draft.read(value)
    if len(words) > 1:
        draft.read(words[0])
        draft.write(words[-1])


_Act = Callable[[Draft, Options, Mapping[str, Any]], None]
_ROLES: dict[str, _Act] = {
    "read": _read,
    "read_first": _read_first,
    "read_rest": _read_rest,
    "write": _write,
    "write_first": _write_first,
    "delete": _delete,
    "compile": _compile,
    "copy": _copy,
    "move": _move,
    "link": _link,
    "in_out": _in_out,
    "mode": _mode,
    "replace": _replace,
    "devices": _devices,
    "keys": _keys,
    "parts": _parts,
    "members": _members,
    "rename": _rename,
    "newlines": _newlines,
    "stripped": _stripped,
}
_SPECIAL: dict[str, _Act] = {
    "dd": _dd,
    "patch": _patch,
    "mount": _mount,
    "capture": _capture,
    "fd": _fd,
    "convert": _convert,
}
READERS: dict[str, Reader] = dict.fromkeys(load("files"), _describe)
