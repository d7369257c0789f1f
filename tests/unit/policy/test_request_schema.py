"""The schema of requests: as the types are, accepted by OPA, and good for finding slips."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from guard.cli import main
from guard.model import Parsed, ToolCall
from guard.policy.request_schema import request_schema
from guard.request import build_request

ROOT = Path(__file__).resolve().parents[3]
FILE = ROOT / "rego/schemas/request.json"


def test_the_file_is_what_the_types_say() -> None:
    """After a change of the types run `make schema`."""
    assert json.loads(FILE.read_text(encoding="utf-8")) == request_schema()


def test_the_command_prints_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    """Byte for byte, for `make check` compares them."""
    assert main(["schema"]) == 0
    assert capsys.readouterr().out == FILE.read_text(encoding="utf-8")


def test_it_knows_what_main_checks_requests_for() -> None:
    """Kinds, keys and required keys are those of the table that `guard.main` uses."""
    table = json.loads((ROOT / "rego/guard/schema/data.json").read_text(encoding="utf-8"))
    operations = request_schema()["properties"]["context"]["properties"]["operations"]
    kinds = {kind["properties"]["kind"]["enum"][0]: kind for kind in operations["items"]["anyOf"]}
    assert kinds.keys() == table["types"].keys()
    for name, kind in kinds.items():
        assert kind["properties"].keys() == table["types"][name].keys()
        assert set(kind["required"]) == table["required"][name].keys()
        assert kind["additionalProperties"] is False


def test_parts_that_callers_fill_are_open() -> None:
    """Arguments, the subject's properties and history may have any key, other parts none."""
    schema = request_schema()
    properties = schema["properties"]["resource"]["properties"]["properties"]
    assert properties["properties"]["arguments"] == {"type": "object"}
    assert schema["properties"]["subject"]["properties"]["properties"] == {"type": "object"}
    assert schema["additionalProperties"] is False
    request = build_request(ToolCall("t"), {}, Parsed(), profile="p", time_ns=0)
    assert schema["required"] == sorted(request)
    context = schema["properties"]["context"]
    assert set(context["properties"]) - set(context["required"]) == {"files"}


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("", "", ""),
        ("operation.kind ==", "operation.kin ==", "undefined ref: operation.kin"),
        ("input.context.operations", "input.context.operation", "input.context.operation"),
        ("some operation in", "input.subject.di == 1\n\tsome operation in", "input.subject.di"),
        ("some operation in", "input.context.history.x == 1\n\tsome operation in", ""),
        ("some operation in", "input.resource.properties.arguments.x\n\tsome operation in", ""),
    ],
)
def test_opa_finds_misspelt_fields_by_it(
    tmp_path: Path, opa_binary: str, old: str, new: str, complaint: str
) -> None:
    """The shipped policies pass, and a slip in one rule does not."""
    rego = tmp_path / "rego"
    shutil.copytree(ROOT / "rego", rego)
    rule = rego / "guard/rules/remote_access/bind_shell/bind_shell.rego"
    source = rule.read_text(encoding="utf-8")
    assert old in source
    rule.write_text(source.replace(old, new) if old else source, encoding="utf-8")
    command = [opa_binary, "check", "--strict", "--schema", str(FILE), str(rego)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) == (not complaint), done.stderr
    assert complaint in done.stderr
