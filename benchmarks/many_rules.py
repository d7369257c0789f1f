"""What five hundred more rules cost a decision: beside the shipped rules alone, in one process.

The added rules have the shape of a shipped one (a table of programs and a table of paths in
their settings), and none concerns the measured calls, as is usual of most rules and most calls.
Both bundles judge the same requests in turn. `python benchmarks/many_rules.py --help`.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import tempfile
import time
from pathlib import Path

from guard import Guard, ToolCall
from guard.policy import sources
from guard.policy.bundle import Bundle
from guard.policy.embedded import EmbeddedEngine

COMMANDS = {
    "ls -la": "ls -la",
    "write a file": "sed -i s/a/b/ src/app.py && git add -A",
    "ssh -R": "ssh -fNR 2222:localhost:22 u@203.0.113.5",
}
RULE = """# METADATA
# title: No {name}
# description: One of many rules alike.
# custom:
#   severity: low
#   risk_category: controllability
#   profiles: [baseline]
#   solution: use something else
#   references: ["MITRE ATT&CK T1053 Scheduled Task/Job"]
#   asked_when:
#     operations: [file.write]
#     programs: [programs]
#     path_names: [names]
package guard.rules.many.{name}

import data.guard.settings.many.{name} as settings

findings contains _finding(operation.path) if {{
	some operation in input.context.operations
	operation.kind == "file.write"
	some part in split(operation.path, "/")
	settings.names[part]
}}

findings contains _finding(operation.program) if {{
	some operation in input.context.operations
	operation.kind == "process.exec"
	settings.programs[operation.program]
}}

_finding(what) := {{
	"effect": settings.effect,
	"reason": sprintf("uses %s", [what]),
	"solution": "use something else",
	"obligations": [],
}}
"""


def write_rules(folder: Path, count: int) -> None:
    """Write `count` rules with their settings below `folder`."""
    settings = {}
    for number in range(count):
        name = f"r{number}"
        path = folder / f"guard/rules/many/{name}/{name}.rego"
        path.parent.mkdir(parents=True)
        path.write_text(RULE.format(name=name), encoding="utf-8")
        settings[name] = {
            "effect": "deny",
            "programs": {f"program-{number}-{n}": True for n in range(5)},
            "names": {f"name-{number}-{n}": True for n in range(5)},
        }
    path = folder / "guard/settings/many/data.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(settings), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", type=int, default=500, help="rules to add (500)")
    parser.add_argument("--count", type=int, default=2000, help="samples of each row (2000)")
    options = parser.parse_args()
    shipped = sources.shipped()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_rules(folder, options.rules)
        start = time.perf_counter()
        more = Guard(engine=EmbeddedEngine(Bundle.load([shipped, folder])))
        loading = time.perf_counter() - start
        few = Guard(engine=EmbeddedEngine(Bundle.load(shipped)))
        added = more.check(ToolCall.shell("program-7-0 x"))
        if added.effect != "deny":
            raise SystemExit("the added rules do not fire, so there is nothing to measure")
        print(f"{options.rules} rules more; loading and checking them took {loading:.1f} s\n")
        print(f"{'':16} {'shipped, us':>12} {'with more, us':>14} {'added':>8}")
        for row, command in COMMANDS.items():
            call = ToolCall.shell(command)
            times: dict[bool, list[int]] = {False: [], True: []}
            for _ in range(100):
                few.check(call)
                more.check(call)
            gc.collect()
            for _ in range(options.count):
                for which, guard in ((False, few), (True, more)):
                    begin = time.perf_counter_ns()
                    guard.check(call)
                    times[which].append(time.perf_counter_ns() - begin)
            base, with_more = (statistics.median(times[which]) / 1000 for which in (False, True))
            print(f"{row:16} {base:12.0f} {with_more:14.0f} {with_more / base - 1:8.1%}")


if __name__ == "__main__":
    main()
