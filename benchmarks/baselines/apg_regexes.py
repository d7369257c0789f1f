"""agent-policy-gateway with the regular expressions of `regexes.py` as its rules.

It ships no rule about commands. Its policy language can match an argument against a regular
expression, so this is the nearest that it can express: the engine is its own, the knowledge ours.
"""

from __future__ import annotations

import json

import regexes
from agent_policy_gateway import Gateway, ToolCall
from agent_policy_gateway.policy import load_policy_str
from serve import serve


def rule(number: int, pattern: str, action: str) -> dict[str, object]:
    """One pattern as a rule about the argument `command`."""
    return {
        "id": f"{action}-{number}",
        "when": {"tool": "bash", "arg_matches": {"command": f"(?im){pattern}"}},
        "effect": {"action": action},
    }


RULES = [rule(at, text, "deny") for at, text in enumerate(regexes.DENY)]
RULES += [rule(at, text, "review") for at, text in enumerate(regexes.ASK)]
POLICY = load_policy_str(json.dumps({"version": 1, "name": "commands", "rules": RULES}))
GATEWAY = Gateway(policies=[POLICY])
EFFECTS = {"allow": "allow", "review": "ask"}


def judge(command: str) -> str:
    """The verdict of the first rule that matches."""
    call = ToolCall(tool_name="bash", args={"command": command}, agent_id="agent")
    return EFFECTS.get(GATEWAY.decide(call).verdict.value, "deny")


if __name__ == "__main__":
    serve(judge)
