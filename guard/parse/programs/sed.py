"""sed(1): a script is read command by command; `e`, `w`, `r` and -i reach beyond the text.

After the GNU manual: `e [command]`, the flag `e` of `s` runs the pattern space, `w` and `W`
write files, `r` and `R` read them.
"""

from __future__ import annotations

from guard.parse.programs.draft import Draft, Reader
from guard.parse.programs.grammar import named, scan
from guard.parse.reading import UNKNOWN, Invocation, Reading

__all__ = ["READERS"]

_WHOLE = frozenset({".*", "^.*", ".*$", "^.*$"})  # patterns that leave nothing of a line


def _sed(invocation: Invocation) -> Reading:
    draft = Draft(invocation)
    options = scan(invocation.argv, named("sed"))
    operands = options.operands
    scripts = options.all("e")
    for path in options.all("f"):
        draft.script("sed", path)
    if not scripts and not options.has("f"):
        scripts, operands = operands[:1], operands[1:]
    draft.read(*operands)
    if options.has("i"):
        ending = options.last("i")
        for path in operands:
            draft.write(path)
            if ending:
                folder, slash, name = path.rpartition("/")
                kept = ending.replace("*", name) if "*" in ending else f"{name}{ending}"
                draft.write(kept if "/" in kept else f"{folder}{slash}{kept}")
    text = "\n".join(scripts)
    if text == UNKNOWN:
        draft.hide("unknown_argument", "medium", "nobody knows what sed would do")
    elif not options.has("sandbox"):
        _Script(draft, text).read()
    return draft.reading


class _Script:
    """A cursor over a sed script."""

    __slots__ = ("at", "draft", "text")

    def __init__(self, draft: Draft, text: str) -> None:
        self.draft = draft
        self.text = text
        self.at = 0

    def read(self) -> None:
        while self.at < len(self.text):
            if self.text[self.at] in " \t\n;{}":
                self.at += 1
            elif not self._address():
                self._command()

    def _address(self) -> bool:
        """Skip one address and what may stand between two; True if there was one."""
        start = self.at
        letter = self.text[self.at]
        if letter == "/":
            self.at += 1
            self._until("/")
        elif letter == "\\" and self.at + 1 < len(self.text):
            end = self.text[self.at + 1]
            self.at += 2
            self._until(end)
        else:
            while self.at < len(self.text) and self.text[self.at] in "0123456789$~+,":
                self.at += 1
        if self.at == start and letter in "!, \t":
            self.at += 1
        while start < self.at < len(self.text) and self.text[self.at] in "IM ,!~+\t":
            self.at += 1
        return self.at > start

    def _until(self, end: str) -> str:
        """Text up to an unescaped end; within brackets the end has no meaning to skip."""
        start = self.at
        while self.at < len(self.text) and self.text[self.at] != end:
            self.at += 2 if self.text[self.at] == "\\" else 1
        piece = self.text[start : self.at]
        self.at += 1
        return piece

    def _line(self) -> str:
        end = self.text.find("\n", self.at)
        end = len(self.text) if end < 0 else end
        line = self.text[self.at : end]
        self.at = end
        return line.strip()

    def _command(self) -> None:
        letter = self.text[self.at]
        self.at += 1
        if letter == "s":
            self._substitute()
        elif letter == "y":
            end = self.text[self.at : self.at + 1]
            self.at += 1
            self._until(end)
            self._until(end)
        elif letter == "e":
            command = self._line()
            if command:
                self.draft.text(command, "sed e", certainty="may")
            else:
                self._runs_input()
        elif letter in "wW":
            self.draft.write(self._line())
        elif letter in "rR":
            self.draft.read(self._line())
        elif letter in "aic#":
            while self._line().endswith("\\"):
                self.at += 1
        elif letter in ":btT":
            while self.at < len(self.text) and self.text[self.at] not in ";\n}":
                self.at += 1

    def _substitute(self) -> None:
        end = self.text[self.at : self.at + 1]
        self.at += 1
        pattern = self._until(end)
        replacement = self._until(end)
        while self.at < len(self.text) and self.text[self.at] not in ";\n} ":
            flag = self.text[self.at]
            self.at += 1
            if flag == "w":
                self.draft.write(self._line())
                return
            if flag == "e":
                self.draft.text(replacement, "sed s///e", certainty="may")
                if pattern not in _WHOLE or "&" in replacement or "\\" in replacement:
                    self._runs_input()

    def _runs_input(self) -> None:
        self.draft.code("sh", "stdin")
        self.draft.hide("unknown_code", "high", "sed runs the lines that it reads")


READERS: dict[str, Reader] = {"sed": _sed, "gsed": _sed}
