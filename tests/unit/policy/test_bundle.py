"""`Bundle`: what is read, what is refused, and the digest."""

from __future__ import annotations

import json
import pickle
import shutil
import subprocess
from pathlib import Path

import pytest

from guard.errors import PolicyError
from guard.policy import sources
from guard.policy.bundle import Bundle
from guard.policy.embedded import EmbeddedEngine
from tests.support.bundles import MAIN, load, main, write

DATA = '{"remote": {"ssh": {"effect": "deny", "hosts": ["a.example"], "programs": {"ssh": true}}}}'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(
        tmp_path / "policy",
        {
            "guard/main/main.rego": MAIN,
            "guard/settings/data.json": DATA,
            "guard/profiles/data.json": '{"strict": {}, "baseline": {}}',
        },
    )


def test_data_are_mounted_at_their_folder_with_the_digest(folder: Path) -> None:
    """`data.json` files and the digest are where policies look for them."""
    bundle = Bundle.load(folder)
    assert bundle.data["guard"]["settings"] == json.loads(DATA)
    assert bundle.data["guard"]["bundle"] == {
        "digest": bundle.digest,
        "rules": [],
        "reached": "all",
    }
    assert bundle.profiles == ("baseline", "strict")


def test_the_ids_of_the_rules_are_told_to_the_policy(folder: Path) -> None:
    """Each package below `guard.rules` once, in order; `main` sees which rules there are."""
    write(
        folder,
        {
            "guard/rules/b/x.rego": "# package guard.rules.no.comment\npackage guard.rules.b.x\n",
            "guard/rules/b/y.rego": "  package guard.rules.b.x # again\n",
            "guard/rules/a/z.rego": 'package guard.rules.a["z"]\n\n'
            "f := `\npackage guard.rules.q.q`\n",
            "guard/rules/a/z_test.rego": "package guard.rules.a.z_test\n",
            "guard/lib/l.rego": "package guard.lib.l\n",
        },
    )
    bundle = Bundle.load(folder)
    assert bundle.data["guard"]["bundle"]["rules"] == ['a["z"]', "b.x"]


def test_the_shipped_policies_pass_every_check() -> None:
    """Named as a folder they are checked like any other; unnamed they are the same bundle."""
    checked = Bundle.load(sources.shipped())
    assert checked == Bundle.load()
    assert "baseline" in checked.profiles


def test_digest_depends_on_content_not_on_place_tests_or_hidden_files(
    folder: Path, tmp_path: Path
) -> None:
    """The same policy elsewhere, with tests and editors' files beside it, has one digest."""
    digest = Bundle.load(folder).digest
    copy = shutil.copytree(folder, tmp_path / "elsewhere")
    write(copy, {"guard/main/main_test.rego": "not rego", ".regal/data.json": "no", ".x.rego": "?"})
    # The same data in one file, in another order and with other spaces.
    for name in ("settings", "profiles"):
        shutil.rmtree(copy / "guard" / name)
    write(
        copy,
        {
            "data.json": '{"guard": {"profiles": {"baseline": {},"strict":{}},\n"settings":'
            + DATA
            + "}}"
        },
    )
    assert Bundle.load(copy).digest == digest


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("guard/main/main.rego", MAIN + "\n"),
        ("guard/main/other.rego", "package guard.other\n"),
        ("guard/settings/data.json", DATA.replace("deny", "ask")),
    ],
)
def test_digest_changes_with_every_change(folder: Path, file: str, text: str) -> None:
    """A byte more in a rule, a file more or another setting is another bundle."""
    before = Bundle.load(folder).digest
    assert Bundle.load(write(folder, {file: text})).digest != before


def test_digest_tells_files_apart_that_join_to_the_same_text(tmp_path: Path) -> None:
    """A file whose end reads like the next file's name and text is another bundle."""
    two = {"guard/a.rego": "package a\n#", "guard/b.rego": "package b\n"}
    one = {"guard/a.rego": "package a\n#guard/b.regopackage b\n"}
    assert load(tmp_path / "2", **two).digest != load(tmp_path / "1", **one).digest


