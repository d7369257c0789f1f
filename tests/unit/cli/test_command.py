"""The command as others call it: a process with arguments, pipes and an exit status."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

_GUARD = [sys.executable, "-m", "guard"]
_KEYS = ["id", "effect", "findings", "operations", "opaque", "errors"]
_TUNNEL = "ssh -R 2222:localhost:22 u@203.0.113.5"


def guard(*arguments: str, stdin: str | bytes = "", **environment: str) -> Any:
    """Run the command and return what it said."""
    data = stdin.encode() if isinstance(stdin, str) else stdin
    return subprocess.run(
        [*_GUARD, *arguments],
        input=data,
        capture_output=True,
        check=False,
        env={**os.environ, "NO_COLOR": "1", **environment},
    )


def lines(output: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def call(number: int | str, command: str = "ls -la", **more: Any) -> str:
    return json.dumps({"id": number, "tool": "bash", "arguments": {"command": command}, **more})


def check(*rows: str | bytes, options: Sequence[str] = ()) -> tuple[int, list[dict[str, Any]]]:
    """Judge lines from standard input; return status and answers."""
    data = b"".join((row.encode() if isinstance(row, str) else row) + b"\n" for row in rows)
    done = guard("check", "--calls", "-", *options, stdin=data)
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done.returncode, lines(done.stdout)


# -- one command -------------------------------------------------------------------------


def test_ordinary_command_is_allowed() -> None:
    """Status 0, and the first word says so."""
    done = guard("check", "git commit -m x")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(b"allow: git commit -m x\n")
    assert b"would: process.exec program=git" in done.stdout


def test_tunnel_is_denied_with_rule_and_what_to_do_instead() -> None:
    """Status 1; rule, reason and solution are named."""
    done = guard("check", _TUNNEL)
    assert done.returncode == 1
    assert done.stdout.startswith(b"deny: ")
    assert b"remote_access.ssh_tunnel: " in done.stdout
    assert b"instead: " in done.stdout


def test_command_as_json_has_the_shape_of_a_line() -> None:
    """`--json` prints what `--calls` would, with no id."""
    done = guard("check", "--json", _TUNNEL)
    (answer,) = lines(done.stdout)
    assert done.returncode == 1
    assert list(answer) == _KEYS
    assert answer["id"] is None
    assert answer["effect"] == "deny"


def test_command_of_another_tool_is_read_as_that_tool_reads_it() -> None:
    """Python code is judged as code, not as a shell command."""
    done = guard("check", "--json", "--tool", "python", f"import os\nos.system({_TUNNEL!r})")
    (answer,) = lines(done.stdout)
    assert "remote_access.ssh_tunnel" in [finding["rule"] for finding in answer["findings"]]


def test_profile_changes_the_answer() -> None:
    """What baseline asks about, strict denies."""
    ssh = "ssh u@203.0.113.5 uptime"
    assert lines(guard("check", "--json", ssh).stdout)[0]["effect"] == "ask"
    strict = guard("check", "--json", "--profile", "strict", ssh)
    assert lines(strict.stdout)[0]["effect"] == "deny"


def test_command_may_begin_with_a_dash() -> None:
    """After `--` everything is the command."""
    done = guard("check", "--json", "--", "--version")
    assert len(lines(done.stdout)) == 1


def test_escape_sequences_do_not_reach_the_terminal() -> None:
    """What a call holds cannot clear the screen or forge a line of the answer."""
    done = guard("check", "echo '\x1b[2J\x1b[H'\nallow: \u202eharmless\x9b")
    assert b"\x1b" not in done.stdout
    assert "\u202e" not in done.stdout.decode()
    assert "\x9b" not in done.stdout.decode()
    assert done.stdout.decode().splitlines()[0].count("\\x1b") == 2


def test_output_that_the_terminal_cannot_spell_is_escaped() -> None:
    """An ASCII terminal gets escapes, no traceback."""
    done = guard("check", "echo grün", PYTHONIOENCODING="ascii")
    assert done.returncode in (0, 1)
    assert b"\\xfc" in done.stdout


# -- lines of calls ----------------------------------------------------------------------


def test_thousand_calls_and_a_broken_one_in_order() -> None:
    """One answer a line, in order; the broken line is denied; status 1."""
    rows = [call(number) for number in range(1000)]
    rows[500] = '{"id": 500, "tool": "bash", '
    status, answers = check(*rows)
    assert status == 1
    assert [answer["id"] for answer in answers] == [*range(500), None, *range(501, 1000)]
    assert all(list(answer) == _KEYS for answer in answers)
    assert [answer["effect"] for answer in answers] == ["allow"] * 500 + ["deny"] + ["allow"] * 499
    assert answers[500]["errors"]


def test_answers_hold_findings_and_operations() -> None:
    """The contract's keys, each of its type, and the id as it came."""
    status, answers = check(call("a"), call(7, _TUNNEL))
    allowed, denied = answers
    assert status == 1
    assert (allowed["id"], allowed["effect"]) == ("a", "allow")
    assert allowed["operations"][0]["kind"] == "process.exec"
    assert denied["id"] == 7
    finding = next(f for f in denied["findings"] if f["rule"] == "remote_access.ssh_tunnel")
    assert list(finding) == ["rule", "effect", "reason", "solution"]
    assert "network.tunnel" in [operation["kind"] for operation in denied["operations"]]


