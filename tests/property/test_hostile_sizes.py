"""Long, deep and growing calls: bounded work and memory, and every bound that is hit is visible.

Each call is read in a child process. Times are for `benchmarks/parsing.py`; here the
counters of the budget are looked at, and a call that runs away is ended after many times
what it may take.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from guard import Guard, ToolCall
from guard.parse import Limits, parse
from tests.support.hostile_sizes import CALLS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read as on Linux")

ROOT = Path(__file__).parents[2]
MOST_GROWTH = 64 * 1024 * 1024
GROUPS = ("shell", "python", "sql", "arguments", "tool")
# Run in a fresh process, so that memory is counted from a known beginning.
DRIVER = """
import json, sys
import guard.parse
from tests.support.hostile_sizes import CALLS, measure

budgets = []

class Watched(guard.parse.Budget):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        budgets.append(self)

def judge(call):
    guard.parse.Budget = Watched
    parsed = guard.parse.parse(call)
    (budget,) = budgets
    return {
        "kinds": sorted({part["kind"] for part in parsed.opaque if part["severity"] == "high"}),
        "complete": parsed.complete,
        "operations": len(parsed.operations),
        "nodes": budget.nodes,
        "commands": budget.commands,
        "expansion": budget.expansion,
    }

guard.parse.warm_up()
names = [name for name in CALLS if name.startswith(sys.argv[1] + ":")]
for result in measure(names, judge):
    print(json.dumps(result))
"""
# Calls that pass a bound which does not depend on the speed of the machine.
MARKED = {
    "shell: 1 MiB of words": "limit_text",
    "shell: braces x 40": "limit_braces",
    "shell: a long range": "limit_braces",
    "shell: doubling x 60": "limit_expansion",
    "shell: doubling by append": "limit_expansion",
    "shell: nested quoting": "limit_reparse",
    "shell: 5k and": "limit_commands",
    "shell: nested subshell": "limit_depth",
    "shell: nested group": "limit_depth",
    "shell: nested substitution": "limit_depth",
    "shell: URLs": "limit_words",
    "shell: 10k assignments and a command": "limit_words",
    "python: many lines": "limit_nodes",
    "python: indexes": "limit_nodes",
    "python: 100k lines": "limit_text",
    "python: parentheses": "unreadable_code",
    "sql: 1 MiB": "limit_text",
    "arguments: deep": "limit_depth",
    "arguments: many hosts": "limit_operations",
    "arguments: many long texts": "limit_text",
}


@pytest.fixture(scope="module", params=GROUPS)
def results(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    """What came of every call of one group."""
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, request.param],
        capture_output=True,
        check=True,
        cwd=ROOT,
        text=True,
        timeout=110,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["name"] for line in lines] == [n for n in CALLS if n.startswith(request.param)]
    return lines


def test_every_call_is_answered(results: list[dict[str, Any]]) -> None:
    """Nothing is raised and nothing runs away."""
    assert [(r["name"], r["error"]) for r in results if r["answer"] is None] == []


def test_memory_is_bounded(results: list[dict[str, Any]]) -> None:
    """Reading a call takes at most 64 MiB more than the call itself."""
    assert [(r["name"], r["growth"]) for r in results if r["growth"] > MOST_GROWTH] == []


def test_work_is_bounded(results: list[dict[str, Any]]) -> None:
    """No counter passes its limit by more than the step that hit it."""
    limits = Limits()
    most = {
        "nodes": limits.nodes + 1,
        "commands": limits.commands + 1,
        "operations": limits.operations,
        "expansion": limits.expansion * 2,
    }
    over = [
        (result["name"], name, result["answer"][name])
        for result in results
        for name, limit in most.items()
        if result["answer"] and result["answer"][name] > limit
    ]
    assert over == []


def test_bounds_are_visible(results: list[dict[str, Any]]) -> None:
    """A call that passes a bound is incomplete and says which, unless time ran out first."""
    silent = [
        (result["name"], result["answer"]["kinds"])
        for result in results
        if (kind := MARKED.get(result["name"]))
        and result["answer"]
        and not {kind, "limit_cpu_seconds"} & set(result["answer"]["kinds"])
    ]
    assert silent == []
    complete = [r["name"] for r in results if r["answer"] and r["answer"]["complete"]]
    assert MARKED.keys().isdisjoint(complete)


def test_marked_calls_exist() -> None:
    """The table of bounds speaks of calls that are made."""
    assert MARKED.keys() <= CALLS.keys()


@pytest.mark.parametrize(
    "name", ["shell: doubling x 60", "shell: nested substitution", "python: indexes"]
)
def test_a_bound_asks(name: str) -> None:
    """The shipped policy never allows a call of which something was not read."""
    assert Guard().check(CALLS[name]()).effect != "allow"


def test_what_was_spent_stays_spent() -> None:
    """The second of two texts is not begun once the time of the call is over."""
    call = ToolCall("some_tool", {"a": [{"command": "ls " * 20_000}, {"command": "id"}]})
    kinds = {opaque["kind"] for opaque in parse(call, limits=Limits(cpu_seconds=-1)).opaque}
    assert "limit_cpu_seconds" in kinds
    programs = {
        operation["program"]
        for operation in parse(call, limits=Limits(cpu_seconds=-1)).operations
        if operation["kind"] == "process.exec"
    }
    assert "id" not in programs


def test_the_rarest_kinds_of_operations_are_kept() -> None:
    """A call cannot push what matters out of sight with many things that do not."""
    paths = [f"/a/{number}" for number in range(3000)]
    call = ToolCall("some_tool", {"paths": paths, "url": "http://a.example/"})
    parsed = parse(call, limits=Limits(cpu_seconds=30))
    assert len(parsed.operations) == Limits().operations
    kinds = [operation["kind"] for operation in parsed.operations]
    assert "network.connect" in kinds
    assert "tool.use" in kinds
    assert "limit_operations" in {opaque["kind"] for opaque in parsed.opaque}


def test_operations_that_repeat_are_counted_once() -> None:
    """Many mentions of one place are no reason to stop."""
    call = ToolCall("some_tool", {"paths": ["/a/b"] * 3000})
    parsed = parse(call, limits=Limits(cpu_seconds=30))
    assert len(parsed.operations) == 2
    assert parsed.complete


def test_a_program_with_very_many_words_keeps_its_first_ones() -> None:
    """What it is stays to be seen, that the rest was left out is said."""
    call = ToolCall.shell("ls" + " a" * 3000)
    parsed = parse(call, limits=Limits(cpu_seconds=30))
    (operation,) = (o for o in parsed.operations if o["kind"] == "process.exec")
    assert operation["argv"][:2] == ["ls", "a"]
    assert len(operation["argv"]) < 100
    assert "limit_words" in {opaque["kind"] for opaque in parsed.opaque}


def test_ordinary_sizes_are_kept_whole() -> None:
    """Nothing is left out of a command with a thousand words and a few variables."""
    call = ToolCall.shell("A=1 B=2 ls" + " a" * 1000)
    parsed = parse(call, limits=Limits(cpu_seconds=30))
    (operation,) = (o for o in parsed.operations if o["kind"] == "process.exec")
    assert len(operation["argv"]) == 1001
    assert operation["environment"] == {"A": "1", "B": "2"}
