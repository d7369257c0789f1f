"""What `guard explain` says of each rule: spoke, looked in vain, or was not asked and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from guard.cli import main
from guard.cli.asked import concerning, looks_at
from guard.policy.annotations import AskedWhen
from tests.support.bundles import write

TABLES: dict[str, Any] = {
    "programs": {"frob": True, "quiet": False},
    "names": {".frobrc": True},
    "verbs": {"drop": True},
}
OPERATIONS: dict[str, dict[str, Any]] = {
    "frob": {"kind": "process.exec", "program": "Frob"},
    "quiet": {"kind": "process.exec", "program": "quiet"},
    "rc": {"kind": "file.write", "path": "~/.frobrc"},
    "rc*": {"kind": "file.write", "path": "/tmp/*"},
    "rc?": {"kind": "file.write", "path": "/tmp/⟨?⟩"},
    "file": {"kind": "file.write", "path": "/tmp/x"},
    "read": {"kind": "file.read", "path": "~/.frobrc"},
    "drop": {"kind": "data.query", "verb": "drop"},
    "select": {"kind": "data.query", "verb": "select"},
    "env": {"kind": "process.exec", "program": "ls", "environment": {}},
    "net": {"kind": "network.connect", "host": "h.example"},
}


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({}, []),
        ({"operations": ["network.connect"]}, ["net"]),
        ({"operations": ["process.exec"]}, ["frob", "quiet", "env"]),
        ({"programs": ["programs"]}, ["frob"]),
        ({"operations": ["file.write"]}, ["rc", "rc*", "rc?", "file"]),
        ({"operations": ["file.write"], "path_names": ["names"]}, ["rc", "rc*", "rc?"]),
        (
            {"operations": ["file.write", "network.connect"], "path_names": ["names"]},
            ["rc", "rc*", "rc?", "net"],
        ),
        ({"verbs": ["verbs"]}, ["drop"]),
        ({"keys": ["environment"]}, ["env"]),
        ({"programs": ["no such table"]}, []),
    ],
)
def test_which_operations_concern_a_rule(conditions: dict[str, Any], expected: list[str]) -> None:
    """Each condition of `asked_when` alone; tables list names, and `false` switches one off."""
    when = AskedWhen(**conditions)
    found = [
        name
        for name, item in OPERATIONS.items()
        if concerning(when, TABLES, [item], [{"kind": ""}])
    ]
    assert found == expected


def test_opaque_parts_and_missing_conditions() -> None:
    """A rule without conditions is asked about everything."""
    assert concerning(None, {}, [], []) == ["the whole call"]
    assert concerning(AskedWhen(opaque=True), {}, [], [{}]) == ["parts that were not seen"]
    assert concerning(AskedWhen(opaque=True), {}, [OPERATIONS["net"]], []) == []


def test_what_a_rule_looks_at_in_words() -> None:
    """Every condition is told, with the tables by name."""
    when = AskedWhen(
        operations=["file.write", "network.connect"],
        programs=["programs", "removers"],
        path_names=["names"],
        verbs=["verbs"],
        keys=["environment"],
        opaque=True,
    )
    assert looks_at(when) == (
        "file.write of paths in `names`, network.connect, "
        "starts of programs in `programs` and `removers`, data.query with verbs in `verbs`, "
        "operations with `environment`, parts that were not seen"
    )
    assert looks_at(AskedWhen()) == "nothing"


def explain(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    main(["explain", *arguments])
    rules = capsys.readouterr().out.partition("rules:\n")[2].partition("decided:")[0]
    return rules.splitlines()


def test_each_rule_stands_in_one_of_three_groups(capsys: pytest.CaptureFixture[str]) -> None:
    """It spoke, it looked and was silent, or nothing that it looks at is in the call."""
    lines = explain(capsys, "ssh -R 1:localhost:2 u@h.example")
    spoke = [line for line in lines if line.split()[:2] == ["deny", "remote_access.ssh_tunnel"]]
    assert len(spoke) == 1
    silent = [line for line in lines if line.startswith("  silent  remote_access.tunnel_tool ")]
    assert silent[0].endswith("; looked at network.tunnel")
    assert "    remote_access.bind_shell, remote_access.reverse_shell: network.shell" in lines
    assert any("rules were not asked" in line for line in lines)


def test_the_word_of_the_profile_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Where it is not what the rule's settings say."""
    lines = explain(capsys, "--profile", "strict", "curl https://x.example")
    [line] = [line for line in lines if " network.unlisted_egress " in line]
    assert line.endswith("(the profile says deny, the settings off)")
    lines = explain(capsys, "--profile", "strict", "ssh u@h.example")
    [line] = [line for line in lines if " remote_access.outbound_ssh " in line]
    assert line.endswith("(the settings say ask; nobody is there to be asked)")
    calm = {"extends": ["baseline"], "effects": {"remote_access.outbound_ssh": "off"}}
    files = {
        "guard/rules/mine/x.rego": "package guard.rules.mine.x\n",
        "guard/profiles/data.json": json.dumps({"calm": calm}),
    }
    added = str(write(tmp_path, files))
    lines = explain(capsys, "--add-policy", added, "--profile", "calm", "ssh u@h.example")
    [line] = [line for line in lines if " remote_access.outbound_ssh " in line]
    assert line.endswith("looked at network.connect (off in this profile)")
