"""Whatever the arguments are, a reader answers, in bounded size, with well-formed operations."""

from __future__ import annotations

import typing
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from guard import operations as shapes
from guard.parse import programs
from guard.parse.programs import read_program
from guard.parse.programs.tables import load
from guard.parse.reading import UNKNOWN, Invocation, Stdin

PROGRAMS = sorted(programs._READERS)
SHAPES: dict[str, Any] = {
    typing.get_args(typing.get_type_hints(shape)["kind"])[0]: shape
    for shape in typing.get_args(shapes.Operation)
}


def _words() -> list[str]:
    """Options of all tables, verbs, and what readers look for in values."""
    found = {"-", "--", "=", "", ":", ";", "+", "{}", "@", "|", "!", "a=b", "-c", "-e", "x:y:z"}
    found |= {UNKNOWN, f"-{UNKNOWN}", f"--x={UNKNOWN}", f"u@{UNKNOWN}:/p", f"http://{UNKNOWN}/"}
    found |= {"http://u:p@h:1/x", "[::1]:22", "run", "exec", "server", "client", "tunnel", "up"}
    found |= {
        "EXEC:sh,pty",
        "TCP:h:1",
        "TCP-LISTEN:1,fork",
        "R:1:b:2",
        "system(x)",
        "1e id",
        "s/a/",
    }
    for text in load("grammars").values():
        for item in (text if isinstance(text, str) else " ".join(text)).split()[:12]:
            for name in item.rstrip("=?~!").split(","):
                found.add(f"-{name}" if len(name) == 1 else f"--{name}")
    return sorted(found)


INPUTS = st.builds(
    Invocation,
    program=st.just(""),
    argv=st.lists(st.one_of(st.sampled_from(_words()), st.text(max_size=12)), max_size=7).map(
        tuple
    ),
    stdin=st.sampled_from(
        [Stdin(None, "inherited"), Stdin(None, "pipe", "curl"), Stdin("a\nb 'c", "heredoc")]
    ),
    environment=st.sampled_from([{}, {"BASH_ENV": "/x", "GIT_SSH_COMMAND": "x", "PAGER": "y"}]),
)


@settings(max_examples=800, deadline=None)
@given(program=st.sampled_from(PROGRAMS), rest=INPUTS)
@example(program="sed", rest=Invocation("", ("s",)))
@example(program="env", rest=Invocation("", ("-S", "-S '-S x'")))
def test_every_reader_answers(program: str, rest: Invocation) -> None:
    """No reader raises; every operation has its required keys and no others than its type's."""
    argv = (program, *rest.argv)
    reading = read_program(Invocation(program, argv, rest.stdin, rest.environment))
    assert reading is not None
    for operation in reading.operations:
        shape = SHAPES[operation["kind"]]
        assert shape.__required_keys__ <= operation.keys()
        assert operation.keys() <= shape.__required_keys__ | shape.__optional_keys__
        port = operation.get("port")
        assert port is None or isinstance(port, int)
    for run in reading.runs:
        assert bool(run.argv) != (run.text is not None)
    assert len(reading.operations) < 400
    assert len(reading.runs) < 200


def test_every_program_is_read_without_arguments() -> None:
    """A program by its name alone is read, and not one of them is news of high severity."""
    for program in PROGRAMS:
        reading = read_program(Invocation(program, (program,)))
        assert reading is not None
        assert not [part for part in reading.opaque if part["severity"] == "high"], program


def test_a_wholly_unknown_argument_is_never_lost_in_an_interpreter() -> None:
    """`sh -c ⟨?⟩` and its like are of high severity, whatever the interpreter."""
    flags = {"bash": "-c", "python": "-c", "perl": "-e", "ruby": "-e", "node": "-e", "php": "-r"}
    for program, flag in flags.items():
        reading = read_program(Invocation(program, (program, flag, UNKNOWN)))
        assert reading is not None
        assert [part["severity"] for part in reading.opaque] == ["high"], program


def test_an_undescribed_program_has_no_reading() -> None:
    """None says that nobody described it; a name with an unknown piece is never described."""
    assert read_program(Invocation("frobnicate", ("frobnicate", "-x"))) is None
    assert read_program(Invocation(f"ss{UNKNOWN}", (f"ss{UNKNOWN}",))) is None


def test_names_with_versions_and_platforms_are_recognised() -> None:
    """python3.12, lua5.4, chisel_1.9.1_linux_amd64 and the loader are what they begin with."""
    for name in ("python3.12", "lua5.4", "node18", "ld-linux-x86-64.so.2", "perl5.36.0"):
        assert read_program(Invocation(name, (name,))) is not None, name
    name = "chisel_1.9.1_linux_amd64"
    reading = read_program(Invocation(name, (name, "client", "h:80", "R:2222:localhost:22")))
    assert reading is not None
    assert [op["kind"] for op in reading.operations] == ["network.connect", "network.tunnel"]


def test_a_known_name_in_an_unusual_folder_is_not_trusted() -> None:
    """/tmp/ls may be anything; /usr/bin/ls and venv/bin/python are what they are called."""
    for path, expected in (("/tmp/ls", 1), ("./ls", 1), ("/usr/bin/../../tmp/ls", 1)):
        reading = read_program(Invocation("ls", (path,)))
        assert reading is not None
        assert len(reading.opaque) == expected, path
    for path in ("/bin/ls", "/usr/bin/ls", "venv/bin/ls", "node_modules/.bin/ls"):
        reading = read_program(Invocation("ls", (path,)))
        assert reading is not None
        assert not reading.opaque, path
