"""Runs Python snippets for real, without a network, and tells what they called.

One process in a network namespace of its own forks for each snippet. An audit hook
(PEP 578) notes what the snippet starts, connects to, opens and deletes; the programs on
the PATH are stubs that do nothing.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

__all__ = ["missing", "run_all"]

_STUBS = ["ssh", "probe", "nc", "bash", "ls", "git", "pip", "python3", "sh", "xmrig"]
_DRIVER = r"""
import json, os, signal, sys

def plain(value):
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value if isinstance(value, (str, int, type(None))) else str(value)

WANTED = {"os.system", "os.exec", "os.posix_spawn", "pty.spawn", "subprocess.Popen",
          "socket.connect", "socket.bind", "open", "os.remove", "os.rename", "os.kill"}

def child(snippet, notes):
    os.chdir(os.environ["PLACE"])
    handle = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    active = [False]
    def hook(event, args):
        if not active[0] or event not in WANTED:
            return
        if event in ("socket.connect", "socket.bind"):
            args = args[1:]
        os.write(handle, json.dumps([event, plain(args)]).encode() + b"\n")
    sys.addaudithook(hook)
    sys.dont_write_bytecode = True
    code = compile(snippet, "<snippet>", "exec")
    for stream in (0, 1, 2):
        os.dup2(os.open(os.devnull, os.O_RDWR), stream)
    active[0] = True
    try:
        exec(code, {"__name__": "__main__"})
        import threading
        for thread in threading.enumerate():
            if thread is not threading.current_thread():
                thread.join(2)
    except BaseException as error:
        active[0] = False
        os.write(handle, json.dumps(["raised", [repr(error)[:200]]]).encode() + b"\n")

for number, snippet in enumerate(json.load(open(sys.argv[1]))):
    pid = os.fork()
    if pid == 0:
        signal.alarm(5)
        try:
            child(snippet, os.path.join(sys.argv[2], str(number)))
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
"""


def missing() -> str:
    """Why snippets cannot be run here, or ""."""
    if shutil.which("unshare") is None:
        return "unshare is not installed"
    tried = subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False)
    return "" if tried.returncode == 0 else "namespaces cannot be made here"


def run_all(snippets: list[str], folder: Path) -> list[list[tuple[str, list[Any]]]]:
    """Run each snippet; return its events in order, with what it raised at the end."""
    stubs, notes, place = folder / "stubs", folder / "notes", folder / "place"
    for made in (stubs, notes, place):
        made.mkdir()
    for name in _STUBS:
        path = stubs / name
        path.write_text("#!/bin/sh\nexit 0\n")
        path.chmod(0o755)
    listed = folder / "snippets.json"
    listed.write_text(json.dumps(snippets))
    subprocess.run(
        ["unshare", "-rn", sys.executable, "-S", "-c", _DRIVER, str(listed), str(notes)],
        env={"PATH": f"{stubs}:/usr/bin", "PLACE": str(place), "HOME": str(place)},
        cwd=place,
        check=True,
        timeout=100,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    found: list[list[tuple[str, list[Any]]]] = []
    for number in range(len(snippets)):
        path = notes / str(number)
        lines = path.read_text().splitlines() if path.exists() else []
        found.append([(event, args) for event, args in map(json.loads, lines)])
    return found
