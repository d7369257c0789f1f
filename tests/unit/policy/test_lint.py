"""Policies about policies: each check finds the small bundle that violates it, and no other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from guard.cli import main
from guard.errors import PolicyError
from guard.policy import sources
from guard.policy.lint import lint
from tests.support.bundles import write

METADATA = """\
# METADATA
# title: Nothing is frobbed
# description: Frobbing breaks things.
# custom:
#   severity: high
#   risk_category: controllability
#   profiles: [baseline]
#   solution: do not frob
#   references: ["a reference"]
#   asked_when:
#     programs: [programs]
"""
RULE = """\
package guard.rules.mine.frob

import data.guard.settings.mine.frob as settings

findings contains {
	"effect": settings.effect,
	"reason": sprintf("frobs %s", [operation.program]),
	"solution": "do not frob",
	"obligations": [],
} if {
	some operation in input.context.operations
	operation.kind == "process.exec"
	settings.programs[lower(operation.program)]
}
"""
TEST = """\
package guard.rules.mine.frob_test

import data.guard.rules.mine.frob

_found(program) := found if {
	operation := {"kind": "process.exec", "program": program, "path": program, "argv": []}
	found := frob.findings with input as {"context": {"operations": [operation]}}
}

test_frob if count(_found("frob")) == 1

test_other if _found("ls") == set()
"""
SETTINGS: dict[str, Any] = {"effect": "deny", "programs": {"frob": True}}
RULE_FILE = "guard/rules/mine/frob/frob.rego"
TEST_FILE = "guard/rules/mine/frob/frob_test.rego"
SETTINGS_FILE = "guard/settings/mine/frob/data.json"


def problems(
    folder: Path,
    *,
    rule: str = RULE,
    metadata: str = METADATA,
    test: str = TEST,
    settings: Any = SETTINGS,
    **more: str,
) -> list[str]:
    """Write a rule with its test and settings, and return what is wrong with it."""
    files = {RULE_FILE: metadata + rule, SETTINGS_FILE: json.dumps(settings), **more}
    if test:
        files[TEST_FILE] = test
    return [f"{p.file}:{p.line} {p.text}" for p in lint(write(folder, files))]


def test_a_sound_rule_has_no_problems(tmp_path: Path) -> None:
    """What every other case here changes in one place."""
    assert problems(tmp_path) == []


# Texts of the request that the entry point does not look at.
ODD = "input.context.history.x"


def test_the_shipped_rules_have_no_problems() -> None:
    """The policies that ship keep to what is asked of others."""
    assert [f"{Path(p.file).name} {p.text}" for p in lint()] == []


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("title: Nothing is frobbed", "title: ''", "metadata: `title` is missing"),
        ("# description: Frobbing breaks things.\n", "", "metadata: `description` is missing"),
        ("#   solution: do not frob\n", "", "metadata: `solution` is missing"),
        ("severity: high", "severity: huge", "`severity` is `huge`; use one of low, medium"),
        ("severity: high", "severity: info", "`severity` is `info`"),
        ("#   risk_category: controllability\n", "", "`risk_category` is missing; use one of"),
        ('["a reference"]', "[]", "metadata: `references` is empty"),
        ('["a reference"]', '[" "]', "metadata: `references` is empty"),
        ("profiles: [baseline]", "profiles: []", "a rule in no profile"),
        ("profiles: [baseline]", "profiles: [base]", "no profile `base`; did you mean `baseline`?"),
        ("title: Nothing is frobbed", "title: [", "metadata: cannot read the metadata"),
        ("programs: [programs]", "program: [programs]", "`asked_when.program`"),
        ("programs: [programs]", "programs: programs", "`asked_when.programs`: must be a"),
        ("#   asked_when:\n#     programs: [programs]\n", "", "asked_when: it is missing"),
        ("asked_when:\n#     programs: [programs]", "asked_when: {}", "asked_when: it is empty"),
        ("programs: [programs]", "programs: [program]", "did you mean `programs`?"),
        ("programs: [programs]", "programs: [effect]", "which is no table of its settings"),
        ("programs: [programs]", "operations: [process.exc]", "did you mean `process.exec`?"),
        ("programs: [programs]", "operations: [file.write]", "looks at `process.exec`, which"),
        ("programs: [programs]", "keys: [environments]", "has the key `environments`; did you"),
        (
            "programs: [programs]",
            "programs: [programs]\n#     operations: [process.exec]",
            "`programs` is idle",
        ),
        (
            "programs: [programs]",
            "programs: [programs]\n#     path_names: [programs]",
            "`path_names` narrows no kind",
        ),
    ],
)
def test_metadata(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    """Whatever is missing, misspelt or narrower than the rule is found, with the file."""
    assert old in METADATA
    found = problems(tmp_path, metadata=METADATA.replace(old, new))
    assert any(text.startswith(RULE_FILE) and complaint in text for text in found), found


@pytest.mark.parametrize(
    ("body", "conditions", "complaint"),
    [
        ('op.kind == "file.write"', "operations: [file.write]", ""),
        ('op.kind == "file.write"', "operations: [file.read]", "looks at `file.write`"),
        ('op.kind in {"file.write", "file.read"}', "operations: [file.read]", "`file.write`"),
        ('startswith(op.kind, "file.")', "operations: [file.read]", "`file.delete`, `file.write`"),
        ('startswith(op.kind, "file.")', "operations: [file.read, file.write, file.delete]", ""),
        ("settings.kinds[op.kind]", "operations: [file.read]", "`network.connect`"),
        ("settings.kinds[op.kind]", "operations: [network.connect]", ""),
        ('op.kind != "file.read"', "operations: [file.write]", "`code.run`"),
        ("op.environment.PATH", "keys: [environment]", ""),
        ("op.environment.PATH", "operations: [file.read]", "names no kind of operation"),
        ("_writes(op)", "operations: [file.write]", ""),
        ("_writes(op)", "operations: [file.read]", "looks at `file.write`"),
        ("some other in _queries", "verbs: [verbs]", ""),
        ("some other in _queries", "operations: [file.read]", "looks at `data.query`"),
        ('op.kind == "process.exec"\n\top.path == "x"', "programs: [names]", ""),
        ('op.kind == "file.read"\n\t_writes(op)', "operations: [file.read]", ""),
        ('not op.kind == "file.read"', "operations: [file.read]", "names no kind|`file.read`|x"),
    ],
)
def test_asked_when_is_not_narrower_than_a_finding(
    tmp_path: Path, body: str, conditions: str, complaint: str
) -> None:
    """Kinds are read from comparisons, tables, prefixes, functions and rules that are used."""
    rule = f"""\
