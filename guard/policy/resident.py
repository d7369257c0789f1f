"""One thread that stays: it evaluates for threads that come and go. Knows no engine.

An engine belongs to its thread and takes some 30 ms to build. Frameworks run each tool
call in a thread of its own (LangGraph does), which would build an engine for a single
question. Asking a thread that has one already costs some tens of microseconds.
"""

from __future__ import annotations

import atexit
import os
import queue
import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from guard.errors import EvaluationError

__all__ = ["Resident"]

_T = TypeVar("_T")


class _Task(Generic[_T]):
    """Work for the thread, and the latch on which its caller waits."""

    __slots__ = ("done", "error", "result", "work")

    def __init__(self, work: Callable[[], _T]) -> None:
        self.work = work
        self.result: _T | None = None
        self.error: BaseException | None = None
        self.done = threading.Lock()
        self.done.acquire()


class Resident:
    """Runs work in one daemon thread, started with the first work and again after a fork."""

    def __init__(self, *, patience: float = 5.0) -> None:
        self._patience = patience  # seconds
        self._start = threading.Lock()
        self._queue: queue.SimpleQueue[_Task[Any] | None] | None = None
        os.register_at_fork(after_in_child=self._forget)

    def call(self, work: Callable[[], _T]) -> _T:
        """Return what `work()` returns, or raise what it raises.

        Raises:
            EvaluationError: it did not end in time.
        """
        task = _Task(work)
        self._running().put(task)
        if not task.done.acquire(timeout=self._patience):
            raise EvaluationError(f"evaluation failed: no answer in {self._patience:g} s")
        if task.error is not None:
            raise task.error
        return task.result  # type: ignore[return-value]

    def _running(self) -> queue.SimpleQueue[_Task[Any] | None]:
        if (tasks := self._queue) is not None:
            return tasks
        with self._start:
            if self._queue is None:
                self._queue = queue.SimpleQueue()
                thread = threading.Thread(
                    target=_serve, args=(self._queue,), name="guard-engine", daemon=True
                )
                thread.start()
                atexit.register(_stop, self._queue, thread)
            return self._queue

    def _forget(self) -> None:
        """A forked child has a copy of the queue, and not the thread."""
        self._start = threading.Lock()
        self._queue = None


def _stop(tasks: queue.SimpleQueue[_Task[Any] | None], thread: threading.Thread) -> None:
    """Let the thread end before the interpreter does, so that it drops its own engines."""
    tasks.put(None)
    if thread.is_alive():  # a forked child inherits this, and has no such thread
        thread.join(timeout=1)


def _serve(tasks: queue.SimpleQueue[_Task[Any] | None]) -> None:
    while True:
        task = tasks.get()
        if task is None:
            return
        try:
            task.result = task.work()
        except BaseException as error:  # noqa: BLE001 - it is the caller's, whatever it is
            # Its frames hold the engine, which must not be dropped in the caller's thread.
            error.__context__ = None
            task.error = error.with_traceback(None)
        task.done.release()
        del task
