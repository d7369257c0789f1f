"""What is collected while a program is walked, and who handles which call."""

from __future__ import annotations

import ast
import itertools
import re
import threading
import warnings
from typing import Any

from guard.operations import Severity
from guard.parse.budget import Budget, BudgetExceededError
from guard.parse.paths import normalise
from guard.parse.python import fold
from guard.parse.python.interpret import Interpreter
from guard.parse.python.likely import likely_command
from guard.parse.python.names import DANGEROUS_MODULES
from guard.parse.python.pure import fold_call, is_pure
from guard.parse.python.values import (
    NOTHING,
    Bound,
    Call,
    Either,
    Function,
    Handler,
    Object,
    Ref,
    Scope,
    Unknown,
    Value,
    alternatives,
    either,
    is_known,
    origins,
    text_of,
)
from guard.parse.reading import UNKNOWN, Reading

__all__ = ["Context", "parse_python"]

_WARNINGS = threading.Lock()
_MOST_COMBINATIONS = 8
_TYPES = frozenset(f"builtins.{name}" for name in ("str", "bytes", "list", "dict", "int"))
_MOST_FIELDS = 4000
_MOST_TOKENS = 40_000
_TOKEN = re.compile(r"\w+|[^\w ]")
_FORMAT = re.compile(r"""[fF][rR]?['"]""")
_KEEP_LISTINGS = frozenset(
    [f"builtins.{name}" for name in ("list", "tuple", "set", "iter", "reversed", "enumerate")]
    + ["tqdm.tqdm", "tqdm.auto.tqdm", "itertools.islice", "random.sample"]
)
_TEXTS = (str, bytes, bytearray, int, tuple)
_SIZED = (str, bytes, bytearray, list, tuple, dict, set)
# Names whose call with unknown arguments is worth a word when they are handed to others.
_SINKS = (
    "os.system",
    "os.popen",
    "subprocess.",
    "os.exec",
    "os.spawn",
    "builtins.exec",
    "pty.spawn",
)


