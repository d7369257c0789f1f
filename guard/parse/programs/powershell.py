"""PowerShell on any platform: -Command, -EncodedCommand, -File; options may be shortened."""

from __future__ import annotations

import base64
import binascii

from guard.parse.programs.draft import Draft, Reader
from guard.parse.reading import UNKNOWN, Invocation, Reading

__all__ = ["READERS"]

# Options with a value; the shortest accepted beginning of each is its first letters.
_VALUED = (
    *("executionpolicy", "ep", "ex", "windowstyle", "configurationname", "custompipename"),
    *("settingsfile", "version", "workingdirectory", "wd", "inputformat", "outputformat"),
)


def _powershell(invocation: Invocation) -> Reading:
    """pwsh, powershell: the text goes to the reader of `powershell`, as far as it is known."""
    draft = Draft(invocation)
    words = list(invocation.argv[1:])
    while words:
        word = words.pop(0)
        name = word.lstrip("-/").lower()
        if word[:1] not in ("-", "/") or (word[:1] == "/" and "/" in word[1:]):
            draft.script("powershell", word)
            return draft.reading
        if name in ("c", "command", "commandwithargs", "cwa") or (
            len(name) > 2 and "command".startswith(name)
        ):
            _code(draft, " ".join(words))
            return draft.reading
        if name in ("e", "ec", "enc") or (len(name) > 1 and "encodedcommand".startswith(name)):
            _code(draft, _decoded("".join(words[:1])))
            return draft.reading
        if name in ("f", "file"):
            draft.script("powershell", "".join(words[:1]))
            return draft.reading
        if any(option.startswith(name) for option in _VALUED) and name:
            words = words[1:]
        elif name in ("help", "h", "?"):
            return draft.reading
    draft.feed("powershell", draft.program)
    return draft.reading


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4)).decode("utf-16-le")
    except (binascii.Error, ValueError):
        return UNKNOWN


def _code(draft: Draft, text: str) -> None:
    if text == "-":
        draft.feed("powershell", draft.program)
    else:
        draft.text(text, f"{draft.program} -c", language="powershell")


READERS: dict[str, Reader] = dict.fromkeys(("pwsh", "powershell", "pwsh-preview"), _powershell)
