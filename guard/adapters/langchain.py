"""LangChain and LangGraph: guarded tools, agent middleware, and a guarded `ToolNode`.

- `wrap(guard, tool)`: the tool itself is guarded, whoever calls it;
- `GuardMiddleware(guard)`: every tool call of `langchain.agents.create_agent`;
- `guard_tool_node(guard, tools)`: every tool call of a hand-built graph.

What is judged are the arguments after the tool's own validation, defaults included and
injected ones left out, and exactly those run. A call that is denied comes back as a
`ToolMessage` of status `error` with the reasons and what to do instead; a tool that is
invoked without a tool call's id returns that text itself. Where a decision asks, a graph
with a checkpointer is interrupted, and without one the call is refused.

`wrap` needs langchain-core alone; the rest needs `regoguard[langchain]`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from langchain_core.tools import BaseTool

from guard._guard import Guard
from guard.adapters._langchain_tools import Settings, guarded
from guard.enforce.approval import Approver, AsyncApprover
from guard.errors import InputError
from guard.model import Subject

if TYPE_CHECKING:
    from guard.adapters._langchain_agent import GuardMiddleware, each_tool_call, guard_tool_node

__all__ = ["GuardMiddleware", "each_tool_call", "guard_tool_node", "wrap"]

_Tool = TypeVar("_Tool", bound=BaseTool)


def wrap(
    guard: Guard,
    tool: _Tool,
    *,
    approver: Approver | AsyncApprover | None = None,
    interrupt: bool = True,
    subject: Subject | None = None,
) -> _Tool:
    """Return a guarded tool of the same class, name, schema and behaviour.

    It shares its fields with the original. An answer to an interrupt must name the
    `tool_call_id`, since a wrapped tool cannot know what else its task runs.

    Raises:
        InputError: the tool is of a kind that cannot be guarded from within.
    """
    settings = Settings(guard, approver=approver, interrupt=interrupt, subject=subject)
    return guarded(settings, tool)


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    try:
        from guard.adapters import _langchain_agent
    except ImportError as error:
        raise InputError(
            f"`{name}` needs langchain and langgraph", help="install `regoguard[langchain]`"
        ) from error
    return getattr(_langchain_agent, name)
