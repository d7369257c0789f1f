"""Runs a snippet in real bash, without a network, and tells which programs it started.

Every program on the PATH is a stub. Those that only turn text into text note their
arguments and then do their work; all others note their arguments and do nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Ran", "RealBash", "missing"]

_STUBS = """
ssh nc ncat socat curl wget git python python3 pip make npm xmrig chisel autossh node perl
docker pytest cargo go systemctl crontab rsync scp vim less man tar awk2 telnet nohup2 tool
one two three
"""
_REAL = """
cat tr rev base64 base32 xxd sed awk head tail cut sort uniq wc seq basename dirname printf
env xargs nohup timeout nice setsid stdbuf bash sh dash cp mv ln rm mkdir touch chmod tee dd
gzip gunzip bzip2 find grep ls install mkfifo sleep tac paste fold which true false echo
date id xz
"""
_NOTE = """{{ printf '%s\\0' {name} "$#" "$@"; }} >> "$NOTES"
"""
# `ssh` is called by its full name as well: the stub lies over the real one.
_START = """
[ -e /usr/bin/ssh ] && mount --bind "$STUBS/ssh" /usr/bin/ssh
exec {bash} --norc --noprofile -c "$SNIPPET"
"""


def missing() -> str:
    """Why real bash cannot be asked here, or ""."""
    for program in ("bash", "unshare"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    tried = subprocess.run(["unshare", "-rnm", "true"], capture_output=True, check=False)
    return "" if tried.returncode == 0 else "namespaces cannot be made here"


@dataclass(frozen=True)
class Ran:
    """A program that was started. `arguments` are those after its name."""

    program: str
    arguments: tuple[str, ...]


class RealBash:
    """A folder of stubs, and a bash that finds nothing else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stubs = folder / "stubs"
        self.stubs.mkdir()
        shell = shutil.which("bash") or "/bin/bash"
        self._bash = shell
        # `-p`: a stub is no shell of the snippet. It reads no BASH_ENV, which might start it again.
        for name in _STUBS.split():
            self._write(name, f"#!{shell} -p\n" + _NOTE.format(name=name))
        for name in _REAL.split():
            found = shutil.which(name)
            if found:
                real = os.path.realpath(found)
                self._write(
                    name, f"#!{shell} -p\n" + _NOTE.format(name=name) + f'exec {real} "$@"\n'
                )
        self.count = 0

    def _write(self, name: str, text: str) -> None:
        path = self.stubs / name
        path.write_text(text)
        path.chmod(0o755)

    def run(self, snippet: str) -> list[Ran]:
        """Run a snippet in a fresh folder; return what it started, in order."""
        self.count += 1
        place = self.folder / f"run{self.count}"
        place.mkdir()
        notes = self.folder / f"notes{self.count}"
        notes.touch()
        environment = {
            "PATH": str(self.stubs),
            "HOME": str(place),
            "NOTES": str(notes),
            "STUBS": str(self.stubs),
            "SNIPPET": snippet,
            "TERM": "dumb",
        }
        start = _START.format(bash=self._bash)
        # `mount` is needed once, before the snippet's PATH matters.
        outer = f"PATH=/usr/bin:/bin; {start}".replace("exec ", f"PATH={self.stubs}; exec ", 1)
        process = subprocess.Popen(
            ["unshare", "-rnm", "--kill-child", "-pf", self._bash, "-c", outer],
            cwd=place,
            env={**environment, "PATH": os.environ.get("PATH", "/usr/bin:/bin")},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        return _parse(notes.read_bytes())


def _parse(notes: bytes) -> list[Ran]:
    fields = notes.decode("utf-8", "replace").split("\0")
    ran: list[Ran] = []
    at = 0
    while at + 1 < len(fields):
        count = int(fields[at + 1])
        ran.append(Ran(fields[at], tuple(fields[at + 2 : at + 2 + count])))
        at += 2 + count
    return ran
