"""Runs command lines under strace, in namespaces that `real_effects` made for it.

A program of its own, of the standard library alone: `python traced_lines.py TASK`. The task is a
JSON file with `folder`, `hosts` (name -> address), `resolver` and `lines`
(number -> text). Every address of
the world is this machine here, and a few servers answer. What is not below `folder` is read-only.
"""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import shutil
import signal
import socketserver
import subprocess
import sys
import threading
from pathlib import Path

__all__ = ["PATH", "main"]

PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"

SECONDS = 4  # for one line
CALLS = (
    "openat,open,creat,openat2,rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat,"
    "link,linkat,symlink,symlinkat,truncate,mknod,mknodat,connect,bind,listen,sendto,sendmsg,"
    "sendmmsg,chdir,fchdir,clone,clone3,fork,vfork,utimensat,chmod,fchmodat,chown,fchownat,"
    "lchown,execve"
)
_PASSING = ("proc", "sysfs", "devtmpfs", "devpts", "tmpfs", "mqueue", "cgroup", "cgroup2")


class _Web(http.server.BaseHTTPRequestHandler):
    """Takes what it is given, and gives a line to whoever asks."""

    def _answer(self) -> None:
        with contextlib.suppress(OSError):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(200)
            self.send_header("Content-Type", "text/plain")
            self.send_header("Content-Length", "6")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(b"hello\n")

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = do_PATCH = _answer

    def log_message(self, format: str, *args: object) -> None:
        return


class _Sink(socketserver.BaseRequestHandler):
    """Reads a little, says a word, and hangs up."""

    def handle(self) -> None:
        self.request.settimeout(0.3)
        with contextlib.suppress(OSError):
            self.request.recv(65536)
            self.request.sendall(b"+OK\r\n")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Who asked went away, which is no news."""


def _enter(folder: Path, hosts: dict[str, str], resolver: str) -> None:
    """Make the namespaces what the lines need."""
    for words in (
        ["ip", "link", "set", "lo", "up"],
        ["ip", "route", "add", "local", "default", "dev", "lo"],
        ["mount", "--make-rprivate", "/"],
        ["mount", "--bind", str(folder), str(folder)],
    ):
        subprocess.run(words, check=True, capture_output=True)
    _own_tmp(folder)
    own = folder / "etc"
    own.mkdir(exist_ok=True)
    names = [f"{address} {name}" for name, address in hosts.items()]
    (own / "hosts").write_text("\n".join(["127.0.0.1 localhost", "::1 localhost", *names, ""]))
    (own / "resolv.conf").write_text(f"nameserver {resolver}\noptions timeout:1 attempts:1\n")
    for name in ("hosts", "resolv.conf"):
        path = f"/etc/{name}"
        if os.path.exists(path):
            subprocess.run(["mount", "--bind", str(own / name), path], check=False)
    for mount in Path("/proc/self/mounts").read_text().splitlines():
        _device, place, kind, *_ = mount.split()
        if kind not in _PASSING and not place.startswith((str(folder), "/dev", "/proc", "/sys")):
            subprocess.run(
                ["mount", "-o", "remount,bind,ro", place], check=False, capture_output=True
            )


def _own_tmp(folder: Path) -> None:
    """An empty /tmp for programs that take no other (ed), with `folder` where it was."""
    if not str(folder).startswith("/tmp/") or not os.path.isdir("/mnt"):
        return
    place = str(folder)
    subprocess.run(["mount", "--bind", place, "/mnt"], check=True, capture_output=True)
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/tmp"], check=True, capture_output=True)
    folder.mkdir(parents=True)
    subprocess.run(["mount", "--bind", "/mnt", place], check=True, capture_output=True)
    subprocess.run(["umount", "/mnt"], check=True, capture_output=True)


def _serve(folder: Path) -> list[subprocess.Popen[bytes]]:
    for port, handler in ((80, _Web), (8080, _Web), (9000, _Sink), (6379, _Sink)):
        server = _Server(("", port), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
    started = []
    if shutil.which("git"):
        started.append(
            subprocess.Popen(
                [
                    "git",
                    "daemon",
                    "--export-all",
                    "--enable=receive-pack",
                    "--reuseaddr",
                    f"--base-path={folder / 'served'}",
                    str(folder / "served"),
                ],
                env=_environment(folder),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
    return started


def _environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": PATH,
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "scratch"),
        "LC_ALL": "C.UTF-8",
        "TERM": "dumb",
        "GIT_CONFIG_NOSYSTEM": "1",
    }


def _listing(folder: Path) -> dict[str, str]:
    """Path below `folder` -> "d" for a folder, else what tells whether it was changed."""
    found = {}
    for place, folders, files in os.walk(folder):
        for name in folders:
            found[os.path.relpath(os.path.join(place, name), folder)] = "d"
        for name in files:
            path = os.path.join(place, name)
            facts = os.lstat(path)
            found[os.path.relpath(path, folder)] = f"{facts.st_size} {facts.st_mtime_ns}"
    return found


def _run(folder: Path, number: str, line: str) -> dict[str, object]:
    place = folder / "runs" / number
    shutil.copytree(folder / "template", place, symlinks=True)
    before = _listing(place)
    process = subprocess.Popen(
        [
            "strace",
            "-f",
            "--seccomp-bpf",
            "-qq",
            "-yy",
            "-s",
            "300",
            "-e",
            f"trace={CALLS}",
            "-e",
            "signal=none",
            "-o",
            str(folder / "traces" / number),
            "bash",
            "--norc",
            "-c",
            line,
        ],
        cwd=place,
        env=_environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        said = process.communicate(timeout=SECONDS)[1]
    except subprocess.TimeoutExpired:
        said = b"timed out"
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stderr:
        process.stderr.close()
    return {
        "before": before,
        "after": _listing(place),
        "status": process.returncode,
        "said": said[-300:].decode(errors="replace"),
    }


def main() -> None:
    """Do the task; write what was seen beside it."""
    task = json.loads(Path(sys.argv[1]).read_text())
    folder = Path(task["folder"])
    _enter(folder, task["hosts"], task["resolver"])
    servers = _serve(folder)
    seen = {number: _run(folder, number, line) for number, line in task["lines"].items()}
    Path(f"{sys.argv[1]}.seen").write_text(json.dumps(seen))
    for server in servers:
        server.kill()
        server.wait()


if __name__ == "__main__":
    main()
