"""Names and expressions of Python: what they stand for, as far as it is known."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from guard.parse.python import fold, tampering
from guard.parse.python.names import BUILTINS, canonical, constant, of_unknown_module
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
from guard.parse.reading import UNKNOWN

if TYPE_CHECKING:
    from guard.parse.python.context import Context

__all__ = ["MOST_ITERATIONS", "Expressions", "unknown_item"]

# Iterations of all loops together that are walked one by one.
MOST_ITERATIONS = 2000
# Expressions after which loops and calls are no longer followed one by one. Counted and not
# timed, so that every machine gives the same answer.
_MANY_STEPS = 6000
_MOST_ITEMS = 64
_CLIMBS = frozenset({"__base__", "__bases__", "__mro__", "__class__"})
_NAMESPACES = frozenset({"__globals__", "__builtins__", "f_globals", "f_builtins", "f_locals"})


class Expressions:
    """The part of the interpreter that finds out what expressions are."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.module = Scope({"__name__": "__main__", "__file__": NOTHING})
        self.stars: list[str] = []
        self.functions: list[tuple[Function, Class | None]] = []
        self.called: set[int] = set()
        self.stack: list[int] = []
        self.routed: set[int] = set()  # functions that answer requests
        self.returns: list[list[Value]] = []
        self.yields: list[list[Value]] = []
        self.iterations = 0
        self.calls = 0
        self.readings: dict[int, int] = {}  # how often each function was read
        self.steps = 0
        self.changes = 0  # of what a function can see beside its arguments: names, fields, items
        # Functions that were read for arguments nobody knows, and what could be called in those.
        self.widened: set[tuple[object, ...]] = set()
        self.class_now: Class | None = None

    @property
    def tired(self) -> bool:
        """True once so much was read that repetitions are read for unknown values."""
        return self.steps > _MANY_STEPS

    def apply(self, function: Value, call: Call) -> Value:
        """Call a value."""
        raise NotImplementedError

    def invoke(self, function: Function, call: Call, *, this: Object | None = None) -> Value:
        """Read a function of the program with the arguments it is called with."""
        raise NotImplementedError

    def _bind(self, name: str, value: Value, scope: Scope) -> None:
        if scope is self.module or scope.is_closed or scope.is_class or scope.outer:
            self.changes += 1
        if name in scope.outer:
            where = scope.parent
            while where is not None:
                if name in where.names or where.parent is None:
                    where.names[name] = value
                    return
                where = where.parent
        scope.names[name] = value

    def assign(self, target: ast.expr, value: Value, scope: Scope) -> None:
        """Bind a target: a name, a tuple of targets, an attribute or an item."""
        if isinstance(target, ast.Name):
            self._bind(target.id, value, scope)
        elif isinstance(target, ast.Tuple | ast.List):
            self._unpack(target.elts, value, scope)
        elif isinstance(target, ast.Starred):
            self.assign(target.value, value, scope)
        elif isinstance(target, ast.Attribute):
            self.changes += 1
            owner = self.value(target.value, scope)
            if isinstance(owner, Object):
                owner.fields[target.attr] = value
            elif isinstance(owner, Ref):
                self.patch(owner, target.attr, value)
            elif isinstance(owner, Class):
                owner.scope.names[target.attr] = value
        elif isinstance(target, ast.Subscript):
            self._assign_item(target, value, scope)

    def patch(self, owner: Ref, name: str, value: Value) -> None:
        """Something in a module is replaced."""
        if owner.name in ("builtins", "globals"):
            self.module.names[name] = value
        tampering.patched(self.context, owner.name, name)
        self.context.patched[canonical(f"{owner.name}.{name}")] = value

    def _unpack(self, targets: list[ast.expr], value: Value, scope: Scope) -> None:
        items = self.items(value)
        star = next((i for i, t in enumerate(targets) if isinstance(t, ast.Starred)), -1)
        if items is not None and star >= 0:
            after = len(targets) - star - 1
            middle = items[star : len(items) - after]
            items = [*items[:star], middle, *items[len(items) - after :]]
        for position, target in enumerate(targets):
            if items is not None and position < len(items):
                self.assign(target, items[position], scope)
            else:
                unknown = value if isinstance(value, Unknown) else NOTHING
                self.assign(target, unknown, scope)

    def _assign_item(self, target: ast.Subscript, value: Value, scope: Scope) -> None:
        self.changes += 1
        owner = self.value(target.value, scope)
        key = self.value(target.slice, scope)
        if isinstance(owner, Ref):
            if owner.name == "os.environ" and isinstance(key, str):
                tampering.environment(self.context, key, fold.as_text(value))
            elif owner.name == "sys.modules":
                tampering.removed(self.context, owner.name, key)
            elif owner.name in ("globals", "builtins") and isinstance(key, str):
                self.module.names[key] = value
        elif isinstance(owner, dict):
            if is_known(key):
                try:
                    owner[key] = value
                except TypeError:
                    return
            elif len(owner) <= _MOST_ITEMS:
                for known in owner:  # any of them, or a new one
                    owner[known] = either([owner[known], value])
                owner[f"{UNKNOWN}{len(owner)}"] = value
        elif isinstance(owner, list) and isinstance(key, int) and -len(owner) <= key < len(owner):
            owner[key] = value

    def lookup(self, name: str, scope: Scope) -> Value:
        """What a name stands for."""
        where: Scope | None = scope
        first = True
        while where is not None:
            if (first or not where.is_class) and name in where.names:
                return where.names[name]
            first = False
            where = where.parent
        for module in self.stars:
            if self.context.is_known_name(f"{module}.{name}"):
                return constant(canonical(f"{module}.{name}"))
        if name in BUILTINS:
            return Ref(f"builtins.{name}")
        if name == "__builtins__":
            return Ref("builtins")
        return NOTHING

    def _children(self, node: ast.AST, scope: Scope) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.value(child, scope)

    def value(self, node: ast.expr, scope: Scope) -> Value:
        """What an expression is; calls in it are noted on the way."""
        self.steps += 1
        self.context.budget.tick()
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Name):
            return self.lookup(node.id, scope)
        find = getattr(self, "_of_" + node.__class__.__name__.lower(), None)
        if find is None:
            self._children(node, scope)
            return NOTHING
        return find(node, scope)

    def _of_attribute(self, node: ast.Attribute, scope: Scope) -> Value:
        return self.attribute(self.value(node.value, scope), node.attr)

    def attribute(self, owner: Value, name: str) -> Value:
        """`owner.name`."""
        if isinstance(owner, Ref):
            if name in ("__dict__",):
                return Ref(f"{owner.name}.__dict__") if owner.name != "globals" else owner
            if owner.name == "?":
                return of_unknown_module(name)
            if name == "__subclasses__" and owner.name in ("builtins.object", "builtins.type"):
                self.context.hide("introspection", "high", "it goes through all loaded classes")
            full = canonical(f"{owner.name}.{name}")
            found = constant(full)
            patched = self.context.patched.get(full)
            return found if patched is None else either([patched, found])
        if isinstance(owner, Either):
            return either([self.attribute(item, name) for item in owner.values])
        if name in _NAMESPACES:
            return Ref("globals")
        if isinstance(owner, Object):
            return self._object_attribute(owner, name)
        if isinstance(owner, Class):
            return self.class_attribute(owner, name, Bound(owner, name))
        if name == "__subclasses__":
            # From a value's own classes there is a way to everything that is loaded.
            climbs = isinstance(owner, Bound) and owner.name in _CLIMBS
            self.context.hide(
                "introspection",
                "high" if climbs else "medium",
                "it goes through `__subclasses__`, which reaches anything",
            )
        return Bound(owner, name)

    def _object_attribute(self, owner: Object, name: str) -> Value:
        if name in owner.fields:
            return owner.fields[name]
        if owner.of is None:
            return self.context.attribute(owner, name)
        if name == "__dict__":
            return owner.fields
        found = self.class_attribute(owner.of, name, None)
        if found is None:
            from guard.parse.python.servers import is_asked

            return Object("asked") if is_asked(owner, name) else Bound(owner, name)
        if isinstance(found, Function):
            names = {d.id for d in _decorators(found) if isinstance(d, ast.Name)}
            if "staticmethod" in names:
                return found
            method = Function(found.node, found.scope, owner)
            if names & {"property", "cached_property"}:
                return self.invoke(method, Call("", [], {}), this=owner)
            return method
        return found

    def class_attribute(self, owner: Class, name: str, default: Value, depth: int = 0) -> Value:
        if name in owner.scope.names:
            return owner.scope.names[name]
        if depth < 16:
            for base in owner.bases:
                if isinstance(base, Class):
                    found = self.class_attribute(base, name, None, depth + 1)
                    if found is not None:
                        return found
        return default

    def _of_subscript(self, node: ast.Subscript, scope: Scope) -> Value:
        owner = self.value(node.value, scope)
        index = self.value(node.slice, scope)
        if isinstance(owner, Either):
            return either([self.item(one, index) for one in owner.values])
        return self.item(owner, index)

    def item(self, owner: Value, index: Value) -> Value:
        """`owner[index]`."""
        if isinstance(owner, Ref):
            return self._ref_item(owner.name, index)
        if isinstance(owner, Object):
            return self.context.item(owner, index)
        return fold.subscript(owner, index)

    def _ref_item(self, name: str, index: Value) -> Value:
        if not isinstance(index, str):
            if name in ("globals", "builtins", "sys.modules", "locals"):
                return Ref("?")
            if name.endswith(".__dict__"):
                return Ref(f"{name[:-9]}.?")
            return NOTHING
        if name in ("globals", "locals", "builtins"):
            found = self.lookup(index, self.module)
            if isinstance(found, Unknown) and not found.origin:
                return Ref(canonical(index))
            return found
        if name == "sys.modules":
            return Ref(canonical(index))
        if name == "os.environ":
            return self.context.environment.get(index, Unknown("env"))
        if name.endswith(".__dict__"):
            return constant(canonical(f"{name[:-9]}.{index}"))
        if name == "plumbum.local":
            return Object("command", {"argv": [index]})
        return NOTHING

    def _of_slice(self, node: ast.Slice, scope: Scope) -> Value:
        parts = [
            self.value(part, scope) if part is not None else None
            for part in (node.lower, node.upper, node.step)
        ]
        if all(part is None or isinstance(part, int) for part in parts):
            return slice(*parts)
        return NOTHING

    def _of_list(self, node: ast.List, scope: Scope) -> Value:
        return self._sequence(node.elts, scope)

    def _of_tuple(self, node: ast.Tuple, scope: Scope) -> Value:
        return tuple(self._sequence(node.elts, scope))

    def _of_set(self, node: ast.Set, scope: Scope) -> Value:
        return self._sequence(node.elts, scope)

    def _sequence(self, nodes: list[ast.expr], scope: Scope) -> list[Value]:
        found: list[Value] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                value = self.value(node.value, scope)
                items = self.items(value)
                found += items if items is not None else [value]
            else:
                found.append(self.value(node, scope))
        return found

    def _of_dict(self, node: ast.Dict, scope: Scope) -> Value:
        found: dict[Value, Value] = {}
        for key_node, value_node in zip(node.keys, node.values, strict=True):
            value = self.value(value_node, scope)
            if key_node is None:
                if isinstance(value, dict):
                    found.update(value)
                continue
            key = self.value(key_node, scope)
            if isinstance(key, list | dict | set) or not is_known(key):
                key = f"{UNKNOWN}{len(found)}"
            found[key] = value
        return found

    def _of_joinedstr(self, node: ast.JoinedStr, scope: Scope) -> Value:
        pieces: list[str] = []
        size = 0
        for part in node.values:
            if size > self.context.budget.limits.string:
                return NOTHING
            if isinstance(part, ast.FormattedValue):
                pieces.append(self._replacement(part, scope))
            else:
                pieces.append(fold.as_text(self.value(part, scope)))
            size += len(pieces[-1])
        text = "".join(pieces)
        self.context.budget.expand(len(text))
        return text

    def _replacement(self, node: ast.FormattedValue, scope: Scope) -> str:
        value = self.value(node.value, scope)
        spec = self.value(node.format_spec, scope) if node.format_spec else ""
        if isinstance(value, Either):
            value = value.values[0] if all(is_known(v) for v in value.values) else NOTHING
        return fold.formatted(value, node.conversion, spec if isinstance(spec, str) else "")

    def _of_binop(self, node: ast.BinOp, scope: Scope) -> Value:
        # Long sums nest to the left: walk them without recursion.
        right: list[tuple[str, ast.expr]] = []
        inner: ast.expr = node
        while isinstance(inner, ast.BinOp):
            right.append((type(inner.op).__name__, inner.right))
            inner = inner.left
        value = self.value(inner, scope)
        for name, operand in reversed(right):
            value = fold.binary(name, value, self.value(operand, scope))
            if isinstance(value, str | bytes | list | tuple) and len(value) > 256:
                self.context.budget.expand(len(value))
        return value

    def _of_unaryop(self, node: ast.UnaryOp, scope: Scope) -> Value:
        return fold.unary(type(node.op).__name__, self.value(node.operand, scope))

    def _of_boolop(self, node: ast.BoolOp, scope: Scope) -> Value:
        found: list[Value] = []
        stops = isinstance(node.op, ast.Or)
        known = True
        for number, part in enumerate(node.values):
            self.context.may += 1 if number else 0
            value = self.value(part, scope)
            self.context.may -= 1 if number else 0
            if known and is_known(value):
                found = [value]
                if bool(value) is stops:
                    # The rest does not happen, as far as anybody can tell.
                    return value
            else:
                known = False
                found.append(value)
        return either(found)

    def _of_compare(self, node: ast.Compare, scope: Scope) -> Value:
        left = self.value(node.left, scope)
        for operator, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.value(right_node, scope)
            self._note_compared(left, right)
            result = fold.compare(type(operator).__name__, left, right)
            if result is not True:
                return result if len(node.ops) == 1 or result is False else NOTHING
            left = right
        return True

    def _note_compared(self, left: Value, right: Value) -> None:
        for one, other in ((left, right), (right, left)):
            for text in one if isinstance(one, list | tuple) else (one,):
                short = isinstance(text, str) and 1 < len(text) < 64
                if short and not is_known(other) and len(self.context.compared) < 16:
                    self.context.compared.append(text)

    def _of_ifexp(self, node: ast.IfExp, scope: Scope) -> Value:
        test = self.value(node.test, scope)
        if is_known(test):
            return self.value(node.body if test else node.orelse, scope)
        self.context.may += 1
        found = [self.value(node.body, scope), self.value(node.orelse, scope)]
        self.context.may -= 1
        return either(found)

    def _of_namedexpr(self, node: ast.NamedExpr, scope: Scope) -> Value:
        value = self.value(node.value, scope)
        self.assign(node.target, value, scope)
        return value

    def _of_lambda(self, node: ast.Lambda, scope: Scope) -> Value:
        home = scope
        while home.is_class and home.parent:
            home = home.parent
        home.is_closed = True
        function = Function(node, home)
        self.functions.append((function, None))
        return function

    def _of_await(self, node: ast.Await, scope: Scope) -> Value:
        return self.value(node.value, scope)

    def _of_starred(self, node: ast.Starred, scope: Scope) -> Value:
        return self.value(node.value, scope)

    def _of_yield(self, node: ast.Yield | ast.YieldFrom, scope: Scope) -> Value:
        value = self.value(node.value, scope) if node.value else None
        if self.yields:
            if isinstance(node, ast.YieldFrom):
                items = self.items(value)
                self.yields[-1] += items if items is not None else [NOTHING]
            else:
                self.yields[-1].append(value)
        return NOTHING

    _of_yieldfrom = _of_yield

    def _of_listcomp(self, node: ast.ListComp, scope: Scope) -> Value:
        found: list[Value] = []
        complete = self._comprehend(
            node.generators, Scope({}, scope), lambda s: found.append(self.value(node.elt, s))
        )
        if not complete and found and all(map(_is_path, found)):
            # Some of the paths that a pattern finds: the pattern stands for them.
            return Object("listing", {"item": either(found)})
        return found if complete else fold.binary("Add", found, NOTHING)

    _of_setcomp = _of_listcomp

    _of_generatorexp = _of_listcomp

    def _of_dictcomp(self, node: ast.DictComp, scope: Scope) -> Value:
        found: dict[Value, Value] = {}

        def take(inner: Scope) -> None:
            key, value = self.value(node.key, inner), self.value(node.value, inner)
            if isinstance(key, str | int | bytes | float | bool) or key is None:
                found[key] = value

        complete = self._comprehend(node.generators, Scope({}, scope), take)
        return found if complete else NOTHING

    def _comprehend(
        self, generators: list[ast.comprehension], scope: Scope, take: Callable[[Scope], object]
    ) -> bool:
        """Run a comprehension; False where some item was not known."""
        if not generators:
            take(scope)
            return True
        head, rest = generators[0], generators[1:]
        source = self.value(head.iter, scope)
        items = self.items(source)
        if items is None or (
            self.iterations + len(items) // 8 > MOST_ITERATIONS
            or (len(items) > 2 and self.tired and is_known(items))
        ):
            self.assign(head.target, unknown_item(source), scope)
            self.context.may += 1
            for test in head.ifs:
                self.value(test, scope)
            self._comprehend(rest, scope, take)
            self.context.may -= 1
            return False
        self.iterations += len(items) // 8
        complete = True
        for item in items:
            self.assign(head.target, item, scope)
            tests = [self.value(test, scope) for test in head.ifs]
            if all(is_known(test) for test in tests):
                if not all(tests):
                    continue
            else:
                complete = False
            complete = self._comprehend(rest, scope, take) and complete
        return complete

    def items(self, value: Value) -> list[Value] | None:
        """What iterating over a value gives, or None where nobody knows."""
        if isinstance(value, list | tuple | set):
            return list(value)
        if isinstance(value, dict | str | bytes | bytearray):
            return list(value)
        return None

    def _of_call(self, node: ast.Call, scope: Scope) -> Value:
        function = self.value(node.func, scope)
        args = self._sequence(node.args, scope)
        keywords: dict[str, Value] = {}
        for keyword in node.keywords:
            value = self.value(keyword.value, scope)
            if keyword.arg is not None:
                keywords[keyword.arg] = value
            elif isinstance(value, dict):
                keywords.update({k: v for k, v in value.items() if isinstance(k, str)})
            else:
                keywords[UNKNOWN] = value
        self.context.scope = scope
        return self.apply(function, Call("", args, keywords, node))


def unknown_item(source: Value) -> Value:
    if isinstance(source, Either):
        found: list[Value] = []
        for one in source.values:
            found += list(one)[:8] if isinstance(one, list | tuple | dict | str) else [NOTHING]
        return either(found) if found else NOTHING
    if isinstance(source, Unknown):
        return source
    if isinstance(source, Object) and source.kind == "listing":
        return source.fields["item"]
    if isinstance(source, list | tuple) and source:
        return either(list(source)[:8])
    if isinstance(source, Object) and source.kind in ("file", "processes"):
        return Object("process") if source.kind == "processes" else NOTHING
    return NOTHING


def _is_path(value: Value) -> bool:
    if isinstance(value, Object):
        return value.kind == "path"
    return isinstance(value, str) and "*" in value


def _decorators(function: Function) -> Iterator[ast.expr]:
    if not isinstance(function.node, ast.Lambda):
        yield from function.node.decorator_list
