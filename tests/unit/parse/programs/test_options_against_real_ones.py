"""How many words each option takes, against what the real programs say of it.

A grammar that gives an option a word too many loses an operand, one too few makes a value an
operand: then another file is read, another command is run, than the guard says.
"""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from guard.parse.programs.grammar import Grammar, grammar, named
from guard.parse.programs.tables import load
from tests.support.real_options import OptionOracle, namespaces

# Each option is a start or two of a program: here a part of them, those that may have a value
# in the same word among it. `GUARD_ALL_OPTIONS=1` asks about all.
_EVERY = 1 if os.environ.get("GUARD_ALL_OPTIONS") == "1" else 6

TABLES = ("wrappers", "files", "tunnels", "interpreters", "clients")

# Programs that take a wrong option without a word, or act before they have read all of them,
# are not here, nor are those that wipe disks or end processes. Docs: docs/facts.md.
PROGRAMS = " ".join(
    [
        "ar base32 bwrap bzip2 cat chown choom chroot chrt cksum cmp column comm cp cpio",
        "cscope csplit curl cut daemon date diff du dumb-init env expand file find",
        "fmt fold gpg grep gzip head install ionice join ld less link ln logger ls ",
        "make mariadb md5sum mkdir mkfifo mknod mktemp more mv mysql mysqladmin mysqldump",
        "ncat nice nl nohup nsenter numfmt objcopy od openvpn paste perl",
        "pgrep pigz pr prlimit ptx readelf",
        "realpath redis-cli rlwrap rm rmdir rsync ruby runuser script sdiff sed setarch setpriv",
        "setsid sha256sum shuf socat sort split sqlite3 stat stdbuf strace strings strip su",
        "sudo tac tail tar taskset tcpdump tee time timeout tincd touch tr truncate tsort",
        "uclampset unexpand uniq unshare vmstat watch wc wget xargs xz zip",
    ]
).split()

# Where the two differ, and why what the table says is meant.
MEANT = {
    ("env", "-S"): "its value is split and read again as options",
    ("env", "--split-string"): "its value is split and read again as options",
    ("sudo", "-h"): "asks for help where it stands alone, else it takes a host",
    ("gpg", "--passphrase"): "refuses a value that begins with a dash",
    ("gpg", "--recv-keys"): "what follows are keys, no files",
    ("gpg", "--send-keys"): "what follows are keys, no files",
    ("gpg", "--search-keys"): "what follows are keys, no files",
    ("gpg", "--edit-key"): "what follows are keys, no files",
    ("openvpn", "--mssfix"): "a number may follow, which is no option",
    ("curl", "-:"): "stands for --next",
    ("perl", "-D"): "a number is attached",
    ("perl", "-V"): "a name may be attached behind a colon",
    ("make", "-j"): "a number may be attached",
    ("make", "-l"): "a number may be attached",
    ("make", "-O"): "one of four words may be attached",
}


def _grammars(program: str) -> list[Grammar]:
    rows = [load(table)[program] for table in TABLES if program in load(table)]
    found = [grammar(row["options"]) for row in rows if "options" in row]
    return [*found, named(program)] if program in load("grammars") else found


def _differences(program: str, folder: Path) -> list[str] | None:
    """What the two say of each option where they differ; None where the program says nothing."""
    rules = _grammars(program)
    single = any(each.style.startswith("single") for each in rules)
    for dash in ("-", "--") if single else ("--",):
        oracle = OptionOracle([program], folder, dash)
        if oracle.speaks:
            break
    else:
        return None
    found = []
    arities = {name: facts[1] for each in rules for name, facts in each.names.items()}
    for number, (spelling, arity) in enumerate(arities.items()):
        if number % _EVERY and arity >= 0:
            continue
        option = f"{'-' if len(spelling) == 1 else oracle.dash}{spelling}"
        if (program, option) in MEANT:
            continue
        takes = oracle.values(option)
        if takes is not None and takes != max(arity, 0) and oracle.knows(option):
            found.append(f"{option} takes {takes} words, not {max(arity, 0)}")
        elif takes == 0 and len(spelling) == 1 and not single and arity in (0, -1):
            attached = oracle.attached(option)
            if attached is not None and attached != (arity < 0):
                found.append(f"{option} takes {'a' if attached else 'no'} value in the same word")
    return found


@pytest.fixture(scope="module")
def differences(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str] | None]:
    """Of every program that is here, asked two at a time."""
    if not namespaces():
        pytest.skip("namespaces are not allowed here")
    folder = tmp_path_factory.mktemp("options")
    here = [program for program in PROGRAMS if shutil.which(program)]
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(here, pool.map(lambda name: _differences(name, folder), here), strict=True))


def test_options_take_the_words_that_the_real_program_takes(
    differences: dict[str, list[str] | None],
) -> None:
    """No option of a program that is installed and says so takes more or fewer words."""
    assert {name: found for name, found in differences.items() if found} == {}


def test_the_comparison_compares(differences: dict[str, list[str] | None]) -> None:
    """Programs of GNU and util-linux, which are everywhere, answer."""
    answered = [name for name, found in differences.items() if found is not None]
    assert {"cp", "env", "sort", "tail", "timeout", "xargs"} <= set(answered)


@pytest.mark.parametrize(
    ("program", "wrong"),
    [("tail", "f,follow= n="), ("env", "i= u="), ("sort", "u= k=")],
)
def test_a_wrong_grammar_is_found(
    program: str, wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oracle tells an option with a word too many or too few."""
    if not namespaces() or not shutil.which(program):
        pytest.skip(f"{program} or namespaces are missing")
    monkeypatch.setattr(f"{__name__}._grammars", lambda _: [grammar(wrong)])
    assert _differences(program, tmp_path)
