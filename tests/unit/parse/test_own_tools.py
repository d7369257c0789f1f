"""Tools that users describe, from the table to the decision; the page that says how."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from guard import Guard
from guard.errors import InputError
from guard.model import ToolCall
from guard.parse.tools import DEFAULT_TOOLS, File, Http, Shell, Sql, ToolTable

PAGE = Path(__file__).parents[3] / "docs" / "tools.md"
TOOLS = DEFAULT_TOOLS.extend(
    {
        "Run-On-Builder": Shell("line"),
        "ask_warehouse": Sql("question", dialect="snowflake"),
        "call_backend": Http("address"),
        "drop_artifact": File("delete", ("artifact",)),
        "bash": Shell("only_this"),
    }
)


@pytest.mark.parametrize(
    ("tool", "arguments", "kind"),
    [
        ("run_on_builder", {"line": "ssh -R 1:h:1 u@h"}, "network.tunnel"),
        ("mcp__ci__run_on_builder", {"line": "ssh -R 1:h:1 u@h"}, "network.tunnel"),
        ("ask_warehouse", {"question": "select a:b::int from t"}, "data.query"),
        ("call_backend", {"address": "h.example/x"}, "network.connect"),
        ("drop_artifact", {"artifact": "x"}, "file.delete"),
        ("bash", {"only_this": "ssh -R 1:h:1 u@h"}, "network.tunnel"),
    ],
)
def test_a_described_tool_is_read_end_to_end(
    tool: str, arguments: dict[str, str], kind: str
) -> None:
    """What the table says of a tool decides what policy sees of its call."""
    with Guard(tools=TOOLS) as guard:
        decision = guard.check(ToolCall(tool, arguments))
    assert kind in [operation["kind"] for operation in decision.operations]
    assert decision.effect == ("deny" if kind == "network.tunnel" else "allow")


def test_a_described_tool_without_its_arguments_is_no_silence() -> None:
    """Arguments of other names than those described leave the call opaque."""
    with Guard(tools=TOOLS) as guard:
        decision = guard.check(ToolCall("run_on_builder", {"words": "x"}))
    assert ("unexpected_arguments", "high") in [(o["kind"], o["severity"]) for o in decision.opaque]
    assert decision.effect == "ask"


def test_a_table_is_extended_by_a_new_one() -> None:
    """The table that ships stays as it is; what is no reader is refused by name."""
    assert DEFAULT_TOOLS.find("run_on_builder") is None
    assert isinstance(TOOLS, ToolTable)
    with pytest.raises(InputError, match="`x` has no reader"):
        DEFAULT_TOOLS.extend({"x": "shell"})  # type: ignore[dict-item]


def test_the_examples_of_the_page_run(tmp_path: Path) -> None:
    """All blocks run as they stand: a tunnel is denied, a listed payment passes."""
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 3
    printed = []
    for block in blocks:
        script = tmp_path / "example.py"
        script.write_text(block, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, script], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        printed.append(done.stdout.splitlines())
    assert [line.split()[1] for line in printed[0]] == ["deny", "allow", "allow"]
    assert printed[1:] == [["allow"], []]
