"""ai-agent-guardrails: its shipped policy; a warning lets the call run, so it is allow."""

from __future__ import annotations

from guardrails import PolicyEngine
from serve import serve

ENGINE = PolicyEngine()

if __name__ == "__main__":
    serve(lambda command: "deny" if ENGINE.evaluate(command).action == "BLOCK" else "allow")
