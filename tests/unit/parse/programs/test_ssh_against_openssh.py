"""The reading of ssh's command line against `ssh -F none -G`, which prints its own."""

from __future__ import annotations

import random
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Sequence

import pytest

from guard.parse.addresses import normalise_host
from guard.parse.programs.draft import known_port
from guard.parse.programs.ssh_options import Forward, destination, port_of, read_ssh

pytestmark = pytest.mark.skipif(shutil.which("ssh") is None, reason="ssh is not installed")

Facts = tuple[str, int | None, tuple[str, ...], tuple[str, ...], tuple[str, ...]]

LINES = [
    "h",
    "u@h",
    "-p 2200 h",
    "-p2200 u@h",
    "h -p 2200",
    "ssh://u@h:2200",
    "ssh://h:99/",
    "ssh://u@h",
    "-l u h",
    "-R 2222:localhost:22 u@h",
    "-R2222:localhost:22 h",
    "-fNR 2222:localhost:22 h",
    "-NfR2222:localhost:22 h",
    "h -R 2222:localhost:22",
    "h -fN -R 2222:localhost:22",
    "u@h -NR 2222",
    "-R 2222 h",
    "-NR 0 h",
    "-R 0.0.0.0:2222:localhost:22 h",
    "-R :2222:localhost:22 h",
    "-R '*:2222:localhost:22' h",
    "-R [::1]:2222:[fe80::1]:22 h",
    "-R /tmp/s:localhost:22 h",
    "-R 22:/tmp/s h",
    "-R /tmp/a:/tmp/b h",
    "-R h:22:/tmp/s h",
    "-R 127.0.0.1:8080 h",
    "-L 8080:localhost:80 h",
    "-L 127.0.0.1:8080:db:5432 h",
    "-L /tmp/s:db:5432 h",
    "-L 9000:/var/run/docker.sock h",
    "-D 1080 h",
    "-D 127.0.0.1:1080 h",
    "-D [::1]:1080 h",
    "-D1080 -Nf h",
    "-D 1080 -L 1:a:2 -R 3:b:4 -R 5 h",
    "-vvv -A -C -D 1080 h",
    "-o RemoteForward=127.0.0.1:2222 h",
    "-oRemoteForward='2222 localhost:22' h",
    "-o 'RemoteForward 2222 localhost:22' h",
    "-o 'remoteforward = 2222 localhost:22' h",
    "-o REMOTEFORWARD=2222 h",
    '-o \'RemoteForward "2222" "localhost:22"\' h',
    "-o 'LocalForward 8080 localhost:80' h",
    "-o 'DynamicForward=1080' h",
    "-o dynamicforward=127.0.0.1:1080 h",
    "-o Port=33 h",
    "-o port=33 -p 44 h",
    "-p 44 -o Port=33 h",
    "-o Port=33 ssh://h:55",
    "-o Hostname=10.1 x",
    "-o hostname=other -o hostname=second x",
    "-o HostName=%h.example.org x",
    "-p 22 h -o Port=99",
    "-e none -b 127.0.0.1 -c aes128-ctr -m hmac-sha2-256 -i k -L 1:a:2 h",
    "-E log -I pk -S none -R 1:a:2 h",
    "-B lo -D 7 h",
    "-4 -6 -q -x -X -Y -y -a -k -n -T -t -g -M -s -D 7 h sftp",
    "-W target:22 h",
    "-J a@j:23 -R 1:b:2 h",
    "-R 1:b:2 -- h -R 9:x:9",
    "h -- -R 9:x:9",
    "h ls -R 9:x:9",
    "-R 1:b:2 h ls -R /tmp",
    "-R 1:b:2 h -R 3:b:4 ls",
    "-R 1:b:2 h -l x -v -R 3:b:4 echo -D 5",
    "-o ClearAllForwardings=no -R 1:b:2 h",
    "-oProxyCommand='nc %h %p' -R 1:b:2 h",
    "-oStrictHostKeyChecking=no -oUserKnownHostsFile=/dev/null -N -R 1:b:2 root@10.0.0.1",
    "-Nvvvp 9 -R 1:b:2 h",
    "-tt -oBatchMode=yes h -D 4",
    "-R 1:b:2 -R 1:b:2 h",
    "-R '2222:a\\:b:22' h",
]


