"""Checks of `not table[operation.key]`: the key is there, or its absence is thought of.

OPA takes what stands in the brackets out of the `not`: where the key is missing, the whole rule is
passed over in silence. regorus takes the `not` to be true.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from guard.policy.lint_model import Linted, Problem
from guard.policy.syntax import Body, Path, line_of, nodes, path_of

__all__ = ["absent"]


def absent(linted: Linted) -> Iterator[Problem]:
    """No `not` looks something up by a key that an operation may lack."""
    schema = linted.data.get("guard", {}).get("schema", {})
    required: Mapping[str, Any] = schema.get("required", {})
    for rule in linted.rules.values():
        for definition in linted.definitions(rule):
            for body in definition.bodies:
                for path, line in _looked_up(body):
                    if _may_lack(linted, required, body, path[-1]):
                        key, table = ".".join(path), path[-1]
                        told = (
                            f"where `{key}` is missing OPA passes over the rule in silence: look up"
                            f' `object.get({".".join(path[:-1])}, "{table}", "")`'
                        )
                        yield Problem(definition.file, line, told)


def _looked_up(body: Body) -> Iterator[tuple[Path, int]]:
    """Yield what is looked up below a `not`, and its line, where nothing else needs it."""
    needed = {
        path_of({kind: node})
        for statement in body.statements
        if "NotExpr" not in statement["literal"]
        for kind, node in nodes(statement["literal"])
        if kind == "RefDot"
    }
    for statement in body.statements:
        negated = statement["literal"].get("NotExpr")
        for kind, node in nodes(negated) if negated else ():
            if kind == "RefBrack" and "RefDot" in node["index"]:
                path = path_of(node["index"])
                if path is not None and len(path) == 2 and path not in needed:
                    yield path, line_of(negated)


def _may_lack(linted: Linted, required: Mapping[str, Any], body: Body, key: str) -> bool:
    """True if one of the kinds that a body is about has the key, and does not need it."""
    kinds = {kind for kind, row in linted.types.items() if key in row}
    named = {node["value"] for kind, node in nodes(list(body.statements)) if kind == "String"}
    kinds = kinds & named or (set() if linted.types.keys() & named else kinds)
    return any(key not in required.get(kind, ()) for kind in kinds)
