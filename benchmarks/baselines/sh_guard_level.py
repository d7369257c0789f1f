"""sh-guard: its own quick decision."""

from __future__ import annotations

import sh_guard
from serve import serve

EFFECTS = {"blocked": "deny", "allow": "allow", "safe": "allow"}

if __name__ == "__main__":
    serve(lambda command: EFFECTS.get(sh_guard.classify(command)["quick_decision"], "ask"))
