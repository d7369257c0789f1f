"""A tool that is guarded from within: judged after validation, right before its body.

The stand-in is an instance of a subclass of the tool's own class and shares the original's
fields, so that schema, injected arguments, callbacks, error handling and state stay those of
the tool. Between validation and body nothing can rewrite the arguments any more, and they
are validated once.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import inspect
import typing
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from langchain_core.tools import BaseTool
from langchain_core.tools.base import _get_runnable_config_param, _is_injected_arg_type
from langchain_core.tools.base import get_all_basemodel_annotations as annotations_of

from guard._guard import Guard
from guard.adapters._langchain_ask import Asker
from guard.adapters._langchain_context import checkpointed, session_of, span_parent, subject_of
from guard.adapters._langchain_results import denial, map_pair, map_text
from guard.enforce.approval import Approver, AsyncApprover
from guard.errors import DeniedError, InputError
from guard.model import Subject, ToolCall

__all__ = ["Settings", "approver_for", "call_of", "guarded"]

_Tool = TypeVar("_Tool", bound=BaseTool)
_ASKER = Asker()


@dataclass(frozen=True, slots=True)
class Settings:
    """What every call of a guarded tool shares.

    `alone` says that each task of the graph runs one call; see `_langchain_ask`.
    """

    guard: Guard
    approver: Approver | AsyncApprover | None = None
    interrupt: bool = True
    subject: Subject | None = None
    alone: bool = False


@dataclass(frozen=True, slots=True)
class _Frame:
    """What `run` knows about a call and `_run` is not told."""

    tool: BaseTool
    call_id: str | None
    config: Mapping[str, Any] | None


# The call that runs in this thread or task.
_frame: ContextVar[_Frame | None] = ContextVar("guard_langchain_frame", default=None)


def guarded(settings: Settings, tool: _Tool) -> _Tool:
    """Return the stand-in for a tool; one that is guarded in this way already is returned.

    Raises:
        InputError: the tool replaces LangChain's own way of running, so that nothing could
            be judged between validation and body.
    """
    stand: _Stand | None = getattr(tool, "_regoguard", None)
    if stand is not None and stand.settings == settings:
        return tool
    if stand is not None and stand.settings.guard is settings.guard:
        tool = cast("_Tool", stand.original)
    made = cast("_Tool", object.__new__(_guarded_class(_plain_class(type(tool)))))
    for name in ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__"):
        object.__setattr__(made, name, getattr(tool, name))
    object.__setattr__(made, "__pydantic_private__", tool.__pydantic_private__)
    object.__setattr__(made, "_regoguard", _Stand(settings, tool))
    return made


def call_of(
    settings: Settings,
    name: str,
    arguments: Mapping[str, Any],
    *,
    call_id: str | None,
    config: Mapping[str, Any] | None,
) -> ToolCall:
    """Return the call as the guard sees it."""
    return ToolCall(
        name,
        arguments,
        id=call_id or "",
        subject=settings.subject or subject_of(config),
        session=session_of(config),
        source="langchain",
    )


def approver_for(
    settings: Settings,
    config: Mapping[str, Any] | None,
    coerce: Callable[[Mapping[str, Any]], Mapping[str, Any]],
) -> Any:
    """Return who is asked: the given approver, a LangGraph interrupt, or the guard's own (None)."""
    if settings.approver is not None:
        return settings.approver
    if settings.interrupt and checkpointed(config):
        return _ASKER.approver(coerce, alone=settings.alone)
    return None


class _Stand:
    """What a stand-in holds beside the fields that it shares with the original."""

    __slots__ = ("hidden", "hidden_async", "original", "positional", "settings")

    def __init__(self, settings: Settings, original: BaseTool) -> None:
        injected = _injected(original)
        default = type(original)._arun is BaseTool._arun  # noqa: SLF001 - who runs it async
        self.settings = settings
        self.original = original
        self.positional = _positional(original)
        self.hidden = injected | _infrastructure(original._run)  # noqa: SLF001
        self.hidden_async = self.hidden if default else injected | _infrastructure(original._arun)  # noqa: SLF001


