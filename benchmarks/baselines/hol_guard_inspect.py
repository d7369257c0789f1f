"""hol-guard: `command test` in process, on a machine where nobody set it up.

A match of its rules is a deny (block) or an ask (review); where no rule matches, the guard
leaves the call to the agent's own permissions, which is counted as allow. What its runtime
could not evaluate in three tries is blocked, as its hook would. The runtime that it starts is
ended here.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from codex_plugin_scanner import cli
from serve import serve

# prctl(PR_SET_CHILD_SUBREAPER): daemons that the guard starts become our children.
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)


TRIES = 3


def inspect(command: str) -> dict[str, Any]:
    """What the command prints. Its runtime has half a second, which a busy machine may miss."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
        cli.main(["guard", "command", "test", "--json", "--", command])
    found: dict[str, Any] = json.loads(printed.getvalue())
    return found


def judge(command: str) -> str:
    """The status and the least action of one inspection."""
    for _ in range(TRIES):
        found = inspect(command)
        if found["status"] != "native_unavailable":
            break
    else:
        print(f"not available for {len(command)} characters")
    if found["status"] in ("no_match", "benign"):
        return "allow"
    return "deny" if found["minimum_action"] == "block" else "ask"


def end_children() -> None:
    """End what was started, and what becomes ours once its parent has ended."""
    for _ in range(10):
        time.sleep(0.1)
        for child in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(int(child), signal.SIGKILL)
                os.waitpid(int(child), 0)


if __name__ == "__main__":
    try:
        serve(judge)
    finally:
        sys.stderr.flush()
        end_children()
        os._exit(0)  # nothing that would start its runtime again
