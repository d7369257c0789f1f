"""What every adapter shares: commands in, verdicts out, one JSON line each.

Runs in other guards' environments as well as in ours, so it needs nothing but Python itself.
"""

from __future__ import annotations

import json
import os
import time
import traceback
from collections.abc import Callable

__all__ = ["serve"]


def serve(judge: Callable[[str], str]) -> None:
    """Answer each command on stdin with `[effect, microseconds]`.

    What the guard prints itself goes to stderr, and what it starts reads nothing. A judgement
    that raises is a deny, and its trace is printed: a gate that fails must not be counted as
    one that lets through.
    """
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    commands = os.fdopen(os.dup(0), encoding="utf-8")
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for line in commands:
        command = json.loads(line)
        start = time.perf_counter_ns()
        try:
            effect = judge(command)
        except Exception:  # noqa: BLE001 - whatever another guard raises is counted, not hidden
            traceback.print_exc()
            effect = "deny"
        spent = (time.perf_counter_ns() - start) / 1000
        answers.write(json.dumps([effect, spent]) + "\n")
    answers.close()
