"""The README's example is run as it stands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_readme_example_runs(tmp_path: Path) -> None:
    """The first Python block prints an ordinary result and a refusal that names its rule."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert found
    script = tmp_path / "example.py"
    script.write_text(found.group(1), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "HELLO" in done.stdout
    assert "remote_access.ssh_tunnel" in done.stdout


def test_the_readme_commands_exist() -> None:
    """Every `make` target and `guard` command that the README names is there."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"make {target}"
    help_text = subprocess.run(
        [sys.executable, "-m", "guard", "--help"], capture_output=True, text=True, check=True
    ).stdout
    for command in set(
        re.findall(r"^\s*(?:\$ )?(?:\.venv/bin/)?guard ([a-z]+)", text, re.MULTILINE)
    ):
        assert command in help_text, f"guard {command}"
