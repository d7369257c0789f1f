"""Who calls, in which session, under which span: read from LangChain's RunnableConfig.

Only langchain-core and the standard library; nothing here judges or runs anything.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from guard.model import Sandbox, Session, Subject

__all__ = ["checkpointed", "session_of", "span_parent", "subject_of"]

# Keys of `metadata` (or `configurable`) by field, the guard's own name first. The others
# are those that training code and LangGraph's server already write.
_KEYS: Mapping[str, tuple[str, ...]] = {
    "session": ("regoguard.session", "thread_id", "session_id"),
    "run": ("regoguard.run", "run_id"),
    "trajectory": ("regoguard.trajectory", "trajectory_id", "traj_id"),
    "episode": ("regoguard.episode", "episode_id"),
    "sandbox": ("regoguard.sandbox.id", "sandbox_id"),
    "address": ("regoguard.sandbox.ip", "sandbox_ip"),
    "subject": ("regoguard.subject", "lc_agent_name"),
}


def session_of(config: Mapping[str, Any] | None) -> Session:
    """Return the session that a config describes: `thread_id`, run and `regoguard.*` metadata."""
    if not config:
        return Session()
    places = _places(config)
    sandbox, address = _find(places, "sandbox"), _find(places, "address")
    return Session(
        id=_find(places, "session"),
        run=_find(places, "run") or _run_id(config, places[1]),
        trajectory=_find(places, "trajectory"),
        episode=_find(places, "episode"),
        sandbox=Sandbox(id=sandbox, ip=address) if sandbox or address else Sandbox(),
    )


def subject_of(config: Mapping[str, Any] | None) -> Subject:
    """Return the agent that a config names: `regoguard.subject`, else the agent's own name."""
    name = _find(_places(config), "subject") if config else ""
    return Subject(id=name) if name else Subject()


def checkpointed(config: Mapping[str, Any] | None) -> bool:
    """True inside a LangGraph run that can be interrupted and resumed."""
    configurable = (config or {}).get("configurable") or {}
    saver = configurable.get("__pregel_checkpointer")
    return bool(saver) and "__pregel_scratchpad" in configurable


@contextlib.contextmanager
def span_parent() -> Iterator[None]:
    """Nest the guard's spans under OpenInference's, where that instrumentation is loaded.

    OpenInference keeps its spans out of OpenTelemetry's current context: without this
    every decision would be the root of a trace of its own.
    """
    module = sys.modules.get("openinference.instrumentation.langchain")
    span = module.get_current_span() if module is not None else None
    if span is None:
        yield
        return
    from opentelemetry import context, trace

    token = context.attach(trace.set_span_in_context(span))
    try:
        yield
    finally:
        context.detach(token)


def _places(config: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    return config.get("metadata") or {}, config.get("configurable") or {}


def _find(places: tuple[Mapping[str, Any], ...], field: str) -> str:
    for key in _KEYS[field]:
        for place in places:
            value = place.get(key)
            if value is not None and value != "":
                return str(value)
    return ""


def _run_id(config: Mapping[str, Any], configurable: Mapping[str, Any]) -> str:
    """The run's id as LangGraph hands it to its tasks; present where the host gave one."""
    info = getattr(configurable.get("__pregel_runtime"), "execution_info", None)
    return str(getattr(info, "run_id", None) or config.get("run_id") or "")
