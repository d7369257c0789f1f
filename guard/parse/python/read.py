"""From a text in Python to a reading: parse, walk, and put together what was seen."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Sequence

from guard.parse.budget import Budget, BudgetExceededError
from guard.parse.python import servers, tampering
from guard.parse.python.context import Context, parse_python
from guard.parse.python.notebook import has_cell_magic, run_cell, translated
from guard.parse.reading import Reading, Run

__all__ = ["read_python"]

_UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)


def read_python(
    text: str,
    budget: Budget,
    *,
    arguments: Sequence[str] = (),
    notebook: bool = False,
    cwd: str = "",
    home: str = "~",
) -> Reading:
    """Return what Python code would do.

    `notebook`: lines of IPython and code between fences are understood as well.
    A bound that is hit is an opaque part of the reading; nothing is raised.
    """
    reading = Reading()
    reading.operations.append(
        {"kind": "code.run", "program": "python", "language": "python", "source": "inline"}
    )
    context = Context(budget, reading, cwd=cwd, home=home, arguments=list(arguments))
    # INVARIANT: a bound that is hit is visible, and what was read before it stays.
    try:
        if notebook and has_cell_magic(text):
            run_cell(context, text)
        else:
            tree = _parse(text, budget, notebook=notebook)
            if tree is None:
                reading.hide("unreadable_code", "high", "this is no Python that can be read")
            else:
                context.interpreter.run(tree)
        _conclude(context)
    except BudgetExceededError as error:
        reading.hide(f"limit_{error.kind}", "high", f"reading stopped: {error.detail}")
    except (RecursionError, MemoryError):
        reading.hide("limit_depth", "high", "reading stopped: it is nested too deeply")
    return reading


def _parse(text: str, budget: Budget, *, notebook: bool) -> ast.Module | None:
    """The tree, or None. Tools forgive fences, indentation and lines for IPython."""
    candidates = [text]
    if notebook:
        inner = _without_fence(text)
        if inner is not text:
            candidates.append(inner)
        candidates.append(translated(inner))
    candidates.append(textwrap.dedent(candidates[-1]).strip())
    for candidate in candidates:
        try:
            return parse_python(candidate)
        except _UNREADABLE:
            budget.tick(len(candidate) >> 4)
    return None


def _without_fence(text: str) -> str:
    """The code between the fences of Markdown, or the text itself."""
    stripped = text.strip()
    if not stripped.startswith(("```", "~~~")):
        return text
    body = stripped.partition("\n")[2].rstrip()
    return body[:-3] if body.endswith(("```", "~~~")) else body


def _conclude(context: Context) -> None:
    """What only the whole program shows."""
    servers.conclude(context)
    tampering.walked(context)
    if context.dup2 and context.shell_started:
        context.network_shell("python socket and dup2")
    if not context.reading.runs:
        return
    mentioned = "\0".join(run.text or "\0".join(run.argv) for run in context.reading.runs)
    for path, content in context.files.items():
        name = path.rpartition("/")[2]
        if not content.strip() or len(name) < 2 or name not in mentioned:
            continue
        # The program runs a file that it has written.
        language = "python" if path.endswith(".py") or "python" in content[:40] else "sh"
        context.reading.runs.append(Run(path, text=content, language=language, certainty="may"))
