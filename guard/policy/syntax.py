"""The syntax of Rego files as regorus reads it, in a shape that checks can walk. For tools alone.

Expressions stay the dictionaries of the tree: one key, the kind of node, and its body.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from guard.policy import builtins, embedded

__all__ = ["Body", "Expression", "Path", "Program", "Rule", "line_of", "nodes", "path_of"]

Expression: TypeAlias = dict[str, Any]
Path: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """One way to a rule's value: the value, None for true, and what must hold."""

    value: Expression | None
    statements: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """One definition of a rule or function. `path` starts below `data`."""

    file: str
    package: Path
    path: Path
    line: int
    parameters: tuple[Expression, ...] | None  # None: it is no function
    bodies: tuple[Body, ...]

    @property
    def name(self) -> str:
        """The rule's own name."""
        return self.path[-1]


class Program:
    """All files together: their rules, and what a name in one of them means.

    Raises:
        PolicyError: a file that does not parse.
    """

    def __init__(self, modules: Sequence[tuple[str, str]]) -> None:
        self.rules: dict[Path, list[Rule]] = {}
        self.packages: dict[Path, list[str]] = {}
        self._aliases: dict[str, dict[str, Path]] = {}
        for file, source in modules:
            tree = embedded.syntax_tree(file, source)
            module = builtins.read_module(file, source, tree)
            self._aliases[file] = module.aliases
            self.packages.setdefault(module.package, []).append(file)
            for rule in _rules(file, module.package, json.loads(tree)[0]["ast"]["rules"]):
                self.rules.setdefault(rule.path, []).append(rule)

    def of_package(self, package: Path) -> list[Rule]:
        """Return every definition in a package, in order of line."""
        found = [rule for rules in self.rules.values() for rule in rules if rule.package == package]
        return sorted(found, key=lambda rule: (rule.file, rule.line))

    def meaning(self, rule: Rule, expression: Expression) -> Path | None:
        """Return what a reference in a rule stands for: `input...` or a path below `data`.

        None where it is a local name, or a part of it is computed. What is computed at the
        end is left out: `settings.table[name]` stands for the table.
        """
        path = path_of(expression)
        if path is None:
            return None
        first = path[0]
        if first == "data":
            return path[1:]
        if first == "input":
            return path
        alias = self._aliases[rule.file].get(first)
        if alias is not None:
            return (alias[1:] if alias[0] == "data" else alias) + path[1:]
        own = (*rule.package, first)
        return own + path[1:] if own in self.rules else None

    def reached(self, start: Sequence[Rule]) -> list[Rule]:
        """Return these definitions and all whose names they use, through any number of steps."""
        found: dict[int, Rule] = {}
        queue = list(start)
        while queue:
            rule = queue.pop()
            if id(rule) in found:
                continue
            found[id(rule)] = rule
            queue += self.used(rule, rule.bodies)
        return list(found.values())

    def used(self, rule: Rule, part: Any) -> Iterator[Rule]:
        """Yield the definitions whose names a part of a rule uses."""
        bodies = [[body.value, body.statements] for body in part] if part is rule.bodies else part
        for kind, node in nodes(bodies):
            if kind in ("Var", "RefDot", "RefBrack"):
                path = self.meaning(rule, {kind: node})
                for end in range(len(path or ()), 0, -1):
                    if (path or ())[:end] in self.rules:
                        yield from self.rules[(path or ())[:end]]
                        break


def nodes(part: Any) -> Iterator[tuple[str, Any]]:
    """Yield kind and body of every expression in a part of the tree, outer ones first."""
    stack = [part]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            for kind, body in item.items():
                if kind[:1].isupper():
                    yield kind, body
            stack += item.values()
        elif isinstance(item, list | tuple):
            stack += reversed(item)


def path_of(expression: Expression) -> Path | None:
    """Return the parts of a reference up to the first that is computed; None for no reference."""
    [(kind, body)] = expression.items()
    if kind == "Var":
        return (str(body["value"]),)
    if kind == "RefDot":
        head = path_of(body["refr"])
        return (*head, str(body["field"][1])) if head and not _computed(body["refr"]) else head
    if kind == "RefBrack":
        head, index = path_of(body["refr"]), body["index"].get("String")
        if head is None or index is None or _computed(body["refr"]):
            return head
        return (*head, str(index["value"]))
    return None


def line_of(expression: Any) -> int:
    """Return the line on which an expression stands; 0 where the tree does not tell."""
    for _, node in nodes(expression):
        if isinstance(node, dict) and "span" in node:
            return int(node["span"]["line"])
    return 0


def _computed(expression: Expression) -> bool:
    """True if a reference holds a part that is no fixed name."""
    [(kind, body)] = expression.items()
    if kind == "RefDot":
        return _computed(body["refr"])
    if kind == "RefBrack":
        return "String" not in body["index"] or _computed(body["refr"])
    return kind != "Var"


def _rules(file: str, package: Path, found: Sequence[Any]) -> Iterator[Rule]:
    for item in found:
        if "Default" in item:
            node = item["Default"]
            path = package + (path_of(node["refr"]) or ())
            parameters = tuple(node["args"]) or None
            value = (Body(node["value"], ()),)
            yield Rule(file, package, path, node["span"]["line"], parameters, value)
            continue
        node = item["Spec"]
        [(kind, head)] = node["head"].items()
        path = package + (path_of(head["refr"]) or ())
        own = head.get("key") if kind == "Set" else (head.get("assign") or {}).get("value")
        bodies = [
            Body(
                (body["assign"] or {}).get("value") if body["is_else"] else own,
                body["query"]["stmts"],
            )
            for body in node["bodies"]
        ]
        parameters = tuple(head["args"]) if kind == "Func" else None
        line = node["span"]["line"]
        yield Rule(file, package, path, line, parameters, tuple(bodies or [Body(own, ())]))
