"""Checks of built-ins: nothing reaches one whose type nobody has tested.

On a value of a wrong type regorus fails, which denies, and OPA leaves the rule out in silence,
which does not. Requests are checked before rules are asked, so the keys of operations that have
one type are safe; elements inside them and the free parts of a request are not, unless the
rule tests them (`is_string(x)`).

Values are followed through assignments, `some`, `every`, comprehensions and functions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from guard.policy.lint_model import Linted, Problem
from guard.policy.syntax import Body, Expression, Rule, line_of, path_of

__all__ = ["types"]

# What is known of a value: the two constants, or a description of an unchecked one.
_Value: TypeAlias = str
_KNOWN = ""  # of a type that was checked, or nothing that comes from the request
_OPERATION = "<operation>"
_OPERATIONS = "<operations>"
_ITEMS_OF = "<items> "  # a checked array or object whose items are the unchecked rest
_INPUT = "<input> "  # a part of the request, by its path

_CHECKED = frozenset(
    {
        "version", "subject.type", "subject.id", "action.name", "resource.type", "resource.id",
        "context.complete", "context.profile",
    }
)  # fmt: skip
_OBJECTS = frozenset({"", "subject", "action", "resource", "context"})
_TESTS = frozenset(
    {"is_array", "is_boolean", "is_null", "is_number", "is_object", "is_set", "is_string"}
)
_FIRST = """
    abs base64.decode base64.encode base64.is_valid base64url.decode base64url.encode
    base64url.encode_no_pad ceil count floor format_int hex.decode hex.encode json.is_valid
    json.unmarshal lower max min object.filter object.keys object.remove product regex.is_valid
    round sort sprintf strings.reverse substring sum time.parse_rfc3339_ns to_number trim_space
    units.parse units.parse_bytes upper urlquery.decode urlquery.encode uuid.parse yaml.unmarshal
"""
_TWO = """
    array.concat concat contains endswith indexof indexof_n net.cidr_contains object.union
    regex.match regex.split replace semver.compare split startswith strings.any_prefix_match
    strings.any_suffix_match strings.replace_n trim trim_left trim_prefix trim_right trim_suffix
