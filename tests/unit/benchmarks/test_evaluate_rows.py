"""Reading labelled rows, and which of them are told apart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.evaluate.exclusions import (
    ExclusionError,
    excluded,
    read_exclusions,
)
from benchmarks.evaluate.rows import Row, RowError, own_cases, read_folder

ROOT = Path(__file__).parents[3]
REASON = "what it does stands nowhere in the call"


def row(**fields: Any) -> dict[str, Any]:
    """A row of the outside shape."""
    plain = {"id": "a:1", "source": "a", "label": "benign", "category": "a/x", "tool": "bash"}
    return {**plain, "args": {"command": "ls"}, **fields}


def write(folder: Path, name: str, rows: list[Any]) -> Path:
    """One file of rows."""
    lines = (line if isinstance(line, str) else json.dumps(line) for line in rows)
    (folder / f"{name}.dev.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_a_row_is_read_with_what_only_it_has(tmp_path: Path) -> None:
    """Known fields are fields, all others are extra."""
    files = read_folder(write(tmp_path, "benign_shell", [row(why="because", steps=2)]))
    (one,) = files["benign_shell"]
    assert (one.file, one.id, one.text) == ("benign_shell", "a:1", "ls")
    assert one.extra == {"why": "because", "steps": 2}


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("{", "line 2 of .* is not JSON"),
        ([1], "line 2 of .* is not a JSON object"),
        ({"id": "a:2"}, "line 2 of .* has no text `source`"),
        (row(id=7), "line 2 of .* has no text `id`"),
        (row(id="a:2", args="ls"), "line 2 of .* has no object `args`"),
    ],
)
def test_another_shape_is_named_with_its_line(tmp_path: Path, bad: Any, said: str) -> None:
    """The error says which line of which file, and what is missing."""
    with pytest.raises(RowError, match=said):
        read_folder(write(tmp_path, "benign_shell", [row(), bad]))


def test_an_id_that_stands_twice_is_refused(tmp_path: Path) -> None:
    """A row that is counted twice would make the interval too narrow."""
    with pytest.raises(RowError, match="an id twice"):
        read_folder(write(tmp_path, "benign_shell", [row(), row()]))


def test_no_folder_is_no_rows(tmp_path: Path) -> None:
    """Without the labelled folder there is nothing, and no error."""
    assert read_folder(tmp_path / "none") == {}


def test_own_cases_carry_the_effect_owed() -> None:
    """Each case of the decision table is a row, its file's name the source."""
    rows = own_cases(ROOT / "tests" / "cases")
    assert len(rows) > 100
    assert {one.label for one in rows} == {"allow", "ask", "deny"}
    assert {one.source for one in rows} >= {"mining", "ssh_tunnels"}


def listed(tmp_path: Path, *entries: dict[str, str]) -> Path:
    """A list of exclusions."""
    path = tmp_path / "exclusions.json"
    path.write_text(json.dumps(entries), encoding="utf-8")
    return path


def of(**fields: str) -> dict[str, str]:
    """One exclusion."""
    return {"file": "bad", "kind": "compiled", "reason": REASON, **fields}


def test_a_category_and_a_flag_are_told_apart(tmp_path: Path) -> None:
    """A row is excluded by its category, or by a field that is true, and only in its file."""
    files = read_folder(
        write(
            tmp_path,
            "bad",
            [row(category="bad/x"), row(id="a:2", blob=True), row(id="a:3", blob=False)],
        )
    )
    found = read_exclusions(files, listed(tmp_path, of(category="bad/x"), of(flag="blob")))
    assert [excluded(one, found) for one in files["bad"]] == [True, True, False]
    other = Row("other", "b", "b", "benign", "bad/x", "bash", {})
    assert not excluded(other, found)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (of(category="bad/y"), "no row of `bad` is excluded by `bad/y`"),
        (of(flag="blob"), "no row of `bad` is excluded by"),
        (of(category="a/x", reason="no"), "without a reason"),
        (of(category="a/x", kind="taste"), "unknown kind `taste`"),
        (of(category="a/x", flag="blob"), "a category or a flag"),
        (of(), "a category or a flag"),
        (of(category="a/x", rows="all"), "unknown field `rows`"),
    ],
)
def test_an_exclusion_must_mean_something(tmp_path: Path, entry: dict[str, str], said: str) -> None:
    """A leftover, a missing reason and an unknown word are refused."""
    files = read_folder(write(tmp_path, "bad", [row()]))
    with pytest.raises(ExclusionError, match=said):
        read_exclusions(files, listed(tmp_path, entry))


def test_the_list_of_the_project_is_well_formed() -> None:
    """Without any rows at hand its shape is still checked, and each entry has a reason."""
    assert all(one.reason for one in read_exclusions({}))
