"""`guard new rule`: what it writes works at once, under every tool, and overwrites nothing."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from guard._guard import Guard
from guard.model import Effect, ToolCall
from guard.policy.bundle import Bundle
from tests.support.opa import required

ROOT = Path(__file__).resolve().parents[3]


def guard(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "guard", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)


def command(text: str) -> ToolCall:
    return ToolCall("bash", {"command": text})


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two new rules, one of which asks."""
    tmp_path = tmp_path_factory.mktemp("new")
    made = guard("new", "rule", "deploy", "terraform", "--program", "tofu", cwd=tmp_path)
    assert (made.returncode, made.stderr) == (0, "")
    assert "guard test policies" in made.stdout
    asks = ("--effect", "ask", "--dir", "policies")
    assert guard("new", "rule", "deploy", "a" * 40, *asks, cwd=tmp_path).returncode == 0
    return tmp_path / "policies"


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    """A copy for one test."""
    return Path(shutil.copytree(written, tmp_path / "policies"))


def test_new_rules_pass_their_tests(folder: Path) -> None:
    """Every test passes, every line is reached."""
    done = guard("test", folder, "--coverage-at-least", "100", cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 passed, 0 failed" in done.stdout


def test_new_rules_pass_the_tools_of_rego(folder: Path, opa_binary: str) -> None:
    """Formatted, strictly checked, tested on OPA, and without a complaint of the linter."""
    commands = [
        [opa_binary, "fmt", "--list", "--fail", str(folder)],
        [opa_binary, "check", "--strict", str(folder)],
        [sys.executable, "-m", "guard", "test", "--engine", "opa", str(folder)],
    ]
    regal = ROOT / ".tools/bin/regal"
    if regal.is_file():
        commands.append([str(regal), "lint", "--format=compact", str(folder)])
    elif required():
        pytest.fail("there is no regal binary, and GUARD_REQUIRE_OPA=1; run `make opa`")
    for parts in commands:
        done = subprocess.run(parts, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (parts, done.stdout, done.stderr)


def test_a_new_rule_denies_beside_the_shipped_ones(folder: Path) -> None:
    """Its program is refused, what the shipped rules refuse still is, the rest is allowed."""
    with Guard(add_policy=folder) as judge:
        assert judge.check(command("tofu destroy")).effect is Effect.DENY
        assert judge.check(command("example-program")).effect is Effect.ASK
        assert judge.check(command("ssh -R 1:localhost:1 u@h.example")).effect is Effect.DENY
        assert judge.check(command("ls tofu")).effect is Effect.ALLOW
    shipped, both = Bundle.load(), Bundle.load(add=[folder])
    ids = {rule.id for rule in both.rules()} - {rule.id for rule in shipped.rules()}
    assert ids == {"deploy.terraform", "deploy." + "a" * 40}
    assert Bundle.load(None, add=str(folder)).digest == both.digest != shipped.digest


def test_its_list_is_a_setting(folder: Path, tmp_path: Path) -> None:
    """An operator takes a program off the list without touching the rule."""
    settings = tmp_path / "mine.json"
    settings.write_text(json.dumps({"deploy": {"terraform": {"programs": {"tofu": False}}}}))
    done = guard(
        "check", "--add-policy", folder, "--settings", settings, "tofu destroy", cwd=tmp_path
    )
    assert done.returncode == 0, done.stdout


def test_its_metadata_are_complete(folder: Path) -> None:
    """Everything that `guard rules` shows is filled in, and when it is asked."""
    [rule] = [rule for rule in Bundle.load(add=folder).rules() if rule.id == "deploy.terraform"]
    assert all(rule.model_dump().values())
    assert rule.asked_when is not None
    assert rule.asked_when.programs == ["programs"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["Deploy", "x"], "`Deploy` is no category"),
        (["deploy", "x-y"], "`x-y` is no name"),
        (["deploy", "../x"], "is no name"),
        (["deploy", "a" * 41], "is no name"),
        (["deploy", "input"], "has a meaning in Rego"),
        (["deploy", "count"], "has a meaning in Rego"),
        (["deploy", "x_test"], "has a meaning in Rego"),
        (["profile", "x"], "choose another category"),
        (["deploy", "x", "--program", "/bin/x"], "is no name of a program"),
        (["deploy", "x", "--program", "X"], "is no name of a program"),
        (["deploy", "x", "--effect", "allow"], "invalid choice"),
        (["persistence", "cron"], "there is a rule `persistence.cron`"),
        (["deploy", "terraform"], "there is a rule `deploy.terraform`"),
    ],
)
def test_bad_names_are_refused(folder: Path, arguments: list[str], complaint: str) -> None:
    """Status 2, and nothing is written."""
    before = sorted(folder.rglob("*"))
    done = guard("new", "rule", *arguments, cwd=folder.parent)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert sorted(folder.rglob("*")) == before


def test_an_existing_file_is_not_overwritten(folder: Path) -> None:
    """Settings of a rule that was deleted stay what they are."""
    left = folder / "guard/settings/deploy/other/data.json"
    left.parent.mkdir(parents=True)
    left.write_text("{}")
    done = guard("new", "rule", "deploy", "other", cwd=folder.parent)
    assert done.returncode == 2
    assert "exists" in done.stderr
    assert left.read_text() == "{}"
    assert not (folder / "guard/rules/deploy/other").exists()


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "policies").write_text("")
    done = guard("new", "rule", "deploy", "x", cwd=tmp_path)
    assert done.returncode == 2
    assert "cannot write" in done.stderr


def test_added_policies_are_named_with_opa_too(folder: Path) -> None:
    """OPA holds its own policies: a folder that it would ignore is refused."""
    done = guard("check", "--engine", "opa", "--add-policy", folder, "ls", cwd=folder)
    assert done.returncode == 2
    assert "OPA holds its own policies" in done.stderr