def test_all_allowed_is_status_0() -> None:
    """Nothing refused, nothing to report."""
    assert check(call(1), call(2))[0] == 0


_NO_CALLS: list[tuple[str | bytes, Any, str]] = [
    ("", None, "not JSON"),
    ("[]", None, "no JSON object"),
    ("null", None, "no JSON object"),
    ('{"id": "x"}', "x", "no `tool`"),
    ('{"tool": "bash", "arguments": {}}', None, "no `id`"),
    ('{"id": true, "tool": "bash", "arguments": {}}', None, "`id`"),
    ('{"id": "x", "tool": "", "arguments": {}}', "x", "`tool`"),
    ('{"id": "x", "tool": 7, "arguments": {}}', "x", "`tool` must be a valid string"),
    ('{"id": "x", "tool": "bash", "arguments": []}', "x", "`arguments`"),
    ('{"id": "x", "tool": "bash", "arguments": "ls"}', "x", "`arguments`"),
    ('{"id": "x", "tool": "bash", "arguments": {}, "sesion": "s"}', "x", "`sesion`"),
    ('{"id": "x", "tool": "bash", "arguments": {}, "session": 7}', "x", "`session`"),
    (
        '{"id": "x", "tool": "bash", "arguments": {}, "session": {"sandbox": {"port": 1}}}',
        "x",
        "`session.sandbox.port`",
    ),
    ('{"id": "x", "tool": "bash", "arguments": {}, "subject": {"type": "a"}}', "x", "subject"),
    ('{"id": 1, "tool": "bash", "tool": "echo", "arguments": {}}', None, "`tool` stands there"),
    (
        '{"id": 1, "tool": "bash", "arguments": {"command": "ls", "command": "id"}}',
        None,
        "`command` stands there twice",
    ),
    ('{"id": 1, "tool": "x", "arguments": {"n": NaN}}', None, "`NaN` is no JSON number"),
    ('{"id": 1, "tool": "x", "arguments": {"n": 1e999}}', 1, "JSON cannot hold"),
    ("[" * 100_000, None, "nested too deeply"),
    ('{"id": 1, "tool": "x", "arguments": {"n": ' + "9" * 5000 + "}}", None, "not JSON"),
    (b'{"id": 1, "tool": "\xff", "arguments": {}}', None, "not UTF-8"),
    (b'\xef\xbb\xbf{"id": 1, "tool": "x", "arguments": {}}', None, "not JSON"),
]


@pytest.fixture(scope="module")
def refusals() -> list[dict[str, Any]]:
    """Answers to all lines that are no calls, each followed by one that is."""
    status, answers = check(*(row for bad, _, _ in _NO_CALLS for row in (bad, call("next"))))
    assert status == 1
    assert len(answers) == 2 * len(_NO_CALLS)
    return answers


@pytest.mark.parametrize("index", range(len(_NO_CALLS)))
def test_line_that_is_no_call_is_denied(refusals: list[dict[str, Any]], index: int) -> None:
    """Never silence, never allow: a deny with the reason, and the id if it can be read."""
    _, name, error = _NO_CALLS[index]
    refused, following = refusals[2 * index : 2 * index + 2]
    assert list(refused) == _KEYS
    assert refused["id"] == name
    assert refused["effect"] == "deny"
    assert error in refused["errors"][0]
    assert (following["id"], following["effect"]) == ("next", "allow")


def test_endless_line_is_denied_without_being_kept() -> None:
    """A line beyond the bound is skipped to its end, and the next one is judged."""
    status, answers = check(b'{"id": "' + b"x" * (9 * 1024 * 1024) + b'"}', call(2))
    assert status == 1
    assert [answer["effect"] for answer in answers] == ["deny", "allow"]
    assert "longer than" in answers[0]["errors"][0]


