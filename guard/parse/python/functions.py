"""Calls of what the program itself defines: functions, classes, instances."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from guard.parse.python.expressions import Expressions
from guard.parse.python.likely import likely_command
from guard.parse.python.names import canonical
from guard.parse.python.pure import fold_call
from guard.parse.python.values import (
    NOTHING,
    Bound,
    Call,
    Class,
    Either,
    Function,
    Object,
    Ref,
    Scope,
    Unknown,
    Value,
    either,
    is_known,
)

__all__ = ["Functions"]

# Calls that are inlined, and how deep they may nest.
_MOST_CALLS = 400
_MOST_CALLS_TIRED = 60
_FIRST_CALLS = 3  # of each function are followed whatever went before
_DEEPEST_CALL = 16


def _callable_part(value: Value, depth: int = 0) -> object:
    """What of an argument could be called; the same for arguments that differ in data alone."""
    if isinstance(value, Ref):
        return value
    if isinstance(value, Function):
        return id(value.node)
    if isinstance(value, Class):
        return id(value)
    if isinstance(value, Bound):
        return (value.name, _callable_part(value.owner, depth + 1) if depth < 3 else None)
    if isinstance(value, Object):
        if value.of is not None:
            return id(value.of)
        return (value.kind, *_callable_parts(list(value.fields.values()), depth))
    if isinstance(value, Either):
        return _callable_parts(value.values, depth)
    if isinstance(value, list | tuple):
        return _callable_parts(value, depth) if not is_known(value) else None
    if isinstance(value, dict):
        return _callable_parts(list(value.values()), depth) if not is_known(value) else None
    return None


def _callable_parts(values: Sequence[Value], depth: int) -> tuple[object, ...]:
    found = {_callable_part(value, depth + 1) for value in values[:16]} if depth < 3 else set()
    return tuple(sorted(found - {None, ()}, key=repr))


class Functions(Expressions):
    """The part of the interpreter that goes into functions. `block` comes with statements."""

    def block(self, body: list[ast.stmt], scope: Scope) -> str | None:
        """Walk statements; the result says how control left them, None: at their end."""
        raise NotImplementedError

    def apply(self, function: Value, call: Call) -> Value:
        """Call a value."""
        if isinstance(function, Ref):
            return self.context.call_name(canonical(function.name), call)
        if isinstance(function, Function):
            return self.invoke(function, call)
        if isinstance(function, Bound):
            return self.context.call_method(function.owner, function.name, call)
        if isinstance(function, Either):
            self.context.may += 1
            found = [self.apply(one, call) for one in function.values]
            self.context.may -= 1
            return either(found)
        if isinstance(function, Class):
            return self._instantiate(function, call)
        if isinstance(function, Object):
            return self._call_object(function, call)
        if call.node is not None:
            written = call.node.func
            if isinstance(written, ast.Name):
                likely_command(self.context, written.id, call)
            elif isinstance(written, ast.Attribute):
                likely_command(self.context, written.attr, call)
        self.context.escape(call)
        return fold_call("", call.args, call.keywords)

    def this(self) -> Value:
        """The instance whose method is being read."""
        scope = self.context.scope
        return next(iter(scope.names.values()), NOTHING) if scope is not None else NOTHING

    def inherited(self, owner: Object, name: str) -> Value:
        """`super().name` in a method."""
        this = owner.fields["this"]
        now = self.stack[-1] if self.stack else 0
        made = next((o for f, o in self.functions if id(f.node) == now and o), None)
        for base in made.bases if made else ():
            found = self.class_attribute(base, name, None) if isinstance(base, Class) else None
            if isinstance(found, Function) and isinstance(this, Object):
                return Function(found.node, found.scope, this)
        return Bound(owner, name)

    def _call_object(self, owner: Object, call: Call) -> Value:
        if owner.kind == "partial":
            inner = Call("", [*owner.fields["args"], *call.args], call.keywords, call.node)
            inner.keywords = {**owner.fields["keywords"], **call.keywords}
            return self.apply(owner.fields["function"], inner)
        if owner.kind == "instance":
            method = self.attribute(owner, "__call__")
            if isinstance(method, Function):
                return self.invoke(method, call)
        return self.context.call_method(owner, "__call__", call)

    def _instantiate(self, made: Class, call: Call) -> Value:
        this = Object("instance", of=made)
        start = self.class_attribute(made, "__init__", None)
        if isinstance(start, Function):
            self.invoke(Function(start.node, start.scope, this), call, this=this)
        else:
            self.context.escape(call)
            for keyword, value in call.keywords.items():
                this.fields[keyword] = value
        return this

    def invoke(self, function: Function, call: Call, *, this: Object | None = None) -> Value:
        """Read a function of the program with the arguments it is called with."""
        node = function.node
        this = this or function.this
        key = id(node)
        self.called.add(key)
        known = any(not isinstance(value, Unknown) for value in call.every())
        deep = self.stack.count(key)
        if (deep and (not known or deep >= 8)) or len(self.stack) >= _DEEPEST_CALL:
            if known and not self.context.uncalled:
                self.context.hide("limit_calls", "low", "functions call one another too deeply")
            return NOTHING
        self.calls += 1
        self.readings[key] = self.readings.get(key, 0) + 1
        if self.readings[key] > _FIRST_CALLS and self.calls > (
            _MOST_CALLS_TIRED if self.tired else _MOST_CALLS
        ):
            # INVARIANT: what is called too often to follow was read for arguments
            # that nobody knows.
            parts = [_callable_part(value) for value in call.args]
            kept = {k: v for k, v in call.keywords.items() if _callable_part(v)}
            state = _callable_part(list(this.fields.values())) if this is not None else None
            mark = (
                key,
                self.changes,
                state,
                *parts,
                *((k, _callable_part(v)) for k, v in kept.items()),
            )
            if mark in self.widened:
                return NOTHING
            self.widened.add(mark)
            values = zip(call.args, parts, strict=True)
            # A parameter that is left out must not be taken for its default.
            call = Call("", [v if part else NOTHING for v, part in values], kept)
        self.context.budget.node(len(self.stack))
        scope = Scope({}, function.scope)
        self._parameters(node.args, call, scope, this, function)
        self.stack.append(key)
        try:
            return self._body(node, scope)
        finally:
            self.stack.pop()

    def _body(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, scope: Scope
    ) -> Value:
        if isinstance(node, ast.Lambda):
            return self.value(node.body, scope)
        self.returns.append([])
        self.yields.append([])
        try:
            flow = self.block(node.body, scope)
        finally:
            returned, yielded = self.returns.pop(), self.yields.pop()
        if yielded:
            return yielded
        if flow != "return" and returned:
            returned.append(None)
        return either(returned) if returned else None

    def _parameters(
        self,
        spec: ast.arguments,
        call: Call,
        scope: Scope,
        this: Object | None,
        function: Function,
    ) -> None:
        names = [arg.arg for arg in [*spec.posonlyargs, *spec.args]]
        args = list(call.args)
        if this is not None and names:
            scope.names[names.pop(0)] = this
        keywords = dict(call.keywords)
        defaults = dict(
            zip(
                [arg.arg for arg in [*spec.posonlyargs, *spec.args]][::-1],
                spec.defaults[::-1],
                strict=False,
            )
        )
        given = bool(args or keywords)
        for position, name in enumerate(names):
            if position < len(args):
                scope.names[name] = args[position]
            elif name in keywords:
                scope.names[name] = keywords.pop(name)
            elif name in defaults:
                default = self.value(defaults[name], function.scope)
                certain = given or call.node is not None
                scope.names[name] = default if certain else either([default, NOTHING])
            else:
                scope.names[name] = NOTHING
        for arg, default_node in zip(spec.kwonlyargs, spec.kw_defaults, strict=True):
            if arg.arg in keywords:
                scope.names[arg.arg] = keywords.pop(arg.arg)
            elif default_node is not None:
                scope.names[arg.arg] = self.value(default_node, function.scope)
            else:
                scope.names[arg.arg] = NOTHING
        if spec.vararg:
            rest = args[len(names) :]
            scope.names[spec.vararg.arg] = rest if given or call.node else NOTHING
        if spec.kwarg:
            scope.names[spec.kwarg.arg] = keywords if given or call.node else NOTHING
