"""Files that something else will start: units, tables of cron, start-up files, hooks.

What a call writes there runs later, with nobody asked. A path and a text in, runs out;
who reads the runs is not known here. After systemd.service(5), crontab(5), bash(1),
githooks(5), sshd(8), apt.conf(5), udev(7) and the Desktop Entry Specification.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator

from guard.operations import Operation
from guard.parse.reading import UNKNOWN, Run, Stdin

__all__ = ["later_runs"]

_LINES = 64  # commands of one file that are followed
_NOTHING = Stdin("", "file")
_STARTUP_NAMES = """
.bashrc .bash_profile .bash_login .bash_logout .bash_aliases .profile .zshrc .zshenv .zprofile
.zlogin .xinitrc .xsession .xsessionrc .xprofile .kshrc
"""
_STARTUP = frozenset(_STARTUP_NAMES.split())
_STARTUP_PATHS = frozenset(
    {"/etc/profile", "/etc/bash.bashrc", "/etc/bashrc", "/etc/rc.local", "/etc/ssh/sshrc"}
    | {"/etc/zsh/zshrc", "/etc/zshrc", "~/.ssh/rc"}
)
_STARTUP_FOLDERS = ("/etc/profile.d/", "/etc/init.d/", "/etc/rc.d/", "/etc/update-motd.d/")
_CRON_SCRIPTS = ("/etc/cron.daily/", "/etc/cron.hourly/", "/etc/cron.weekly/", "/etc/cron.monthly/")
_EXEC = re.compile(r"^[ \t]*Exec(?:Start|StartPre|StartPost|Stop|StopPost|Reload|Condition)=(.*)$")
# apt.conf(5): `APT::Update::Pre-Invoke {"command"; };`, udev(7): `RUN+="command"`.
_QUOTED = re.compile(r'(?:-Invoke(?:-\w+)?|-Pkgs|RUN(?:\{\w+\})?)[\s:+={]*"([^"\n]*)"')
_FORCED = re.compile(r'(?:^|,)command="((?:[^"\\]|\\.)*)"', re.MULTILINE)
_LANGUAGES = {"python": "python", "python3": "python", "perl": "perl", "ruby": "ruby"}
_SHELLS = frozenset(("sh", "bash", "dash", "zsh", "ksh", "ash", ""))


def later_runs(operations: list[Operation]) -> list[Run]:
    """Return what will be run of the files that the operations write."""
    found: list[Run] = []
    for operation in operations:
        if operation["kind"] != "file.write" or operation.get("program") == "crontab":
            continue
        text = operation.get("content")
        reader = _reader(operation["path"]) if text else None
        if reader is not None and text:
            found += list(reader(text))[:_LINES]
    return found


def _reader(path: str) -> Callable[[str], Iterator[Run]] | None:
    name = path.rpartition("/")[2]
    if name.endswith(".service"):
        return _unit
    if path == "/etc/crontab" or path.startswith("/etc/cron.d/"):
        return _system_table
    if path.startswith("/var/spool/cron/"):
        return _user_table
    if name in _STARTUP or path in _STARTUP_PATHS or path.startswith(_STARTUP_FOLDERS):
        return _startup
    if path.startswith(_CRON_SCRIPTS):
        return _startup
    if "/.git/hooks/" in "/" + path or "/.husky/" in "/" + path:
        return None if name.endswith(".sample") else _hook
    if name in ("authorized_keys", "authorized_keys2"):
        return _forced
    if path.startswith(("/etc/apt/apt.conf", "/etc/udev/rules.d/")):
        return _quoted
    if name.endswith(".desktop") and "autostart/" in path:
        return _entry
    return None


def _later(via: str, text: str) -> Run:
    return Run(via, text=text, certainty="may", background=True, stdin=_NOTHING)


def _argv(via: str, text: str) -> Iterator[Run]:
    """A command line that no shell reads."""
    try:
        words = shlex.split(text)
    except ValueError:
        words = text.split()
    if words and words[0].strip(UNKNOWN):
        yield Run(via, argv=tuple(words), certainty="may", background=True, stdin=_NOTHING)


def _unit(text: str) -> Iterator[Run]:
    for line in text.replace("\\\n", " ").split("\n"):
        match = _EXEC.match(line)
        if match:
            for command in match[1].split(" ; "):
                yield from _argv("systemd", command.strip().lstrip("-@:+!|"))


def _system_table(text: str) -> Iterator[Run]:
    return _table(text, 1)


def _user_table(text: str) -> Iterator[Run]:
    return _table(text, 0)


def _table(text: str, users: int) -> Iterator[Run]:
    """Five fields or `@daily`, with `users` the name of a user, then what a shell runs."""
    for line in text.split("\n"):
        fields = line.strip()
        if not fields or fields[0] == "#":
            continue
        count = (1 if fields[0] == "@" else 5) + users
        parts = fields.split(None, count)
        if len(parts) > count and "=" not in parts[0]:
            yield _later("cron", parts[count].partition("%")[0])


def _startup(text: str) -> Iterator[Run]:
    yield _later("start-up file", text)


def _hook(text: str) -> Iterator[Run]:
    line = text.partition("\n")[0]
    words = line[2:].split() if line.startswith("#!") else [""]
    words = [word for word in words if word.rpartition("/")[2] != "env"] or [""]
    program = words[0].rpartition("/")[2]
    language = "sh" if program in _SHELLS else _LANGUAGES.get(program, "")
    if language:
        yield Run("git hook", text=text, language=language, certainty="may", stdin=_NOTHING)


def _forced(text: str) -> Iterator[Run]:
    for match in _FORCED.finditer(text):
        yield _later("sshd", match[1].replace('\\"', '"'))


def _quoted(text: str) -> Iterator[Run]:
    for match in _QUOTED.finditer(text):
        yield _later("settings", match[1])


def _entry(text: str) -> Iterator[Run]:
    for line in text.split("\n"):
        key, equals, value = line.partition("=")
        if equals and key.strip() == "Exec":
            yield from _argv("autostart", value)
