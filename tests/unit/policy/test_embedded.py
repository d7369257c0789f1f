"""`EmbeddedEngine`: every trap of regorus ends in an answer or an error, in the right thread."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from guard.errors import EvaluationError, PolicyError
from guard.policy import embedded
from guard.policy.bundle import Bundle
from guard.policy.embedded import EmbeddedEngine
from guard.policy.engine import Engine
from tests.support.bundles import load, main


@pytest.fixture
def engine(tmp_path: Path) -> EmbeddedEngine:
    return EmbeddedEngine(load(tmp_path))


def request(version: Any = 1, **fields: Any) -> str:
    return json.dumps({"version": version, **fields})


def test_it_is_an_engine_and_answers_with_the_digest(engine: EmbeddedEngine) -> None:
    """The decision document comes out as the rules made it."""
    assert isinstance(engine, Engine)
    answer = engine.evaluate(request())
    assert (answer["effect"], answer["digest"]) == ("allow", engine.digest)
    assert engine.evaluate(request(2))["effect"] == "deny"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("input.nothing", "is undefined"),
        ('"<undefined>"', "is undefined"),
        ("null", "is not an object"),
        ("[1]", "is not an object"),
        ("{1, 2}", "is not an object"),
        ('{"a": 1 / 0}', "divide by zero"),
        ('{"a": to_number("abc")}', "evaluation failed"),
        ('{"a": startswith(123, "1")}', "startswith"),
        ('{"a": regex.match("(", "x")}', "evaluation failed"),
    ],
)
@pytest.mark.not_compared("OPA is lenient where the rule indexer drops a rule")
def test_no_object_is_no_answer(tmp_path: Path, expression: str, expected: str) -> None:
    """Undefined, another type and a failed built-in are errors with a short message."""
    engine = EmbeddedEngine(load(tmp_path, main(expression)))
    with pytest.raises(EvaluationError) as caught:
        engine.evaluate("{}")
    assert expected in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nul",
        "{} {}",
        '{"a": NaN}',
        '{"a": "\\ud800"}',
        '{"a": "\ud800"}',
        "[" * 100_000,
        "[" * 200 + "]" * 200,
    ],
    ids=lambda text: repr(text[:20]),
)
def test_what_is_no_request_is_an_error_and_harms_nothing(
    engine: EmbeddedEngine, text: str
) -> None:
    """Half a surrogate pair and deep nesting, which can end the process, are refused."""
    with pytest.raises(EvaluationError):
        engine.evaluate(text)
    assert engine.evaluate(request())["effect"] == "allow"


def test_a_request_that_failed_leaves_nothing_to_the_next(engine: EmbeddedEngine) -> None:
    """Neither the input before nor one that was refused is evaluated again."""
    assert engine.evaluate(request())["effect"] == "allow"
    with pytest.raises(EvaluationError):
        engine.evaluate("{")
    with pytest.raises(EvaluationError):
        engine.evaluate(request(boom="x"))
    assert engine.evaluate(request(3))["effect"] == "deny"


PANIC = main('{"n": strings.count(input.text, input.part)}')


def _panicking() -> Bundle:
    """A bundle that calls a built-in which panics; the loader would refuse it."""
    return Bundle((("guard/main/main.rego", PANIC),), "{}", "0" * 64, ())


@pytest.mark.not_compared("the bundle panics regorus on purpose")
def test_a_panic_is_an_error_and_the_engine_is_replaced() -> None:
    """regorus' panics are no `Exception`; the next call gets a new engine that answers."""
    engine = EmbeddedEngine(_panicking())
    before = embedded._engines.built[engine._number]
    for _ in range(3):
        with pytest.raises(EvaluationError, match="regorus"):
            engine.evaluate('{"text": "a", "part": ""}')
        assert engine._number not in embedded._engines.built
    assert engine.evaluate('{"text": "banana", "part": "b"}') == {"n": 1}
    assert embedded._engines.built[engine._number] is not before


