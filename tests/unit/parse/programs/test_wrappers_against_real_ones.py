"""What wrappers are said to run against what they really run: a stub that notes its arguments.

Nothing here has a network: the whole run happens in a namespace of its own.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from guard.parse.budget import Budget, Limits
from guard.parse.reading import UNKNOWN
from guard.parse.shell import read_shell

STUB = """#!/bin/sh
{ printf '%s\\0' "$#" "$@"; } >> "NOTES"
"""

LINES = [
    "env stub a",
    "env -i NOTES=$NOTES PATH=$PATH stub a b",
    "env A=1 B=2 stub -x",
    "env -u A -C /tmp stub a",
    "env --unset=A --chdir=/tmp stub a",
    "env -S 'stub a b' c",
    "env -vS 'X=1 stub \"a b\"' c",
    "env -uA -S'stub a' b",
    "env --split-string='stub a\\_b' c",
    "env --sp='stub a' c",
    "env -- stub -- a",
    "env - NOTES=$NOTES PATH=$PATH stub z",
    "timeout 5 stub a",
    "timeout -k 1 -s KILL 5s stub a -k",
    "timeout -k1 --signal=TERM 5 stub a",
    "timeout --preserve-status --foreground 0.5m stub",
    "timeout --kill 3 5 stub a",
    "nice stub a",
    "nice -n 5 stub -n 5",
    "nice -5 stub a",
    "nice -n5 stub a",
    "nice --adjustment=5 stub a",
    "nice --adj 5 stub a",
    "nohup stub a b",
    "nohup -- stub -a",
    "setsid -w stub a",
    "setsid --wait stub --wait",
    "setsid -cw stub a",
    "stdbuf -oL stub a",
    "stdbuf -o L -e 0 -i0 stub -o",
    "stdbuf --output=L stub a",
    "stdbuf --out 0 stub a",
    "ionice -c 3 stub a",
    "ionice -c2 -n 7 stub a",
    "ionice -t -c idle stub a",
    "ionice --class 3 stub a",
    "chrt -o 0 stub a",
    "chrt --other 0 stub -a",
    "taskset 1 stub a",
    "taskset -c 0 stub -c",
    "taskset --cpu-list 0 stub a",
    "prlimit --nofile=100 stub a",
    "prlimit -n100:200 stub -n",
    "choom -n 10 -- stub a",
    "setpriv --no-new-privs stub a",
    "setpriv --nnp --inh-caps=-all stub --nnp",
    "setarch x86_64 -R stub a",
    "setarch x86_64 --addr-no-randomize stub a",
    "linux64 stub a",
    "unshare -U stub a",
    "unshare -Ur --fork stub -r",
    "unshare --map-root-user --uts stub a",
    "unshare -U -w /tmp stub a",
    "flock $TMP/l stub a",
    "flock -n -E 3 $TMP/l stub -n a",
    "flock -w 5 $TMP/l -c 'stub a \"b c\"'",
    "flock -o $TMP/l --command 'stub x'",
    "xargs stub <<< 'a b \"c d\"'",
    "xargs -n 1 stub <<< 'a b c'",
    "xargs -n2 stub z <<< 'a b c'",
    "xargs -I{} stub x{}y {} <<< $'a b\\nc'",
    "xargs -I % stub % <<< 'a'",
    "xargs -i stub {} <<< 'a'",
    "xargs --replace=@ stub @ <<< 'a'",
    "printf 'a\\0b c\\0' | xargs -0 stub",
    "printf 'a,b' | xargs -d , stub",
    "printf 'a\\nb c\\n' | xargs -d '\\n' stub",
    "xargs -r stub < /dev/null",
    "xargs stub < /dev/null",
    "xargs -L 1 stub <<< $'a b\\nc'",
    "xargs -P 1 -n 1 -t stub <<< 'a b'",
    "xargs -n1 env A=1 stub <<< 'a b'",
    "find $TMP/tree -name one -exec stub {} \\;",
    "find $TMP/tree -type f -exec stub -v {} +",
    "find $TMP/tree -name one -execdir stub x \\;",
    "find $TMP/tree -maxdepth 0 -exec stub a \\; -exec stub b \\;",
    "find -L $TMP/tree -maxdepth 0 -exec stub 'x{}' \\;",
    "find $TMP/bin -name stub -exec {} found \\;",
    "find $TMP/bin -path $TMP/bin/stub -exec {} found \\;",
    "script -qec 'stub a \"b c\"' /dev/null",
    "script -q -c 'stub a' $TMP/typescript",
    "script --quiet --command 'stub a' /dev/null",
    "bash -c 'stub a'",
    "bash -c 'stub \"$0\" \"$@\"' zero one two",
    "bash -ec 'stub a' x",
    "bash -eo pipefail -c 'stub a'",
    "bash --norc -c 'stub a'",
    "bash --rcfile /dev/null -c 'stub a'",
    "bash -c -- 'stub a'",
    "bash -O extglob -c 'stub a'",
    "bash +x -c 'stub a'",
    "bash -s a <<< 'stub \"$1\"'",
    "bash <<< 'stub a'",
    "bash -es <<< 'stub a'",
    "bash - <<< 'stub a'",
    "bash /dev/stdin q <<< 'stub \"$1\"'",
    "sh -c 'stub a' && sh -ec 'stub b'",
    "dash -c 'stub a' z",
    "echo 'stub piped' | sh",
    "echo 'stub piped' | env bash",
    "timeout 5 env A=1 nice -n 1 nohup stub deep",
    "awk 'BEGIN{system(\"stub a\")}'",
    "awk -v c='stub v' 'BEGIN{system(c)}'",
    "awk 'BEGIN{\"stub g\" | getline}'",
    "awk 'BEGIN{print \"stub p\" | \"sh\"}'",
    "awk 'BEGIN{x=\"stub\"; system(x \" joined \" 1)}'",
    "echo a | awk '{print $1}'",
    "sed -n '1e stub a' $TMP/tree/one",
    "sed 's/.*/stub b/e' $TMP/tree/one",
    "sed -e '1!d' -e 'e stub c' $TMP/tree/one",
    "tar -cf /dev/null -C $TMP tree --checkpoint=1 --checkpoint-action=exec='stub a'",
    "tar cf $TMP/x.tar -C $TMP tree; tar xf $TMP/x.tar --to-command='stub t' -C $TMP",
    "tar cf $TMP/x.tar -C $TMP tree; tar -xOf $TMP/x.tar --to-comm 'stub u'",
    "tar -I 'stub z' -cf $TMP/y.tar -C $TMP tree",
    "tar --use-compress-program='stub z' -cf $TMP/y.tar -C $TMP tree",
    "split --filter='stub s' $TMP/tree/one",
    "git -c alias.x='!stub a' x b",
    "git ls-remote 'ext::stub e'",
    "git -C $TMP -c protocol.ext.allow=always clone -q 'ext::stub e' $TMP/cl",
    "ssh -F none -o ProxyCommand='stub %h %p' -o ControlPath=none host",
    "ssh -F none -oProxyCommand='stub %h %p' -p 2200 u@host ls",
    "perl -e 'exec @ARGV' stub a",
    "/lib64/ld-linux-x86-64.so.2 /bin/sh -c 'stub l'",
    "/lib64/ld-linux-x86-64.so.2 --argv0 x /bin/sh -c 'stub l'",
    "strace -qq -o /dev/null -f stub a",
    "strace -o '|stub p' true",
    "man -P 'stub m' -l $TMP/tree/one",
    "vim -es -u NONE -c '!stub v' -c 'q!' < /dev/null",
    "less -E '+!stub l' $TMP/tree/one < /dev/null",
    "timeout 2 watch -n 9 'stub a b'",
    "timeout 2 watch -xtn 9 stub a 'b c'",
    "timeout 2 watch --interval 9 stub a 'b c'",
    "strace -qo /dev/null stub a",
    "strace -qqrTfo /dev/null stub -q",
    "unshare -Uru stub a",
    "unshare -mUru stub -m a",
    "perl -F -e 'exec qw(stub f)'",
    "perl -F, -e 'exec qw(stub f)'",
    "ruby -W0 -e 'exec \"stub\", \"r\"'",
    "ruby -We 'exec \"stub\", \"r\"'",
    "ruby -e 'system(\"stub s\")'",
    "php -r 'system(\"stub p\");'",
    "lua -e 'os.execute(\"stub l\")'",
    "tclsh <<< 'exec stub t'",
    "expect -c 'spawn stub e; expect eof'",
    "node -e 'require(\"child_process\").execSync(\"stub n\")'",
    "busybox sh -c 'stub b'",
    "busybox env A=1 stub b",
    "busybox timeout 5 stub b",
    "busybox nice -n 5 stub b",
    "echo 'a b' | busybox xargs -n1 stub",
    "busybox find $TMP/tree -name one -exec stub {} \\;",
    "busybox awk 'BEGIN{system(\"stub w\")}'",
    "zsh -c 'stub z'",
    "zsh -fc 'stub z' zero",
    "mksh -c 'stub k'",
    "fish -c 'stub f'",
    "parallel stub ::: a b",
    "parallel -j1 stub {} x ::: a",
    "echo a | parallel stub",
    "parallel --dry-run stub ::: a",
    "fakeroot stub a",
    "faketime -f -1d stub a",
    "eatmydata stub a",
    "rlwrap stub a < /dev/null",
    "dbus-run-session -- stub a",
    "xvfb-run -a stub a",
    "trickle -s -d 10 stub a",
    "cpulimit -l 50 -- stub a",
    "dumb-init stub a",
    "dumb-init -c -- stub -c",
    "tini -s -- stub a",
    "gosu 0 stub a",
    "chpst -n 5 stub a",
    "chpst -e $TMP/tree stub a",
    "daemonize -o $TMP/out $TMP/bin/stub a; sleep 0.3",
    "bwrap --dev-bind / / stub a",
    "bwrap --bind / / --setenv A 1 --chdir /tmp stub a",
    "unbuffer stub a",
    "chronic stub a",
    "echo x | ifne stub a",
    "dtach -n $TMP/sock stub a; sleep 0.3",
    "dtach -n $TMP/sock2 -z stub a; sleep 0.3",
    "start-stop-daemon --start --exec $TMP/bin/stub -- a",
    "ssh-agent stub a",
    "setsid -f stub a; sleep 0.2",
    "make -f - <<< $'all:\\n\\tstub m'",
    "make --eval 'x := $(shell stub e)' -f /dev/null",
    "gdb -n -batch -ex '!stub g'",
    "gdb -batch -ex 'shell stub g'",
    "sqlite3 :memory: '.shell stub q'",
    "sqlite3 -cmd '.system stub q' :memory: ''",
    "redis-cli --version; stub after",
    "timeout 3 socat -u EXEC:'stub s' STDOUT",
    "timeout 3 socat SYSTEM:'stub s' -",
    "timeout 3 script -qc 'stub s' /dev/null",
    "tmux -L $TMP/tm -f /dev/null new-session -d 'stub t'; sleep 0.5",
    "zip -q $TMP/z.zip $TMP/tree/one -T -TT 'stub z #'",
    "find $TMP/tree -name one | cpio -o -F $TMP/c.cpio --rsh-command=stub",
    "ed -s <<< '!stub e'",
    "env -i PATH=$PATH NOTES=$NOTES sh -c 'stub a'",
    "openssl version; stub o",
    "torsocks --shell < /dev/null; stub t",
    "lftp -c '!stub l'",
    "nmap --version; stub n",
    "sshpass -p x stub a",
    "flock --close $TMP/l2 stub a",
    "tar -cf /dev/null --checkpoint=1 --checkpoint-action='exec=stub c' -C $TMP tree",
    "tar -cf $TMP/t.tar -C $TMP tree -I 'stub z'",
]  # fmt: skip


# These want to be root themselves, not only in a namespace of their users.
ROOT_LINES = [
    "sudo stub a",
    "sudo -u root stub a",
    "sudo -n --user=root stub a",
    "sudo -u \\#0 stub -u",
    "sudo -Eu root stub a",
    "sudo -nEH stub -n",
    "sudo --preserve-env=TERM stub a",
    "sudo --preserve-env stub a",
    "sudo -g root stub a",
    "sudo -uroot -groot stub -g",
    "sudo A=1 stub a",
    "sudo -n A=1 B='2 3' stub -x",
    "sudo A=1 -n stub a",
    "sudo -- stub -- a",
    "sudo -n -- A=1 stub a",
    "sudo -D /tmp stub a",
    "sudo -nD/tmp stub -D",
    "sudo --chdir=/tmp stub a",
    "sudo --chd /tmp stub a",
    "sudo -R / stub a",
    "sudo -C 5 stub a",
    "sudo -p '' -S stub a",
    "sudo -T 5 stub a",
    "sudo -b stub a; sleep 0.3",
    "sudo -h localhost stub a",
    "sudo -nk stub a",
    "sudo -P -B stub a",
    "sudo -s stub 'a b'",
    "sudo -s stub 'a; stub b' '$x'",
    "sudo -su root -- stub -x",
    "sudo -i $TMP/bin/stub 'a b'",
    "sudo -iu root $TMP/bin/stub -i",
    "sudo --login --user root $TMP/bin/stub a",
    "sudo --shell stub a",
    "sudo -n sh -c 'stub \"$0\"' a",
    "sudo -n env A=1 timeout 5 stub a",
    "echo 'stub piped' | sudo sh",
    "echo 'stub piped' | sudo -s",
    "sudo -l stub a",
    "sudo -v stub a",
    "sudo -K",
    "doas stub a",
    "doas -u root stub a",
    "doas -uroot stub -u",
    "doas -n stub -n",
    "doas -nu root stub a",
    "doas -- stub -- a",
    "doas -n -- stub -x",
    "doas -s < /dev/null",
    "echo 'stub piped' | doas -s",
    "echo 'stub piped' | doas sh",
    "doas -n env A=1 stub a",
    "doas -C /etc/doas.conf stub a",
]


@dataclass(frozen=True)
class World:
    folder: Path
    environment: dict[str, str]
    namespace: tuple[str, ...] = ("unshare", "-rn")

    def ran(self, line: str) -> list[list[str]]:
        """The arguments of each call of the stub, in order."""
        notes = self.folder / "notes"
        notes.write_bytes(b"")
        subprocess.run(
            [*self.namespace, "bash", "--norc", "-c", line],
            env=self.environment,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=30,
        )
        words = notes.read_bytes().decode().split("\0")[:-1]
        calls: list[list[str]] = []
        while words:
            count = int(words[0])
            calls.append(words[1 : 1 + count])
            words = words[1 + count :]
        return calls


def _missing() -> str:
    for program in ("bash", "unshare"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    tried = subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False)
    return "" if tried.returncode == 0 else "namespaces are not allowed here"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    reason = _missing()
    if reason:
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("wrappers")
    (folder / "bin").mkdir()
    stub = folder / "bin" / "stub"
    stub.write_text(STUB.replace("NOTES", str(folder / "notes")))
    stub.chmod(0o755)
    (folder / "tree").mkdir()
    (folder / "tree" / "one").write_text("line\n")
    return World(
        folder,
        {
            "PATH": f"{folder / 'bin'}:/usr/bin:/bin:/usr/sbin:/sbin",
            "NOTES": str(folder / "notes"),
            "TMP": str(folder),
            "HOME": str(folder),
            "TERM": "dumb",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_ALLOW_PROTOCOL": "ext:ssh",
        },
    )


def _first_word(line: str) -> str:
    return next(word for word in shlex.split(line) if "=" not in word)


@pytest.mark.parametrize("line", LINES)
def test_what_runs_is_what_was_said(line: str, world: World) -> None:
    """Every call of the stub has its process.exec, word for word but for what is unknown."""
    _compare(line, world)


@pytest.fixture(scope="module")
def as_root(world: World) -> World:
    """A world where sudo and doas work, with settings of its own: nothing is asked, all is kept."""
    if os.geteuid() != 0:
        pytest.skip("sudo and doas are compared by root alone")
    etc = world.folder / "etc"
    etc.mkdir()
    kept = " ".join(f"{name}={world.environment[name]}" for name in ("PATH", "NOTES", "TMP"))
    rules = {
        "doas.conf": f"permit nopass setenv {{ {kept} }} root\n",
        "sudoers": "Defaults !env_reset, !secure_path, !requiretty, !authenticate, runcwd=*,"
        " runchroot=*, user_command_timeouts\n"
        "root ALL=(ALL:ALL) CWD=* NOPASSWD: SETENV: ALL\n",
    }
    for name, text in rules.items():
        (etc / name).write_text(text)
        (etc / name).chmod(0o440)
    (etc / "all").mkdir()
    shutil.copytree("/etc", etc / "all", symlinks=True, dirs_exist_ok=True)
    for name in rules:
        shutil.copy2(etc / name, etc / "all" / name)
    enter = f'mount --bind {etc}/all /etc && ip link set lo up; exec "$@"'
    return replace(world, namespace=("unshare", "-nm", "sh", "-c", enter, "sh"))


@pytest.mark.parametrize("line", ROOT_LINES)
def test_what_runs_as_root_is_what_was_said(line: str, as_root: World) -> None:
    """The same for programs that change the user, which work for root alone."""
    _compare(line, as_root)


def _command(line: str) -> str:
    return "doas" if "doas" in line else "sudo"


def test_root_really_runs_the_stub(as_root: World) -> None:
    """Most of these lines start the stub, so that comparison means something, too."""
    lines = [line for line in ROOT_LINES if shutil.which(_command(line))]
    texts = [line.replace("$TMP", str(as_root.folder)) for line in lines]
    idle = [text for text in texts if not as_root.ran(text)]
    assert len(idle) <= len(texts) * 0.25, idle


def _compare(line: str, world: World) -> None:
    if shutil.which(_first_word(line), path=world.environment["PATH"]) is None:
        pytest.skip(f"{_first_word(line)} is not installed")
    text = line
    for name in ("NOTES", "PATH", "TMP"):
        text = text.replace(f"${name}", world.environment[name])
    parsed = read_shell(text, Budget(Limits(cpu_seconds=10)), cwd=str(world.folder))
    said = [
        operation["argv"][1:]
        for operation in parsed.operations
        if operation["kind"] == "process.exec" and operation["program"] == "stub"
    ]
    ran = world.ran(text)
    if any(part["severity"] == "high" for part in parsed.opaque):
        return  # nothing was promised
    for call in ran:
        assert any(_fits(call, words) for words in said), json.dumps([ran, said, parsed.opaque])


@pytest.mark.parametrize(
    "line",
    [
        "git -c core.sshCommand='stub s' ls-remote u@h:x",
        "GIT_SSH_COMMAND='stub s' git ls-remote ssh://u@h/x",
        "git -c core.sshCommand='stub s' clone -q u@h:x $TMP/c",
    ],
)
def test_git_runs_the_ssh_that_it_is_given(line: str, world: World) -> None:
    """git adds options of its own; program, first word and host are those that were said."""
    text = line.replace("$TMP", str(world.folder))
    parsed = read_shell(text, Budget(Limits(cpu_seconds=10)))
    said = [o["argv"] for o in parsed.operations if o["kind"] == "process.exec"]
    assert ["stub", "s", "u@h"] in said or ["stub", "s", "h"] in said
    ran = world.ran(text)
    assert ran
    assert all(call[0] == "s" and "u@h" in call for call in ran)


@pytest.mark.parametrize(
    ("line", "beginning"),
    [
        ("rsync -e 'stub r' h:x $TMP/", ["r", "h", "rsync", "--server"]),
        ("rsync -ae 'stub r' h:x $TMP/", ["r", "h", "rsync", "--server"]),
        ("rsync -a --rsh='stub r' h:x $TMP/", ["r", "h", "rsync", "--server"]),
        ("make -f - SHELL=stub <<< $'all:\\n\\techo m'", []),
    ],
)
def test_what_runs_begins_as_was_said(line: str, beginning: list[str], world: World) -> None:
    """The program adds arguments of its own behind those that were said."""
    if shutil.which(_first_word(line)) is None:
        pytest.skip(f"{_first_word(line)} is not installed")
    text = line.replace("$TMP", str(world.folder))
    parsed = read_shell(text, Budget(Limits(cpu_seconds=10)), cwd=str(world.folder))
    said = [o["argv"] for o in parsed.operations if o["kind"] == "process.exec"]
    assert ["stub", *beginning] in said
    ran = world.ran(text)
    assert ran
    assert all(call[: len(beginning)] == beginning for call in ran)


def _fits(call: list[str], said: list[str]) -> bool:
    """An unknown word may stand for any number of words."""
    if not said:
        return not call
    if UNKNOWN in said[0]:
        if said[0] != UNKNOWN:
            before, _, after = said[0].partition(UNKNOWN)
            first = call[0] if call else ""
            fits = first.startswith(before) and first.endswith(after.rpartition(UNKNOWN)[2])
            return fits and (_fits(call[1:], said[1:]) or _fits(call[1:], said))
        return any(_fits(call[skip:], said[1:]) for skip in range(len(call) + 1))
    return bool(call) and call[0] == said[0] and _fits(call[1:], said[1:])


def test_the_stub_really_runs(world: World) -> None:
    """Most of these lines start the stub here, so the comparison means something."""
    sample = [line for line in LINES if line.startswith(("env", "timeout", "xargs", "bash"))]
    texts = [line.replace("$TMP", str(world.folder)) for line in sample]
    assert sum(bool(world.ran(text)) for text in texts) >= len(texts) - 4
    assert os.path.exists(world.folder / "bin" / "stub")
