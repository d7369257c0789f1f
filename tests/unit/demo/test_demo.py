"""The demo as a person runs it, and what it does when the guard fails. No traffic leaves."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from guard.audit.verify import verify
from guard.demo import command, main
from guard.demo.scenario import scenario
from guard.model import Effect
from tests.support.engines import StaticEngine, document

ROOT = Path(__file__).parents[3]
RUN = "import sys; from guard.demo import main; sys.exit(main(sys.argv[1:]))"


def start(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the demo in an empty folder, for a user without a home and a git identity."""
    empty = tmp_path / "empty"
    empty.mkdir()
    return subprocess.run(
        [sys.executable, "-c", RUN, *arguments],
        cwd=empty,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "TMPDIR": str(tmp_path),
            "HOME": str(empty),
            "COLUMNS": "80",
            "LC_ALL": "C.UTF-8",
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def test_the_demo_goes_as_expected(tmp_path: Path) -> None:
    """Status 0, every call on the screen, the journal left behind and whole, nothing else."""
    done = start(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "8 ran, 10 did not" in done.stdout
    assert "a person says no" in done.stdout
    assert "invoke_agent demo" in done.stdout
    assert done.stdout.count("execute_tool ") == 8
    found = re.search(r"guard journal verify (\S+)$", done.stdout.rstrip())
    assert found is not None
    journal = Path(found[1])
    assert verify(journal).ok
    assert [p.name for p in journal.parent.iterdir()] == ["guard-journal.jsonl"]
    assert list((tmp_path / "empty").iterdir()) == []
    # Plain text of 80 columns, but for the command that is to be copied.
    assert "\x1b" not in done.stdout
    lines = done.stdout.splitlines()
    assert all(len(line) <= 80 for line in lines if "journal verify" not in line)
    numbered = [line for line in lines if re.match(r" *\d+  (allow|ask|deny) ", line)]
    assert len(numbered) == len(scenario(journal))


def test_the_trace_can_be_left_out(tmp_path: Path) -> None:
    """`--no-trace` shows the calls and the journal only."""
    done = start(tmp_path, "--no-trace")
    assert done.returncode == 0
    assert "invoke_agent" not in done.stdout


def test_colours_follow_the_terminal(tmp_path: Path) -> None:
    """On a terminal effects are coloured, and NO_COLOR is respected."""
    assert "\x1b[1;31mdeny" in start(tmp_path, "--no-trace", FORCE_COLOR="1", TERM="xterm").stdout
    (tmp_path / "empty").rmdir()
    plain = start(tmp_path, "--no-trace", FORCE_COLOR="1", TERM="xterm", NO_COLOR="1").stdout
    assert "\x1b[1;31m" not in plain


@pytest.mark.parametrize("effect", ["allow", "deny"])
def test_a_guard_that_decides_otherwise_is_noticed(
    effect: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """An engine that says one thing to all (fault injection): status 1, and no harm done."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def static(_: Any) -> dict[str, Any]:
        return {"engine": StaticEngine(document(effect))}

    monkeypatch.setattr(command, "_guard_options", static)
    assert main(["--no-trace"]) == 1
    shown = capsys.readouterr().out
    assert "expected" in shown
    if effect == "allow":
        assert "a stand-in of the demo: nothing was done" in shown
        assert "The journal does not hold" in shown


def test_an_opa_that_is_not_there(tmp_path: Path) -> None:
    """Without a server behind `--url` every call is denied, and the demo says so with status 1."""
    done = start(tmp_path, "--engine", "opa", "--url", "http://127.0.0.1:9", "--no-trace")
    assert done.returncode == 1
    assert "0 ran, 18 did not" in done.stdout


def test_every_step_is_of_use() -> None:
    """The scenario has work and all the behaviours it promises."""
    steps = scenario(Path("/tmp/guard-journal.jsonl"))
    refused = {rule for step in steps for rule in step.rules}
    assert {rule.partition(".")[0] for rule in refused} == {
        "remote_access",
        "resource_hijack",
        "network",
        "persistence",
        "oversight",
    }
    assert sum(step.effect is Effect.ALLOW for step in steps) == 8
    assert all(step.rules for step in steps if step.effect is not Effect.ALLOW)