def test_settings_change_the_digest_and_the_data(folder: Path) -> None:
    """A bundle with settings is another bundle, whichever way they are given."""
    settings = {"remote": {"ssh": {"effect": "ask"}}}
    file = write(folder.parent, {"mine.json": json.dumps(settings)}) / "mine.json"
    bundle = Bundle.load(folder, settings)
    assert bundle.digest == Bundle.load(folder, file).digest != Bundle.load(folder).digest
    assert bundle.data["guard"]["settings"]["remote"]["ssh"]["effect"] == "ask"
    assert bundle.data["guard"]["settings"]["remote"]["ssh"]["hosts"] == ["a.example"]


def test_folders_side_by_side_join(folder: Path, tmp_path: Path) -> None:
    """A user's rules and data load beside others'."""
    own = write(
        tmp_path / "own",
        {"guard/rules/acme/x.rego": "package guard.rules.acme.x\n", "acme/data.json": "{}"},
    )
    bundle = Bundle.load([folder, own])
    assert [name for name, _ in bundle.modules] == [
        "guard/main/main.rego",
        "guard/rules/acme/x.rego",
    ]
    assert bundle.data["acme"] == {}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"guard/main/main.rego": "package x\n"}, "so does another folder"),
        ({"a.rego": "package a\n", "guard/settings/data.json": '{"remote": 1}'}, "is set already"),
    ],
)
def test_folders_that_clash_are_refused(
    folder: Path, tmp_path: Path, files: dict[str, str], expected: str
) -> None:
    """A later folder replaces nothing in silence."""
    with pytest.raises(PolicyError, match=expected):
        Bundle.load([folder, write(tmp_path / "own", files)])


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("guard/x/x.rego", "package guard.x\n\nimport 1\n", "`guard/x/x.rego` line 3"),
        ("guard/x/x.rego", "package guard.x\n\na := 1 if not y == 2\n", "`guard/x/x.rego` line 3"),
        ("guard/x/x.rego", "package guard.x\n\nf(1) := 1\n\nf(1, 2) := 1\n", "line 5"),
        ("guard/x/x.rego", "package guard.x\n\ndeny[x] { x := 1 }\n", "`guard/x/x.rego` line 3"),
        ("guard/x/data.json", "{", "x/data.json`: line 1"),
        ("guard/x/data.json", "[]", "expected an object"),
        ("guard/x/data.json", '{"a": 1, "a": 2}', "the key `a` is given twice"),
        ("guard/x/data.json", '{"a": NaN}', "`NaN` is not a JSON value"),
        ("guard/x/data.json", '{"a": 9007199254740993}', "write it as text"),
        ("guard/x/data.json", '{"a": "\\ud800"}', "half of a surrogate pair"),
        ("guard/x/data.json", '{"a":' * 80 + "1" + "}" * 80, "deeper than 64"),
        ("guard/x/data.json", '{"a":' * 50000 + "1" + "}" * 50000, "nested too deeply"),
        ("guard/x/data.yaml", "a: 1", "is YAML; write it as `data.json`"),
        (
            "guard/main/decision/data.json",
            "{}",
            "defines `guard.main.decision`, and so do the data",
        ),
        ("data.json", '{"guard": 1}', "`data.guard` is not an object"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(
    tmp_path: Path, name: str, text: str, expected: str
) -> None:
    """The message names the file, the line where there is one, and what to do."""
    with pytest.raises(PolicyError) as caught:
        load(tmp_path, **{name: text})
    assert expected in str(caught.value)
    assert "Stack backtrace" not in str(caught.value)


@pytest.mark.parametrize(
    "rule", ["deny := x if not x == 1", "deny if { some x; x > 3 }", "deny contains x if not x"]
)
def test_a_rule_that_regorus_would_drop_in_silence_is_refused(
    tmp_path: Path, rule: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """A variable that nothing binds is found at load, the file is named, nothing printed."""
    with pytest.raises(PolicyError, match=r"`guard/x\.rego`: a variable|line 3: .*unsafe"):
        load(tmp_path, **{"guard/x.rego": f"package guard.x\n\n{rule}\n"})
    assert capfd.readouterr().err == ""


def test_bytes_that_are_no_text_are_refused(folder: Path) -> None:
    """A file in another encoding is named."""
    (folder / "guard/x.rego").write_bytes(b"package x # \xff\n")
    with pytest.raises(PolicyError, match="it is not UTF-8"):
        Bundle.load(folder)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("package guard.main\n\nx := 1\n", "no rule `decision`"),
        ("package guard.other\n\ndecision := {}\n", "no rule `decision`"),
        ("package guard.main\n\ndecision(x) := x\n", "no rule `decision`"),
    ],
)
def test_a_bundle_that_cannot_decide_is_refused(tmp_path: Path, source: str, expected: str) -> None:
    """The entry point must be there, as a rule."""
    with pytest.raises(PolicyError, match=expected):
        load(tmp_path, source)