def openssh(arguments: Sequence[str]) -> Facts | None:
    """What ssh itself makes of arguments, or None where it refuses them."""
    with tempfile.TemporaryDirectory() as folder:  # `-E log` writes a file
        answer = subprocess.run(
            ["ssh", "-F", "none", "-G", *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
            stdin=subprocess.DEVNULL,
        )
    if answer.returncode != 0 or not answer.stdout.startswith("host "):
        return None
    found: dict[str, list[str]] = {}
    for line in answer.stdout.splitlines():
        key, _, value = line.partition(" ")
        found.setdefault(key, []).append(value)
    return (
        normalise_host(found["hostname"][0]),
        int(found["port"][0]),
        tuple(sorted(_plain(text) for text in found.get("localforward", []))),
        tuple(sorted(_plain(text) for text in found.get("remoteforward", []))),
        tuple(sorted(_plain(t) for t in found.get("dynamicforward", []) if _is_dynamic(t, found))),
    )


def _is_dynamic(text: str, found: dict[str, list[str]]) -> bool:
    """-G also prints forwards to and from sockets among the dynamic ones."""
    pairs = [value.split(" ") for value in found.get("localforward", [])]
    sockets = [pair[0] for pair in pairs if "/" in pair[0] or "/" in pair[-1]]
    return text not in sockets


def _plain(text: str) -> str:
    """`[h]:22 [socks]:0` -> `h:22`."""
    return text.replace("[", "").replace("]", "").replace(" socks:0", "").strip()


def ours(arguments: Sequence[str]) -> Facts:
    settings = read_ssh(["ssh", *arguments])
    assert settings.destination is not None
    target = destination(settings.destination)
    host = settings.values.get("hostname", "").replace("%h", target.host) or target.host

    def forwards(*directions: str) -> tuple[str, ...]:
        chosen = [item for item in settings.forwards if item.direction in directions]
        return tuple(sorted(_shown(item) for item in chosen))

    return (
        normalise_host(host),
        port_of(settings, target),
        forwards("local"),
        forwards("remote", "remote_dynamic"),
        forwards("dynamic"),
    )


def _shown(item: Forward) -> str:
    bind = item.bind
    return f"{bind} {item.target}".strip()


def same(theirs: Facts, mine: Facts) -> bool:
    """Equal; a bind address that was written as nothing is printed by ssh as `*` or not at all."""

    def spelled(facts: Facts) -> Facts:
        host, port, *lists = facts
        plain = [tuple(sorted(t.removeprefix("*:").removeprefix(":") for t in x)) for x in lists]
        return host, port, plain[0], plain[1], plain[2]

    return spelled(theirs) == spelled(mine)


@pytest.mark.parametrize("line", LINES)
def test_a_command_line_is_read_as_openssh_reads_it(line: str) -> None:
    """Host, port and every forward are those that `ssh -G` prints."""
    arguments = shlex.split(line)
    theirs = openssh(arguments)
    if theirs is None:
        pytest.skip("this version of ssh refuses it")
    assert same(theirs, ours(arguments)), (theirs, ours(arguments))


def _random_arguments(choose: random.Random) -> list[str]:
    def forward() -> str:
        bind = choose.choice(["", "127.0.0.1:", "localhost:", "[::1]:", "/tmp/s:"])
        port = "" if bind.startswith("/") else f"{choose.randint(1, 65535)}:"
        target = choose.choice(["localhost:22", "[fe80::2]:80", "10.0.0.1:443", "/run/x"])
        return f"{bind}{port}{target}"

    def option() -> list[str]:
        kind = choose.randrange(9)
        spec = forward()
        if kind == 0:
            return ["-R", spec]
        if kind == 1:
            return [f"-fN{choose.choice('LR')}{spec}"]
        if kind == 2:
            return [f"-{choose.choice(['', 'v', 'nN', 'Tq'])}D", str(choose.randint(1, 65535))]
        if kind == 3:
            return ["-NR", str(choose.randint(1, 65535))]
        if kind == 4:
            key = choose.choice(["RemoteForward", "localforward", "REMOTEFORWARD", "LocalForward"])
            mark = choose.choice(["=", " ", " = ", "= "])
            return ["-o", f"{key}{mark}{choose.randint(1, 9999)} db:{choose.randint(1, 9999)}"]
        if kind == 5:
            return [choose.choice(["-p", "-vp"]), str(choose.randint(1, 65535))]
        if kind == 6:
            return [f"-oPort={choose.randint(1, 65535)}"]
        if kind == 7:
            return [choose.choice(["-A", "-C", "-4", "-tt", "-vvv", "-qX", "-Nf", "-l", "-i"])]
        return ["-L", spec]

    host = choose.choice(["h", "u@h", "ssh://u@h:77", "10.0.0.9", "a.b.c"])
    before = [word for _ in range(choose.randint(0, 4)) for word in option()]
    after = [word for _ in range(choose.randint(0, 2)) for word in option()]
    # -l and -i take the next word: give it one
    for words in (before, after):
        for index in range(len(words) - 1, -1, -1):
            if words[index] in ("-l", "-i"):
                words.insert(index + 1, "x")
    command = choose.choice([[], ["ls", "-R", "/x"], ["uname"]])
    return [*before, host, *after, *command]


def test_random_command_lines_are_read_as_openssh_reads_them() -> None:
    """Ninety random argument vectors; at least sixty of them are accepted by ssh."""
    choose = random.Random(20261123)
    accepted = 0
    for _ in range(90):
        arguments = _random_arguments(choose)
        theirs = openssh(arguments)
        if theirs is None:
            continue
        accepted += 1
        assert same(theirs, ours(arguments)), (arguments, theirs, ours(arguments))
    assert accepted >= 60


def test_port_texts_are_numbers_or_services() -> None:
    """`known_port` takes what getservbyname would, and nothing signed or fullwidth."""
    assert known_port("22") == 22
    assert known_port("ssh") == 22
    assert known_port("-1") is None
    assert known_port("\uff12\uff12") is None
    assert known_port("") is None
