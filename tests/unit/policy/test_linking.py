"""Engines that hold only the rules which a request concerns."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from guard import Guard, ToolCall
from guard.policy import embedded, linking
from guard.policy.bundle import Bundle
from guard.policy.embedded import EmbeddedEngine

MAIN = (
    "guard/main/main.rego",
    'package guard.main\n_reached := _bundle.reached\n_findings_of("") := []\ndecision := {}\n',
)


def rule(name: str, body: str = "findings := set()") -> tuple[str, str]:
    return f"{name}.rego", f"package guard.rules.{name}\n{body}\n"


def test_the_shipped_bundle_comes_apart() -> None:
    """Every rule but what allows has its own files; all else is in every engine."""
    bundle = Bundle.load()
    assert bundle.parts is not None
    rules = set(bundle.data["guard"]["bundle"]["rules"])
    assert set(bundle.parts.rules) == {r for r in rules if not r.startswith("profile.")}
    held = [name for name, _ in bundle.parts.base]
    assert "guard/rules/profile/allowance/allowance.rego" in held
    assert linking.REACHED not in held


def test_a_rule_brings_the_rules_that_it_refers_to() -> None:
    """Directly and by way of others."""
    parts = linking.take_apart(
        [
            MAIN,
            rule("a.x", "findings := data.guard.rules.a.y.findings"),
            rule("a.y", "import data.guard.rules.b.z\nfindings := z.findings"),
            rule("b.z"),
            rule("b.other"),
        ]
    )
    assert parts is not None
    assert parts.with_needs(["a.x"]) == {"a.x", "a.y", "b.z"}
    assert parts.with_needs(["b.other"]) == {"b.other"}


@pytest.mark.parametrize(
    "module",
    [
        rule("a.x", "findings := data.guard.rules[c][n].findings"),
        rule("a.x", "findings := data.guard.rules.a[n].findings"),
        rule("a.x", "findings := data[x].findings"),
        rule("a.x", 'findings := data["guard"]["rules"].b.y.findings'),
        rule("a.x", 'findings := data.guard["rules"].b.y.findings'),
        rule("a.x", "import data.guard\nfindings := guard.rules.b.y.findings"),
        rule("a.x", "import data.guard.rules.missing.y\nfindings := y.findings"),
        rule("a.x.deeper"),
        rule("a"),
        ("lib.rego", "package guard.lib.x\nf := data.guard.rules.a.b.findings\n"),
    ],
    ids=lambda module: module[1],
)
def test_a_bundle_that_reaches_about_stays_whole(module: tuple[str, str]) -> None:
    """Nobody could say which rules such a file needs."""
    assert linking.take_apart([MAIN, rule("b.y"), module]) is None


@pytest.mark.parametrize(
    "body",
    [
        "# data.guard.rules[x]\nfindings := set()",
        'findings := {"sends data to it"}',
        "findings := {`data[x]`} # it's data, isn't it",
    ],
)
def test_words_in_comments_and_texts_reach_nothing(body: str) -> None:
    """`data` there is no reference."""
    assert linking.take_apart([MAIN, rule("b.y", body)])


def test_a_comment_with_a_quote_hides_no_reference() -> None:
    """The text does not begin in the comment."""
    body = 'findings := x # a "\nx := data[y].z\nz := """\n'
    assert linking.take_apart([MAIN, rule("b.y", body)]) is None


def test_data_of_ones_own_hide_no_rule() -> None:
    """Every engine holds all data, and all packages but those of rules."""
    own = rule("b.y", "findings := data.mine.findings | data.theirs.x[7]")
    assert linking.take_apart([MAIN, own])


def test_another_entry_point_is_asked_as_it_stands() -> None:
    """Only the shipped one knows how rules are reached."""
    assert linking.take_apart([("m.rego", "package guard.main\ndecision := {}\n")]) is None


def test_engines_are_kept_for_requests_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """One is made for each set of rules that is asked, and the oldest go."""
    monkeypatch.setattr(embedded, "_LINKED", 2)
    guard = Guard()
    engine = guard.engine
    assert isinstance(engine, EmbeddedEngine)
    commands = ["ls", "echo x > /etc/crontab", "ssh -R 1:h:1 u@203.0.113.5", "ls", "nc -lvp 1"]
    effects = [guard.check(ToolCall.shell(command)).effect for command in commands]
    kept = embedded._engines.built[engine._number]._linked
    assert len(kept) == 2
    assert effects == [guard.check(ToolCall.shell(command)).effect for command in commands]


def test_a_written_bundle_is_the_same_bundle(tmp_path: Path) -> None:
    """What the loader adds for OPA is no part of the digest, and is written anew."""
    bundle = Bundle.load()
    again = Bundle.load(bundle.write(tmp_path / "out"))
    assert (again.digest, again.modules) == (bundle.digest, bundle.modules)
    assert json.loads(again.data_json) == json.loads(bundle.data_json)