def test_last_line_without_an_end_is_judged() -> None:
    """A missing newline at the end loses nothing."""
    done = guard("check", "--calls", "-", stdin=call(1))
    assert [answer["id"] for answer in lines(done.stdout)] == [1]


def test_half_a_surrogate_pair_is_denied_and_answered() -> None:
    """Text that is no Unicode is refused; the answer is valid JSON with the id as it came."""
    status, answers = check('{"id": "\\ud800", "tool": "bash", "arguments": {"command": "ls"}}')
    assert status == 1
    assert (answers[0]["id"], answers[0]["effect"]) == ("\ud800", "deny")


def test_subject_and_session_reach_the_journal(tmp_path: Path) -> None:
    """As text or as objects, they are in the record of the decision."""
    journal = tmp_path / "audit.jsonl"
    sandbox = {"id": "sb", "ip": "10.0.0.3"}
    status, _ = check(
        call(1, subject="rome", session="s1"),
        call(
            2,
            subject={"id": "rome", "type": "agent", "properties": {"roles": ["coder"]}},
            session={"id": "s2", "run": "r", "sandbox": sandbox},
        ),
        "broken",
        options=["--journal", str(journal)],
    )
    assert status == 1
    header, first, second, broken = lines(journal.read_bytes())
    assert header["type"] == "header"
    assert (first["subject"], first["session"]["id"]) == ("rome", "s1")
    assert second["request"]["subject"]["properties"] == {"roles": ["coder"]}
    assert second["session"]["sandbox"] == sandbox
    assert (broken["type"], broken["line"]) == ("unreadable", 3)
    assert guard("journal", "verify", str(journal)).returncode == 0


