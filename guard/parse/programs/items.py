"""Programs that run a command for each item of a list: xargs(1), GNU parallel."""

from __future__ import annotations

import itertools
import shlex
from collections.abc import Iterable, Sequence

from guard.parse.addresses import split_host
from guard.parse.programs.draft import Draft, Reader, base_name
from guard.parse.programs.grammar import named, scan
from guard.parse.reading import UNKNOWN, Invocation, Reading, Stdin

__all__ = ["READERS"]

_XARGS = named("xargs")
_RUNS = 24  # commands of one list that are looked at
_SOURCES = 8  # lists of items that are combined
_EMPTY = Stdin("", "file")


def _xargs(invocation: Invocation) -> Reading:
    """Items come from standard input; an item that is not known stands as one unknown word."""
    draft = Draft(invocation)
    options = scan(invocation.argv, _XARGS)
    for word in options.unknown:
        draft.hide("unknown_option", "medium", f"`{word}` is no known option of xargs")
    command = options.operands or ["echo"]
    text = invocation.stdin.text
    if options.has("a"):
        draft.read(options.last("a"))
        text = None
    replace = _replacement(options.options)
    delimiter = "\0" if options.has("0") else _escape(options.last("d"))
    if text is not None and not delimiter and not replace and options.has("L", "l", "max-lines"):
        return _by_lines(draft, command, text, options.last("L", "l", "max-lines"))
    items = _items(text, delimiter, by_line=bool(replace))
    count = options.last("n")
    size = 1 if replace else int(count) if count.isdigit() and int(count) else 0
    if items is None:
        _start(draft, command, [UNKNOWN], replace, may=True)
        return draft.reading
    if not items:
        if not options.has("r") and not replace:
            _start(draft, command, [], "", may=False)
        return draft.reading
    groups = [items[at : at + size] for at in range(0, len(items), size)] if size else [items]
    if len(groups) > _RUNS:
        draft.hide("limit_items", "medium", f"xargs would run more than {_RUNS} commands")
    for group in groups[:_RUNS]:
        _start(draft, command, group, replace, may=False)
    return draft.reading


def _by_lines(draft: Draft, command: Sequence[str], text: str, count: str) -> Reading:
    """`-L 2`: the words of two lines for each command."""
    size = int(count) if count.isdigit() and int(count) else 1
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > _RUNS * size:
        draft.hide("limit_items", "medium", f"xargs would run more than {_RUNS} commands")
    for at in range(0, min(len(lines), _RUNS * size), size):
        items = _items(" ".join(lines[at : at + size]), "", by_line=False)
        _start(draft, command, [UNKNOWN] if items is None else items, "", may=items is None)
    return draft.reading


def _replacement(options: Iterable[tuple[str, str]]) -> str:
    text = ""
    for name, value in options:
        if name in ("I", "J"):
            text = value
        elif name in ("i", "replace"):
            text = value or "{}"
        elif name in ("n", "L", "l", "max-lines"):
            text = ""  # the later of these options wins
    return text


def _escape(text: str) -> str:
    known = {"\\n": "\n", "\\0": "\0", "\\t": "\t", "\\000": "\0", "\\x00": "\0"}
    return known.get(text, text[:1])


def _items(text: str | None, delimiter: str, *, by_line: bool) -> list[str] | None:
    if text is None:
        return None
    if delimiter:
        parts = text.split(delimiter)
        return parts[:-1] if parts[-1] == "" else parts
    lines = text.splitlines() if by_line else [text]
    items: list[str] = []
    for line in lines:
        try:
            words = shlex.split(line)
        except ValueError:
            return None
        items += [" ".join(words)] if by_line and words else words
    return items


def _start(
    draft: Draft, command: Sequence[str], items: Sequence[str], replace: str, *, may: bool
) -> None:
    if replace:
        words = [word.replace(replace, " ".join(items)) for word in command]
    else:
        words = [*command, *items]
    draft.start(words, certainty="may" if may else "must", stdin=_EMPTY)