package guard.rules.mine.frob

import data.guard.settings.mine.frob as settings

findings contains {{"effect": settings.effect, "reason": "", "solution": ""}} if {{
	some op in input.context.operations
	{body}
}}

_writes(operation) if operation.kind == "file.write"

_queries := [operation |
	some operation in input.context.operations
	operation.kind == "data.query"
	settings.verbs[operation.verb]
]

_used := [settings.kinds, settings.verbs, settings.names]
"""
    settings = {
        "effect": "deny",
        "kinds": {"network.connect": True},
        "verbs": {"drop": True},
        "names": {"x": True},
    }
    metadata = METADATA.replace("programs: [programs]", conditions)
    found = problems(tmp_path, rule=rule, metadata=metadata, settings=settings)
    asked = [text for text in found if "asked_when" in text]
    if complaint:
        assert len(asked) == 1
        assert any(part in asked[0] for part in complaint.split("|"))
    else:
        assert asked == []


@pytest.mark.parametrize(
    ("body", "conditions", "complaint"),
    [
        ("count(input.context.opaque) > 2", "opaque: true", ""),
        ("input.context.complete == false", "opaque: true", ""),
        ("count(input.context.opaque) > 2", "operations: [file.read]", "add `opaque: true`"),
        ('input.resource.id == "x"', "operations: [file.read]", "leave `asked_when` out"),
        ('input.resource.id == "x"', "", ""),
        ("count(input.context.opaque) > 2", "", "it is missing"),
    ],
)
def test_findings_that_need_no_operation(
    tmp_path: Path, body: str, conditions: str, complaint: str
) -> None:
    """Opaque parts have a condition of their own; a rule about tools must always be asked."""
    head = 'findings contains {"effect": settings.effect, "reason": "", "solution": ""} if {'
    rule = RULE.partition("findings")[0] + f"{head}\n\t{body}\n}}\n"
    metadata = METADATA.replace("programs: [programs]", conditions)
    if not conditions:
        metadata = metadata.replace("#   asked_when:\n#     \n", "")
    found = problems(tmp_path, rule=rule, metadata=metadata, settings={"effect": "deny"})
    asked = [text for text in found if "asked_when" in text]
    assert [complaint in text for text in asked] == [True] * bool(complaint), found


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        (
            {**SETTINGS, "idle": 3},
            f"{SETTINGS_FILE}:0 settings: no rule looks at the setting `idle`",
        ),
        (
            {"effect": "deny", "program": {"frob": True}},
            "no setting `programs` of `mine.frob`; did you mean `program`?",
        ),
        (
            {"effect": "deny", "programs": {"frob": True, "x": "no"}},
            "`programs` holds text and true",
        ),
        ({"effect": "stop", "programs": {}}, "effect: the setting `effect` is `stop`"),
        ({"effect": "deny", "programs": {"a/b": True}}, "`a/b` in the table `programs` can never"),
        ({"effect": "deny", "programs": {"Frob": True}}, "`Frob` in the table `programs` can nev"),
        ([], "the settings of `mine.frob` are a list"),
    ],
)
def test_settings(tmp_path: Path, settings: Any, complaint: str) -> None:
    """Out of reach, misspelt, mixed, of no effect, or written so that they can never match."""
    if settings == []:
        problems(tmp_path)
        (tmp_path / SETTINGS_FILE).unlink()
        write(tmp_path, {"guard/settings/mine/data.json": '{"frob": []}'})
        found = [p.text for p in lint(tmp_path)]
    else:
        found = problems(tmp_path, settings=settings)
    assert any(complaint in text for text in found), found


def test_settings_of_no_rule_and_types_across_records(tmp_path: Path) -> None:
    """A rule that went leaves its settings behind; records agree key by key."""
    settings = {**SETTINGS, "rows": {"a": {"n": 1, "t": "x"}, "b": {"n": "1", "t": "x"}}}
    rule = RULE + "\n_used := settings.rows\n"
    found = problems(
        tmp_path, rule=rule, settings=settings, **{"guard/settings/mine/gone/data.json": "{}"}
    )
    assert found == [
        f"{SETTINGS_FILE}:0 settings: `rows.*.n` holds a number and text: use one type",
        "guard/settings/mine/gone/data.json:0 settings: there is no rule `mine.gone`",
    ]


def test_settings_under_another_name_are_read(tmp_path: Path) -> None:
    """A rule that binds its settings once is checked all the same."""
    rule = RULE.replace("\tsettings.programs[", "\tlists := settings\n\tlists.programms[")
    assert any("no setting `programms`" in text for text in problems(tmp_path, rule=rule))


@pytest.mark.parametrize(
    ("word", "complaint"),
    [('"allow"', "the effect `allow`; say deny or ask"), ('"deny"', "take it from a setting")],
)
def test_an_effect_that_is_written_out(tmp_path: Path, word: str, complaint: str) -> None:
    """Allowing is nothing that a rule may say, and an operator changes settings, not rules."""
    found = problems(tmp_path, rule=RULE.replace("settings.effect", word))
    assert any(f"{RULE_FILE}:17 effect: " in text and complaint in text for text in found), found


@pytest.mark.parametrize(
    ("test", "complaint"),
    [
        ("", f"{RULE_FILE}:0 tests: there is none: write `frob_test.rego`"),
        ("package guard.rules.mine.frob_test\n", "it has no rule `test_...`"),
        (TEST.replace("test_frob", "_frob"), "no test shows a finding"),
        (TEST.replace("test_other", "_other"), "no test shows silence"),
        (TEST.replace('("frob")', '("x")').replace('"ls"', '"frob"'), "no test passes"),
    ],
)
def test_tests_that_notice_nothing(tmp_path: Path, test: str, complaint: str) -> None:
    """The rule is broken both ways, and a test must fail each time."""
    found = problems(tmp_path, test=test)
    assert len(found) == 1
    assert complaint in found[0]


@pytest.mark.parametrize(
    ("statement", "complaint"),
    [
        ('startswith(operation.path, "x")', ""),
        ("lower(operation.port) == 1", "`lower` gets `port` of an operation"),
        ("lower(operation.nothing) == 1", "`lower` gets `nothing` of an operation"),
        ('is_string(operation.port)\n\tstartswith(operation.port, "x")', ""),
        ('some word in operation.argv\n\tendswith(word, "x")', ""),
        ('some word in operation.via\n\tendswith(word, "x")', ""),
        ("some k, v in operation.environment\n\tlower(v) == k", ""),
        (f'some word in {ODD}\n\tendswith(word, "x")', ODD),
        (f'some word in {ODD}\n\tis_string(word)\n\tendswith(word, "x")', ""),
        (f'contains({ODD}[0], "x")', ODD),
        (f'every word in {ODD} {{\n\t\tlower(word) == "x"\n\t}}', ODD),
        ("lower(input.resource.id) == operation.path", ""),
        ("lower(input.resource.properties.x) == 1", "input.resource.properties.x"),
        ("x := input.context.history.x\n\tlower(x) == 1", "input.context.history.x"),
        (f'y := [w | some w in {ODD}]\n\tconcat(" ", y) == "x"', f"`concat` gets {ODD}"),
        ('lower(object.get(input, "x", "")) == "x"', "`lower` gets input.x"),
        ('lower(object.get(operation, "port", "")) == "x"', "`port` of an operation"),
        ("some part in input.context.opaque\n\tlower(part.kind) == 1", "input.context.opaque[_]"),
        (
            'some part in input.context.opaque\n\tpart.kind in {"a"}\n\tlower(part.kind) == "a"',
            "",
        ),
        (f'_small({ODD}[0]) == "x"', f"`lower` gets {ODD}"),
        ('_small(operation.path) == "x"', ""),
        (f'_safe({ODD}[0]) == "x"', ""),
        (f'some _, [word, _] in [[{ODD}[0], 1]]\n\tupper(word) == "X"', ODD),
        ('lower(_first) == "x"', f"`lower` gets {ODD}"),
    ],
)
def test_built_ins_on_values_of_any_type(tmp_path: Path, statement: str, complaint: str) -> None:
    """Through names, elements, comprehensions and functions; a test of the type is enough."""
    more = """
