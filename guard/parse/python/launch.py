"""The two ways in which a Python program starts another: through a shell, or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guard.parse.python.values import NOTHING, Object, Value, alternatives, origins, text_of
from guard.parse.reading import UNKNOWN, Run, Stdin

if TYPE_CHECKING:
    from guard.parse.python.context import Context

__all__ = ["argv_of", "command_text", "program", "shell"]

_SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh", "ash", "fish", "cmd.exe", "powershell"})


def shell(
    context: Context,
    value: Value,
    via: str,
    *,
    environment: dict[str, str] | None = None,
    cwd: str | None = None,
    stdin: Stdin | None = None,
    elsewhere: str = "",
    background: bool = False,
) -> Object:
    """A text is given to a shell."""
    started = Object("popen")
    for one in alternatives(value):
        text = command_text(one)
        if text is None or not text.strip(UNKNOWN + " \t\n"):
            _unknown_command(context, one, via)
            continue
        if text.lstrip()[:1] == UNKNOWN:
            _unknown_command(context, one, via)
        elif UNKNOWN in text:
            context.hide(
                "unresolved_command_part", "medium", f"`{via}` runs a text known only in part"
            )
        context.shell_started = context.shell_started or _starts_shell(text)
        _start(
            context,
            Run(
                via,
                text=text,
                certainty="may" if context.may else "must",
                environment={**context.environment, **(environment or {})},
                cwd=cwd if cwd is not None else context.cwd or None,
                stdin=stdin,
                elsewhere=elsewhere,
                background=background,
            ),
            started,
        )
    return started


def program(
    context: Context,
    value: Value,
    via: str,
    *,
    executable: Value = None,
    environment: dict[str, str] | None = None,
    cwd: str | None = None,
    stdin: Stdin | None = None,
    background: bool = False,
    elsewhere: str = "",
) -> Object:
    """A program is started with arguments, no shell between."""
    started = Object("popen")
    for one in alternatives(value):
        argv = argv_of(one)
        if executable is not None and executable is not NOTHING:
            argv = [text_of(executable), *(argv or [UNKNOWN])[1:]]
        if not argv or not argv[0].strip(UNKNOWN):
            _unknown_command(context, one, via)
            continue
        name = argv[0].rpartition("/")[2]
        context.shell_started = context.shell_started or name in _SHELLS
        _start(
            context,
            Run(
                via,
                argv=tuple(argv),
                certainty="may" if context.may else "must",
                environment={**context.environment, **(environment or {})},
                cwd=cwd if cwd is not None else context.cwd or None,
                stdin=stdin,
                elsewhere=elsewhere,
                background=background,
            ),
            started,
        )
    return started


def _start(context: Context, run: Run, started: Object) -> None:
    key = repr(run)
    if key in context.seen:
        return
    context.seen.add(key)
    context.budget.command()
    started.fields["run"] = len(context.reading.runs)
    context.reading.runs.append(run)


def _unknown_command(context: Context, value: Value, via: str) -> None:
    if "socket" in origins(value):
        context.network_shell("python runs what a socket sends")
    if "http" in origins(value):
        context.hide("unresolved_command", "high", f"`{via}` runs what the network sends")
    else:
        context.hide("unresolved_command", "high", f"`{via}` runs a command that is not known")


def command_text(value: Value) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes | bytearray):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, Object) and value.kind == "path":
        return text_of(value)
    return None


def argv_of(value: Value) -> list[str] | None:
    if isinstance(value, list | tuple):
        return [text_of(item) for item in value]
    if isinstance(value, str | bytes) or (isinstance(value, Object) and value.kind == "path"):
        return [text_of(value)]
    return None


def _starts_shell(text: str) -> bool:
    words = text.split(None, 4)[:4]
    return any(word.rpartition("/")[2] in _SHELLS for word in words)
