"""cmd-risk: `classify`, with the thresholds of its own hook (deny at critical, ask at high)."""

from __future__ import annotations

from cmd_risk import classify
from serve import serve

EFFECTS = {"critical": "deny", "high": "ask"}


if __name__ == "__main__":
    serve(lambda command: EFFECTS.get(classify(command).level, "allow"))