class _Raising:
    """An engine in which an exception arrives while it evaluates."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def set_input_json(self, text: str) -> None:
        raise self._error


def _raising(error: BaseException) -> embedded._Set:
    engines = object.__new__(embedded._Set)
    engines.for_request = lambda _: _Raising(error)  # type: ignore[method-assign, assignment]
    return engines


@pytest.mark.not_compared("the engine is replaced by one that raises")
@pytest.mark.parametrize(
    "kind", [KeyboardInterrupt, SystemExit, GeneratorExit, asyncio.CancelledError]
)
def test_what_ends_a_task_or_the_process_gets_through(
    engine: EmbeddedEngine, kind: type[BaseException]
) -> None:
    """It is no failure of the engine; but the engine is not used again."""
    embedded._engines.built[engine._number] = _raising(kind())
    with pytest.raises(kind):
        engine.evaluate(request())
    assert engine.evaluate(request())["effect"] == "allow"


@pytest.mark.not_compared("the engine is replaced by one that raises")
@pytest.mark.parametrize("kind", [MemoryError, RecursionError, TypeError, OSError])
def test_every_exception_is_an_evaluation_error(
    engine: EmbeddedEngine, kind: type[Exception]
) -> None:
    """Nothing else comes out, whatever regorus raises."""
    embedded._engines.built[engine._number] = _raising(kind("x\ny"))
    with pytest.raises(EvaluationError, match=r"^evaluation failed: x$"):
        engine.evaluate(request())
    assert engine.evaluate(request())["effect"] == "allow"


def test_backtraces_stay_out_of_messages(tmp_path: Path) -> None:
    """With RUST_BACKTRACE every message is the same one line as without."""
    load(tmp_path)
    code = f"""
from guard.errors import GuardError
from guard.policy.bundle import Bundle
from guard.policy.embedded import EmbeddedEngine, build
engine = EmbeddedEngine(Bundle.load({str(tmp_path)!r}))
for call in (
    lambda: engine.evaluate('{{"boom": "x"}}'),
    lambda: engine.evaluate("nul"),
    lambda: build({{"m": "package"}}, ""),
    lambda: build({{"m": "package m"}}, "nul"),
):
    try:
        call()
    except GuardError as error:
        print(error)
"""
    said = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "RUST_BACKTRACE": backtrace},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for backtrace in ("0", "1")
    ]
    assert said[0] == said[1]
    assert len(said[0].splitlines()) == 4


def test_a_request_that_is_too_large_is_refused_unread(engine: EmbeddedEngine) -> None:
    """Up to the cap it is decided, beyond it is an error that says so."""
    text = request(padding="x" * (embedded.MAX_REQUEST - len(request(padding=""))))
    assert engine.evaluate(text)["effect"] == "allow"
    with pytest.raises(EvaluationError, match="larger than 1048576 characters"):
        engine.evaluate(text + " ")


def test_many_threads_get_the_same_answers(
    engine: EmbeddedEngine, recwarn: pytest.WarningsRecorder
) -> None:
    """32 threads with engines of their own agree, and their engines end with them."""
    expected = [engine.evaluate(request(n % 3)) for n in range(200)]
    unraisable: list[Any] = []
    hook, sys.unraisablehook = sys.unraisablehook, unraisable.append
    try:
        answers: list[list[Mapping[str, Any]]] = []

        def work() -> None:
            answers.append([engine.evaluate(request(n % 3)) for n in range(200)])

        threads = [threading.Thread(target=work) for _ in range(32)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        gc.collect()
    finally:
        sys.unraisablehook = hook
    assert len(answers) == 32
    assert all(answer == expected for answer in answers)
    assert unraisable == []
    assert list(recwarn) == []


@pytest.mark.parametrize("visits", [0, embedded._VISITS], ids=["own", "resident"])
def test_engines_are_dropped_in_the_thread_that_built_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, visits: int
) -> None:
    """An engine object that goes while workers live takes nothing of theirs along."""
    monkeypatch.setattr(embedded, "_VISITS", visits)
    bundle = load(tmp_path)
    unraisable: list[Any] = []
    hook, sys.unraisablehook = sys.unraisablehook, unraisable.append
    try:
        with ThreadPoolExecutor(1) as pool:

            def built() -> int:
                return len(embedded._engines.built)

            for _ in range(5):
                engine = EmbeddedEngine(bundle)
                pool.submit(engine.evaluate, request()).result()
                del engine
                gc.collect()
            # Each new engine swept out the one before it; the last waits for a next.
            assert pool.submit(built).result() == (1 if visits == 0 else 0)
            assert embedded._resident.call(built) <= (1 if visits else 2)
    finally:
        sys.unraisablehook = hook
    assert unraisable == []


def test_it_works_in_event_loops_and_their_threads(engine: EmbeddedEngine) -> None:
    """In a loop's own thread and in those that `to_thread` uses."""

    async def both() -> list[Any]:
        mine = engine.evaluate(request())
        others = await asyncio.gather(
            *(asyncio.to_thread(engine.evaluate, request()) for _ in range(20))
        )
        return [mine, *others]

    answers = asyncio.run(both())
    assert all(answer == answers[0] for answer in answers)


