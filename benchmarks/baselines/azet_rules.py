"""azet-guard: its shell rules as the hook applies them; a warning lets the call run."""

from __future__ import annotations

from azet_guard import rules
from serve import serve


def judge(command: str) -> str:
    """The strictest action of the findings."""
    actions = {finding.action for finding in rules.check_command(command)}
    return next((action for action in ("deny", "ask") if action in actions), "allow")


if __name__ == "__main__":
    serve(judge)