"""
_TYPED = dict.fromkeys(_FIRST.split(), (0,)) | dict.fromkeys(_TWO.split(), (0, 1))


def types(linted: Linted) -> Iterator[Problem]:
    """Each value that a built-in needs in a type has been tested for it."""
    for rule in linted.rules.values():
        walker = _Walker(linted)
        for definition in linted.definitions(rule):
            if definition.parameters is None:
                walker.definition(definition, ())
        yield from sorted(walker.problems)


class _Walker:
    """Follows the request through a rule's bodies and the functions that they call."""

    def __init__(self, linted: Linted) -> None:
        self.problems: set[Problem] = set()
        self._linted = linted
        self._seen: dict[tuple[int, tuple[_Value, ...]], _Value] = {}
        self._types: dict[str, set[str]] = {}
        for row in linted.types.values():
            for key, names in row.items():
                self._types.setdefault(key, set()).update(n for n, on in names.items() if on)

    def definition(self, rule: Rule, arguments: Sequence[_Value]) -> _Value:
        """Check a definition for some arguments, and return what its value is."""
        key = (id(rule), tuple(arguments))
        if key in self._seen:
            return self._seen[key]
        self._seen[key] = _KNOWN  # for a function that calls itself
        result = _KNOWN
        for body in rule.bodies:
            names: dict[str, _Value] = {}
            for parameter, value in zip(rule.parameters or (), arguments, strict=False):
                _bind(names, parameter, value)
            result = self._body(_Scope(rule, names, frozenset()), body) or result
        self._seen[key] = result
        return result

    def _body(self, scope: _Scope, body: Body) -> _Value:
        inner = self._query(scope, body.statements)
        return _KNOWN if body.value is None else self._value(inner, body.value)

    def _query(self, scope: _Scope, statements: Sequence[Any]) -> _Scope:
        """Check statements; return the scope in which they hold."""
        scope = _Scope(scope.rule, dict(scope.names), scope.tested | _tests(statements))
        for statement in statements:
            [(kind, node)] = statement["literal"].items()
            if kind == "SomeIn":
                self._each(scope, node["collection"], node["key"], node["value"])
            elif kind == "Every":
                inner = _Scope(scope.rule, dict(scope.names), scope.tested)
                value = self._value(scope, node["domain"])
                for part in ("key", "value"):
                    name = self._text(scope.rule, node[part])
                    if name:
                        inner.names[name] = self._item(value) if part == "value" else _KNOWN
                self._query(inner, node["query"]["stmts"])
            elif kind in ("Expr", "NotExpr"):
                self._value(scope, node["expr"])
        return scope

    def _each(self, scope: _Scope, collection: Any, key: Any, value: Any) -> None:
        held = self._value(scope, collection)
        _bind(scope.names, value, self._item(held))
        if key is not None:
            _bind(scope.names, key, _KNOWN)

    def _text(self, rule: Rule, span: Any) -> str:
        """Return a name that the tree gives only by its place, counted in bytes."""
        if not span:
            return ""
        source = self._linted.sources.get(rule.file, "").encode()
        return source[span["start"] : span["end"]].decode()

    def _value(self, scope: _Scope, expression: Expression) -> _Value:
        """Check an expression and return what its value is."""
        found = self._followed(scope, expression)
        return _KNOWN if found and scope.is_tested(expression) else found

    def _followed(self, scope: _Scope, expression: Expression) -> _Value:
        [(kind, node)] = expression.items()
        if kind == "Var":
            return scope.names.get(node["value"]) or self._global(scope, expression)
        if kind == "RefDot":
            return self._key(self._value(scope, node["refr"]), str(node["field"][1]))
        if kind == "RefBrack":
            self._value(scope, node["index"])
            held, index = self._value(scope, node["refr"]), node["index"].get("String")
            return self._key(held, index["value"]) if index else self._item(held)
        if kind == "Call":
            return self._call(scope, node)
        if kind == "AssignExpr":
            value = self._value(scope, node["rhs"])
            _bind(scope.names, node["lhs"], value)
            return value
        if kind in ("ArrayCompr", "SetCompr", "ObjectCompr"):
            inner = self._query(scope, node["query"]["stmts"])
            item = self._value(inner, node["value" if kind == "ObjectCompr" else "term"])
            return _ITEMS_OF + item if item else _KNOWN
        if kind in ("Array", "Set"):
            found = [self._value(scope, item) for item in node["items"]]
            first = next((value for value in found if value), _KNOWN)
            return _ITEMS_OF + first if first else _KNOWN
        for child in _children(node):
            self._value(scope, child)
        return _KNOWN

    def _global(self, scope: _Scope, expression: Expression) -> _Value:
        path = path_of(expression)
        if path == ("input",) and "input" not in scope.names:
            return _INPUT
        for used in self._linted.program.used(scope.rule, [expression]):
            if used.parameters is None and used.package == scope.rule.package:
                return self.definition(used, ())
        return _KNOWN

    def _key(self, held: _Value, key: str) -> _Value:
        if held == _OPERATION:
            names = self._types.get(key, set())
            # The entry point tests that lists and objects of operations hold texts.
            return _KNOWN if len(names) == 1 else f"`{key}` of an operation"
        if held.startswith(_INPUT):
            path = ".".join(filter(None, (held[len(_INPUT) :], key)))
            if path == "context.operations":
                return _OPERATIONS
            if path == "context.opaque":
                return f"{_ITEMS_OF}{_INPUT}context.opaque[_]"
            return _KNOWN if path in _CHECKED else _INPUT + path
        return self._item(held)

    @staticmethod
    def _item(held: _Value) -> _Value:
        if held == _OPERATIONS:
            return _OPERATION
        if held.startswith(_ITEMS_OF):
            return held[len(_ITEMS_OF) :]
        if held == _OPERATION:
            return _KNOWN  # a key that is computed
        return held

    def _call(self, scope: _Scope, node: Any) -> _Value:
        name = ".".join(path_of(node["fcn"]) or ())
        values = [self._value(scope, parameter) for parameter in node["params"]]
        if name == "object.get":
            path = node["params"][1].get("String")
            return self._key(values[0], path["value"]) if path else self._item(values[0])
        for index in _TYPED.get(name, ()):
            if index < len(values) and _unchecked(values[index], deep=name in _DEEP):
                told = values[index].replace(_ITEMS_OF, "").replace(_INPUT, "input.")
                line = line_of(node["params"][index]) or line_of(node["fcn"])
                text = (
                    f"`{name}` gets {told}, whose type is not tested: say `is_string` or the like"
                )
                self.problems.add(Problem(scope.rule.file, line, text))
        if name in _TYPED:
            return _KNOWN
        result = _KNOWN
        if any(values):
            path = self._linted.program.meaning(scope.rule, node["fcn"])
            for rule in self._linted.program.rules.get(path or (), ()):
                result = self.definition(rule, values) or result
        return result