def test_answers_come_while_the_input_is_still_open() -> None:
    """Line by line: the first answer is there before the second call is sent."""
    with subprocess.Popen(
        [*_GUARD, "check", "--calls", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(3):
            process.stdin.write(call(number).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()
        assert process.wait(10) == 0


def test_calls_from_a_file(tmp_path: Path) -> None:
    """A named file is read like standard input."""
    path = tmp_path / "calls.jsonl"
    path.write_text(call(1) + "\n" + call(2) + "\n")
    done = guard("check", "--calls", str(path))
    assert [answer["id"] for answer in lines(done.stdout)] == [1, 2]


def test_no_line_at_all_is_said() -> None:
    """Nothing was refused, but nobody should take silence for a check."""
    done = guard("check", "--calls", "-")
    assert (done.returncode, done.stdout) == (0, b"")
    assert b"no line to judge" in done.stderr


def test_reader_that_goes_away_ends_it_quietly() -> None:
    """A closed pipe is no traceback, and no status that says all was allowed."""
    with subprocess.Popen(
        [*_GUARD, "check", "--calls", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(call(1).encode() + b"\n")
        process.stdin.flush()
        process.stdout.readline()
        process.stdout.close()
        process.stdin.write(call(2).encode() + b"\n")
        process.stdin.close()
        assert process.stderr.read() == b""
        assert process.wait(10) == 2


def test_memory_stays_the_same_over_many_calls() -> None:
    """Ten times as many calls do not need more memory."""
    program = (
        "import resource, sys\nfrom guard.cli import main\n"
        "status = main(['check', '--calls', '-'])\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)\n"
    )

    def peak(count: int) -> int:
        rows = "".join(f"{call(number)}\n" for number in range(count))
        done = subprocess.run(
            [sys.executable, "-c", program], input=rows.encode(), capture_output=True, check=True
        )
        assert len(done.stdout.splitlines()) == count
        return int(done.stderr.split()[-1])

    assert peak(1500) < peak(150) * 1.1


# -- what fails as a whole ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "required: COMMAND"),
        (["chek"], "invalid choice: 'chek'"),
        (["check"], "nothing to judge; give a command in quotes"),
        (["check", "git", "commit"], "2 pieces; put the whole command in quotes"),
        (["check", "ls", "--calls", "-"], "both given; give one of them"),
        (["check", "--calls", "/nowhere/calls.jsonl"], "cannot read `/nowhere/calls.jsonl`"),
        (["check", "--profile", "lax", "ls"], "no profile `lax`; there is `baseline`"),
        (["check", "--policy", "/nowhere", "ls"], "`/nowhere`"),
        (["check", "--settings", "/nowhere.json", "ls"], "/nowhere.json"),
        (["check", "--engine", "opa", "--url", "ftp://x", "ls"], "ftp://x"),
        (["check", "--engine", "cedar", "ls"], "invalid choice: 'cedar'"),
        (["check", "--journal", "/nowhere/audit.jsonl", "ls"], "cannot open journal"),
        (["rules", "--profile", "lax"], "no profile `lax`"),
        (["journal"], "required: COMMAND"),
        (["journal", "verify", "/nowhere/audit.jsonl"], "cannot read journal"),
        (["journal", "verify", "/dev/null", "--head", "x"], "`x` is no head of a journal"),
    ],
)
def test_failure_of_the_check_itself_is_status_2(arguments: list[str], message: str) -> None:
    """One line on standard error, `guard: message; what to do`, and nothing else."""
    done = guard(*arguments)
    assert done.returncode == 2
    assert done.stdout == b""
    text = done.stderr.decode()
    assert text.startswith("guard: ")
    assert text.count("\n") == 1
    assert message in text


def test_closed_standard_input_is_said() -> None:
    """`--calls -` without an input is a failure, not an empty check."""
    done = subprocess.run(
        f"{sys.executable} -m guard check --calls - <&-",
        shell=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    assert b"standard input is closed" in done.stderr


def test_opa_that_does_not_answer_denies() -> None:
    """An engine that cannot be reached is a reason to deny, and is named."""
    done = guard("check", "--json", "--engine", "opa", "--url", "http://127.0.0.1:9", "ls")
    assert done.returncode == 1
    (answer,) = lines(done.stdout)
    assert answer["effect"] == "deny"
    assert "127.0.0.1:9" in answer["errors"][0]


# -- the other commands ------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["check", "--help"],
        ["explain", "--help"],
        ["rules", "--help"],
        ["journal", "--help"],
        ["journal", "verify", "--help"],
        ["journal", "head", "--help"],
    ],
)
def test_help_is_there_for_everything(arguments: list[str]) -> None:
    """Status 0, usage first."""
    done = guard(*arguments)
    assert done.returncode == 0
    assert done.stdout.startswith(b"usage: guard")


def test_examples_of_the_help_are_accepted() -> None:
    """Each `guard check` or `guard explain` example in a help text can be typed as it stands."""
    text = (guard("check", "--help").stdout + guard("explain", "--help").stdout).decode()
    examples = [row.strip() for row in text.splitlines() if row.startswith("  guard ")]
    assert len(examples) >= 5
    for example in examples:
        if "calls.jsonl" in example:
            continue
        typed = example.replace("guard", f"{sys.executable} -m guard", 1)
        done = subprocess.run(typed, shell=True, capture_output=True, check=False)
        assert done.returncode in (0, 1), done.stderr


def test_version() -> None:
    """The version of the distribution."""
    from guard import __version__

    assert guard("--version").stdout.decode() == f"guard {__version__}\n"


def test_explain_names_rules_that_spoke_and_rules_that_were_silent() -> None:
    """Operations, findings, silent rules and the reason of the effect."""
    done = guard("explain", _TUNNEL)
    text = done.stdout.decode()
    assert done.returncode == 1
    assert "would: network.tunnel" in text
    rules = text.partition("rules:\n")[2].splitlines()
    assert any(r.split()[:2] == ["deny", "remote_access.ssh_tunnel"] for r in rules)
    assert any(r.split()[:2] == ["silent", "remote_access.tunnel_tool"] for r in rules)
    assert "decided: deny, the strictest that a rule said (remote_access.ssh_tunnel" in text


def test_explain_shows_what_was_not_seen() -> None:
    """An opaque part is named with its severity."""
    text = guard("explain", '"$X" --go').stdout.decode()
    assert "not seen (high): " in text
    assert "never ignored" in text
    understood = guard("explain", "git commit -m x").stdout.decode()
    assert "everything in the call was understood" in understood


def test_explain_goes_through_lines(tmp_path: Path) -> None:
    """Each call of a file is explained, a broken line too."""
    done = guard("explain", "--calls", "-", stdin=f"{call('a')}\nbroken\n{call('b', _TUNNEL)}\n")
    text = done.stdout.decode()
    assert done.returncode == 1
    assert [text.index(part) for part in ("call a", "deny: line 2", "call b")] == sorted(
        text.index(part) for part in ("call a", "deny: line 2", "call b")
    )


def test_rules_for_a_machine_and_for_a_pipe() -> None:
    """All metadata as JSON; tab-separated columns where nobody looks."""
    rules = json.loads(guard("rules", "--json").stdout)
    tunnel = next(rule for rule in rules if rule["id"] == "remote_access.ssh_tunnel")
    assert tunnel["title"]
    assert tunnel["effect"] == "deny"
    assert {"severity", "solution", "references"} <= tunnel.keys()
    rows = [row.split("\t") for row in guard("rules").stdout.decode().splitlines()]
    assert [row[0] for row in rows] == [rule["id"] for rule in rules]
    assert {len(row) for row in rows} == {4}


def test_rules_show_what_a_profile_makes_of_them() -> None:
    """What baseline asks about, strict denies, in the list as well."""

    def effect(profile: str) -> str:
        rules = json.loads(guard("rules", "--json", "--profile", profile).stdout)
        found: str = next(r["effect"] for r in rules if r["id"] == "remote_access.outbound_ssh")
        return found

    assert (effect("baseline"), effect("strict")) == ("ask", "deny")


def test_journal_is_verified_and_its_head_printed(tmp_path: Path) -> None:
    """Sound is status 0, broken names the line with status 1, a cut end shows with the head."""
    path = tmp_path / "audit.jsonl"
    for command in ("ls", "pwd", "id"):
        guard("check", "--journal", str(path), command)
    head = guard("journal", "head", str(path)).stdout.decode().strip()
    assert head.startswith("3:")
    sound = guard("journal", "verify", str(path), "--head", head)
    assert (sound.returncode, sound.stderr) == (0, b"")
    assert sound.stdout.decode() == f"sound: 4 records in 1 file, head {head}\n"
    assert b"--head" in guard("journal", "verify", str(path)).stderr

    whole = path.read_bytes()
    path.write_bytes(b"".join(whole.splitlines(keepends=True)[:-1]))
    assert guard("journal", "verify", str(path)).returncode == 0
    cut = guard("journal", "verify", str(path), "--head", head)
    assert cut.returncode == 1
    assert b"the end was cut off" in cut.stdout

    path.write_bytes(whole.replace(b'"pwd"', b'"pws"', 1))
    broken = guard("journal", "verify", str(path))
    assert broken.returncode == 1
    assert broken.stdout.decode().startswith(f"broken: {path}:3: the record was changed\n")
    assert guard("journal", "head", str(path)).returncode == 1
    found = json.loads(guard("journal", "verify", "--json", str(path)).stdout)
    assert found["ok"] is False
    assert found["first_broken"]["line"] == 3


def test_key_from_the_environment_is_used(tmp_path: Path) -> None:
    """A journal written with a key verifies with it alone."""
    path, key = str(tmp_path / "audit.jsonl"), "k" * 32
    guard("check", "--journal", path, "ls", GUARD_JOURNAL_KEY=key)
    assert guard("journal", "verify", path, GUARD_JOURNAL_KEY=key).returncode == 0
    without = guard("journal", "verify", path)
    assert without.returncode == 1
    assert b"GUARD_JOURNAL_KEY" in without.stdout


def test_check_of_one_command_loads_little() -> None:
    """No framework, no pydantic, no OpenTelemetry, no HTTP client on the quick path."""
    program = (
        "import sys\nfrom guard.cli import main\nmain(['check', 'git commit -m x'])\n"
        "heavy = {'pydantic', 'opentelemetry', 'rich', 'yaml', 'aiohttp', 'langchain_core',\n"
        "         'opa_client', 'tenacity', 'asyncio', 'requests'}\n"
        "print(sorted(heavy & {name.partition('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.splitlines()[-1] == b"[]"


def _on_terminal(*arguments: str, no_color: bool = False) -> str:
    """Run the command on a pseudo-terminal of 80 columns and return what it wrote there."""
    parent, child = pty.openpty()
    environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    environment |= {"TERM": "xterm", "COLUMNS": "80"} | ({"NO_COLOR": "1"} if no_color else {})
    with subprocess.Popen(
        [*_GUARD, *arguments], stdin=child, stdout=child, stderr=child, env=environment
    ) as process:
        os.close(child)
        output, end = b"", time.monotonic() + 60
        while time.monotonic() < end and select.select([parent], [], [], 60)[0]:
            try:
                piece = os.read(parent, 65536)
            except OSError:  # EIO: the other side was closed
                break
            if not piece:
                break
            output += piece
        process.wait(10)
    os.close(parent)
    return output.decode()


def test_colours_are_for_terminals_alone() -> None:
    """Red on a terminal, none with NO_COLOR, none in a pipe."""
    assert "\x1b[1;31mdeny\x1b[0m" in _on_terminal("check", _TUNNEL)
    assert "\x1b" not in _on_terminal("check", _TUNNEL, no_color=True)
    assert b"\x1b" not in guard("check", _TUNNEL).stdout


def test_rules_are_a_table_on_a_terminal() -> None:
    """A person gets columns with names."""
    text = _on_terminal("rules", no_color=True)
    assert "what it looks for" in text
    assert "remote_access.ssh_tunnel" in text