class Context:
    """The reading of one program, and the state that calls leave behind."""

    def __init__(
        self, budget: Budget, reading: Reading, *, cwd: str, home: str, arguments: list[str]
    ) -> None:
        self.budget = budget
        self.reading = reading
        self.cwd = cwd
        self.home = home
        self.arguments = arguments
        self.patched: dict[str, Value] = {}  # what the program puts into modules
        self.environment: dict[str, str] = {}
        self.files: dict[str, str] = {}  # text that the program writes into files
        self.may = 0
        self.uncalled = False
        self.scope: Scope | None = None
        self.seen: set[str] = set()
        self.depth = 0
        # What makes a shell on a socket: where to, dup2, a shell.
        self.connected: tuple[str, int | None] | None = None
        self.listened: tuple[str, int | None] | None = None
        self.ends: list[tuple[str, int | None]] = []  # of connections of its own
        self.relayed = False  # what a socket sent goes into a socket
        self.memory = False  # all objects of the process were asked for
        self.endless = 0  # loops around this place that nothing ends
        self.dup2 = False
        self.shell_started = False
        self.compared: list[str] = []  # texts that unknown things are compared with
        self.interpreter = Interpreter(self)
        if arguments:
            self.interpreter.module.names["__argv__"] = ["-c", *arguments]

    # Notes

    def add(self, operation: Any) -> Any:
        """Note an operation, once; return it."""
        if self.may:
            operation["certainty"] = "may"
        key = repr(operation)
        if key not in self.seen:
            self.seen.add(key)
            self.budget.node()
            self.reading.operations.append(operation)
        return operation

    def hide(self, kind: str, severity: Severity, detail: str) -> None:
        """Note what cannot be seen, once. What nobody calls is not as grave."""
        if self.uncalled and severity == "high":
            severity = "medium"
            detail += " (in a function that is not called here)"
        key = f"{kind} {detail}"
        if key not in self.seen:
            self.seen.add(key)
            self.reading.hide(kind, severity, detail)

    def path(self, value: Value) -> str:
        """A path in its one spelling."""
        return normalise(text_of(value), self.cwd, self.home) or UNKNOWN

    # Code in code

    def parse(self, code: str) -> ast.Module | None:
        """Parse code that the program makes; None, noted, where it cannot be read."""
        self.depth += 1
        if self.depth > self.budget.limits.reparse:
            self.hide("limit_reparse", "high", "code within code goes too deep")
            return None
        try:
            return parse_python(code)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            self.hide("unreadable_code", "high", f"`{code[:60]}` is no Python that can be read")
            return None

    def run_code(self, value: Value, via: str, scope: Scope | None = None) -> Value:
        """eval and exec."""
        for one in alternatives(value):
            if isinstance(one, Object) and one.kind == "code":
                one = one.fields["text"]  # noqa: PLW2901
            if isinstance(one, bytes | bytearray):
                one = bytes(one).decode("utf-8", "replace")  # noqa: PLW2901
            if isinstance(one, str) and not one.strip(UNKNOWN + " \n"):
                one = NOTHING  # noqa: PLW2901
            if isinstance(one, str):
                if UNKNOWN in one:
                    self.hide("unknown_code", "high", f"`{via}` runs text known only in part")
                tree = self.parse(one.replace(UNKNOWN, "_unknown_").strip())
                if tree is None:
                    continue
                where = scope or self.interpreter.module
                last = tree.body[-1:] if via == "eval" else []
                if last and isinstance(last[0], ast.Expr) and len(tree.body) == 1:
                    return self.interpreter.value(last[0].value, where)
                self.interpreter.block(tree.body, where)
            else:
                self.unknown_code(one, via)
        return NOTHING

    def import_written(self, module: str) -> None:
        """Importing a module that the program has written runs it."""
        if not self.files:
            return
        end = f"/{module.replace('.', '/')}.py"
        for path, code in list(self.files.items()):
            if f"/{path}".endswith(end) and f"import {path}" not in self.seen:
                self.seen.add(f"import {path}")
                self.run_code(code, "import")

    def unknown_code(self, value: Value, via: str) -> None:
        """Something that nobody knows is run."""
        source = next(iter(sorted(origins(value))), "")
        if source == "socket":
            self.network_shell("python runs what a socket sends")
        if source.startswith("file:"):
            self.hide("unread_file", "medium", f"`{via}` runs `{source[5:]}`, which was not read")
            return
        said = {"socket": "what a socket sends", "http": "what the network sends"}.get(source)
        said = said or "unknown text"
        self.hide("unknown_code", "high", f"`{via}` runs {said}")

    def network_shell(self, how: str) -> None:
        """A shell on a socket, whichever way round the connection was opened."""
        if self.listened is not None:
            host, port = self.listened
            self.add(_shell_operation("bind", host, port, how))
        elif self.connected is not None:
            host, port = self.connected
            self.add(_shell_operation("reverse", host, port, how))

    # Calls

    def is_known_name(self, name: str) -> bool:
        """True for names that a handler or a pure function answers to."""
        return name in FUNCTIONS or is_pure(name)

    def call_name(self, name: str, call: Call) -> Value:
        """Call something in a module."""
        name = name.removesuffix(".__call__")
        call.name = name
        handler = FUNCTIONS.get(name)
        if handler is None:
            return self._call_other(name, call)
        return self._distribute(handler, call)

    def _distribute(self, handler: Handler, call: Call, *, pure: bool = False) -> Value:
        """Call once for each combination of alternatives among the arguments.

        `pure`: it does nothing but give a value, so those that were left out are unknown values.
        """
        if not any(isinstance(value, Either) for value in call.every()):
            return handler(self, call)
        names = list(call.keywords)
        ways = itertools.product(*(alternatives(value) for value in call.every()))
        found: list[Value] = []
        self.may += 1
        for number, way in enumerate(ways):
            if number >= _MOST_COMBINATIONS and pure:
                found = [NOTHING]
                break
            if number >= _MOST_COMBINATIONS:
                self.hide("limit_alternatives", "high", f"`{call.name}` has too many readings")
                break
            count = len(call.args)
            keywords = dict(zip(names, way[count:], strict=True))
            found.append(handler(self, Call(call.name, list(way[:count]), keywords, call.node)))
        self.may -= 1
        return either(found)

    def _charge(self, owner: Value, call: Call) -> None:
        """Large arguments cost more."""
        size = len(owner) if isinstance(owner, _SIZED) else 0
        for value in call.every():
            if isinstance(value, _SIZED):
                size += len(value)
        self.budget.tick(1 + size // 16)

    def _call_other(self, name: str, call: Call) -> Value:
        self._charge(None, call)
        module, _, last = name.rpartition(".")
        if not is_pure(name):
            likely_command(self, last, call)
        if last == "?" or name == "?":
            if module in DANGEROUS_MODULES or not module:
                self.hide(
                    "unresolved_call", "high", f"some function of `{module or '?'}` is called"
                )
            self.escape(call)
            return NOTHING
        if module in _TYPES and call.args and not is_pure(name):
            # str.join(" ", words): a method by way of its class.
            owner, *rest = call.args
            if isinstance(owner, str | bytes | list | dict | bytearray | int):
                return fold.method(owner, last, rest, call.keywords)
        if module == "sh" and last:
            handler = FUNCTIONS["sh.command"]
            return handler(self, Call(last, [last.replace("_", "-"), *call.args], call.keywords))
        listing = next((one for one in call.args[:1] if isinstance(one, Object)), None)
        if name in _KEEP_LISTINGS and listing is not None and listing.kind == "listing":
            item = listing.fields["item"]
            return Object("listing", {"item": (NOTHING, item)}) if last == "enumerate" else listing
        if any(isinstance(value, Either) for value in call.every()):
            folded = self._distribute(
                lambda _, c: fold_call(name, c.args, c.keywords), call, pure=True
            )
        else:
            folded = fold_call(name, call.args, call.keywords)
        if not is_pure(name) or isinstance(folded, Unknown):
            self.escape(call)
        if isinstance(folded, str | bytes) and len(folded) > 256:
            self.budget.expand(len(folded))
        return folded

    def call_method(self, owner: Value, name: str, call: Call) -> Value:
        """Call a method of a value."""
        call.name = name
        self._charge(owner, call)
        if isinstance(owner, Object):
            handler = METHODS.get((owner.kind, name)) or METHODS.get((owner.kind, "*"))
            if handler is not None:
                call.args.insert(0, owner)
                return self._distribute(handler, call)
            if owner.kind == "instance":
                handler = METHODS.get(("*", name))
            if handler is None:
                likely_command(self, name, call)
                self.escape(call)
                return owner if name in ("__enter__", "__aenter__") else NOTHING
            call.args.insert(0, owner)
            return handler(self, call)
        if isinstance(owner, Unknown) or owner is None:
            handler = METHODS.get(("*", name))
            if handler is not None:
                call.args.insert(0, owner)
                return self._distribute(handler, call)
            likely_command(self, name, call)
            self.escape(call)
            return owner if isinstance(owner, Unknown) else NOTHING
        if isinstance(owner, Bound):
            # A method of an attribute that nobody set here.
            handler = METHODS.get(("*", name))
            if handler is not None:
                call.args.insert(0, owner)
                return self._distribute(handler, call)
            likely_command(self, name, call)
        if isinstance(owner, list) and name == "sort" and "key" in call.keywords:
            ordered = self.call_name("builtins.sorted", Call("", [owner], call.keywords))
            owner[:] = ordered if isinstance(ordered, list) else owner
            return None
        if isinstance(owner, list | dict | set | bytearray):
            self.interpreter.changes += 1
        if any(isinstance(value, Function | Ref) for value in call.every()):
            self.escape(call)
        if any(isinstance(value, Either) for value in call.every()):
            # What a method changes in place it must change by what nobody knows as well.
            return self._distribute(
                lambda _, c: fold.method(owner, name, c.args, c.keywords),
                call,
                pure=isinstance(owner, _TEXTS),
            )
        result = fold.method(owner, name, call.args, call.keywords)
        if isinstance(result, str | bytes) and len(result) > 256:
            self.budget.expand(len(result))
        return result

    def attribute(self, owner: Object, name: str) -> Value:
        """An attribute of an object of a library."""
        from guard.parse.python.files import path_attribute
        from guard.parse.python.services import NESTED

        if owner.kind == "path":
            return path_attribute(owner, name)
        if owner.kind == "popen" and name in ("stdin", "stdout", "stderr"):
            return Object("pipe", {"popen": owner})
        if owner.kind == "super":
            return self.interpreter.inherited(owner, name)
        if owner.kind == "response" and name in ("text", "content", "body", "data"):
            return Unknown("http")
        if owner.kind == "asked":
            return owner
        if owner.kind == "bound_unknown":
            return NOTHING
        if (owner.kind, name) in NESTED:
            return Object(f"{owner.kind}.{name}", owner.fields)
        return Bound(owner, name)

    def item(self, owner: Object, index: Value) -> Value:
        """An item of an object of a library."""
        if owner.kind == "command":
            more = list(index) if isinstance(index, tuple | list) else [index]
            return Object("command", {"argv": [*owner.fields["argv"], *more]})
        if owner.kind == "asked":
            return owner
        if owner.kind == "listing":
            return owner if isinstance(index, slice) else owner.fields["item"]
        return Unknown("http") if owner.kind == "response" else NOTHING

    def escape(self, call: Call, depth: int = 0) -> None:
        """Functions that are handed to something unknown may be called by it."""
        for value in call.every():
            self._escape(value, call, depth)

    def _escape(self, value: Value, call: Call, depth: int) -> None:
        if isinstance(value, Function):
            if id(value.node) not in self.interpreter.called:
                self.may += 1
                self.interpreter.invoke(value, Call("", [], {}), this=value.this)
                self.may -= 1
        elif isinstance(value, Ref):
            if value.name.startswith(_SINKS):
                self._handed_over(value, call)
        elif isinstance(value, Object) and value.kind == "partial":
            self.may += 1
            self.interpreter.apply(value, Call("", [], {}))
            self.may -= 1
        elif isinstance(value, list | tuple | dict) and depth < 3:
            items = list(value.values()) if isinstance(value, dict) else list(value)
            for item in items[:32]:
                if isinstance(item, Function | Ref | Object | list | tuple | dict):
                    self._escape(item, call, depth + 1)

    def _handed_over(self, value: Ref, call: Call) -> None:
        """`unknown(os.system, "...")`: call it with what stands beside it."""
        beside = [arg for arg in call.args if arg is not value]
        plain = [arg for arg in beside if is_known(arg) and isinstance(arg, str | bytes | list)]
        self.may += 1
        if plain:
            self.call_name(value.name, Call("", plain, {}))
        else:
            self.hide("unresolved_call", "medium", f"`{value.name}` is handed to another function")
        self.may -= 1


def _shell_operation(direction: str, host: str, port: int | None, how: str) -> dict[str, Any]:
    return {
        "kind": "network.shell",
        "program": "python",
        "direction": direction,
        "host": host,
        "port": port,
        "how": how,
    }


def parse_python(code: str) -> ast.Module:
    """Parse without the warnings that the standard parser gives for odd literals.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: as `ast.parse` does.
        BudgetExceededError: more tokens than the standard parser reads in bounded time.
    """
    # It cannot be stopped once it runs: up to 4 us and 2 KB for each token.
    if len(code) > _MOST_TOKENS and len(_TOKEN.findall(code)) > _MOST_TOKENS:
        raise BudgetExceededError("nodes", "it has too many parts")
    if code.count("{") > _MOST_FIELDS and _FORMAT.search(code):
        raise ValueError("too many replacement fields")  # their parsing is quadratic in 3.11
    with _WARNINGS, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(code)


def _tables() -> tuple[dict[str, Handler], dict[tuple[str, str], Handler]]:
    from guard.parse.python import (
        databases,
        files,
        network,
        processes,
        reflect,
        servers,
        services,
        ssh,
        tampering,
    )

    functions: dict[str, Handler] = {}
    methods: dict[tuple[str, str], Handler] = {}
    for module in (
        processes,
        network,
        ssh,
        files,
        reflect,
        services,
        databases,
        servers,
        tampering,
    ):
        functions.update(module.FUNCTIONS)
        methods.update(module.METHODS)
    return functions, methods


FUNCTIONS, METHODS = _tables()