def test_it_works_after_a_fork(engine: EmbeddedEngine) -> None:
    """A child takes decisions with the engine it inherited, in old and in new threads."""
    expected = engine.evaluate(request())
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            answers = [engine.evaluate(request())]
            with ThreadPoolExecutor(2) as pool:
                answers += pool.map(engine.evaluate, [request()] * 4)
            os.write(write, json.dumps(answers).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        answers = json.loads(pipe.read() or "null")
    assert os.waitpid(child, 0)[1] == 0
    assert answers == [expected] * 5
    assert engine.evaluate(request()) == expected


def test_it_can_be_pickled(engine: EmbeddedEngine) -> None:
    """Another process gets the bundle and builds its own engine."""
    again = pickle.loads(pickle.dumps(engine))
    assert again.evaluate(request()) == engine.evaluate(request())


@pytest.mark.not_compared("the engine is closed")
def test_a_closed_engine_does_not_decide(engine: EmbeddedEngine) -> None:
    """Neither here nor in a thread that has built one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(engine.evaluate, request()).result()
        engine.close()
        for call in (engine.evaluate, lambda r: pool.submit(engine.evaluate, r).result()):
            with pytest.raises(EvaluationError, match="closed"):
                call(request())


def test_files_that_do_not_compile_together_make_no_engine() -> None:
    """A bundle that was made by hand is compiled before it decides."""
    broken = Bundle(
        (("m.rego", "package guard.main\n\ndecision := 1 if not y == 1\n"),), "{}", "", ()
    )
    with pytest.raises(PolicyError, match=r"`m\.rego` line 3"):
        EmbeddedEngine(broken)


def test_import_does_not_load_regorus() -> None:
    """The engine's library loads when the first engine is built."""
    code = "import sys, guard.policy.embedded, guard.policy.bundle; print('regorus' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_thread_that_comes_and_goes_builds_no_engine(
    engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Threads that ask once are answered by the one that stays; one that asks often builds."""
    expected = engine.evaluate(request())
    engines: list[int] = []

    def ask(times: int) -> None:
        for _ in range(times):
            assert engine.evaluate(request()) == expected
        engines.append(len(embedded._engines.built))

    for times in (1, 1, embedded._VISITS, embedded._VISITS + 1):
        thread = threading.Thread(target=ask, args=(times,))
        thread.start()
        thread.join()
    assert engines == [0, 0, 0, 1]


def test_an_exit_right_after_a_visit_says_nothing() -> None:
    """The thread that stays ends before the interpreter, and drops its engines itself."""
    code = (
        "import threading; from guard import Guard, ToolCall; guard = Guard()\n"
        "call = ToolCall.shell('ls')\n"
        "thread = threading.Thread(target=guard.check, args=(call,)); thread.start(); thread.join()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
