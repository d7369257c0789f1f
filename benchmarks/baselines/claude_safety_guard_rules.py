"""claude-safety-guard: `evaluate` with its catalogue; a warning lets the call run: allow."""

from __future__ import annotations

from claude_safety_guard.guard import evaluate
from serve import serve

EFFECTS = {"block": "deny"}

if __name__ == "__main__":
    serve(lambda command: EFFECTS.get(str(evaluate(command).outcome), "allow"))
