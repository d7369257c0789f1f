"""`guard diff`: what changes between two sets of policies, and what status says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from guard.cli import main
from tests.support.bundles import MAIN, write

RULE = """\
package guard.rules.mine.words

findings contains {
	"effect": data.guard.settings.mine.words.effect,
	"reason": sprintf("starts %s", [operation.program]),
	"solution": "",
	"obligations": [],
} if {
	some operation in input.context.operations
	data.guard.settings.mine.words.programs[operation.program]
}
"""
TUNNEL = "ssh -R 1:localhost:2 u@h.example"


@pytest.fixture
def mine(tmp_path: Path) -> str:
    settings = {"effect": "deny", "programs": {"frob": True, "ssh": True}}
    files = {
        "guard/rules/mine/words/words.rego": RULE,
        "guard/settings/mine/words/data.json": json.dumps(settings),
    }
    return str(write(tmp_path / "mine", files))


@pytest.fixture
def calls(tmp_path: Path) -> str:
    """Three calls, one of which only `mine` refuses and one of which both do."""
    rows = [
        {"id": name, "tool": "bash", "arguments": {"command": command}}
        for name, command in [("a", "ls"), ("b", "frob \x1b[2J"), (3, TUNNEL)]
    ]
    path = tmp_path / "calls.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + "no call\n")
    return str(path)


def diff(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(["diff", *arguments])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_nothing_changes_between_the_same(capsys: pytest.CaptureFixture[str], calls: str) -> None:
    """Status 0, and lines that are no calls are counted."""
    status, out, _ = diff(capsys, "shipped", "shipped", "--calls", calls)
    assert (status, out) == (
        0,
        "3 calls: nothing changes\n1 lines are no calls: both deny them\n",
    )


def test_a_new_rule_is_shown_with_what_it_denies(
    capsys: pytest.CaptureFixture[str], mine: str, calls: str
) -> None:
    """Counts first, then each call with the rule; what is denied all the same is not shown."""
    status, out, _ = diff(capsys, "shipped", mine, "--calls", calls)
    assert status == 1
    assert out.splitlines() == [
        "3 calls: 1 allow->deny, 1 same effect, other rules, 1 as before",
        "1 lines are no calls: both deny them",
        "allow->deny:",
        "  b: frob \\x1b[2J",
        "    now    deny  mine.words: starts frob",
    ]


def test_other_rules_with_the_same_effect_are_shown_when_asked_for(
    capsys: pytest.CaptureFixture[str], mine: str, calls: str
) -> None:
    """The rule that came or went, not those that both have."""
    status, out, _ = diff(capsys, mine, "shipped", "--calls", calls, "-v")
    assert status == 1
    assert "deny->allow:\n  b: frob" in out
    assert out.endswith(
        f"same effect, other rules:\n  3: {TUNNEL}\n    before deny  mine.words: starts ssh\n"
    )


def test_the_changes_as_json(capsys: pytest.CaptureFixture[str], mine: str, calls: str) -> None:
    """All of them, with line, id, and both decisions."""
    _, out, _ = diff(capsys, "shipped", mine, "--calls", calls, "--json")
    document: dict[str, Any] = json.loads(out)
    assert (document["calls"], document["unreadable"]) == (3, 1)
    assert document["counts"] == {"allow->deny": 1, "same effect, other rules": 1}
    first, second = document["changes"]
    assert (first["id"], first["line"], first["change"]) == ("b", 2, "allow->deny")
    assert (first["old"]["effect"], first["new"]["effect"]) == ("allow", "deny")
    assert first["new"]["findings"][-1]["rule"] == "mine.words"
    assert (second["id"], second["line"]) == (3, 3)


def test_settings_of_each_side(
    capsys: pytest.CaptureFixture[str], mine: str, calls: str, tmp_path: Path
) -> None:
    """The same policies under other settings; ask stands between allow and deny."""
    softer = tmp_path / "softer.json"
    softer.write_text('{"mine": {"words": {"effect": "ask", "programs": {"ssh": false}}}}')
    status, out, _ = diff(capsys, mine, mine, "--new-settings", str(softer), "--calls", calls)
    assert status == 1
    assert out.startswith("3 calls: 1 deny->ask, 1 same effect, other rules, 1 as before\n")
    assert "    before deny  mine.words: starts frob\n    now    ask   mine.words: " in out
    status, out, _ = diff(capsys, mine, mine, "--old-settings", str(softer), "--calls", calls)
    assert "1 ask->deny" in out


def test_profile_of_the_new_side(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """What baseline asks about and strict denies changes."""
    row = {"id": 1, "tool": "bash", "arguments": {"command": "ssh u@203.0.113.5 uptime"}}
    calls = tmp_path / "calls"
    calls.write_text(json.dumps(row))
    both = ("shipped", "shipped", "--calls", str(calls))
    assert diff(capsys, *both, "--profile", "strict")[0] == 0
    status, out, _ = diff(capsys, *both, "--new-profile", "strict")
    assert (status, out.splitlines()[0]) == (1, "1 calls: 1 ask->deny, 0 as before")


def test_only_so_many_of_a_kind_are_shown(
    capsys: pytest.CaptureFixture[str], mine: str, tmp_path: Path
) -> None:
    """The rest is counted; 0 shows all."""
    row = {"id": 1, "tool": "bash", "arguments": {"command": "frob"}}
    calls = tmp_path / "calls"
    calls.write_text(f"{json.dumps(row)}\n" * 3)
    _, out, _ = diff(capsys, "shipped", mine, "--calls", str(calls), "--limit", "1")
    assert out.count("starts frob") == 1
    assert "... and 2 more" in out
    _, out, _ = diff(capsys, "shipped", mine, "--calls", str(calls), "--limit", "0")
    assert out.count("starts frob") == 3


def test_whole_policies_stand_alone(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, calls: str
) -> None:
    """A folder with a `guard.main` of its own is not laid beside the shipped one."""
    files = {"main.rego": MAIN, "guard/profiles/data.json": '{"baseline": {}}'}
    whole = write(tmp_path / "whole", files)
    status, out, _ = diff(capsys, "shipped", str(whole), "--calls", calls)
    assert status == 1
    assert "1 deny->allow" in out
    assert "    now    allow test.main: version 1" in out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["shipped", "/no/such"], "there is no policy folder `/no/such`"),
        (["shipped", "shipped", "--profile", "none"], "no profile `none` in `shipped`"),
        (["shipped", "shipped", "--new-settings", "/no/file"], "cannot read `/no/file`"),
    ],
)
def test_what_cannot_be_judged_is_status_2(
    capsys: pytest.CaptureFixture[str], calls: str, arguments: list[str], complaint: str
) -> None:
    """No change is claimed."""
    status, out, err = diff(capsys, *arguments, "--calls", calls)
    assert (status, out) == (2, "")
    assert complaint in err