_small(text) := lower(text)

_safe(text) := lower(text) if is_string(text)

_first := input.context.history.x[0]
"""
    rule = RULE.replace("\tsettings.programs[", f"\t{statement}\n\tsettings.programs[") + more
    found = [text for text in problems(tmp_path, rule=rule, test=TEST) if " types: " in text]
    # `_first` alone is no problem: nothing is done with it.
    assert len(found) == bool(complaint), found
    assert complaint in "".join(found)


def test_rules_beside_other_policies(tmp_path: Path) -> None:
    """A folder with a `guard.main` stands alone; another can be laid beside what is named."""
    folder = tmp_path / "mine"
    problems(folder)
    assert lint(folder, [sources.shipped()]) == []
    with pytest.raises(PolicyError, match="there is no policy folder"):
        lint(folder, [tmp_path / "none"])
    with pytest.raises(PolicyError, match="holds no Rego file"):
        lint(tmp_path / "mine/guard/settings")


def test_the_command_prints_problems(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 1 with file, line and check; 0 without; 2 where nothing could be checked."""
    problems(tmp_path)
    assert main(["lint", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "no problems\n"
    problems(tmp_path, rule=RULE.replace("settings.effect", '"deny"'))
    assert main(["lint", str(tmp_path)]) == 1
    expected = f"{RULE_FILE}:17: effect: `deny` is written out: take it from a setting `effect`"
    assert capsys.readouterr().out == f"{expected}\n1 problem\n"
    assert main(["lint", "--json", str(tmp_path)]) == 1
    [problem] = json.loads(capsys.readouterr().out)
    assert (problem["file"], problem["line"]) == (RULE_FILE, 17)
    write(tmp_path, {RULE_FILE: "package guard.rules.mine.frob\n\nfindings contains {\n"})
    assert main(["lint", str(tmp_path)]) == 2
    assert "`guard/rules/mine/frob/frob.rego` line " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("not settings.programs[op.method]", True),
        ("not settings.programs[op.program]", True),
        ('op.kind == "process.exec"\n\tnot settings.programs[op.program]', False),
        ('op.kind == "file.write"\n\tnot settings.programs[op.program]', True),
        ('op.method != "get"\n\tnot settings.programs[op.method]', False),
        ('not settings.programs[object.get(op, "method", "")]', False),
        ("not settings.programs[op.host]", False),
        ("settings.programs[op.method]", False),
    ],
)
def test_a_key_that_may_be_missing_below_not(tmp_path: Path, body: str, complaint: bool) -> None:
    """Where the key is absent OPA would skip the rule: the line and the remedy are named."""
    rule = RULE.partition("findings")[0] + (
        'findings contains {"effect": settings.effect, "reason": "", "solution": ""} if {\n'
        f"\tsome op in input.context.operations\n\t{body}\n}}\n"
    )
    found = [text for text in problems(tmp_path, rule=rule) if " absent: " in text]
    assert len(found) == complaint
    assert all("object.get(op, " in text and ":0 " not in text for text in found)


