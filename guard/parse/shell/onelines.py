"""What a line of Python prints that only decodes a constant: `print(b64decode("...").decode())`.

Anything else gives None; what such code does is read elsewhere.
"""

from __future__ import annotations

import ast
import base64
import codecs
from collections.abc import Callable

from guard.parse.budget import Budget
from guard.parse.shell.textfilters import Files

__all__ = ["python"]

_LONGEST = 65_536  # characters of code
_MODULES = frozenset(("base64", "binascii", "codecs", "os", "sys"))
_Constant = str | bytes
_DECODERS: dict[str, Callable[[_Constant], bytes]] = {
    "b64decode": base64.b64decode,
    "standard_b64decode": base64.b64decode,
    "urlsafe_b64decode": base64.urlsafe_b64decode,
    "b32decode": base64.b32decode,
    "b16decode": base64.b16decode,
    "unhexlify": lambda text: bytes.fromhex(_text(text)),
    "fromhex": lambda text: bytes.fromhex(_text(text)),
}


def python(arguments: list[str], _: str | None, __: Files, budget: Budget) -> str | None:
    """`-c` with imports and prints of constants, else None."""
    if len(arguments) != 2 or arguments[0] != "-c" or len(arguments[1]) > _LONGEST:
        return None
    budget.tick(1 + len(arguments[1]) // 64)
    try:
        tree = ast.parse(arguments[1])
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    out: list[str] = []
    for statement in tree.body:
        if _imports(statement):
            continue
        call = statement.value if isinstance(statement, ast.Expr) else None
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)):
            return None
        value = _value(call.args[0], 0) if len(call.args) == 1 and not call.keywords else None
        if call.func.id != "print" or not isinstance(value, str):
            return None
        out.append(value + "\n")
    return "".join(out)


def _imports(statement: ast.stmt) -> bool:
    """Say if it only brings in names of the modules that decode."""
    if not isinstance(statement, ast.Import | ast.ImportFrom):
        return False
    if any(alias.asname for alias in statement.names):
        return False
    names = [alias.name for alias in statement.names]
    if isinstance(statement, ast.ImportFrom):
        names = [statement.module or ""]
    return _MODULES.issuperset(names)


def _text(value: _Constant) -> str:
    return value if isinstance(value, str) else value.decode("ascii")


def _value(node: ast.expr, depth: int) -> _Constant | None:
    """The constant that an expression stands for. Raises ValueError for a bad code."""
    if depth > 20:
        return None
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str | bytes) else None
    if isinstance(node, ast.Subscript):
        value = _value(node.value, depth + 1)
        return value[::-1] if value is not None and ast.unparse(node.slice) == "::-1" else None
    if not isinstance(node, ast.Call) or node.keywords:
        return None
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if isinstance(node.func, ast.Attribute):
        name = node.func.attr
        owner = _value(node.func.value, depth + 1) if name == "decode" else None
        if isinstance(owner, bytes) and not node.args:
            return owner.decode()
    given = _value(node.args[0], depth + 1) if node.args else None
    if given is None:
        return None
    if name == "decode" and len(node.args) == 2 and isinstance(given, str):
        by = node.args[1].value if isinstance(node.args[1], ast.Constant) else ""
        return codecs.encode(given, "rot13") if by in ("rot13", "rot_13") else None
    if len(node.args) != 1 or name not in _DECODERS:
        return None
    return _DECODERS[name](given)
