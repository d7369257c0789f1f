"""What the model reads: denials as tool messages, and obligations performed on results."""

from __future__ import annotations

import dataclasses
import sys
from typing import Any

from langchain_core.messages import BaseMessage, ToolMessage
from langchain_core.tools.base import TOOL_MESSAGE_BLOCK_TYPES

from guard.enforce.obligations import TextFunction
from guard.enforce.obligations import map_text as map_plain
from guard.errors import ObligationError

__all__ = ["denial", "map_pair", "map_text"]


def denial(text: str, *, name: str, call_id: str | None) -> Any:
    """Return what stands in place of a result: an error ToolMessage, or bare text.

    Bare text is what a tool returns that is invoked without a tool call's id.
    """
    if call_id is None:
        return text
    return ToolMessage(text, tool_call_id=call_id, name=name, status="error")


def map_text(result: Any, function: TextFunction) -> Any:
    """Apply a text function to everything in a tool's result that the model may read.

    Reaches messages, content blocks of type `text`, LangGraph's `Command`, and the pair of
    content and artifact; an artifact whose text cannot be reached is dropped.

    Raises:
        ObligationError: the result holds something else.
    """
    if isinstance(result, BaseMessage):
        changed: dict[str, Any] = {"content": map_text(result.content, function)}
        if getattr(result, "artifact", None) is not None:
            changed["artifact"] = _artifact(result.artifact, function)  # type: ignore[attr-defined]
        return result.model_copy(update=changed)
    if isinstance(result, dict):
        if result.get("type") in TOOL_MESSAGE_BLOCK_TYPES:
            return _block(result, function)
        return {map_text(k, function): map_text(v, function) for k, v in result.items()}
    if type(result) in (list, tuple):
        return type(result)(map_text(item, function) for item in result)
    if _is_command(result):
        return dataclasses.replace(result, update=map_text(result.update, function))
    return map_plain(result, function)


def map_pair(result: Any, function: TextFunction) -> Any:
    """As `map_text`, for tools that return `(content, artifact)`."""
    if isinstance(result, tuple) and len(result) == 2:
        return map_text(result[0], function), _artifact(result[1], function)
    return map_text(result, function)


def _is_command(result: Any) -> bool:
    """True for LangGraph's `Command`, without importing it."""
    langgraph = sys.modules.get("langgraph.types")
    return langgraph is not None and isinstance(result, langgraph.Command)


def _block(block: dict[Any, Any], function: TextFunction) -> dict[Any, Any]:
    if block["type"] == "text" and isinstance(block.get("text"), str):
        return {**block, "text": function(block["text"])}
    raise ObligationError(
        f"a content block of type `{block['type']!s:.40}` has text that policy cannot reach"
    )


def _artifact(value: Any, function: TextFunction) -> Any:
    try:
        return map_text(value, function)
    except ObligationError:
        return None
