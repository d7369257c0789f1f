"""The commands of docs/policies.md, run in order as they stand."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "policies.md").read_text(encoding="utf-8")


def sessions() -> list[tuple[str, list[str]]]:
    """Return each command of the page with the lines that it is said to print."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", TEXT, re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return found


def test_every_command_prints_what_the_page_says(tmp_path: Path, opa_binary: str) -> None:
    """Each line shown is printed; `…` stands for anything. A command that shows none succeeds."""
    shim = tmp_path / "bin" / "guard"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m guard "$@"\n')
    shim.chmod(0o755)
    work = tmp_path / "work"
    work.mkdir()
    (shim.parent / "opa").symlink_to(opa_binary)
    path = f"{shim.parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    ran = sessions()
    assert len(ran) > 10
    for command, expected in ran:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=work,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert expected or done.returncode == 0, done.stdout
        printed = done.stdout.splitlines()
        for line in expected:
            pattern = ".*".join(re.escape(part) for part in line.split("…"))
            told = [text for text in printed if re.fullmatch(pattern, text)]
            assert told, f"$ {command}\nprints no line `{line}`:\n{done.stdout}"
