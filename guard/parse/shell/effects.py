"""What programs do to the files that the judged text made: copies, links, downloads.

So a copy of `ssh` under another name stays `ssh`, and a script that was written and is
run afterwards is read.
"""

from __future__ import annotations

from collections.abc import Sequence

from guard.operations import Operation
from guard.parse.reading import UNKNOWN
from guard.parse.shell import pure
from guard.parse.shell.machine import Machine
from guard.parse.shell.state import File, Texts

__all__ = ["CHANGING", "change_files", "note_downloads"]

# Programs whose effects are read from their arguments here.
CHANGING = frozenset(("cp", "mv", "ln", "tee", "install", "dd", "mkfifo", "mknod", "sed"))
# Programs that make a text out of one that nobody can read.
_DECODERS = frozenset(("base64", "base32", "openssl", "gpg", "xxd", "uudecode", "age", "zcat"))
_KEEPING = frozenset(("chmod", "chown", "chgrp", "touch", "mkdir", "rmdir", "chattr", "git"))
# Short options that take a word, for the few programs whose operands matter here.
_VALUED = {"install": "gmotS", "cp": "tS", "mv": "tS", "ln": "tS", "mkfifo": "m", "mknod": "m"}


def change_files(
    machine: Machine, program: str, arguments: list[str], operations: list[Operation], stdin: Texts
) -> None:
    """Apply the effects of one program that was run. `operations`: what it was read to do."""
    if program in ("cp", "mv", "ln", "install"):
        _copy(machine, program, arguments)
        return
    if program in ("mkfifo", "mknod"):
        for operand in _operands(program, arguments)[0][:1]:
            machine.files[machine.path(operand)] = File((UNKNOWN,), origin=operand, fifo=True)
        return
    if program == "tee":
        append = any(a in ("-a", "--append") for a in arguments)
        for operand in (a for a in arguments if a[:1] != "-"):
            machine.write_file(
                machine.path(operand), stdin, machine.channel(0).origin, append=append
            )
        return
    if program == "dd":
        _dd(machine, arguments, stdin)
        return
    if program == "sed":
        _edit(machine, arguments)
        return
    foreign = program in _DECODERS or any(o["kind"] == "network.connect" for o in operations)
    for operation in operations:
        if operation["kind"] == "file.write":
            content = operation.get("content")
            path = operation["path"]
            texts = (UNKNOWN,) if content is None else (content,)
            if path.startswith(("/etc/", "/var/spool/")) or program in _KEEPING:
                continue
            # What a compiler wrote is like any file that nobody showed us.
            origin = program if foreign else "file:" + path
            append = bool(operation.get("append")) and content is not None
            machine.write_file(path, texts, origin, append=append)
        elif operation["kind"] == "file.delete":
            machine.files.pop(operation["path"], None)


def note_downloads(machine: Machine, operations: Sequence[Operation]) -> None:
    """Remember files into which code wrote what nobody knows, if it reached the network, too.

    The code may run them afterwards. What it wrote in so many words, its own reader follows.
    """
    if not any(operation["kind"] == "network.connect" for operation in operations):
        return
    for operation in operations:
        if operation["kind"] != "file.write" or "mode" in operation:
            continue
        path = operation["path"]
        if UNKNOWN in operation.get("content", UNKNOWN) and path not in machine.files:
            machine.write_file(path, (UNKNOWN,), operation.get("program", ""), append=False)


def _operands(program: str, arguments: list[str]) -> tuple[list[str], str]:
    """The operands, and the folder of `-t`."""
    operands: list[str] = []
    target = ""
    words = iter(arguments)
    for word in words:
        if word == "--":
            operands += words
        elif word.startswith("--target-directory="):
            target = word.partition("=")[2]
        elif len(word) < 2 or word[0] != "-" or word.startswith("--"):
            operands += [] if word.startswith("--") else [word]
        else:
            for at, letter in enumerate(word[1:], 2):
                if letter in _VALUED[program]:
                    value = word[at:] or next(words, "")
                    target = value if letter == "t" else target
                    break
    return operands, target


def _copy(machine: Machine, program: str, arguments: list[str]) -> None:
    operands, folder = _operands(program, arguments)
    sources: list[str]
    places: list[str]
    if folder:
        sources, places = operands, []
    elif program == "ln" and len(operands) == 1:
        sources, places, folder = operands, [], "."
    else:
        sources, places = operands[:-1], operands[-1:]
    for source in sources:
        name = source.rstrip("/").rpartition("/")[2]
        found = machine.find_file(source)
        device = machine.device(source)
        if device is not None:
            texts, origin = machine.rest(device)
            found = File(texts, origin=origin)
        if found is None:
            known = "/" in source and UNKNOWN not in name
            found = File((UNKNOWN,), name if known else "", "file:" + source)
        for place in places or [f"{folder}/{name}"]:
            machine.files[machine.path(place)] = found
            if places and "." not in place.rpartition("/")[2]:
                # It may be a folder, which nobody can see from here.
                machine.files.setdefault(machine.path(f"{place}/{name}"), found)
        if program == "mv":
            machine.files.pop(machine.path(source), None)


def _edit(machine: Machine, arguments: list[str]) -> None:
    """`sed -i` changes the files that are its operands."""
    if not any(a.startswith(("-i", "--in-place", "-Ei", "-ni", "-ri")) for a in arguments):
        return
    rest = [a for a in arguments if not a.startswith(("-i", "--in-place"))]
    for operand in rest:
        file = machine.find_file(operand) if operand[:1] != "-" else None
        if file is None:
            continue
        script = [a for a in rest if a != operand]
        changed: list[str] = []
        for text in file.texts:
            edited = pure.output("sed", script, text, lambda _: None, machine.budget)
            changed.append(UNKNOWN if edited is None else edited)
        machine.files[machine.path(operand)] = File(tuple(changed), origin="sed")


def _dd(machine: Machine, arguments: list[str], stdin: Texts) -> None:
    words = dict(a.split("=", 1) for a in arguments if "=" in a)
    if "of" not in words:
        return
    texts, origin = stdin, machine.channel(0).origin
    if "if" in words:
        texts, origin = machine.read_file(words["if"])
    machine.write_file(machine.path(words["of"]), texts, origin, append=False)
