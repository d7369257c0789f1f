"""Shell text to syntax tree: the entry points. The reading itself is in `syntax_commands`.

The language is bash 5.2 as `bash -c` reads it: no aliases, no history expansion, patterns of
extglob wherever nothing else could be meant. Brace and tilde expansion are not done here.
"""

from __future__ import annotations

import re

from guard.parse.budget import Budget, BudgetExceededError
from guard.parse.shell.syntax_commands import CommandReader
from guard.parse.shell.syntax_errors import ShellBudgetError, ShellSyntaxError
from guard.parse.shell.tree import Script, Statement

__all__ = ["ShellBudgetError", "ShellSyntaxError", "plain_words", "read"]

_PLAIN = re.compile(
    r"[ \t\n]*"
    r"(?!(?:if|then|else|elif|fi|do|done|case|esac|in|for|select|while|until|function|time|coproc)"
    r"(?:[ \t\n]|\Z))"
    r"[A-Za-z_./][A-Za-z0-9_./@%:,+-]*"
    r"(?:[ \t]+[A-Za-z0-9_./@%:,+=-]+)*"
    r"[ \t\n]*"
)


def plain_words(text: str) -> list[str] | None:
    """Return the words of a single command in which nothing has a meaning to the shell.

    None where there is any doubt: quotes, expansions, patterns, braces, tildes, comments,
    operators, redirections, assignments, reserved words, characters beyond ASCII.
    """
    return text.split() if _PLAIN.fullmatch(text) else None


def read(text: str, budget: Budget) -> Script:
    """Return the syntax tree of a shell text.

    Raises:
        ShellSyntaxError: the text cannot be read to its end; `before` holds what can.
        ShellBudgetError: a bound was hit; `before` holds what was read until then.
    """
    statements: list[Statement] = []
    # No program can be handed one: shells differ in whether they stop there or leave it out.
    zero = text.find("\0")
    reader = CommandReader(text if zero < 0 else text[:zero], budget)
    try:
        reader.read_statements(statements)
        if reader.pos < reader.end:
            reader.unexpected()
        if zero >= 0:
            reader.fail("unsupported", "a zero character", zero)
    except ShellSyntaxError as error:
        error.before = Script(tuple(statements))
        raise
    except BudgetExceededError as error:
        raise ShellBudgetError(error.kind, error.detail, Script(tuple(statements))) from None
    except RecursionError:
        # The caller's own stack was deep already.
        detail = "it is nested too deeply"
        raise ShellBudgetError("depth", detail, Script(tuple(statements))) from None
    return Script(tuple(statements))
