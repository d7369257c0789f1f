"""What a guarded call costs, beside a bare regorus evaluation of a three-line policy.

All rows are sampled in turn within one process, so that a busy machine slows them alike;
read the ratios. `python benchmarks/decision.py --help` lists the options.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import regorus
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from guard import Effect, Guard, ToolCall
from guard.audit.ids import SystemRandomIdGenerator
from guard.parse import parse

COMMANDS = {"ls -la": "ls -la", "ssh -R": "ssh -fNR 2222:localhost:22 u@203.0.113.5"}
THREE_LINES = """package bare
default allow := false
allow if input.context.operations[_].program == "ls"
"""


def bare(request: dict[str, Any]) -> Callable[[], object]:
    """A three-line policy on the same request, JSON encoding included."""
    engine = regorus.Engine()
    engine.add_policy("bare.rego", THREE_LINES)

    def evaluate() -> object:
        engine.set_input_json(json.dumps(request))
        return engine.eval_rule_as_json("data.bare.allow")

    return evaluate


def rows(command: str, folder: Path) -> dict[str, Callable[[], object]]:
    """The measured functions for one command, each checked once for its answer."""
    call = ToolCall.shell(command)
    exporter = InMemorySpanExporter()
    provider = TracerProvider(id_generator=SystemRandomIdGenerator())
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    traced = Guard(tracer_provider=provider)
    journaled = Guard(tracer_provider=provider, journal=folder / f"{abs(hash(command))}.jsonl")
    decision = traced.check(call)
    expected = Effect.ALLOW if command.startswith("ls") else Effect.DENY
    if decision.effect is not expected:
        sys.exit(f"`{command}` is judged {decision.effect}, so there is nothing to measure")
    request = dict(decision.request)
    text = json.dumps(request)
    engine = traced.engine

    def with_span(guard: Guard) -> Callable[[], object]:
        def check() -> object:
            result = guard.check(call)
            exporter.clear()
            return result

        return check

    return {
        "bare regorus, three-line policy": bare(request),
        "parse alone": lambda: parse(call),
        "all policies alone": lambda: engine.evaluate(text),
        "guarded, span, journal off": with_span(traced),
        "guarded, span, journal on": with_span(journaled),
    }


def sample(functions: dict[str, Callable[[], object]], count: int) -> dict[str, list[int]]:
    """Nanoseconds of `count` calls of each function, in turn."""
    times: dict[str, list[int]] = {name: [] for name in functions}
    for function in functions.values():
        for _ in range(200):
            function()
    gc.collect()
    gc.freeze()
    for _ in range(count):
        for name, function in functions.items():
            start = time.perf_counter_ns()
            function()
            times[name].append(time.perf_counter_ns() - start)
    return times


def import_time(code: str, count: int = 15) -> float:
    """Median milliseconds of a fresh Python that runs `code`."""
    walls = []
    for _ in range(count):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        walls.append(time.perf_counter() - start)
    return statistics.median(walls) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=3000, help="samples of each row")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name, command in COMMANDS.items():
            times = sample(rows(command, Path(folder)), options.count)
            base = statistics.median(next(iter(times.values())))
            print(f"\n{name:36} {'p50 us':>9} {'p99 us':>9} {'x bare':>7}")
            for row, values in times.items():
                values.sort()
                middle, high = statistics.median(values), values[int(len(values) * 0.99)]
                print(f"{row:36} {middle / 1000:9.1f} {high / 1000:9.1f} {middle / base:7.2f}")
    nothing, guard = import_time("pass"), import_time("import guard")
    print(f"\nimport guard: {guard:.1f} ms; bare Python: {nothing:.1f} ms")


if __name__ == "__main__":
    main()
