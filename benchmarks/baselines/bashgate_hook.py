"""bashgate: its hook with the configuration that it ships.

It only approves or asks; where it stays silent the host's own permissions decide, which is
counted as asking.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from pathlib import Path

import bashgate
from serve import serve

CONFIG = Path(bashgate.__file__).with_name("bashgate.default.json")


def judge(command: str) -> str:
    """What the hook prints for one call."""
    event = {"tool_name": "Bash", "tool_input": {"command": command}, "cwd": "/workspace"}
    sys.stdin, before = io.StringIO(json.dumps(event)), sys.stdin
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            bashgate.cmd_hook(["--config", str(CONFIG)])
    finally:
        sys.stdin = before
    if not printed.getvalue().strip():
        return "ask"
    return str(json.loads(printed.getvalue())["hookSpecificOutput"]["permissionDecision"])


if __name__ == "__main__":
    serve(judge)