_DEEP = frozenset({"concat", "strings.any_prefix_match", "strings.any_suffix_match"})


class _Scope:
    """Names with what is known of their values, and expressions that were tested."""

    def __init__(self, rule: Rule, names: dict[str, _Value], tested: frozenset[str]) -> None:
        self.rule, self.names, self.tested = rule, names, tested

    def is_tested(self, expression: Expression) -> bool:
        """True if an `is_...` or a comparison with a constant holds for the expression."""
        return bool(self.tested) and _same(expression) in self.tested


def _tests(statements: Sequence[Any]) -> frozenset[str]:
    """Return the expressions of which statements say that they have one type."""
    found = set()
    for statement in statements:
        node = statement["literal"].get("Expr", {}).get("expr", {})
        call, equal = node.get("Call"), node.get("BoolExpr")
        if call and call["fcn"].get("Var", {}).get("value") in _TESTS:
            found.add(_same(call["params"][0]))
        elif equal and equal["op"] == "Eq":
            for one, other in (("lhs", "rhs"), ("rhs", "lhs")):
                if "String" in equal[other]:
                    found.add(_same(equal[one]))
                    inner = equal[one].get("Call", {})
                    if inner and inner["fcn"].get("Var", {}).get("value") == "type_name":
                        found.add(_same(inner["params"][0]))
        elif "Membership" in node and node["Membership"]["key"] is None:
            items = next(iter(node["Membership"]["collection"].values())).get("items", [{}])
            if all("String" in item for item in items):
                found.add(_same(node["Membership"]["value"]))
    return frozenset(found)


def _same(expression: Expression) -> str:
    """Return a text that two expressions share if they are written alike."""

    def bare(part: Any) -> Any:
        if isinstance(part, dict):
            return {k: bare(v) for k, v in part.items() if k not in ("span", "eidx", "line")}
        if isinstance(part, list):
            # A field stands as [its place, its name].
            return [bare(v) for v in part if not (isinstance(v, dict) and "start" in v)]
        return part

    return json.dumps(bare(expression), sort_keys=True)


def _bind(names: dict[str, _Value], pattern: Any, value: _Value) -> None:
    """Give the names in a pattern their values."""
    if pattern is None:
        return
    [(kind, node)] = pattern.items()
    if kind == "Var":
        names[node["value"]] = value
    elif kind == "Array":
        for item in node["items"]:
            _bind(names, item, _Walker._item(value))  # noqa: SLF001 - one module, one thought


def _unchecked(value: _Value, *, deep: bool) -> bool:
    if value in (_KNOWN, _OPERATION, _OPERATIONS):
        return False
    if value.startswith(_ITEMS_OF):
        return deep and _unchecked(value[len(_ITEMS_OF) :], deep=deep)
    return not (value.startswith(_INPUT) and value[len(_INPUT) :] in _OBJECTS)


def _children(node: Mapping[str, Any]) -> Iterator[Expression]:
    """Yield the expressions directly below a node."""
    if not isinstance(node, dict):
        return
    for part in node.values():
        queue = [part]
        while queue:
            item = queue.pop()
            if isinstance(item, list):
                queue += item
            elif isinstance(item, dict) and len(item) == 1 and next(iter(item))[:1].isupper():
                yield item
