"""Shells: what `-c`, a script file or standard input makes them run.

POSIX sh(1p), bash(1), dash(1), zsh(1), ksh(1), fish(1), csh(1).
"""

from __future__ import annotations

from dataclasses import replace

from guard.parse.programs.draft import Draft, Reader
from guard.parse.reading import Invocation, Reading

__all__ = ["READERS"]

_POSIX = "sh bash dash ash zsh ksh ksh93 mksh lksh pdksh rbash rzsh rksh yash posh osh brush"
_OTHER = {
    "fish": "fish",
    "csh": "csh",
    "tcsh": "csh",
    "elvish": "elvish",
    "nu": "nu",
    "xonsh": "xonsh",
}
_STDIN = frozenset({"-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"})
# Long options of bash, zsh and fish that take the next word; with "=" it is attached.
_VALUED = frozenset(
    [
        *("rcfile", "init-file", "emulate", "command", "init-command", "features", "debug"),
        *("debug-output", "profile", "profile-startup", "theme", "config", "env-config"),
        *("commands", "rc"),
    ]
)
_STARTUP = frozenset({"rcfile", "init-file", "rc", "config", "env-config"})
_CODE = frozenset({"command", "init-command", "commands"})
_NOTHING = frozenset({"help", "version"})


def _reader(language: str) -> Reader:
    def read(invocation: Invocation) -> Reading:
        return _read(invocation, language)

    return read


def _read(invocation: Invocation, language: str) -> Reading:
    draft = Draft(invocation)
    argv = invocation.argv
    code, stdin, idle = False, False, False
    texts: list[str] = []
    options: list[str] = []
    index = 1
    while index < len(argv):
        word = argv[index]
        if len(word) < 2 or word[0] not in "-+":
            index += word == "-"
            break
        index += 1
        if word == "--":
            break
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            if name in _VALUED and not equals:
                value = argv[index] if index < len(argv) else ""
                index += 1
            idle = idle or name in _NOTHING
            if name in _STARTUP:
                _startup(draft, language, value)
            elif name in _CODE:
                texts.append(value)
            continue
        letters = word[1:]
        for position, letter in enumerate(letters):
            if letter == "c" and word[0] == "-":
                code = True
                if language == "fish" and letters[position + 1 :]:
                    texts.append(letters[position + 1 :])
                    code = False
                    break
            elif letter == "C" and language == "fish":
                rest = letters[position + 1 :]
                texts.append(rest or "".join(argv[index : index + 1]))
                index += not rest
                break
            elif letter == "s" and word[0] == "-":
                stdin = True
            elif letter in "oO":
                # Alone it lists options, with a word it sets one; the word follows even in `-oc`.
                valued = index < len(argv) and argv[index][:1] not in ("-", "+")
                if valued and letter == "O":
                    options.append(("-" if word[0] == "+" else "") + argv[index])
                index += valued
    operands = argv[index:]
    for name in ("BASH_ENV", "ENV"):
        if name in invocation.environment:
            _startup(draft, language, invocation.environment[name])
    _run(draft, language, operands, texts, code=code, stdin=stdin, idle=idle)
    if options:
        known = frozenset(options)
        draft.reading.runs = [replace(run, options=known) for run in draft.reading.runs]
    return draft.reading


def _startup(draft: Draft, language: str, path: str) -> None:
    if path and path != "/dev/null":
        draft.script(language, path)


def _run(
    draft: Draft,
    language: str,
    operands: tuple[str, ...],
    texts: list[str],
    *,
    code: bool,
    stdin: bool,
    idle: bool,
) -> None:
    shell = draft.program
    via = f"{shell} -c"
    if code and operands:
        # fish has no $0 after -c: all further words are arguments
        texts.append(operands[0])
        operands = operands[1:]
    if texts:
        for text in texts:
            _syntax(draft, language)
            draft.text(text, via, language="sh", arguments=operands or (shell,))
        return
    if idle or code:
        return
    if operands and not stdin and operands[0] not in _STDIN:
        draft.script("sh", operands[0])
        return
    if draft.invocation.stdin.source != "inherited":
        _syntax(draft, language)
    draft.feed("sh", shell, (shell, *(operands if stdin else operands[1:])))


def _syntax(draft: Draft, language: str) -> None:
    if language != "sh":
        draft.hide(
            "foreign_syntax", "medium", f"text for {draft.program} is read as if it were for sh"
        )


READERS: dict[str, Reader] = {
    **dict.fromkeys(_POSIX.split(), _reader("sh")),
    **{name: _reader(language) for name, language in _OTHER.items()},
}
