"""git(1): subcommands that read, write and delete files of the working tree, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

from guard.parse.programs.draft import Draft
from guard.parse.programs.grammar import Options
from guard.parse.reading import UNKNOWN

__all__ = ["FILES"]


def _removal(draft: Draft, options: Options) -> None:
    if not options.has("cached", "n"):
        for path in options.operands:
            draft.delete(path, recursive=options.has("r"))


def _clean(draft: Draft, options: Options) -> None:
    if not options.has("n"):
        for path in options.operands or ["."]:
            draft.delete(path, recursive=options.has("d"))


def _apply(draft: Draft, options: Options) -> None:
    draft.read(*options.operands)
    if not options.has("check", "stat", "numstat", "summary"):
        draft.hide("unknown_argument", "low", "which files change stands in the patch")
    if options.has("directory") and not options.has("check", "stat", "numstat", "summary"):
        draft.write(f"{options.last('directory').rstrip('/')}/{UNKNOWN}")


def _move(draft: Draft, options: Options) -> None:
    sources, target = options.operands[:-1], "".join(options.operands[-1:])
    if not options.has("n"):
        for path in sources:
            draft.delete(path, recursive=True)
            draft.write(target)


def _restore(draft: Draft, options: Options) -> None:
    """checkout and restore: what is named behind `--` (restore: all) gets another content."""
    words = draft.argv
    paths = list(words[words.index("--") + 1 :]) if "--" in words else []
    if "restore" in words and not paths:
        paths = options.operands
    for path in paths:
        draft.write(path)


def _paths(draft: Draft, options: Options) -> None:
    """Files that are read and kept in the repository."""
    draft.read(*options.operands)


def _message(draft: Draft, options: Options) -> None:
    draft.read(*options.all("F"))


def _output(draft: Draft, options: Options) -> None:
    """`git diff --no-index A B`, and `--output` of diff, log and show."""
    words = draft.argv
    draft.write(options.last("output"))
    if "--no-index" in words:
        draft.read(*options.operands)


def _new(draft: Draft, options: Options) -> None:
    draft.write("".join(options.operands[:1]) or ".")


def _worktree(draft: Draft, options: Options) -> None:
    if options.operands[:1] == ["add"]:
        draft.write("".join(options.operands[1:2]))
    elif options.operands[:1] == ["remove"]:
        draft.delete("".join(options.operands[1:2]), recursive=True)


def _bundle(draft: Draft, options: Options) -> None:
    if options.operands[:1] == ["create"]:
        draft.write("".join(options.operands[1:2]))
    else:
        draft.read("".join(options.operands[1:2]))


def _format_patch(draft: Draft, options: Options) -> None:
    if not options.has("stdout"):
        draft.write(options.last("o") or ".", certainty="may")


def _mailinfo(draft: Draft, options: Options) -> None:
    for path in options.operands[:2]:
        draft.write(path)


def _trailers(draft: Draft, options: Options) -> None:
    draft.read(*options.operands)
    if options.has("in-place"):
        for path in options.operands:
            draft.write(path)


def _merge_file(draft: Draft, options: Options) -> None:
    draft.read(*options.operands)
    if not options.has("p"):
        for path in options.operands[:1]:
            draft.write(path)


FILES: dict[str, Callable[[Draft, Options], None]] = {
    "rm": _removal,
    "clean": _clean,
    "apply": _apply,
    "am": _apply,
    "mv": _move,
    "checkout": _restore,
    "restore": _restore,
    "add": _paths,
    "hash-object": _paths,
    "blame": _paths,
    "commit": _message,
    "tag": _message,
    "notes": _message,
    "diff": _output,
    "log": _output,
    "show": _output,
    "init": _new,
    "worktree": _worktree,
    "bundle": _bundle,
    "format-patch": _format_patch,
    "mailinfo": _mailinfo,
    "interpret-trailers": _trailers,
    "merge-file": _merge_file,
}
