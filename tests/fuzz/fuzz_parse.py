"""Feeds mutated texts to the readers, guided by the branches that they take.

A finding is anything raised, more than half a second of processor time for one call, an answer
without the shape of a request or with two readings that differ, or (by libFuzzer's own limit)
too much memory. See README.md beside.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path

try:
    import atheris  # type: ignore[import-not-found,import-untyped,unused-ignore]
except ImportError:
    sys.exit("atheris is not installed: pip install atheris")

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

with atheris.instrument_imports(include=["guard.parse", "guard.cli.calls"]):
    from guard.cli import calls as _calls  # noqa: F401 - it is instrumented here
    from guard.model import Parsed, ToolCall
    from guard.parse import parse, warm_up

    warm_up()

from tests.fuzz.targets import TARGETS, Shown, Target  # noqa: E402 - found by the path above
from tests.support.request_shape import misshapen  # noqa: E402

MOST_SECONDS = 0.5
MOST_GROWTH = 100  # MiB above what is loaded


def write_inputs(target: Target, folder: Path) -> Path:
    """Write the inputs to start from, where they are not there yet, and the words; return these."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(target.seeds):
        (folder / f"seed-{number:03}").write_bytes(text.encode("utf-8", "surrogateescape"))
    words = [word.replace("_", " ").encode() for word in target.words.split(" ") if word]
    lines = ["".join(f"\\x{byte:02x}" for byte in word) for word in words]
    path = folder.with_suffix(".dict")
    path.write_text("".join(f'"{line}"\n' for line in lines))
    return path


def check(target: Target, data: bytes) -> None:
    """Read one input; raise where an answer is missing, late or unfit for a document."""
    for call, files in target.calls(data.decode("utf-8", "surrogateescape")):
        started = time.process_time()
        parsed = read(call, files)
        seconds = time.process_time() - started
        if seconds > MOST_SECONDS:
            raise TimeoutError(f"{seconds:.2f} s of processor time")
        if not parsed.operations:
            raise ValueError("no operation")
        wrong = misshapen(parsed.operations, parsed.opaque)
        if wrong:
            raise ValueError(wrong[0])
        json.dumps([parsed.operations, parsed.opaque], ensure_ascii=False).encode()
        again = read(call, files)
        # How far a reader comes in its time may differ, what it reads may not.
        timed = any(o["kind"] == "limit_cpu_seconds" for o in [*parsed.opaque, *again.opaque])
        if again != parsed and not timed:
            raise ValueError("read twice, it does two things")


def read(call: ToolCall, files: dict[str, str]) -> Parsed:
    return parse(call, files=Shown(files) if files else None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=sorted(TARGETS))
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--corpus", type=Path, help="folder that keeps inputs worth keeping")
    parser.add_argument("--once", type=Path, help="only read this file: an input that was found")
    options = parser.parse_args()
    target = TARGETS[options.target]
    if options.once:
        check(target, options.once.read_bytes())
        return
    corpus = options.corpus or ROOT / ".hypothesis" / "fuzz" / options.target
    words = write_inputs(target, corpus)
    check(target, target.seeds[0].encode("utf-8", "surrogateescape"))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024 + MOST_GROWTH
    limits = [f"-rss_limit_mb={most}", "-timeout=5", "-max_len=4096", "-print_final_stats=1"]
    arguments = [f"-max_total_time={options.seconds}", f"-dict={words}", *limits, str(corpus)]
    atheris.Setup([sys.argv[0], *arguments], lambda data: check(target, data))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