class _Guarded:
    """One call: what is judged of it, and how its body is run with what was judged."""

    def __init__(
        self, stand: _Stand, args: tuple[Any, ...], kwargs: dict[str, Any], hidden: set[str]
    ) -> None:
        self.stand = stand
        self.names = [_name_at(stand.positional, index) for index in range(len(args))]
        self.kept = {k: v for k, v in kwargs.items() if k in hidden}
        arguments = dict(zip(self.names, args, strict=True))
        arguments |= {k: v for k, v in kwargs.items() if k not in hidden}
        frame = _frame.get()
        if frame is None or _innermost(frame.tool) is not _innermost(stand.original):
            frame = _Frame(stand.original, None, kwargs.get("config"))
        self.frame = frame
        self.settings = stand.settings
        self.call = call_of(
            stand.settings,
            stand.original.name,
            arguments,
            call_id=frame.call_id,
            config=frame.config,
        )
        self.own: list[DeniedError] = []
        pair = stand.original.response_format == "content_and_artifact"
        self.map_text = map_pair if pair else map_text

    def approver(self) -> Any:
        return approver_for(self.settings, self.frame.config, self._coerce)

    def arguments(self, judged: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return what the body is called with.

        INVARIANT: the arguments that run are those that were judged; only what the
        framework itself injected is added.
        """
        rest = {k: v for k, v in judged.items() if k not in self.names}
        return tuple(judged[name] for name in self.names), rest | self.kept

    def refuse(self, denied: DeniedError) -> Any:
        """Return the denial in the form of the tool's result, or raise one of the body's own."""
        if denied in self.own:
            raise denied
        tool = self.stand.original
        message = denial(str(denied), name=tool.name, call_id=self.frame.call_id)
        return (message, None) if tool.response_format == "content_and_artifact" else message

    def _coerce(self, edited: Mapping[str, Any]) -> Mapping[str, Any]:
        """Validate edited arguments with the tool's own schema."""
        tool = self.stand.original
        if missing := [name for name in self.names if name not in edited]:
            raise InputError(f"`{missing[0]}` is missing")
        given = {k: v for k, v in edited.items() if k not in self.stand.hidden}
        if self.names or isinstance(tool.args_schema, dict):
            return given
        parsed = tool._parse_input(given | self.kept, self.frame.call_id)  # noqa: SLF001
        values = parsed if isinstance(parsed, dict) else given
        return {k: v for k, v in values.items() if k not in self.stand.hidden}


def _run(self: Any, *args: Any, **kwargs: Any) -> Any:
    stand: _Stand = self._regoguard
    call = _Guarded(stand, args, kwargs, stand.hidden)

    def body(judged: Mapping[str, Any]) -> Any:
        positional, named = call.arguments(judged)
        try:
            return stand.original._run(*positional, **named)  # noqa: SLF001
        except DeniedError as error:
            call.own.append(error)
            raise

    try:
        with span_parent():
            return stand.settings.guard.run(
                call.call, body, approver=call.approver(), map_text=call.map_text
            )
    except DeniedError as denied:
        return call.refuse(denied)


async def _arun(self: Any, *args: Any, **kwargs: Any) -> Any:
    stand: _Stand = self._regoguard
    call = _Guarded(stand, args, kwargs, stand.hidden_async)

    async def body(judged: Mapping[str, Any]) -> Any:
        positional, named = call.arguments(judged)
        try:
            return await stand.original._arun(*positional, **named)  # noqa: SLF001
        except DeniedError as error:
            call.own.append(error)
            raise

    try:
        with span_parent():
            return await stand.settings.guard.arun(
                call.call, body, approver=call.approver(), map_text=call.map_text
            )
    except DeniedError as denied:
        return call.refuse(denied)


@functools.cache
def _guarded_class(cls: type[BaseTool]) -> type[BaseTool]:
    """Return the subclass whose instances stand in for tools of a class."""
    for name in ("invoke", "ainvoke", "run", "arun", "__call__"):
        owner = next((base for base in cls.__mro__ if name in base.__dict__), object)
        if owner is not object and not owner.__module__.startswith("langchain_core."):
            raise InputError(
                f"`{cls.__name__}` cannot be guarded: it replaces `{name}`, which runs its body",
                help="let the tool override `_run` and `_arun` only",
            )

    def run(self: Any, tool_input: Any, *args: Any, **kwargs: Any) -> Any:
        token = _frame.set(_Frame(self, kwargs.get("tool_call_id"), kwargs.get("config")))
        try:
            return cls.run(self, tool_input, *args, **kwargs)
        finally:
            _frame.reset(token)

    async def arun(self: Any, tool_input: Any, *args: Any, **kwargs: Any) -> Any:
        token = _frame.set(_Frame(self, kwargs.get("tool_call_id"), kwargs.get("config")))
        try:
            return await cls.arun(self, tool_input, *args, **kwargs)
        finally:
            _frame.reset(token)

    def copied(self: Any) -> Any:
        return guarded(self._regoguard.settings, copy.copy(self._regoguard.original))

    def deep_copied(self: Any, memo: Any = None) -> Any:
        return guarded(self._regoguard.settings, copy.deepcopy(self._regoguard.original, memo))

    native = cls._run if cls._arun is BaseTool._arun else cls._arun  # noqa: SLF001
    namespace: dict[str, Any] = {
        "__slots__": ("_regoguard",),
        "__module__": cls.__module__,
        "__qualname__": f"Guarded{cls.__name__}",
        "__doc__": cls.__doc__,
        "__copy__": copied,
        "__deepcopy__": deep_copied,
        "run": run,
        "arun": arun,
        # Some classes send `ainvoke` of a sync tool to a thread as a whole, where a
        # cancellation could not reach it between decision and body.
        "ainvoke": BaseTool.ainvoke,
        "_run": _dressed_as(cls._run, _as_method(_run)),
        "_arun": _dressed_as(native, _as_async_method(_arun)),
    }
    made = type(f"Guarded{cls.__name__}", (cls,), namespace)
    for name in ("func", "coroutine"):
        if name in cls.model_fields:
            setattr(made, name, property(_direct(name)))
    return made


def _dressed_as(original: Callable[..., Any], method: Callable[..., Any]) -> Callable[..., Any]:
    """Give a method the signature of another, from which LangChain reads what to inject.

    Annotations are resolved once: LangChain would compile them again at each call.
    """
    dressed = functools.wraps(original)(method)
    with contextlib.suppress(Exception):
        dressed.__annotations__ = typing.get_type_hints(original, include_extras=True)
    return dressed


def _as_method(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function object of its own, since `wraps` writes into what it wraps."""

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return function(self, *args, **kwargs)

    return method


def _as_async_method(function: Callable[..., Any]) -> Callable[..., Any]:
    async def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return await function(self, *args, **kwargs)

    return method


def _direct(name: str) -> Callable[[Any], Any]:
    """Return the getter of a field that holds the tool's bare function: guarded as well."""

    def get(self: Any) -> Any:
        bare = self.__dict__.get(name)
        if bare is None:
            return None
        protected: Any = None

        def prepare() -> Any:
            nonlocal protected
            if protected is None:
                protected = self._regoguard.settings.guard.protect(tool=self.name)(bare)
            return protected

        @functools.wraps(bare)
        async def call_async(*args: Any, **kwargs: Any) -> Any:
            return await prepare()(*args, **kwargs)

        @functools.wraps(bare)
        def call(*args: Any, **kwargs: Any) -> Any:
            return prepare()(*args, **kwargs)

        return call_async if inspect.iscoroutinefunction(bare) else call

    return get


def _plain_class(cls: type[BaseTool]) -> type[BaseTool]:
    return next(base for base in cls.__mro__ if "_regoguard" not in base.__dict__)


def _innermost(tool: BaseTool) -> BaseTool:
    while (stand := getattr(tool, "_regoguard", None)) is not None:
        tool = stand.original
    return tool


def _injected(tool: BaseTool) -> set[str]:
    """Names of arguments that the framework or the application fills in, never the model."""
    names = set(tool._injected_args_keys)  # noqa: SLF001 - LangChain has no public name for it
    schema = tool.args_schema
    if schema is not None and not isinstance(schema, dict):
        names |= {k for k, kind in annotations_of(schema).items() if _is_injected_arg_type(kind)}
    return names


def _infrastructure(method: Callable[..., Any]) -> set[str]:
    """Names that LangChain itself sets, whatever the model sent: only those the method declares."""
    names = {"run_manager"} & inspect.signature(method).parameters.keys()
    if config := _get_runnable_config_param(method):
        names |= {config}
    return names


def _positional(tool: BaseTool) -> list[str]:
    """Names for arguments that come by position, as in tools of a single input."""
    function = getattr(tool, "func", None) or getattr(tool, "coroutine", None) or tool._run  # noqa: SLF001
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:  # some builtins have none
        return []
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [p.name for p in parameters if p.kind in kinds]


def _name_at(names: list[str], index: int) -> str:
    return names[index] if index < len(names) else f"input_{index}"
