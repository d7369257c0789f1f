"""Python calls that reach other calls: eval, imports by name, getattr, threads, partial."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guard.parse.python import fold
from guard.parse.python.fold import unknown_from
from guard.parse.python.names import DANGEROUS_MODULES, canonical
from guard.parse.python.pure import fold_call
from guard.parse.python.values import (
    HEAVY,
    NOTHING,
    Call,
    Function,
    Handler,
    Object,
    Ref,
    Scope,
    Unknown,
    Value,
    is_known,
    origins,
)
from guard.parse.reading import UNKNOWN

if TYPE_CHECKING:
    from guard.parse.python.context import Context

__all__ = ["FUNCTIONS", "METHODS"]


# Code


def _eval(context: Context, call: Call) -> Value:
    name = call.name.rpartition(".")[2]
    names = call.get(1, "globals", default=None)
    scope = context.scope
    if isinstance(names, dict):
        scope = Scope({k: v for k, v in names.items() if isinstance(k, str)}, scope)
    value = context.run_code(call.get(0, "source", "object", "expression"), name, scope)
    if isinstance(names, dict) and scope is not None:
        names.update(scope.names)
    return value


def _console(context: Context, call: Call) -> Value:
    """code.InteractiveInterpreter().runcode(text), ctypes.pythonapi.PyRun_SimpleString(text)."""
    return context.run_code(call.args[-1] if call.args else NOTHING, "console")


def _compile(_context: Context, call: Call) -> Value:
    return Object("code", {"text": call.get(0, "source")})


def _run_path(context: Context, call: Call) -> Value:
    path = call.text(0, "path_name", "mod_name", "name")
    known = context.files.get(context.path(path))
    if known is not None:
        return context.run_code(known, call.name)
    context.add({"kind": "code.run", "language": "python", "source": "file", "path": path})
    context.hide("unread_file", "medium", f"`{path}` is run and was not read")
    return NOTHING


def _unpickle(context: Context, call: Call) -> Value:
    data = call.get(0, "data", "file")
    if isinstance(data, bytes | bytearray) and data:
        context.hide("unknown_code", "high", "serialised data is loaded, which can run anything")
    elif "socket" in origins(data) or "http" in origins(data):
        context.hide(
            "unknown_code",
            "high",
            "serialised data from the network is loaded, which can run anything",
        )
    else:
        context.hide("unread_data", "low", f"`{call.name}` loads data that was not read")
    return NOTHING


def _yaml(context: Context, call: Call) -> Value:
    """`yaml.load(text, Loader=yaml.UnsafeLoader)`: tags in the text name what is called."""
    loader = call.get(1, "Loader", default=None)
    name = loader.name if isinstance(loader, Ref) else ""
    unsafe = name in ("yaml.UnsafeLoader", "yaml.Loader", "yaml.CLoader", "yaml.CUnsafeLoader")
    if unsafe and not {"http", "socket"}.isdisjoint(origins(call.get(0, "stream"))):
        return _unpickle(context, call)
    return unknown_from(*call.args[:1])


# Names


def _import(context: Context, call: Call) -> Value:
    name = call.get(0, "name")
    if not isinstance(name, str) or UNKNOWN in name:
        context.hide("unresolved_import", "medium", "a module is imported by a name not known here")
        return Ref("?")
    if call.name.endswith("__import__") and not call.get(3, "fromlist", default=()):
        name = name.partition(".")[0]
    return Ref(canonical(name))


def _getattr(context: Context, call: Call) -> Value:
    owner, name = call.get(0), call.get(1)
    if isinstance(name, str) and UNKNOWN not in name:
        return context.interpreter.attribute(owner, name)
    if isinstance(owner, Ref) and owner.name.partition(".")[0] in DANGEROUS_MODULES | {"?"}:
        return Ref(f"{owner.name}.?")
    return NOTHING


def _setattr(context: Context, call: Call) -> Value:
    owner, name = call.get(0), call.get(1)
    context.interpreter.changes += 1
    if isinstance(owner, Object) and isinstance(name, str):
        owner.fields[name] = call.get(2)
    elif isinstance(owner, Ref) and isinstance(name, str):
        context.interpreter.patch(owner, name, call.get(2))
    return None


def _super(context: Context, _call: Call) -> Value:
    return Object("super", {"this": context.interpreter.this()})


def _vars(_context: Context, call: Call) -> Value:
    owner = call.get(0)
    if isinstance(owner, Ref):
        return Ref(f"{owner.name}.__dict__")
    if isinstance(owner, Object):
        return owner.fields
    return Ref("globals") if not call.args else NOTHING


def _namespace(_context: Context, _call: Call) -> Value:
    return Ref("globals")


def _namespace_get(context: Context, call: Call) -> Value:
    return context.interpreter.item(Ref(call.name.rpartition(".")[0]), call.get(0))


def _get_attribute(context: Context, call: Call) -> Value:
    """os.__getattribute__("system"), object.__getattribute__(os, "system")."""
    owner = call.name.rpartition(".")[0]
    if len(call.args) == 2:
        return _getattr(context, call)
    return _getattr(context, Call("", [Ref(owner), *call.args], {}))


def _attrgetter(_context: Context, call: Call) -> Value:
    return Object("getter", {"name": call.get(0)})


def _methodcaller(_context: Context, call: Call) -> Value:
    return Object("caller", {"name": call.get(0), "args": call.args[1:]})


def _use_getter(context: Context, call: Call) -> Value:
    getter, owner = call.args[0], call.get(1)
    value = owner
    for name in fold.as_text(getter.fields["name"]).split("."):
        value = context.interpreter.attribute(value, name)
    if getter.kind == "caller":
        return context.interpreter.apply(value, Call("", list(getter.fields["args"]), {}))
    return value


# Calls by others


def _partial(_context: Context, call: Call) -> Value:
    fields = {"function": call.get(0), "args": call.args[1:], "keywords": call.keywords}
    return Object("partial", fields)


def _map(context: Context, call: Call) -> Value:
    function = call.get(0)
    columns = [context.interpreter.items(arg) for arg in call.args[1:]]
    known = [column for column in columns if column is not None]
    if not columns or len(known) < len(columns):
        context.may += 1
        context.interpreter.apply(function, Call("", [NOTHING] * max(len(columns), 1), {}))
        context.may -= 1
        return NOTHING
    rows = list(zip(*known, strict=False))
    if len(rows) > 4096:
        return NOTHING
    return [context.interpreter.apply(function, Call("", list(row), {})) for row in rows]


def _filter(context: Context, call: Call) -> Value:
    listing = call.get(1)
    items = context.interpreter.items(listing)
    if items is None or len(items) > 4096:
        context.escape(call)
        found = isinstance(listing, Object) and listing.kind == "listing"
        return listing if found else NOTHING
    if call.get(0) is None:
        return [item for item in items if not is_known(item) or item]
    kept = [(item, context.interpreter.apply(call.get(0), Call("", [item], {}))) for item in items]
    return [item for item, keep in kept if not is_known(keep) or keep]


def _reduce(context: Context, call: Call) -> Value:
    items = context.interpreter.items(call.get(1))
    if items is None or len(items) > 4096:
        context.escape(call)
        return NOTHING
    items = [*call.args[2:3], *items]
    value = items[0] if items else NOTHING
    for item in items[1:]:
        value = context.interpreter.apply(call.get(0), Call("", [value, item], {}))
    return value


def _sorted(context: Context, call: Call) -> Value:
    listing = call.get(0)
    if isinstance(listing, Object) and listing.kind == "listing":
        return listing
    items = context.interpreter.items(call.get(0))
    key = call.keywords.get("key")
    if items is None or (key is not None and not is_known(items)):
        context.escape(Call("", [key], {}))
        return NOTHING
    if key is not None:
        keys = [context.interpreter.apply(key, Call("", [item], {})) for item in items[:4096]]
        if not is_known(keys):
            return items
        try:
            order = sorted(range(len(keys)), key=keys.__getitem__)
        except TypeError:
            return NOTHING
        items = [items[position] for position in order]
    else:
        items = fold_call("builtins.sorted", [items], {})
    reverse = call.keywords.get("reverse") is True
    return items[::-1] if reverse and isinstance(items, list) else items


def _extreme(context: Context, call: Call) -> Value:
    """min and max; with a key each item goes through it."""
    if "key" not in call.keywords:
        return fold_call(call.name, call.args, call.keywords)
    items = call.args[0] if len(call.args) == 1 else list(call.args)
    ordered = _sorted(context, Call("", [items], {"key": call.keywords["key"]}))
    if not isinstance(ordered, list) or not ordered:
        return NOTHING
    return ordered[0] if call.name.endswith("min") else ordered[-1]


def _target(context: Context, call: Call) -> Value:
    """Thread(target=f, args=(...)), Process(target=...)."""
    function = call.keywords.get("target", call.get(1))
    args = call.keywords.get("args", call.get(3, default=()))
    keywords = call.keywords.get("kwargs", {})
    _call_later(context, function, args, keywords)
    return Object("thread")


def _call_later(context: Context, function: Value, args: Value, keywords: Value = None) -> Value:
    if isinstance(function, Unknown) or function is None:
        return NOTHING
    known = list(args) if isinstance(args, list | tuple) else [NOTHING]
    extra = keywords if isinstance(keywords, dict) else {}
    return context.interpreter.apply(function, Call("", known, extra))


def _first_is_called(context: Context, call: Call) -> Value:
    """atexit.register(f, *args), executor.submit(f, *args), asyncio.to_thread(f, *args)."""
    return _call_later(context, call.get(0), call.args[1:], call.keywords)


def _second_is_called(context: Context, call: Call) -> Value:
    """signal.signal(n, f), Timer(n, f, args), loop.call_later(n, f, *args)."""
    args = call.args[2:]
    if len(args) == 1 and isinstance(args[0], list | tuple):
        args = list(args[0])
    given = call.keywords.get("args")
    if isinstance(given, list | tuple):
        args = list(given)
    function = call.get(1, "function", "callback", "handler")
    if isinstance(function, Function) and not args:
        args = [NOTHING]
    _call_later(context, function, args, call.keywords.get("kwargs"))
    return Object("thread")


def _timed(context: Context, call: Call) -> Value:
    """timeit.timeit(code), cProfile.run(code)."""
    code = call.get(0, "stmt", "statement")
    if isinstance(code, str):
        context.run_code(code, call.name)
    else:
        context.escape(call)
    return NOTHING


def _executor(_context: Context, _call: Call) -> Value:
    return Object("executor")


def _submitted(context: Context, call: Call) -> Value:
    name = call.name
    function, args = call.get(1), call.args[2:]
    if name == "run_in_executor":
        function, args = call.get(2), call.args[3:]
    elif name in ("map", "imap", "imap_unordered", "starmap"):
        items = context.interpreter.items(call.get(2)) or [NOTHING]
        for item in items[:64]:
            row = list(item) if name == "starmap" and isinstance(item, tuple) else [item]
            _call_later(context, function, row)
        return NOTHING
    elif name in ("apply", "apply_async"):
        args = list(args[0]) if args and isinstance(args[0], tuple | list) else []
    elif name in ("call_later", "call_at"):
        function, args = call.get(2), call.args[3:]
    return _call_later(context, function, args)


def _identity(_context: Context, call: Call) -> Value:
    return call.get(0, "coro", "main", "fut", "coroutine")


def _gathered(_context: Context, call: Call) -> Value:
    return list(call.args)


def _instance_start(context: Context, call: Call) -> Value:
    """start() of a subclass of Thread or Process runs its `run`."""
    owner = call.args[0]
    if isinstance(owner, Object) and owner.of is not None:
        run = context.interpreter.attribute(owner, "run")
        if isinstance(run, Function):
            context.interpreter.invoke(run, Call("", [], {}))
    return NOTHING


def _template(_context: Context, call: Call) -> Value:
    return Object("template", {"text": call.get(0)})


def _substitute(_context: Context, call: Call) -> Value:
    import string

    text = call.args[0].fields["text"]
    values = call.get(1, default={})
    mapping = {**(values if isinstance(values, dict) else {}), **call.keywords}
    if not isinstance(text, str) or len(text) > 65_536:
        return NOTHING
    texts = {str(k): fold.as_text(v) for k, v in mapping.items()}
    if text.count("$") * max(map(len, texts.values()), default=0) > HEAVY:
        return NOTHING
    return string.Template(text).safe_substitute(texts)


def _code_object(context: Context, call: Call) -> Value:
    """types.FunctionType(code, ...), types.CodeType(...): code in a form that is not read."""
    code = call.get(0)
    if isinstance(code, Object) and code.kind == "code":
        return Object("made_function", {"code": code})
    context.hide(
        "unknown_code", "high", f"`{call.name}` makes a function of code that was not read"
    )
    return NOTHING


def _made_function(context: Context, call: Call) -> Value:
    return context.run_code(call.args[0].fields["code"], "exec")


def _find_spec(context: Context, call: Call) -> Value:
    """importlib.util: a file is loaded as a module."""
    path = call.text(1, "location", "path")
    if path != UNKNOWN:
        _run_path(context, Call(call.name, [path], {}))
    return NOTHING


def _type(context: Context, call: Call) -> Value:
    """type(name, bases, {...}): methods may be called by anybody."""
    context.escape(call)
    return NOTHING


def _names(handler: Handler, names: str) -> dict[str, Handler]:
    return dict.fromkeys(names.split(), handler)


FUNCTIONS: dict[str, Handler] = {
    **_names(
        _eval,
        "builtins.exec builtins.eval code.InteractiveInterpreter.runsource pandas.eval_python",
    ),
    **_names(_compile, "builtins.compile codeop.compile_command code.compile_command ast.parse"),
    **_names(_run_path, "runpy.run_path runpy.run_module builtins.execfile"),
    **_names(
        _unpickle, "pickle.loads pickle.load marshal.loads jsonpickle.decode yaml.unsafe_load"
    ),
    "yaml.load": _yaml,
    **_names(
        _import,
        """builtins.__import__ importlib.import_module importlib.__import__ imp.load_module
        pkgutil.resolve_name pydoc.locate""",
    ),
    **_names(_getattr, "builtins.getattr inspect.getattr_static"),
    **_names(_setattr, "builtins.setattr"),
    **_names(_vars, "builtins.vars"),
    "builtins.super": _super,
    **_names(_namespace, "builtins.globals builtins.locals sys._getframe inspect.currentframe"),
    **_names(
        _namespace_get,
        "globals.get builtins.get sys.modules.get globals.__getitem__ "
        "sys.modules.__getitem__ os.__dict__.get subprocess.__dict__.get builtins.__dict__.get",
    ),
    **_names(
        _get_attribute,
        """os.__getattribute__ subprocess.__getattribute__ builtins.__getattribute__
        builtins.object.__getattribute__ builtins.type.__getattribute__ sys.__getattribute__""",
    ),
    **_names(_attrgetter, "operator.attrgetter"),
    **_names(_methodcaller, "operator.methodcaller"),
    **_names(_partial, "functools.partial functools.partialmethod"),
    **_names(_map, "builtins.map itertools.starmap"),
    **_names(_filter, "builtins.filter"),
    **_names(_reduce, "functools.reduce builtins.reduce"),
    **_names(_sorted, "builtins.sorted"),
    **_names(_extreme, "builtins.min builtins.max"),
    **_names(
        _target,
        "threading.Thread multiprocessing.Process multiprocessing.context.Process",
    ),
    **_names(
        _first_is_called,
        """atexit.register asyncio.to_thread threading.start_new_thread asyncio.start_soon
        threading._start_new_thread contextlib.ExitStack.callback asyncio.to_thread.run_sync
        os.register_at_fork""",
    ),
    **_names(
        _second_is_called,
        "signal.signal threading.Timer sched.scheduler.enter weakref.finalize",
    ),
    **_names(
        lambda *_: Object("console"),
        "code.InteractiveInterpreter code.InteractiveConsole trace.Trace pdb.Pdb bdb.Bdb",
    ),
    "ctypes.pythonapi.PyRun_SimpleString": _console,
    "pdb.run": _timed,
    "pdb.runeval": _timed,
    **_names(_timed, "timeit.timeit timeit.repeat cProfile.run profile.run cProfile.runctx"),
    **_names(
        _executor,
        """concurrent.futures.ThreadPoolExecutor concurrent.futures.ProcessPoolExecutor
        multiprocessing.Pool multiprocessing.pool.ThreadPool asyncio.get_event_loop
        asyncio.get_running_loop asyncio.new_event_loop multiprocessing.pool.Pool
        asyncio.TaskGroup sched.scheduler multiprocessing.dummy.Pool""",
    ),
    **_names(
        _identity,
        """asyncio.run asyncio.create_task asyncio.ensure_future asyncio.wait_for asyncio.shield
        builtins.memoryview typing.cast copy.copy copy.deepcopy functools.wraps functools.lru_cache
        functools.cache contextlib.contextmanager contextlib.closing builtins.anext
        asyncio.run_coroutine_threadsafe types.coroutine contextlib.asynccontextmanager
        nest_asyncio.apply io.StringIO io.BytesIO io.TextIOWrapper types.MappingProxyType""",
    ),
    "asyncio.gather": _gathered,
    "string.Template": _template,
    **_names(_code_object, "types.FunctionType types.CodeType types.LambdaType"),
    "importlib.util.spec_from_file_location": _find_spec,
    "importlib.machinery.SourceFileLoader": _find_spec,
    "builtins.type": _type,
}
METHODS: dict[tuple[str, str], Handler] = {
    ("executor", "run_until_complete"): lambda _, call: call.get(1),
    **{
        ("executor", name): _submitted
        for name in [
            "submit",
            "map",
            "imap",
            "imap_unordered",
            "starmap",
            "apply",
            "apply_async",
            "run_in_executor",
            "call_soon",
            "call_later",
            "call_at",
            "call_soon_threadsafe",
            "create_task",
        ]
    },
    ("executor", "__enter__"): lambda _, call: call.args[0],
    ("getter", "__call__"): _use_getter,
    ("caller", "__call__"): _use_getter,
    ("made_function", "__call__"): _made_function,
    ("template", "substitute"): _substitute,
    ("template", "safe_substitute"): _substitute,
    ("console", "push"): _console,
    ("console", "runsource"): _console,
    ("console", "runcode"): _console,
    ("console", "run"): _console,
    ("instance", "start"): _instance_start,
    ("thread", "*"): lambda *_: NOTHING,
}