_PARALLEL = named("parallel")


def _parallel(invocation: Invocation) -> Reading:
    """GNU parallel: words joined to a shell text for each item; `:::` gives the items.

    `parallel -- a b` and `parallel command -- items` are of moreutils.
    """
    draft = Draft(invocation)
    options = scan(invocation.argv, _PARALLEL)
    if options.has("version", "help", "citation", "dry-run"):
        return draft.reading
    for word in options.unknown:
        draft.hide("unknown_option", "medium", f"`{word}` is no known option of parallel")
    command, sources = _sources(draft, options.operands)
    elsewhere = _logins(draft, options.all("S"))
    if options.has("ssh"):
        draft.text(options.last("ssh"), "parallel --ssh")
    if options.has("a") or not sources:
        draft.read(*options.all("a"))
        known = None if options.has("a") else invocation.stdin.text
        if not command and known is None and not options.has("a"):
            draft.feed("sh", "parallel")
            return draft.reading
        delimiter = "\0" if options.has("0") else "\n"
        items = [UNKNOWN] if known is None else [i for i in known.split(delimiter) if i]
        if options.has("pipe", "pipepart"):
            items = [""]
        sources = [items]
    if len(sources) > _SOURCES:
        draft.hide("limit_items", "high", f"parallel has more than {_SOURCES} lists")
        return draft.reading
    unknown = any(UNKNOWN in source for source in sources)
    groups = list(itertools.islice(itertools.product(*sources), _RUNS + 1))
    if len(groups) > _RUNS:
        draft.hide("limit_items", "medium", f"parallel would run more than {_RUNS} commands")
    for group in groups[:_RUNS]:
        text = _filled(command, group, options.last("I", default="{}"))
        draft.text(text, elsewhere=elsewhere, certainty="may" if unknown else "must")
    return draft.reading


def _sources(draft: Draft, words: Sequence[str]) -> tuple[list[str], list[list[str]]]:
    command: list[str] = []
    sources: list[list[str]] = []
    kind = ""
    for word in words:
        if word in (":::", ":::+", "::::", "::::+", "--"):
            kind = word
            sources.append([])
        elif not kind:
            command.append(word)
        elif kind.startswith("::::"):
            draft.read(word)
            sources[-1].append(UNKNOWN)
        else:
            sources[-1].append(word)
    return command, sources


def _logins(draft: Draft, values: Sequence[str]) -> str:
    elsewhere = ""
    for value in values:
        for login in value.split(","):
            host, port = split_host(login.strip().split()[-1].rpartition("/")[2] if login else "")
            if host and host != ":":
                draft.connect("ssh", host, port or 22)
                elsewhere = f"ssh:{host}"
    return elsewhere


def _filled(command: Sequence[str], items: Sequence[str], mark: str) -> str:
    if not command:
        return " ".join(items)
    text = " ".join(command)
    filled = text
    for number, item in enumerate(items, 1):
        filled = filled.replace(f"{{{number}}}", _word(item))
    stems = [item.rpartition(".")[0] or item for item in items]
    folders = [item.rpartition("/")[0] or "." for item in items]
    for placeholder, values in (
        (mark, items), ("{.}", stems), ("{/}", map(base_name, items)), ("{//}", folders),
        ("{/.}", map(base_name, stems)), ("{#}", "1"), ("{%}", "1"),
    ):  # fmt: skip
        if placeholder in filled:
            filled = filled.replace(placeholder, " ".join(map(_word, values)))
    return filled if filled != text else " ".join([text, *map(_word, items)]).rstrip()


def _word(item: str) -> str:
    return item if UNKNOWN in item else shlex.quote(item)


READERS: dict[str, Reader] = {
    "xargs": _xargs,
    "gxargs": _xargs,
    "parallel": _parallel,
    "sem": _parallel,
    "rush": _parallel,
}
