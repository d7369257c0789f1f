"""acgs-lite: its default constitution, which is about governance and not about commands."""

from __future__ import annotations

from acgs_lite import Constitution, GovernanceEngine
from acgs_lite.errors import ConstitutionalViolationError
from serve import serve

ENGINE = GovernanceEngine(Constitution.default(), strict=True)


def judge(command: str) -> str:
    """A violation raises."""
    try:
        result = ENGINE.validate(command, agent_id="agent")
    except ConstitutionalViolationError:
        return "deny"
    return "allow" if result.valid else "deny"


if __name__ == "__main__":
    serve(judge)
