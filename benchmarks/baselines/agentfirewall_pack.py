"""agentfirewall: its default policy pack on a command event; review is ask."""

from __future__ import annotations

from agentfirewall.events import EventContext
from agentfirewall.policy_packs import build_builtin_policy_engine, named_policy_pack
from serve import serve

ENGINE = build_builtin_policy_engine(named_policy_pack("default"))
EFFECTS = {"block": "deny", "review": "ask"}


def judge(command: str) -> str:
    """The action of the decision."""
    return EFFECTS.get(ENGINE.evaluate(EventContext.command(command)).action.value, "allow")


if __name__ == "__main__":
    serve(judge)
