"""Builds the wheel, installs it into an empty environment and runs the README's example there.

The source folder is out of reach: what does not travel with the wheel is missing.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXPECTED = ("remote_access.ssh_tunnel", "HELLO")


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command away from the source and return what it printed."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout}")
    return done.stdout


def example() -> str:
    """Return the first Python block of the README."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    if not found:
        sys.exit("README.md has no Python example")
    return found.group(1)


def main() -> None:
    """Build, install, run; exit 1 with the output of what failed."""
    with tempfile.TemporaryDirectory(prefix="regoguard-wheel-") as name:
        folder = Path(name)
        run(
            sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT,
            cwd=ROOT,
        )  # fmt: skip
        [wheel] = folder.glob("*.whl")
        venv.create(folder / "env", with_pip=True)
        python = folder / "env/bin/python"
        run(python, "-m", "pip", "install", "--quiet", wheel, cwd=folder)
        away = folder / "away"
        away.mkdir()
        (away / "example.py").write_text(example(), encoding="utf-8")
        printed = run(python, "-I", away / "example.py", cwd=away)
        missing = [text for text in EXPECTED if text not in printed]
        if missing:
            sys.exit(f"the README's example printed no {missing}:\n{printed}")
        where = run(python, "-I", "-c", "import guard; print(guard.__file__)", cwd=away)
        if str(ROOT) in where:
            sys.exit(f"the example ran on the source: {where}")
        own = "from guard.policy.bundle import Bundle; print(Bundle.load().digest)"
        shipped = run(python, "-I", "-c", own, cwd=away)
        source = run(sys.executable, "-c", own, cwd=ROOT)
        if shipped != source:
            sys.exit("the policies in the wheel differ from those of the source")
        guard = folder / "env/bin/guard"
        rules = run(guard, "rules", cwd=away)
        run(guard, "new", "rule", "deploy", "terraform", cwd=away)
        tested = run(guard, "test", "policies", "--coverage-at-least", "100", cwd=away)
        run(guard, "lint", "policies", cwd=away)
        print(f"wheel: {wheel.name} installs alone, README example runs, policies travel with it")
        print(f"wheel: a new rule of one's own: {tested.splitlines()[0]}")
        print(f"wheel: `guard rules` lists {len(rules.splitlines())} lines")


if __name__ == "__main__":
    main()
