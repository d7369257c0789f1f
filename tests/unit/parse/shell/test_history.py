"""What the shell does to its own history: operations that rules can see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from guard.parse.budget import Budget
from guard.parse.shell import read_shell


def seen(command: str) -> list[tuple[str, str]]:
    """Kind, and path or assignment, of what a command would do."""
    found: list[tuple[str, str]] = []
    operations: list[Mapping[str, Any]] = [*read_shell(command, Budget()).operations]
    for operation in operations:
        if operation["kind"] == "environment.set":
            found.append((operation["kind"], f"{operation['name']}={operation['value']}"))
        elif operation["kind"] in ("file.delete", "file.write"):
            found.append((operation["kind"], operation["path"]))
    return found


@pytest.mark.parametrize(
    "command",
    ["unset HISTFILE", "set +o history", "shopt -u -o history", "HISTFILE="],
)
def test_a_history_that_is_switched_off_is_a_variable_without_a_file(command: str) -> None:
    """All ways to keep no history come out as one."""
    assert seen(command) == [("environment.set", "HISTFILE=")]


def test_variables_that_are_not_exported_are_seen_where_they_stop_the_history() -> None:
    """The shell reads its own variables, exported or not."""
    assert seen("HISTSIZE=0; HISTIGNORE='*'") == [
        ("environment.set", "HISTSIZE=0"),
        ("environment.set", "HISTIGNORE=*"),
    ]
    assert seen("HISTSIZE=1000; HISTIGNORE='ls:cd'") == []


def test_clearing_deletes_and_taking_out_an_entry_writes() -> None:
    """`-c` forgets all, `-d` one entry, `-w` alone keeps what there is."""
    assert seen("history -c") == [("file.delete", "~/.bash_history")]
    assert seen("history -d 7") == [("file.write", "~/.bash_history")]
    assert seen("history -w; history 20; history -s x") == []


def test_a_history_may_be_written_to_another_file() -> None:
    """`history -w FILE` puts typed text into any file."""
    assert seen("history -w /etc/profile.d/x.sh") == [("file.write", "/etc/profile.d/x.sh")]
