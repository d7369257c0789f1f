"""A bounded abstract interpreter over the syntax tree of Python: its statements.

Values that are known are computed; branches give alternatives; loops over unknown things
are walked twice with unknown items; functions are read where they are called, and those
that nobody calls once at the end. Which call does what is decided in `context`.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable
from typing import Any

from guard.parse.python import fold, tampering
from guard.parse.python.expressions import MOST_ITERATIONS, unknown_item
from guard.parse.python.functions import Functions
from guard.parse.python.names import canonical, constant
from guard.parse.python.values import (
    NOTHING,
    Bound,
    Call,
    Class,
    Function,
    Object,
    Ref,
    Scope,
    Unknown,
    Value,
    either,
    is_known,
)

__all__ = ["Interpreter"]


class Interpreter(Functions):
    """Walks one program. `context` collects what it would do."""

    def run(self, tree: ast.Module) -> None:
        """Walk a program, then every function that it defines and never calls."""
        self.block(tree.body, self.module)
        self.context.may += 1
        self.context.uncalled = True
        from guard.parse.python.servers import asked_arguments

        position = 0
        while position < len(self.functions):
            function, owner = self.functions[position]
            position += 1
            if id(function.node) not in self.called:
                # Python itself calls methods like `__add__`.
                name = getattr(function.node, "name", "")
                self.context.uncalled = not (name.startswith("__") and name.endswith("__"))
                this = Object("instance", of=owner) if owner else None
                routed = id(function.node) in self.routed
                self.invoke(function, asked_arguments(function, owner, routed=routed), this=this)
        self.context.may -= 1
        self.context.uncalled = False

    def again(self, code: str, scope: Scope | None = None) -> None:
        """Read code within the code: exec, eval, compile."""
        tree = self.context.parse(code)
        if tree is not None:
            self.block(tree.body, scope or self.module)

    def block(self, body: list[ast.stmt], scope: Scope) -> str | None:
        """Walk statements; the result says how control left them, None: at their end."""
        for position, node in enumerate(body):
            self.context.budget.node()
            walk = getattr(self, "_do_" + node.__class__.__name__.lower(), None)
            if walk is None:
                self._children(node, scope)
                continue
            flow: str | None = walk(node, scope)
            if flow == "raise":
                # Whether it is raised depends on more than is known here.
                self._dead(body[position + 1 :], scope)
                return flow
            if flow:
                return flow
        return None

    def _dead(self, body: list[ast.stmt], scope: Scope) -> None:
        if body:
            self._aside(lambda: self.block(body, scope), scope)

    def _aside(self, walk: Callable[[], object], scope: Scope) -> None:
        """Walk what may not happen; names keep their values."""
        before = dict(scope.names)
        self.context.budget.tick(len(before) // 8)
        self.context.may += 1
        walk()
        self.context.may -= 1
        scope.names = before

    def _branches(self, scope: Scope, walks: list[Callable[[], str | None]]) -> str | None:
        """Walk each of several ways and merge the names that they leave behind."""
        before = scope.names
        self.context.budget.tick(len(before) // 4)
        kept: list[dict[str, Value]] = []
        flows: list[str | None] = []
        self.context.may += 1
        for walk in walks:
            scope.names = dict(before)
            flow = walk()
            flows.append(flow)
            if flow in (None, "continue", "break"):
                kept.append(scope.names)
        self.context.may -= 1
        scope.names = _merged(kept) if kept else dict(before)
        ends = {flow for flow in flows if flow}
        return flows[0] if len(ends) >= 1 and None not in flows else None

    def _do_expr(self, node: ast.Expr, scope: Scope) -> None:
        self.value(node.value, scope)

    def _do_assign(self, node: ast.Assign, scope: Scope) -> None:
        value = self.value(node.value, scope)
        for target in node.targets:
            self.assign(target, value, scope)

    def _do_annassign(self, node: ast.AnnAssign, scope: Scope) -> None:
        if node.value is not None:
            self.assign(node.target, self.value(node.value, scope), scope)

    def _do_augassign(self, node: ast.AugAssign, scope: Scope) -> None:
        target = node.target
        now = self.value(target, scope)
        right = self.value(node.value, scope)
        if isinstance(node.op, ast.Add) and isinstance(now, list) and isinstance(right, list):
            now = list(now)
        self.assign(target, fold.binary(type(node.op).__name__, now, right), scope)

    def _do_delete(self, node: ast.Delete, scope: Scope) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                scope.names.pop(target.id, None)
            elif isinstance(target, ast.Subscript | ast.Attribute):
                owner = self.value(target.value, scope)
                if isinstance(owner, Ref):
                    name: Value = getattr(target, "attr", None)
                    if isinstance(target, ast.Subscript):
                        name = self.value(target.slice, scope)
                    tampering.removed(self.context, owner.name, name)

    def _do_import(self, node: ast.Import, scope: Scope) -> None:
        for alias in node.names:
            self.context.import_written(alias.name)
            if alias.asname:
                self._bind(alias.asname, Ref(canonical(alias.name)), scope)
            else:
                first = alias.name.partition(".")[0]
                self._bind(first, Ref(canonical(first)), scope)

    def _do_importfrom(self, node: ast.ImportFrom, scope: Scope) -> None:
        module = canonical(node.module or "")
        self.context.import_written(module)
        for alias in node.names:
            if alias.name == "*":
                self.stars.append(module)
            elif node.level:
                self._bind(alias.asname or alias.name, NOTHING, scope)
            else:
                value = constant(canonical(f"{module}.{alias.name}"))
                self._bind(alias.asname or alias.name, value, scope)

    def _do_global(self, node: ast.Global | ast.Nonlocal, scope: Scope) -> None:
        scope.outer.update(node.names)

    _do_nonlocal = _do_global

    def _do_functiondef(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
        home = scope
        while home.is_class and home.parent:
            home = home.parent
        home.is_closed = True
        function = Function(node, home)
        owner = self.class_now if scope.is_class else None
        self.functions.append((function, owner))
        value: Value = function
        for default in [*node.args.defaults, *node.args.kw_defaults]:
            if default is not None and not isinstance(default, ast.Constant):
                self.value(default, scope)
        for decorator in reversed(node.decorator_list):
            wrapper = self.value(decorator, scope)
            if isinstance(wrapper, Object) and wrapper.kind == "route":
                self.routed.add(id(node))
            elif isinstance(wrapper, Function | Class):
                wrapped = self.apply(wrapper, Call("", [value], {}))
                value = value if isinstance(wrapped, Unknown) else wrapped
            elif isinstance(wrapper, Ref) and wrapper.name == "atexit.register":
                self.apply(wrapper, Call("", [value], {}))
        self._bind(node.name, value, scope)

    _do_asyncfunctiondef = _do_functiondef

    def _do_classdef(self, node: ast.ClassDef, scope: Scope) -> None:
        made = Class(
            node.name,
            Scope({}, scope, is_class=True),
            [self.value(base, scope) for base in node.bases],
        )
        before, self.class_now = self.class_now, made
        for decorator in node.decorator_list:
            self.value(decorator, scope)
        for keyword in node.keywords:
            self.value(keyword.value, scope)
        self.block(node.body, made.scope)
        self.class_now = before
        self._bind(node.name, made, scope)

    def _do_return(self, node: ast.Return, scope: Scope) -> str:
        value = self.value(node.value, scope) if node.value else None
        if self.returns:
            self.returns[-1].append(value)
        return "return"

    def _do_raise(self, node: ast.Raise, scope: Scope) -> str:
        self._children(node, scope)
        return "raise"

    def _do_break(self, _node: ast.Break, _scope: Scope) -> str:
        return "break"

    def _do_continue(self, _node: ast.Continue, _scope: Scope) -> str:
        return "continue"

    def _do_if(self, node: ast.If, scope: Scope) -> str | None:
        test = self.value(node.test, scope)
        if is_known(test):
            taken, other = (node.body, node.orelse) if test else (node.orelse, node.body)
            if not self.stack or other is node.body:
                self._aside(lambda: self.block(other, scope), scope)
            return self.block(taken, scope)
        return self._branches(
            scope,
            [lambda: self.block(node.body, scope), lambda: self.block(node.orelse, scope)],
        )

    def _do_for(self, node: ast.For | ast.AsyncFor, scope: Scope) -> str | None:
        items = self.value(node.iter, scope)
        known = self.items(items)
        if known is not None:
            flow = self._each(node, known, scope)
            if flow in ("return", "raise"):
                return flow
        else:
            item = fold.subscript(items, 0) if isinstance(items, Unknown) else unknown_item(items)
            self._loosely(scope, [lambda: self.assign(node.target, item, scope)], node.body)
        return self.block(node.orelse, scope)

    _do_asyncfor = _do_for

    def _each(self, node: ast.For | ast.AsyncFor, items: list[Value], scope: Scope) -> str | None:
        for position, item in enumerate(items):
            self.iterations += 1
            tired = position > 1 and self.tired and is_known(items[position:])
            if tired or self.iterations > MOST_ITERATIONS:
                self._forget(node, scope)
                self._loosely(scope, [lambda: self.assign(node.target, NOTHING, scope)], node.body)
                return None
            self.assign(node.target, item, scope)
            flow = self.block(node.body, scope)
            if flow == "break":
                return None
            if flow in ("return", "raise"):
                return flow
        return None

    def _forget(self, loop: ast.stmt, scope: Scope) -> None:
        """What a loop counts or collects in names is no longer known."""
        for node in ast.walk(loop):
            if isinstance(node, ast.AugAssign | ast.Assign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in targets:
                    if isinstance(target, ast.Name) and is_known(scope.names.get(target.id)):
                        self._bind(target.id, NOTHING, scope)

    def _loosely(
        self, scope: Scope, before: list[Callable[[], object]], body: list[ast.stmt]
    ) -> None:
        """Walk a body as if it ran never, once or twice."""

        def once() -> None:
            for prepare in before:
                prepare()
            self.block(body, scope)

        def twice() -> None:
            once()
            if len(self.stack) < 3 and self.context.may < 4 and not self.tired:
                once()

        self._branches(scope, [lambda: None, twice])

    def _do_while(self, node: ast.While, scope: Scope) -> str | None:
        for turn in range(256):
            test = self.value(node.test, scope)
            if not is_known(test) or isinstance(node.test, ast.Constant):
                break
            if not test:
                return self.block(node.orelse, scope)
            self.iterations += 1
            if self.iterations > MOST_ITERATIONS or (turn > 1 and self.tired):
                self._forget(node, scope)
                break
            flow = self.block(node.body, scope)
            if flow == "break":
                return None
            if flow in ("return", "raise"):
                return flow
        # A loop without an end in which nothing is decided.
        blind = is_known(test) and all(isinstance(one, ast.Expr | ast.Pass) for one in node.body)
        self.context.endless += blind
        self._loosely(scope, [], node.body)
        self.context.endless -= blind
        return self.block(node.orelse, scope)

    def _do_try(self, node: Any, scope: Scope) -> str | None:
        flow = self.block(node.body, scope)
        for handler in node.handlers:
            self._branches(scope, [lambda: None, functools.partial(self._handler, handler, scope)])
        if flow == "raise":
            flow = None
        if flow is None:
            flow = self.block(node.orelse, scope)
        last = self.block(node.finalbody, scope)
        return last or (None if flow == "raise" else flow)

    _do_trystar = _do_try

    def _handler(self, handler: ast.ExceptHandler, scope: Scope) -> str | None:
        if handler.name:
            self._bind(handler.name, NOTHING, scope)
        return self.block(handler.body, scope)

    def _do_with(self, node: ast.With | ast.AsyncWith, scope: Scope) -> str | None:
        for item in node.items:
            value = self.value(item.context_expr, scope)
            if item.optional_vars is not None:
                entered = value
                if isinstance(value, Object) and value.kind == "instance":
                    enter = self.attribute(value, "__enter__")
                    if isinstance(enter, Bound | Function):
                        entered = self.apply(enter, Call("", [], {}))
                self.assign(item.optional_vars, entered, scope)
        return self.block(node.body, scope)

    _do_asyncwith = _do_with

    def _do_match(self, node: ast.Match, scope: Scope) -> str | None:
        subject = self.value(node.subject, scope)

        def walk(case: ast.match_case) -> str | None:
            for inner in ast.walk(case.pattern):
                name = getattr(inner, "name", None)
                if isinstance(inner, ast.MatchAs | ast.MatchStar) and isinstance(name, str):
                    self._bind(name, subject if inner is case.pattern else NOTHING, scope)
            if case.guard is not None:
                self.value(case.guard, scope)
            return self.block(case.body, scope)

        walks: list[Callable[[], str | None]] = [lambda: None]
        walks += [functools.partial(walk, case) for case in node.cases]
        self._branches(scope, walks)
        return None


def _merged(ways: list[dict[str, Value]]) -> dict[str, Value]:
    first, *others = ways
    if not others:
        return first
    merged = dict(first)
    for other in others:
        for name, value in other.items():
            if name not in merged:
                merged[name] = value
            elif merged[name] is not value:
                merged[name] = either([merged[name], value])
    return merged