def test_folders_without_policies_are_refused(tmp_path: Path) -> None:
    """Nothing is not a policy: a missing folder, an empty one, tests only, no folder named."""
    for root in (tmp_path / "none", tmp_path, write(tmp_path / "t", {"a_test.rego": "package a"})):
        with pytest.raises(PolicyError, match=r"no policy folder|holds no Rego file"):
            Bundle.load(root)
    with pytest.raises(PolicyError, match="no policy folder is named"):
        Bundle.load([])


def test_a_written_bundle_is_the_same_bundle(folder: Path, tmp_path: Path) -> None:
    """Settings included, what was written loads with the digest that it was written with."""
    bundle = Bundle.load(folder, {"remote": {"ssh": {"hosts": []}}})
    again = Bundle.load(bundle.write(tmp_path / "written"))
    assert (again.digest, again.modules, again.data_json) == (
        bundle.digest,
        bundle.modules,
        bundle.data_json,
    )


def test_a_written_bundle_that_was_changed_is_refused(folder: Path, tmp_path: Path) -> None:
    """The digest inside no longer fits."""
    written = Bundle.load(folder).write(tmp_path / "written")
    data = written / "data.json"
    data.write_text(data.read_text().replace("deny", "ask"))
    with pytest.raises(PolicyError, match="was changed after it was written"):
        Bundle.load(written)


def test_a_bundle_is_not_written_over_another(folder: Path) -> None:
    """Files that lie there already would be loaded too."""
    with pytest.raises(PolicyError, match="is not empty"):
        Bundle.load(folder).write(folder)


def test_opa_loads_what_is_written(opa_binary: str, folder: Path, tmp_path: Path) -> None:
    """OPA takes the folder as a bundle, manifest included, and sees the digest."""
    bundle = Bundle.load(folder)
    written = bundle.write(tmp_path / "written")
    command = [opa_binary, "eval", "--bundle", str(written), "--format=raw"]
    done = subprocess.run(
        [*command, "data.guard.bundle.digest"], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == bundle.digest
    built = subprocess.run(
        [opa_binary, "build", "--bundle", str(written), "-o", str(tmp_path / "b.tar.gz")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (built.returncode, built.stderr) == (0, "")


def test_a_bundle_can_be_pickled_and_not_be_changed(folder: Path) -> None:
    """It goes to other processes; nobody changes what engines share."""
    bundle = Bundle.load(folder)
    assert pickle.loads(pickle.dumps(bundle)) == bundle
    bundle.data["guard"]["settings"].clear()
    assert bundle.data["guard"]["settings"] == json.loads(DATA)
    with pytest.raises(AttributeError):
        bundle.digest = ""  # type: ignore[misc]


def test_data_beside_a_rule_do_not_clash(tmp_path: Path) -> None:
    """Data may lie in a rule's own folder under other names than its rules."""
    bundle = load(
        tmp_path,
        main("data.guard.rules.a.b.found"),
        **{
            "guard/rules/a/b/b.rego": "package guard.rules.a.b\n\n"
            'found := {"a": data.guard.rules.a.b.list}\n',
            "guard/rules/a/b/data.json": '{"list": [1]}',
        },
    )
    assert EmbeddedEngine(bundle).evaluate("{}") == {"a": [1]}


def test_a_wrong_settings_file_is_named_with_key_and_nearest_name(
    folder: Path, tmp_path: Path
) -> None:
    """Misspelt or of another type: file, key and what would be right."""
    file = tmp_path / "team.json"
    file.write_text('{"remote": {"ssh": {"host": []}}}', encoding="utf-8")
    with pytest.raises(PolicyError, match=r"team\.json`: .*did you mean `remote\.ssh\.hosts`"):
        Bundle.load(folder, file)
    file.write_text('{"remote": {"ssh": {"hosts": "x"}}}', encoding="utf-8")
    with pytest.raises(PolicyError, match=r"team\.json`: .*`remote\.ssh\.hosts` is text"):
        Bundle.load(folder, str(file))
