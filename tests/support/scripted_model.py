"""A chat model that proposes what a test wrote down. The agent loop around it is the real one."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from pydantic import PrivateAttr

__all__ = ["ScriptedModel", "proposal"]


class ScriptedModel(BaseChatModel):
    """Returns the given messages one after another, then a last word."""

    script: list[AIMessage]
    last_word: str = "done"
    _position: int = PrivateAttr(default=0)
    _lock: Any = PrivateAttr(default_factory=threading.Lock)
    _seen: list[list[BaseMessage]] = PrivateAttr(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    @property
    def seen(self) -> list[list[BaseMessage]]:
        """What the model was given at each turn."""
        return self._seen

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Runnable[Any, AIMessage]:
        return self

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        with self._lock:
            self._seen.append(list(messages))
            position, self._position = self._position, self._position + 1
        ended = position >= len(self.script)
        message = AIMessage(self.last_word) if ended else self.script[position]
        return ChatResult(generations=[ChatGeneration(message=message)])


def proposal(*calls: tuple[str, dict[str, Any]], start: int = 1) -> AIMessage:
    """Return a message that proposes calls, with ids `call-1`, `call-2`, ..."""
    return AIMessage(
        "",
        tool_calls=[
            {"name": name, "args": arguments, "id": f"call-{number}", "type": "tool_call"}
            for number, (name, arguments) in enumerate(calls, start)
        ],
    )
