"""Code in any language but the shell's: which reader looks at it."""

from __future__ import annotations

from collections.abc import Sequence

# Imported at once: what is imported within a call would be charged to its budget.
from guard.parse.budget import Budget
from guard.parse.code_settings import read_makefile, read_settings
from guard.parse.python import read_python
from guard.parse.reading import Reading, Run
from guard.parse.sql import read_sql

__all__ = ["read_code"]

_PYTHON = frozenset({"python", "python2", "python3", "py", "pypy", "pypy3"})
_SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh", "ash", "shell"})
# Nothing but text is made of these.
_HARMLESS = frozenset({"json", "html", "markdown", "text", "css", "yaml", "toml", "xml", "jq"})


def read_code(
    language: str,
    text: str,
    budget: Budget,
    arguments: Sequence[str] = (),
    *,
    cwd: str = "",
    home: str = "~",
) -> Reading:
    """Return what code would do: `code.run`, what it touches, and what it runs in turn.

    `language` is "python", "ipython" (Python with `!cmd` and `%%bash`), "perl", "ruby",
    "javascript", "php", "lua", "awk", ...; `arguments` are those of the program. Bounds
    that are hit are opaque parts of the reading; nothing is raised.
    """
    language = language.lower().strip()
    if language in _PYTHON or language == "ipython":
        return read_python(
            text, budget, arguments=arguments, notebook=language == "ipython", cwd=cwd, home=home
        )
    if language == "sql":
        return read_sql(text, budget)
    if language in _SHELLS:
        run = Run(language, text=text, arguments=(language, *arguments), cwd=cwd or None)
        return Reading(runs=[run])
    if language in _HARMLESS:
        return Reading()
    if language == "settings":
        return read_settings(text, budget)
    if language == "make":
        return read_makefile(text, budget)
    from guard.parse.code_calls import read_calls

    return read_calls(language, text, budget, cwd=cwd, home=home)
