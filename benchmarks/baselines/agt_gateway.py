"""agent-governance-toolkit: the MCP gateway's built-in patterns, or the semantic classifier.

Its default policy has no rule about commands; both are what the package itself knows of them.
"""

from __future__ import annotations

import sys

from serve import serve

if sys.argv[1] == "gateway":
    from agent_os.integrations.base import GovernancePolicy
    from agent_os.mcp_gateway import MCPGateway

    def judge(command: str) -> str:
        """A fresh gateway for each call, since it counts calls."""
        gateway = MCPGateway(GovernancePolicy())
        allowed, _ = gateway.intercept_tool_call("agent", "bash", {"command": command})
        return "allow" if allowed else "deny"

else:
    from agent_os.semantic_policy import SemanticPolicyEngine

    ENGINE = SemanticPolicyEngine()

    def judge(command: str) -> str:
        """Whether the classified intent is one that is denied by default."""
        found = ENGINE.classify("bash", {"command": command})
        return "deny" if found.is_dangerous else "allow"


if __name__ == "__main__":
    serve(judge)
