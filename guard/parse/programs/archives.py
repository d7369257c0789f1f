"""Archivers: tar(1), zip(1), unzip(1), cpio(1), 7z, ar; some of their options run programs."""

from __future__ import annotations

from guard.parse.programs.draft import Draft, Reader
from guard.parse.programs.grammar import Options, named, scan
from guard.parse.reading import UNKNOWN, Invocation, Reading

__all__ = ["READERS"]


def _dashed(argv: tuple[str, ...]) -> list[str]:
    """`tar xzf a.tgz` is `tar -x -z -f a.tgz`: values follow in the order of the letters."""
    first = argv[1] if len(argv) > 1 else ""
    if not first or first[0] == "-" or UNKNOWN in first or not first.isalnum():
        return list(argv)
    names = named("tar").names
    words, rest = [argv[0]], list(argv[2:])
    for letter in first:
        words.append(f"-{letter}")
        if names.get(letter, ("", 0))[1] == 1 and rest:
            words.append(rest.pop(0))
    return [*words, *rest]


_RUNS = {
    "to-command": "tar --to-command",
    "I": "tar -I",
    "rsh-command": "tar --rsh-command",
    "rmt-command": "tar --rmt-command",
    "F": "tar -F",
}


def _tar(invocation: Invocation) -> Reading:
    draft = Draft(invocation)
    options = scan(_dashed(invocation.argv), named("tar"))
    if options.has("help", "version"):
        return draft.reading
    for name, value in options.options:
        if name in _RUNS:
            draft.text(value, _RUNS[name], certainty="may" if name == "to-command" else "must")
        elif name == "checkpoint-action" and value.startswith("exec="):
            draft.text(value[5:], "tar --checkpoint-action")
    for word in options.unknown:
        if UNKNOWN in word:
            draft.hide("unknown_option", "medium", "an option of tar is not known")
    _archive(draft, options)
    draft.read(*options.all("T", "X"))
    if not options.has("x", "t"):
        for path in (options.last("g"), options.last("index-file")):
            draft.write(path)
    if options.has("T"):
        draft.hide("unknown_argument", "low", f"the list `{options.last('T')}` was not read")
    return draft.reading


def _archive(draft: Draft, options: Options) -> None:
    archive, folder = options.last("f"), options.last("C")
    host, colon, _ = archive.partition(":")
    if colon and "/" not in host and not options.has("force-local"):
        gives = options.has("c", "r", "u", "A")
        draft.connect("ssh", host, 22, sends=options.operands if gives else ())
        archive = ""
    if options.has("x"):
        draft.read(archive)
        if not options.has("O", "to-command"):
            draft.write(folder or ".")
    elif options.has("t", "d"):
        draft.read(archive)
        if options.has("d"):
            draft.read(folder or ".")
    else:
        prefix = f"{folder}/" if folder else ""
        draft.read(*[w if w.startswith("/") else prefix + w for w in options.operands])
        draft.write(archive)
        if options.has("remove-files"):
            for path in options.operands:
                draft.delete(path, recursive=True)


def _zip_(invocation: Invocation) -> Reading:
    """zip -T -TT command tests the archive with a command of one's own."""
    draft = Draft(invocation)
    options = scan(invocation.argv, named("zip"))
    for text in options.all("TT"):
        draft.text(text, "zip -TT")
    if options.operands:
        name = options.operands[0]
        archive = name if "." in name or name == "-" else f"{name}.zip"
        draft.write(archive)
        draft.write(options.last("O"))
        if options.has("O", "out"):
            draft.read(archive)
        if not options.has("d"):
            draft.read(*options.operands[1:])
        if options.has("@"):
            draft.hide("unknown_argument", "low", "which files are packed stands in the input")
        if options.has("m"):
            for path in options.operands[1:]:
                draft.delete(path)
    return draft.reading


def _unzip(invocation: Invocation) -> Reading:
    draft = Draft(invocation)
    options = scan(invocation.argv, named("unzip"))
    draft.read(*options.operands[:1])
    if not options.has("l", "t", "v", "p", "z", "Z") and options.operands:
        draft.write(options.last("d") or ".")
    return draft.reading


def _seven_zip(invocation: Invocation) -> Reading:
    draft = Draft(invocation)
    words = [word for word in invocation.argv[1:] if not word.startswith(("-", "@"))]
    draft.read(*[word[1:] for word in invocation.argv[1:] if word.startswith("@")])
    if "-an" in invocation.argv:
        words.insert(1, "")  # the archive is a stream
    output = [word[2:] for word in invocation.argv if word.startswith("-o")]
    if len(words) > 1:
        if words[0] in ("x", "e", "l", "t"):
            draft.read(words[1])
            if words[0] in ("x", "e"):
                draft.write("".join(output) or ".")
        else:
            draft.write(words[1])
            draft.read(*words[2:])
    return draft.reading


def _cpio(invocation: Invocation) -> Reading:
    draft = Draft(invocation)
    options = scan(invocation.argv, named("cpio"))
    if options.has("rsh-command"):
        draft.text(options.last("rsh-command"), "cpio --rsh-command")
    draft.read(options.last("I"))
    draft.write(options.last("O"))
    if options.has("o", "p"):
        draft.write(options.last("F"))
        draft.hide("unknown_argument", "low", "which files are packed stands in the input")
    else:
        draft.read(options.last("F"))
    if options.has("i", "p") and not options.has("t"):
        draft.write("".join(options.operands[:1]) if options.has("p") else ".")
    return draft.reading


READERS: dict[str, Reader] = {
    **dict.fromkeys(("tar", "gtar", "bsdtar"), _tar),
    "zip": _zip_,
    "unzip": _unzip,
    **dict.fromkeys(("7z", "7za", "7zz", "7zr", "p7zip", "rar", "unrar"), _seven_zip),
    "cpio": _cpio,
}
