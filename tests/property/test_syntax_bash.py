"""The reader of shell text against the real bash, on texts that nobody wrote by hand."""

from __future__ import annotations

import os
import random
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guard.parse.budget import Budget, Limits
from guard.parse.shell.syntax import ShellBudgetError, ShellSyntaxError, plain_words, read
from guard.parse.shell.tree import Literal, Simple
from tests.support.shell_programs import programs
from tests.support.shell_trees import commands, normal, unread

BASH = shutil.which("bash")

pytestmark = pytest.mark.skipif(BASH is None, reason="bash is not installed")

ROOMY = Limits(cpu_seconds=30)

# Pieces on which quoting and nesting turn. `run` is the command that must not be missed.
PIECES = [
    *'\'\'"""\\}}a$ ()`;\n|&#<>[]',
    *("$'", '$"', "$v", "${e:-", "${v#", "${v/b/", "${v:", "${m[", "$((", "))", "$(", "${"),
    *("$(run)", "$(run)", "`run`", "run", "run;", "$$", "$$(", "\\\n", "\\'", '\\"', "$[", "]"),
    *("<<E\n", "\nE\n", "<<'E'\n", "<(", "<(run)", "case a in a)", "; esac", "\\x24", "\\x27"),
    *("if run\n", "then ", "fi", "{ ", "; }", "[[ ", " ]]", "()", "x=(", ">&-run", "@(", "# "),
    *("echo ", "`echo ", "$(echo ", "{e:-$(run)}", "(run)", "\\$(run)", "\\\\", "! ", "coproc "),
]
# Where the pieces are put.
FRAMES = [
    "{}",
    "echo {}",
    'echo "{}"',
    'echo "${{e:-{}}}"',
    "echo ${{e:-{}}}",
    'echo "${{v#{}}}"',
    'echo "${{v/b/{}}}"',
    "echo ${{v:{}}}",
    'echo "${{m[{}]}}"',
    "echo $(({}))",
    "(( {} ))",
    "m[{}]=1",
    "x=({})",
    "[[ a =~ {} ]]",
    "[[ a == {} ]]",
    "cat <<E\n{}\nE\n",
    "cat <<E\n${{e:-{}}}\nE\n",
    'echo "$(cat <<E\n{}\nE\n)"',
    "echo `{}`",
    'echo "$({})"',
]
# Runs every text in a shell of its own; `run` notes the number of the text.
DRIVER = r"""
number=0; e=; v=abc; m=(a b)
readonly NOTES
run() { echo "$number" >>"$NOTES"; }
while IFS= read -r -d '' text; do
  (eval "$text") >/dev/null 2>&1 </dev/null
  number=$((number + 1))
done
"""


