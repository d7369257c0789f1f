"""Python calls that send signals to processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guard.parse.python.tampering import PARENT
from guard.parse.python.values import (
    NOTHING,
    Call,
    Handler,
    Object,
    Ref,
    Value,
    origins,
    text_of,
)
from guard.parse.reading import UNKNOWN

if TYPE_CHECKING:
    from guard.parse.python.context import Context

__all__ = ["FUNCTIONS", "METHODS"]

_SIGNALS = {1: "HUP", 2: "INT", 3: "QUIT", 9: "KILL", 15: "TERM", 18: "CONT", 19: "STOP"}


def _kill(context: Context, call: Call) -> Value:
    number = call.get(1, "signal", "sig", default=15)
    if PARENT in origins(call.get(0, "pid")):
        _signal(context, _signal_name(number), PARENT, "pid")
        return None
    _signal(context, _signal_name(number), call.text(0, "pid"), "pid")
    if call.text(0, "pid") == UNKNOWN:
        context.may += 1
        for name in dict.fromkeys(context.compared):
            _signal(context, _signal_name(number), name, "name")
        context.may -= 1
    return None


def _signal_name(value: Value) -> str:
    if isinstance(value, int):
        return _SIGNALS.get(int(value), str(int(value)))
    if isinstance(value, Ref):
        return value.name.rpartition(".")[2].removeprefix("SIG")
    return UNKNOWN


def _psutil(_context: Context, call: Call) -> Value:
    return Object("process", {"pid": call.get(0, "pid")})


def _psutil_signal(context: Context, call: Call) -> Value:
    owner = call.args[0]
    names = {"kill": "KILL", "terminate": "TERM", "suspend": "STOP"}
    signal = names.get(call.name) or _signal_name(call.get(1))
    pid = owner.fields.get("pid", NOTHING) if isinstance(owner, Object) else NOTHING
    _signal(context, signal, text_of(pid), "pid")
    if text_of(pid) == UNKNOWN:
        # What is killed was likely chosen by one of the names that the program compares.
        context.may += 1
        for name in dict.fromkeys(context.compared):
            _signal(context, signal, name, "name")
        context.may -= 1
    return None


def _signal(context: Context, signal: str, target: str, by: str) -> None:
    context.add(
        {
            "kind": "process.signal",
            "program": "python",
            "signal": signal,
            "target": target,
            "by": by,
        }
    )


def _processes(_context: Context, _call: Call) -> Value:
    return Object("processes")


FUNCTIONS: dict[str, Handler] = {
    **dict.fromkeys(("os.kill", "os.killpg", "signal.pthread_kill"), _kill),
    "psutil.Process": _psutil,
    **dict.fromkeys(("psutil.process_iter", "psutil.pids"), _processes),
}
METHODS: dict[tuple[str, str], Handler] = {
    ("process", name): _psutil_signal for name in ("kill", "terminate", "suspend", "send_signal")
}
