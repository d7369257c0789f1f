"""IPython's additions to Python: `!command`, `%magic`, `%%magic` cells.

Lines that Python would refuse are turned into calls of `get_ipython()`, as IPython does.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from guard.parse.python import fold
from guard.parse.python.values import Unknown, Value
from guard.parse.reading import UNKNOWN, Run

if TYPE_CHECKING:
    from guard.parse.python.context import Context

__all__ = [
    "has_cell_magic",
    "interpolated",
    "run_cell",
    "run_cell_magic",
    "run_line_magic",
    "translated",
]

_LINE = re.compile(
    r"^(?P<indent>[ \t]*)(?P<target>[A-Za-z_][\w, ]*=[ \t]*)?(?P<mark>!!|!|%(?!%))(?P<rest>.*)$"
)
_FIELD = re.compile(r"\{([^{}]{1,200})\}|\$([A-Za-z_]\w*)")
_SHELL_MAGICS = frozenset({"sx", "system", "sc", "bash", "sh"})
_CELL_LANGUAGES = {
    "bash": "sh",
    "sh": "sh",
    "script": "sh",
    "system": "sh",
    "sx": "sh",
    "!": "sh",
    "perl": "perl",
    "ruby": "ruby",
    "javascript": "",
    "js": "",
    "html": "",
    "markdown": "",
    "latex": "",
    "svg": "",
}
_PYTHON_CELLS = frozenset(
    "time timeit capture prun python python3 pypy python2 debug memit snakeviz".split()  # noqa: SIM905
)


def has_cell_magic(code: str) -> bool:
    """True where the first line is `%%name`."""
    return code.lstrip().startswith("%%")


def translated(code: str) -> str:
    """Return code in which each line for IPython is a call of `get_ipython()`."""
    lines = []
    for line in code.split("\n"):
        match = _LINE.match(line)
        if match:
            lines.append(_call(match))
        elif (
            line.rstrip().endswith("?") and line.strip().rstrip("?").replace(".", "").isidentifier()
        ):
            lines.append("pass")
        else:
            lines.append(line)
    return "\n".join(lines)


def _call(match: re.Match[str]) -> str:
    rest = match["rest"]
    start = match["indent"] + (match["target"] or "")
    if match["mark"] == "%":
        name, _, line = rest.partition(" ")
        return f"{start}get_ipython().run_line_magic({name!r}, {line!r})"
    return f"{start}get_ipython().system({rest!r})"


def interpolated(context: Context, command: str) -> str:
    """Replace `{name}` and `$name` by what Python knows, as IPython does before the shell."""

    def known(match: re.Match[str]) -> str:
        scope = context.scope or context.interpreter.module
        if match[2]:
            value = context.interpreter.lookup(match[2], scope)
            return match[0] if isinstance(value, Unknown) else fold.as_text(value)
        try:
            tree = ast.parse(match[1], mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return match[0]
        value = context.interpreter.value(tree.body, scope)
        return UNKNOWN if isinstance(value, Unknown) else fold.as_text(value)

    return _FIELD.sub(known, command)


def run_cell(context: Context, code: str) -> bool:
    """Read a cell that begins with `%%name`; False where it is none."""
    first, _, body = code.lstrip().partition("\n")
    if not first.startswith("%%"):
        return False
    name, _, line = first[2:].strip().partition(" ")
    run_cell_magic(context, name, line, body)
    return True


def run_cell_magic(context: Context, name: str, line: str, body: Value) -> None:
    """`%%bash`, `%%writefile path`, `%%time`, ..."""
    if not isinstance(body, str):
        context.hide("unknown_code", "high", f"`%%{name}` runs unknown text")
        return
    if name in ("writefile", "file"):
        from guard.parse.python.files import write

        words = line.split()
        append = "-a" in words
        target = next((word for word in reversed(words) if word != "-a"), UNKNOWN)
        write(context, target, append=append, content=body)
        return
    if name in _PYTHON_CELLS:
        context.run_code(translated(body), f"%%{name}")
        return
    language = _CELL_LANGUAGES.get(name)
    if language == "":
        return
    if name == "script" and line:
        context.reading.runs.append(Run(f"%%{name} {line}", argv=tuple(line.split())))
    if language is None:
        context.hide("unknown_code", "medium", f"what `%%{name}` does with its cell is not known")
        return
    context.reading.runs.append(Run(f"%%{name}", text=body, language=language))


def run_line_magic(context: Context, name: str, line: Value) -> None:
    """`%run file`, `%pip install`, `%cd`, `%sx command`, ..."""
    text = line if isinstance(line, str) else UNKNOWN
    if " " in name and not text:
        name, _, text = name.partition(" ")
    if name in _SHELL_MAGICS:
        context.reading.runs.append(Run(f"%{name}", text=interpolated(context, text)))
    elif name in ("pip", "conda", "mamba", "uv"):
        context.reading.runs.append(Run(f"%{name}", text=f"{name} {interpolated(context, text)}"))
    elif name == "run":
        path = text.split()[0] if text.split() else UNKNOWN
        known = context.files.get(context.path(path))
        if known is not None:
            context.run_code(known, "%run")
            return
        context.add({"kind": "code.run", "language": "python", "source": "file", "path": path})
        context.hide("unread_file", "medium", f"`{path}` is run and was not read")
    elif name == "cd":
        context.cwd = context.path(text.strip())
    elif name in ("time", "timeit", "prun", "memit"):
        context.run_code(text, f"%{name}")
    elif name in ("env", "set_env"):
        key, _, value = text.replace(" ", "=", 1).partition("=")
        if key:
            context.environment[key.strip()] = value.strip()
    elif name in ("load", "loadpy", "macro", "edit", "rerun", "recall", "alias", "rehashx"):
        context.hide("unknown_code", "medium", f"what `%{name}` runs is not known")
