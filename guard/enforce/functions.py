"""Plain functions as tools: their call in, arguments by name out, and back again."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from guard.errors import InputError

__all__ = ["Bound"]


class Bound:
    """A function's signature, able to name the arguments of a call and to repeat it."""

    def __init__(self, function: Callable[..., Any]) -> None:
        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
            raise InputError(
                f"`{_name(function)}` is a generator, whose body runs after the guard returned",
                help="guard the function that it calls for each step",
            )
        self.function = function
        self.name = _name(function)
        self.is_async = inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(
            getattr(function, "__call__", None)  # noqa: B004 - the method, not the ability
        )
        self._signature = inspect.signature(function)
        parameters = list(self._signature.parameters.values())
        # A method's receiver is no argument of the call: it is not judged, and passed on as it is.
        self._receiver = bool(parameters) and parameters[0].name in ("self", "cls")
        self._rest = next((p.name for p in parameters if p.kind is p.VAR_KEYWORD), None)

    def bind(
        self, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> tuple[dict[str, Any], Callable[[Mapping[str, Any]], Any]]:
        """Return every argument by name, defaults included, and what runs the body with such.

        Raises:
            TypeError: as the function itself would, before anything is judged.
            InputError: two arguments of one name.
        """
        bound = self._signature.bind(*args, **kwargs)
        bound.apply_defaults()
        arguments = dict(bound.arguments)
        rest = arguments.pop(self._rest, {}) if self._rest else {}
        if twice := arguments.keys() & rest.keys():
            raise InputError(f"`{self.name}` got the argument `{min(twice)}` twice")
        arguments |= rest
        receiver = arguments.pop(next(iter(arguments))) if self._receiver else None
        return arguments, functools.partial(self._call, receiver)

    def _call(self, receiver: Any, arguments: Mapping[str, Any]) -> Any:
        named = {} if not self._receiver else {next(iter(self._signature.parameters)): receiver}
        named |= {k: v for k, v in arguments.items() if k in self._signature.parameters}
        if self._rest:
            named[self._rest] = {k: v for k, v in arguments.items() if k not in named}
        elif unknown := arguments.keys() - named.keys():
            raise InputError(f"`{self.name}` has no argument `{min(unknown)}`")
        bound = inspect.BoundArguments(self._signature, named)
        return self.function(*bound.args, **bound.kwargs)


def _name(function: Callable[..., Any]) -> str:
    return str(getattr(function, "__name__", type(function).__name__))
