"""agentguard-oss: the risk of `shell.execute` with its default thresholds (ask 51, deny 91).

Its default policy denies what no rule allows; this is the risk beneath a policy that allows
the shell tool.
"""

from __future__ import annotations

from agentguard.core.action import Action, Context
from agentguard.core.context import SessionRiskContext
from agentguard.policy.schema import RiskThresholds
from agentguard.risk import scorer
from serve import serve

LIMITS = RiskThresholds()


def judge(command: str) -> str:
    """The score of one command in a fresh session, against the thresholds."""
    action = Action(
        agent_id="agent",
        session_id="session",
        tool="bash",
        capability="shell.execute",
        arguments={"command": command},
        context=Context(working_directory="/workspace"),
    )
    risk = scorer.score(action, SessionRiskContext())
    if risk.hard_deny or risk.score >= LIMITS.deny:
        return "deny"
    return "ask" if risk.score >= LIMITS.ask else "allow"


if __name__ == "__main__":
    serve(judge)
