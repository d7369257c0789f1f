"""regorus in this process: the engine that decides without a network. Its only importer.

What regorus cannot bear is kept from it here. It gets JSON text, never Python objects
(a lone surrogate or deep nesting in those ends the process). An engine belongs to the
thread that built it, is used there, and is dropped there.
"""

from __future__ import annotations

import itertools
import os
import tempfile
import threading
import weakref
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import orjson

from guard.canonical import dumps
from guard.errors import EvaluationError, PolicyError
from guard.policy.engine import ENTRY_POINT
from guard.policy.linking import REACHED, Parts, only_reached
from guard.policy.resident import Resident

if TYPE_CHECKING:
    import regorus

    from guard.policy.bundle import Bundle

__all__ = ["MAX_REQUEST", "EmbeddedEngine", "build", "check", "explain", "syntax_tree"]

# Characters. regorus holds the interpreter's lock while it reads and evaluates.
MAX_REQUEST = 1 << 20

_DROPPED = b"could not schedule all statements"
_stderr_watched = threading.Lock()  # the stream belongs to the whole process
_UNDEFINED = '"<undefined>"'


class _Engines(threading.local):
    """This thread's engines, by the number of their `EmbeddedEngine`."""

    def __init__(self) -> None:
        self.built: dict[int, _Set] = {}
        self.asked: dict[int, int] = {}  # questions that the resident thread answered for it


# Engines that a thread keeps for one bundle. Calls of one kind concern the same rules.
_LINKED = 256
# A thread that asks more often than this gets an engine of its own.
_VISITS = 64

_engines = _Engines()
_resident = Resident()
_numbers = itertools.count()
# Numbers in use. When an `EmbeddedEngine` goes, other threads may still hold engines for
# it, and only they may drop them: they do when they next build one, or when they end.
_open: set[int] = set()


class EmbeddedEngine:
    """Decides in this process, with one regorus engine for each thread that asks often.

    A thread that asks now and then is answered by one that stays. Can be pickled, and
    used after a fork.

    Raises:
        PolicyError: the bundle does not compile.
    """

    name = "regorus"
    blocking = False

    def __init__(self, bundle: Bundle, *, max_request: int = MAX_REQUEST) -> None:
        self.bundle = bundle
        self.digest = bundle.digest
        self._max_request = max_request
        self._closed = False
        self._number = next(_numbers)
        _open.add(self._number)
        weakref.finalize(self, _open.discard, self._number)
        self._engine_of_this_thread()

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpickle, (self.bundle, self._max_request)

    def evaluate(self, request: str) -> Mapping[str, Any]:
        """Return the decision document for a request in JSON.

        Raises:
            EvaluationError: the request is too large or no JSON, a rule failed, the
                decision is undefined or no object, or regorus itself failed.
        """
        if len(request) > self._max_request:
            raise EvaluationError(
                f"request is larger than {self._max_request} characters",
                help="judge smaller calls, or raise `max_request`",
            )
        if self._number in _engines.built or self._closed:
            return self._evaluate(request)
        asked = _engines.asked.get(self._number, 0)
        if asked >= _VISITS:
            return self._evaluate(request)
        _engines.asked[self._number] = asked + 1
        return _resident.call(lambda: self._evaluate(request))

    def _evaluate(self, request: str) -> Mapping[str, Any]:
        """Evaluate in this thread."""
        engines = _engines.built.get(self._number)
        if engines is None or self._closed:
            engines = self._engine_of_this_thread()
        # INVARIANT: whatever raises gives no answer, and without an answer there is a denial.
        try:
            engine = engines.for_request(request)
            engine.set_input_json(request)
            answer = engine.eval_rule_as_json(ENTRY_POINT)
        except PolicyError as error:
            raise EvaluationError(f"evaluation failed: {error}") from None
        except Exception as error:  # noqa: BLE001 - every failure of an engine is no answer
            if type(error) is not RuntimeError:  # which is how regorus says that a rule failed
                self._drop()
            raise EvaluationError(f"evaluation failed: {_explain(error)[0]}") from None
        except BaseException as error:
            # A panic of regorus derives from BaseException, as do the exceptions that end
            # a task or the process; those must get through. The engine is not used again.
            self._drop()
            if type(error).__name__ != "PanicException":
                raise
            raise EvaluationError(f"evaluation failed: regorus: {_first_line(error)}") from None
        if answer[:1] != "{":
            what = "undefined" if answer == _UNDEFINED else "not an object"
            raise EvaluationError(f"evaluation failed: `{ENTRY_POINT}` is {what}")
        document: dict[str, Any] = orjson.loads(answer)
        return document

    def close(self) -> None:
        """Give up this thread's engine; other threads give up theirs when they end."""
        self._closed = True
        _open.discard(self._number)
        self._drop()

    def _engine_of_this_thread(self) -> _Set:
        if self._closed:
            raise EvaluationError("evaluation failed: the engine is closed")
        built = _engines.built
        for number in [n for n in built if n not in _open]:
            del built[number]
        _engines.asked = {n: times for n, times in _engines.asked.items() if n in _open}
        built[self._number] = engines = _Set(self.bundle)
        _engines.asked[self._number] = _VISITS  # after a panic it builds another
        return engines

    def _drop(self) -> None:
        _engines.built.pop(self._number, None)


