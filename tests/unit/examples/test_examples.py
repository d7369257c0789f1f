"""The examples run as they stand, offline."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

EXPECTED = {
    "langchain_agent.py": [
        "[success] hello from the agent",
        "remote_access.ssh_tunnel",
        "network.metadata_service",
    ],
    "plain_functions.py": [
        "deny ['remote_access.ssh_tunnel']",
        "network.tunnel",
        "\n42\n",
        "resource_hijack.mining",
        "a person rejected it: not today",
    ],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_example_runs(name: str, tmp_path: Path) -> None:
    """It ends well and shows what it is there to show, in at most 60 lines of code."""
    path = ROOT / "examples" / name
    assert len(path.read_text().splitlines()) <= 60
    done = subprocess.run(
        [sys.executable, str(path)],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert (done.returncode, done.stderr) == (0, "")
    for text in EXPECTED[name]:
        assert text in done.stdout
