"""Calls of what the program itself defines: functions, classes, instances."""

from __future__ import annotations

import ast

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
)

__all__ = ["Functions"]

# Calls that are inlined, and how deep they may nest.
_MOST_CALLS = 400
_DEEPEST_CALL = 16


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
        key = id(node)
        first = key not in self.called
        self.called.add(key)
        known = any(not isinstance(value, Unknown) for value in call.every())
        deep = self.stack.count(key)
        if (deep and (not known or deep >= 8)) or len(self.stack) >= _DEEPEST_CALL:
            if known and not self.context.uncalled:
                self.context.hide("limit_calls", "low", "functions call one another too deeply")
            return NOTHING
        self.calls += 1
        if self.calls > _MOST_CALLS:
            if not first:
                return self.context.too_many_calls(call)
            call = Call("", [], {})
        self.context.budget.node(len(self.stack))
        scope = Scope({}, function.scope)
        self._parameters(node.args, call, scope, this or function.this, function)
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
