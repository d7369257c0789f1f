"""openhal: its shipped packs; a block of low severity is what its hook asks about."""

from __future__ import annotations

from hal.config import load_config
from hal.evaluate import evaluate
from hal.packs import load_packs
from serve import serve

CONFIG = load_config()
PACKS = load_packs()
ASKED = frozenset(("warn", "medium", "low", "info"))


def judge(command: str) -> str:
    """Whether a pack blocks, and how severely."""
    decision = evaluate(command, PACKS, CONFIG)
    if decision.action != "block":
        return "allow"
    return "ask" if decision.severity in ASKED else "deny"


if __name__ == "__main__":
    serve(judge)