def ran(texts: list[str], folder: Path) -> set[int]:
    """Return the numbers of the texts in which bash ran `run`."""
    assert BASH is not None
    notes = folder / "notes"
    notes.touch()
    subprocess.run(
        [BASH, "--norc", "-c", DRIVER],
        input="".join(f"{text}\0" for text in texts).encode(),
        check=False,
        cwd=folder,
        env=os.environ | {"NOTES": str(notes)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=100,
    )
    return {int(line) for line in notes.read_text().split()}


def sees(text: str) -> bool:
    """True if our reading shows `run` or an unknown command, or says that it cannot tell."""
    try:
        tree = read(text, Budget(ROOMY))
    except (ShellSyntaxError, ShellBudgetError):
        return True
    return unread(tree) or any(not name or "run" in name for name in commands(tree))


@pytest.mark.parametrize("seed", range(4))
def test_no_command_that_bash_runs_is_missed(seed: int, tmp_path: Path) -> None:
    """Whatever the quoting, a command that runs is in the tree or the text is refused."""
    pick = random.Random(seed)
    texts = [
        pick.choice(FRAMES).format("".join(pick.choices(PIECES, k=pick.randint(1, 10))))
        for _ in range(1200)
    ]
    numbers = ran(texts, tmp_path)
    assert len(numbers) > 20
    assert [texts[number] for number in sorted(numbers) if not sees(texts[number])] == []


def test_the_oracle_sees_a_hidden_command(tmp_path: Path) -> None:
    """The text that fools a reader which trusts single quotes is noticed by bash."""
    texts = ["echo run", 'echo "$$(echo "\'x")$(run)"\'\\\'', "echo '$(run)'"]
    assert ran(texts, tmp_path) == {1}
    assert not sees(texts[2])


@pytest.mark.parametrize("seed", range(3))
def test_generated_programs_are_read_as_bash_prints_them(seed: int, tmp_path: Path) -> None:
    """Reading a program and reading bash's own print of it give the same tree."""
    assert BASH is not None
    script = tmp_path / "program"
    compared = 0
    for program in programs(50, seed=seed, size=2):
        script.write_text(program)
        printed = subprocess.run(
            [BASH, "--pretty-print", str(script)],
            capture_output=True,
            check=False,
            text=True,
            timeout=30,
        )
        if printed.returncode != 0:
            pytest.skip("this bash cannot print programs")
        ours = normal(read(program, Budget(ROOMY)))
        assert ours == normal(read(printed.stdout, Budget(ROOMY))), program
        compared += 1
    assert compared == 50


@pytest.mark.parametrize("seed", range(2))
def test_generated_programs_are_valid(seed: int) -> None:
    """Bash takes every program of the generator, and so does the reader."""
    assert BASH is not None
    for program in programs(60, seed=seed + 100):
        checked = subprocess.run(
            [BASH, "-n", "-c", program], capture_output=True, check=False, text=True, timeout=30
        )
        assert checked.returncode == 0, (program, checked.stderr)
        assert read(program, Budget(ROOMY)).statements


def double(text: str) -> str:
    """Quote a text with double quotes."""
    return '"' + "".join(f"\\{char}" if char in '$`"\\' else char for char in text) + '"'


def ansi(text: str) -> str:
    """Quote a text with `$'...'`, all of it in escapes."""
    return "$'" + "".join(f"\\U{ord(char):08x}" for char in text) + "'"


def backslashes(text: str) -> str:
    """Quote a text character by character; a newline has no such form."""
    return "".join("'\n'" if char == "\n" else f"\\{char}" for char in text) or "''"


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufffd"), max_size=12)


@given(st.lists(TEXTS, min_size=1, max_size=20))
@settings(max_examples=25, deadline=None)
def test_quoted_texts_come_back(texts: list[str]) -> None:
    """Quoted in any way, a text is one literal word, and bash prints the same."""
    assert BASH is not None
    words = [quote(text) for text in texts for quote in (shlex.quote, double, ansi, backslashes)]
    expected = [text for text in texts for _ in range(4)]
    line = "printf '%s\\0' " + " ".join(words)
    (statement,) = read(line, Budget(ROOMY)).statements
    assert isinstance(statement.command, Simple)
    read_back = []
    for word in statement.command.words[2:]:
        (part,) = word.parts
        assert isinstance(part, Literal)
        assert part.quoted or part.text.isalnum() or shlex.quote(part.text) == part.text
        read_back.append(part.text)
    assert read_back == expected
    env = {"LC_ALL": "C.UTF-8"}
    result = subprocess.run(
        [BASH, "-c", line], capture_output=True, check=True, env=env, timeout=30
    )
    assert result.stdout.decode() == "".join(f"{text}\0" for text in expected)


SOUP = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(PIECES), max_size=30).map("".join),
    st.text(alphabet="(){}[]<>|&;$`'\"\\\n #=!a0", max_size=60),
)


@given(SOUP)
@settings(max_examples=600, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text raises anything but the two errors of the reader."""
    words = plain_words(text)
    assert words is None or words == text.split()
    position, kind = 0, ""
    try:
        read(text, Budget(ROOMY))
    except ShellSyntaxError as error:
        position, kind = error.position, error.kind
    except ShellBudgetError as error:
        kind = error.kind
    assert 0 <= position <= len(text) + 1
    assert kind in ("", "incomplete", "unsupported", "invalid", "depth", "nodes", "cpu_seconds")


@given(SOUP, SOUP)
@settings(max_examples=200, deadline=None)
def test_what_comes_later_does_not_change_what_came_before(text: str, rest: str) -> None:
    """Statements of a complete first part are the first statements of the whole."""
    try:
        first = read(text, Budget(ROOMY))
    except (ShellSyntaxError, ShellBudgetError):
        return
    if "<<" in text or text.endswith("\\"):
        return
    try:
        whole = read(f"{text}\n{rest}", Budget(ROOMY))
    except (ShellSyntaxError, ShellBudgetError) as error:
        whole = error.before
    assert whole.statements[: len(first.statements)] == first.statements
