"""seatbelt-guard: the hook's `handle` with its default policy; silence is allow."""

from __future__ import annotations

from seatbelt.hook import handle
from serve import serve


def judge(command: str) -> str:
    """What the hook answers for one call."""
    answer = handle(
        {
            "hook_event_name": "PreToolUse",
            "tool_name": "Bash",
            "tool_input": {"command": command},
            "cwd": "/workspace",
        }
    )
    return answer["hookSpecificOutput"]["permissionDecision"] if answer else "allow"


if __name__ == "__main__":
    serve(judge)