FILES = METADATA.replace(
    "programs: [programs]", "operations: [file.write]\n#     path_names: [names]"
)
WRITES = RULE.replace('"process.exec"', '"file.write"').replace(
    "settings.programs[lower(operation.program)]", "settings.paths[operation.path]"
)
WRITES = WRITES.replace("operation.program", "operation.path")


@pytest.mark.parametrize(
    ("paths", "missing"),
    [
        ({"/etc/frob": True, "/opt/frob/x": True, "~/y/Frob": True}, ""),
        ({"/etc/frob": True, "/opt/frob/x": True, "~/.other": True}, "`~/.other`"),
        ({"/etc/frob": True, "/opt/frob/x": True, "~/.other": False}, ""),
        (["/etc/frob/", "/opt/frob", "/frobs/", "/etc/frob/*"], "`/frobs/`"),
        (["/tmp/a", "/tmp/b"], ""),
    ],
)
def test_paths_that_the_rule_is_never_asked_about(tmp_path: Path, paths: Any, missing: str) -> None:
    """A table of paths of which one has no name in a table of `path_names`."""
    settings = {"effect": "deny", "names": {"frob": True}, "paths": paths}
    found = problems(tmp_path, rule=WRITES, metadata=FILES, test="", settings=settings)
    told = f"{SETTINGS_FILE}:0 paths: the rule is never asked about {missing} in `paths`"
    expected = [f"{told}: add a name of the path to `names`"] if missing else []
    assert [line for line in found if " paths: " in line] == expected


def test_settings_laid_over_are_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A user's path that a shipped rule is never asked about is found, with what it lacks."""
    file = tmp_path / "mine.json"
    table = {"paths": {"/etc/newshellrc": True}}
    file.write_text(json.dumps({"persistence": {"shell_startup": table}}))
    assert main(["lint", "--settings", str(file)]) == 1
    assert "never asked about `/etc/newshellrc` in `paths`" in capsys.readouterr().out
    table["segments"] = {"newshellrc": True}
    file.write_text(json.dumps({"persistence": {"shell_startup": table}}))
    assert main(["lint", "--settings", str(file)]) == 0
    file.write_text(json.dumps({"persistence": {"shell_startups": {}}}))
    assert main(["lint", "--settings", str(file)]) == 2
