"""Python that changes, while it runs, what watches it or what scores it; and its processes' parent.

A program that shares its process with the guard can replace the guard's functions. Nothing is
written for that, so it is noted as a part of the call that cannot be trusted, by a kind that
rules know: `guard_patched`, `tests_patched`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from guard.parse.python.values import NOTHING, Call, Handler, Ref, Unknown, Value, text_of

if TYPE_CHECKING:
    from guard.parse.python.context import Context

__all__ = [
    "FUNCTIONS",
    "METHODS",
    "PARENT",
    "environment",
    "guards",
    "patched",
    "removed",
    "walked",
]

# Stands for the process that started this one; not a number, for nobody knows it.
PARENT = "parent"
_PACKAGES = ("guard", "regoguard")
_CLASSES = frozenset({"Guard", "guard.Guard"})
_RUNNERS = ("pytest.", "_pytest.", "unittest.TestCase", "unittest.TestResult", "unittest.case.")
# Of those, what decides whether a test passes; options and hooks are set by honest programs too.
_DECIDES = ("assert", "runtest", "run", "addFailure", "addError", "wasSuccessful", "raises", "fail")
_MEMORY = frozenset({"gc.get_objects", "gc.get_referrers"})


def guards(name: str) -> bool:
    """True for names in the guard's package."""
    return name.partition(".")[0] in _PACKAGES


def patched(context: Context, owner: str, name: str) -> None:
    """`owner.name = ...`: something in a module is replaced."""
    full = f"{owner}.{name}"
    if guards(owner):
        _guard(context, f"`{full}` is replaced")
    elif full.startswith(_RUNNERS) and name.startswith(_DECIDES):
        context.hide(
            "tests_patched", "high", f"`{full}` decides whether tests pass, and is replaced"
        )


def removed(context: Context, owner: str, name: Value) -> None:
    """`sys.modules[name]` is set or deleted, `owner.name` is deleted."""
    if owner == "sys.modules" and isinstance(name, str) and guards(name):
        _guard(context, f"the module `{name}` is replaced or unloaded")
    elif guards(owner):
        _guard(context, f"`{owner}.{text_of(name)}` is deleted")


def environment(context: Context, name: str, value: str) -> None:
    """A variable is set for this program and all that it starts."""
    context.environment[name] = value
    context.add({"kind": "environment.set", "program": "python", "name": name, "value": value})


def walked(context: Context) -> None:
    """All objects were gone through, and one of the guard's was looked for."""
    if context.memory and not _CLASSES.isdisjoint(context.compared):
        _guard(context, "it is looked for among all objects")


def _guard(context: Context, how: str) -> None:
    context.hide("guard_patched", "high", f"the guard is changed while it runs: {how}")


def _objects(context: Context, _call: Call) -> Value:
    context.memory = True
    return NOTHING


def _patch(context: Context, call: Call) -> Value:
    """`mock.patch("package.name", ...)`, `mock.patch.object(owner, "name", ...)`."""
    target = call.get(0, "target")
    if isinstance(target, Ref):
        patched(context, target.name, call.text(1, "attribute"))
    elif isinstance(target, str) and "." in target:
        owner, _, name = target.rpartition(".")
        patched(context, owner, name)
    return NOTHING


def _delete(context: Context, call: Call) -> Value:
    """`delattr(owner, name)`, `sys.modules.pop(name)`."""
    owner = call.get(0)
    if call.name.startswith("sys.modules"):
        removed(context, "sys.modules", owner)
    elif isinstance(owner, Ref):
        removed(context, owner.name, call.get(1))
    return NOTHING


def _reload(context: Context, call: Call) -> Value:
    module = call.get(0, "module")
    if isinstance(module, Ref) and guards(module.name):
        _guard(context, f"`{module.name}` is loaded again")
    return module


def _fork(context: Context, _call: Call) -> Value:
    if context.endless:
        context.hide("fork_bomb", "high", "`os.fork` is called again and again")
    return NOTHING


FUNCTIONS: dict[str, Handler] = {
    **dict.fromkeys(sorted(_MEMORY), _objects),
    **dict.fromkeys(
        [f"{module}.patch{end}" for module in ("unittest.mock", "mock") for end in ("", ".object")],
        _patch,
    ),
    **dict.fromkeys(["builtins.delattr", "sys.modules.pop", "sys.modules.__delitem__"], _delete),
    "importlib.reload": _reload,
    **dict.fromkeys(["os.fork", "os.forkpty"], _fork),
    "os.getppid": lambda *_: Unknown(PARENT),
}
METHODS: dict[tuple[str, str], Handler] = {}
