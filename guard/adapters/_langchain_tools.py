"""A tool that is guarded from within: judged after validation, right before its body.

The stand-in is an instance of a subclass of the tool's own class and shares the original's
fields, so that schema, injected arguments, callbacks, error handling and state stay those of
the tool. Between validation and body nothing can rewrite the arguments any more, and they
are validated once.
"""

from __future__ import annotations

import copy
import functools
import inspect
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, cast

from langchain_core.callbacks import BaseCallbackManager
from langchain_core.callbacks.manager import BaseRunManager
from langchain_core.tools import BaseTool

from guard._guard import Guard
from guard.adapters._langchain_ask import Asker
from guard.adapters._langchain_context import checkpointed, session_of, span_parent, subject_of
from guard.adapters._langchain_results import denial, map_pair, map_text
from guard.enforce.approval import Approver, AsyncApprover
from guard.errors import DeniedError, InputError
from guard.model import Subject, ToolCall

__all__ = ["Settings", "guarded", "original_of"]

_Tool = TypeVar("_Tool", bound=BaseTool)


class Alone(Protocol):
    """Says whether a call is the only one of its task; see `_langchain_ask`."""

    def __call__(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Settings:
    """What every call of a guarded tool shares."""

    guard: Guard
    approver: Approver | AsyncApprover | None = None
    interrupt: bool = True
    subject: Subject | None = None
    asker: Asker = Asker()


@dataclass(frozen=True, slots=True)
class _Frame:
    """What `run` knows about a call and `_run` is not told."""

    tool: BaseTool
    call_id: str | None
    config: Mapping[str, Any] | None


# The call that is being run in this thread or task.
_frame: ContextVar[_Frame | None] = ContextVar("guard_langchain_frame", default=None)
# Whether the task that runs holds one call only: set by the middleware and the tool node.
alone: ContextVar[bool] = ContextVar("guard_langchain_alone", default=False)


class _Stand:
    """What a stand-in holds beside the fields that it shares with the original."""

    __slots__ = ("hidden", "original", "positional", "settings")

    def __init__(self, settings: Settings, original: BaseTool) -> None:
        self.settings = settings
        self.original = original
        self.hidden = _injected(original)
        self.positional = _positional(original)


def guarded(settings: Settings, tool: _Tool) -> _Tool:
    """Return the stand-in for a tool; a tool that this guard already guards is returned as it is.

    Raises:
        InputError: the tool replaces LangChain's own way of running, so that nothing could
            be judged between validation and body.
    """
    stand = getattr(tool, "_regoguard", None)
    while stand is not None:
        if stand.settings.guard is settings.guard:
            return tool
        stand = getattr(stand.original, "_regoguard", None)
    made = object.__new__(_guarded_class(_plain_class(tool)))
    for name in ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__"):
        object.__setattr__(made, name, getattr(tool, name))
    object.__setattr__(made, "__pydantic_private__", tool.__pydantic_private__)
    object.__setattr__(made, "_regoguard", _Stand(settings, tool))
    return cast("_Tool", made)
