"""Programs that hold a terminal for others: script, screen, tmux, expect."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from guard.parse.programs.draft import Draft, Reader
from guard.parse.programs.grammar import grammar, named, scan
from guard.parse.reading import Invocation, Reading

__all__ = ["READERS"]

_SCRIPT = named("script")


def _script(invocation: Invocation) -> Reading:
    """script(1): a shell or -c text; the operand is the transcript (BSD: then a command)."""
    draft = Draft(invocation)
    options = scan(invocation.argv, _SCRIPT)
    if options.has("h", "V"):
        return draft.reading
    for path in [*options.all("I", "O", "B", "T"), *options.operands[:1]]:
        draft.write(path, append=options.has("a"))
    if options.has("c"):
        draft.text(options.last("c"), "script -c")
    elif options.operands[1:]:
        draft.start(options.operands[1:], certainty="may")
    else:
        draft.start(["sh"])
    return draft.reading


_SCREEN = named("screen")


def _screen(invocation: Invocation) -> Reading:
    """screen(1): a command in a window; -X stuff types text into one."""
    draft = Draft(invocation)
    options = scan(invocation.argv, _SCREEN)
    rest = options.operands
    if options.has("ls", "list", "wipe", "v"):
        return draft.reading
    if options.has("c"):
        draft.script("screen", options.last("c"))
    if options.has("X"):
        if rest[:1] == ["stuff"]:
            draft.text(_typed(rest[1:]), "screen -X stuff", certainty="may")
        elif rest[:1] in (["exec"], ["screen"]):
            draft.start([word for word in rest[1:] if not word.startswith((".", "!"))])
        elif rest[:1] == ["eval"]:
            for text in rest[1:]:
                verb, _, tail = text.partition(" ")
                if verb in ("stuff", "exec", "screen"):
                    draft.text(_typed([tail]), "screen -X eval", certainty="may")
        return draft.reading
    if not options.has("r", "x", "R") or rest[1:]:
        draft.start(rest or ["sh"], background=options.has("m") and options.has("d", "D"))
    return draft.reading


def _typed(words: Sequence[str]) -> str:
    text = " ".join(words)
    for written, meant in (("\\n", "\n"), ("^M", "\n"), ("\\015", "\n"), ("\\r", "\n")):
        text = text.replace(written, meant)
    return text


_TMUX = named("tmux")
_TMUX_FLAGS = {
    "new-session": "A d D E P X c= e= f= F= n= s= t= x= y=",
    "new-window": "a b d k P S c= e= F= n= t=",
    "split-window": "b d f h I v P Z c= e= F= l= p= t=",
    "respawn-window": "k c= e= t=",
    "respawn-pane": "k c= e= t=",
    "run-shell": "b C c= d= t=",
    "if-shell": "b F t=",
    "pipe-pane": "I O o t=",
    "display-popup": "B C E b= c= d= e= h= s= S= t= T= w= x= y=",
    "send-keys": "F H K l M R X c= N= t=",
    "set-hook": "a g p R u w t=",
    "source-file": "F n q v t=",
}
_TMUX_SHORT = {
    "new": "new-session", "neww": "new-window", "splitw": "split-window",
    "respawnw": "respawn-window", "respawnp": "respawn-pane", "run": "run-shell", "if": "if-shell",
    "pipep": "pipe-pane", "popup": "display-popup", "send": "send-keys", "source": "source-file",
}  # fmt: skip
_KEYS = {"Enter": "\n", "C-m": "\n", "C-M": "\n", "KPEnter": "\n", "Space": " ", "C-j": "\n"}


def _tmux(invocation: Invocation) -> Reading:
    """tmux(1): commands separated by `;`, several of which run a shell or type into one."""
    draft = Draft(invocation)
    options = scan(invocation.argv, _TMUX)
    if options.has("c"):
        draft.text(options.last("c"), "tmux -c")
    if options.has("f"):
        draft.script("tmux", options.last("f"))
    words: list[str] = []
    for word in [*options.operands, ";"]:
        if word == ";" or (word.endswith(";") and not word.endswith("\\;")):
            words += [word[:-1]] if len(word) > 1 else []
            if words:
                _tmux_command(draft, words)
            words = []
        else:
            words.append(word)
    return draft.reading


def _tmux_command(draft: Draft, words: Sequence[str]) -> None:
    name = _TMUX_SHORT.get(words[0], words[0])
    for full in _TMUX_FLAGS:
        if full.startswith(name) and len(name) > 3:
            name = full
            break
    if name not in _TMUX_FLAGS:
        return
    via = f"tmux {name}"
    options = scan(words, grammar(f"@stop {_TMUX_FLAGS[name]}"))
    rest = options.operands
    if name == "send-keys":
        literal = options.has("l")
        text = "".join(word if literal else _KEYS.get(word, word) for word in rest)
        draft.text(text, via, certainty="may")
    elif name == "source-file":
        for path in rest:
            draft.script("tmux", path)
    elif name == "if-shell":
        draft.text("".join(rest[:1]), via)
        for text in rest[1:]:
            _tmux_command(draft, shlex.split(text) if text.count("'") % 2 == 0 else text.split())
    elif name == "set-hook":
        _tmux_command(draft, " ".join(rest[1:]).split() or ["set"])
    elif len(rest) > 1 and name != "run-shell":
        draft.start(rest, via, background=options.has("d"))
    elif rest:
        draft.text(rest[0], via, background=options.has("d"))


def _expect(invocation: Invocation) -> Reading:
    """expect(1): of its Tcl, `spawn`, `exec` and `system` with literal words are read."""
    draft = Draft(invocation)
    options = scan(invocation.argv, named("expect"))
    for text in options.all("c"):
        for line in text.replace(";", "\n").replace("{", "\n").replace("}", "\n").splitlines():
            verb, _, rest = line.strip().partition(" ")
            if verb in ("spawn", "exec", "system"):
                draft.text(rest.removeprefix("-noecho "), f"expect {verb}")
        draft.hide("foreign_syntax", "medium", "only the programs that expect spawns were read")
    path = options.last("f") or "".join(options.operands[:1])
    if path and path != "-":
        draft.script("expect", path)
    elif not options.has("c"):
        draft.feed("expect", "expect")
    return draft.reading


READERS: dict[str, Reader] = {
    "script": _script,
    "screen": _screen,
    "tmux": _tmux,
    "expect": _expect,
}