class _Set:
    """One thread's engines for one bundle: each holds the rules that some requests concern.

    regorus searches all packages at each reference to `data`. An engine with the few rules
    that a request concerns answers faster, and takes about a millisecond to make of one
    that holds what all of them need.
    """

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._whole: regorus.Engine | None = None
        self._linked: OrderedDict[frozenset[str], regorus.Engine] = OrderedDict()
        if bundle.routes is None or bundle.parts is None:
            self._whole = build(dict(bundle.modules), bundle.data_json)
            return
        data = bundle.data
        known = data["guard"]["bundle"]
        del known["index"]
        known["reached"] = "linked"
        self._base = build(dict(bundle.parts.base), dumps(data))

    def for_request(self, request: str) -> regorus.Engine:
        """Return an engine that holds every rule which the request concerns.

        Raises:
            PolicyError: the rules do not compile.
        """
        routes, parts = self._bundle.routes, self._bundle.parts
        if routes is None or parts is None:
            return self._all()
        # INVARIANT: what cannot be read here is shown to every rule.
        try:
            rules = routes.asked(orjson.loads(request))
        except orjson.JSONDecodeError:
            rules = None
        if rules is None:
            return self._all()
        engine = self._linked.get(rules)
        if engine is None:
            engine = self._link(rules, parts)
        self._linked.move_to_end(rules)
        return engine

    def _all(self) -> regorus.Engine:
        """Return the engine that holds all rules and asks them all."""
        if self._whole is None:
            data = self._bundle.data
            data["guard"]["bundle"]["reached"] = "all"
            self._whole = build(dict(self._bundle.modules), dumps(data))
        return self._whole

    def _link(self, rules: frozenset[str], parts: Parts) -> regorus.Engine:
        held = parts.with_needs(rules)
        modules = [module for rule in sorted(held) for module in parts.rules[rule]]
        engine = self._base.clone()
        _add(engine, [*modules, (REACHED, only_reached(rules))])
        self._linked[rules] = engine
        if len(self._linked) > _LINKED:
            self._linked.popitem(last=False)
        return engine


def _unpickle(bundle: Bundle, max_request: int) -> EmbeddedEngine:
    return EmbeddedEngine(bundle, max_request=max_request)


def build(modules: Mapping[str, str], data_json: str) -> regorus.Engine:
    """Return an engine with these files and this data, compiled, for this thread alone.

    Raises:
        PolicyError: a file that does not parse, or rules that do not compile together.
    """
    import regorus

    engine = regorus.Engine()
    try:
        engine.add_data_json(data_json)
    except RuntimeError as error:
        raise _policy_error(error) from None
    _add(engine, modules.items())
    return engine


def _add(engine: regorus.Engine, modules: Iterable[tuple[str, str]]) -> None:
    try:
        for name, source in modules:
            engine.add_policy(name, source)
        engine.eval_query_as_json("1")  # makes regorus compile everything
    except RuntimeError as error:
        raise _policy_error(error) from None


def check(modules: Mapping[str, str], data_json: str) -> None:
    """Check that these files and this data compile, and that no rule is dropped in silence.

    Of a rule with a variable that nothing binds (`x if not x == 1`) regorus writes a line
    to standard error, and takes the rule to be undefined ever after. So that line is
    watched for: a denial that never comes must not load.

    Raises:
        PolicyError: see `build`; or there is such a rule.
    """
    if _drops_rules(modules, data_json):
        alone = (n for n, source in modules.items() if _drops_rules({n: source}, "{}"))
        raise PolicyError(
            f"cannot load `{next(alone, 'the bundle')}`: a variable in it has no value",
            help="`opa check --strict` names it",
        )


def _drops_rules(modules: Mapping[str, str], data_json: str) -> bool:
    with _stderr_watched, tempfile.TemporaryFile() as file:
        before = _duplicate(2)
        os.dup2(file.fileno(), 2)
        try:
            build(modules, data_json)
        finally:
            if before is None:
                os.close(2)
            else:
                os.dup2(before, 2)
                os.close(before)
        file.seek(0)
        said = file.read().splitlines(keepends=True)
        others = [line for line in said if not line.startswith(_DROPPED)]
        if before is not None:
            os.write(2, b"".join(others))  # what other threads wrote meanwhile
    return len(others) < len(said)


def _duplicate(descriptor: int) -> int | None:
    try:
        return os.dup(descriptor)
    except OSError:  # a daemon may have closed it
        return None


def syntax_tree(name: str, source: str) -> str:
    """Return the syntax tree of one file as regorus prints it, in JSON.

    Raises:
        PolicyError: the file does not parse.
    """
    import regorus

    engine = regorus.Engine()
    try:
        engine.add_policy(name, source)
        tree: str = engine.get_ast_as_json()
    except RuntimeError as error:
        raise _policy_error(error) from None
    return tree


def explain(error: BaseException) -> str:
    """Return in one line what regorus says is wrong, with file and line where it tells them."""
    message, where = _explain(error)
    return f"{where}: {message}" if where else message


def _policy_error(error: RuntimeError) -> PolicyError:
    message, where = _explain(error)
    return PolicyError(
        f"cannot load {where}: {message}" if where else f"cannot load the bundle: {message}",
        help="correct the file; `opa check --strict` explains more",
    )


def _explain(error: BaseException) -> tuple[str, str]:
    """Return what regorus says in one line, and the file and line where it says it.

    With RUST_BACKTRACE set, dozens of lines follow that nobody must see in a decision.
    """
    lines = str(error).splitlines()
    message = next((x[len("error: ") :] for x in lines if x.startswith("error: ")), "")
    where = next((x[len("--> ") :] for x in lines if x.startswith("--> ")), "")
    file, _, position = where.partition(":")
    place = f"`{file}` line {position.partition(':')[0]}" if position else ""
    return (message.strip() or _first_line(error))[:300], place


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
