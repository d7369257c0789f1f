"""Programs that read, write, copy and delete files: `files.json` says which operands are which.

Keys of a row: `options` (grammar), `operands` (read, read_first, read_rest: all but the
pattern, compile: read as sources, write, write_first, delete, copy, move, link, in_out, mode:
all but the first are changed, replace: read, written next to and deleted, devices, none),
`pattern` (options that take the pattern's place), `target` (option with the target folder),
`folders` (with it the operands are made), `append`, `append_with`, `recursive`, `keep`,
`reads`, `writes` (options naming files), `text`, `commands` (options whose value is run),
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


_VALUED = frozenset(("reads", "writes", "text", "commands"))


def _values(draft: Draft, options: Options, facts: Mapping[str, Any]) -> None:
    """Options that name a file or a command."""
    for name, value in options.options:
        if name in _names(facts, "reads"):
            draft.read(value)
        elif name in _names(facts, "writes"):
            draft.write(value)
        elif name in _names(facts, "text") or name in _names(facts, "commands"):
            draft.text(value, f"{draft.program} {'-' if len(name) == 1 else '--'}{name}")


def _names(facts: Mapping[str, Any], key: str) -> list[str]:
    names: list[str] = facts.get(key, "").split()
    return names


def _read(draft: Draft, options: Options, _: Mapping[str, Any]) -> None:
    draft.read(*options.operands)


def _compile(draft: Draft, options: Options, _: Mapping[str, Any]) -> None:
    """Sources are read; one that the judged text wrote is looked at."""
    draft.read(*options.operands)
    for path in options.operands:
        language = COMPILED.get(path[path.rfind(".") :] if "." in path else "")
        if language:
            draft.consult(language, path)


def _read_first(draft: Draft, options: Options, _: Mapping[str, Any]) -> None:
    draft.read(*options.operands[:1])


def _read_rest(draft: Draft, options: Options, facts: Mapping[str, Any]) -> None:
    start = 0 if options.has(*_names(facts, "pattern")) else 1
    draft.read(*options.operands[start:])


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


def _become(draft: Draft, sources: Sequence[str], targets: Sequence[str], mode: str = "") -> None:
    """Write the targets. A lone one may be a folder, in which the source keeps its name."""
    for path in targets:
        draft.write(path, mode=mode)
    if len(sources) == 1 and targets and base_name(targets[0]) != base_name(sources[0]):
        path = f"{targets[0].rstrip('/')}/{base_name(sources[0])}"
        draft.write(path, certainty="may", mode=mode)


def _move(draft: Draft, options: Options, facts: Mapping[str, Any]) -> None:
    sources, targets = _split_target(options, facts)
    for path in sources:
        draft.read(path)
        draft.delete(path)
    _become(draft, sources, targets)


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


def _replace(draft: Draft, options: Options, facts: Mapping[str, Any]) -> None:
    draft.read(*options.operands)
    reads_only = draft.program.startswith(("zstd", "unzstd", "lz4", "brotli"))
    if not reads_only and not options.has(*_names(facts, "keep")):
        for path in options.operands:
            draft.delete(path)
    if options.has("o"):
        draft.write(options.last("o"))


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
    draft.read(options.last("i"), *options.operands[1:2])
    if not options.has("dry-run"):
        for path in [*options.operands[:1], *options.all("o", "r")]:
            draft.write(path)


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
